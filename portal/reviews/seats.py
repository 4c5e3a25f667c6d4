"""Who sits on the panel of a round, who is gone from it, and how many sheets are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from portal.reviews.registry import panel_size
from portal.reviews.scoring import may_miss
from portal.reviews.states import GONE, VALID

if TYPE_CHECKING:
    from portal.reviews.models import Expert, Round


def panel_of(round_: Round) -> list[Expert]:
    """The experts of a round in the order in which they were chosen; one query."""
    return list(round_.experts.order_by("seats__pk"))


def gone_from(round_: Round) -> set[int]:
    """Experts of a round who declined or stepped out of everything they were asked about."""
    from portal.reviews.models import Assignment

    gone: dict[int, bool] = {}
    for expert, state in Assignment.objects.filter(entry__round=round_).values_list("expert_id", "state"):
        gone[expert] = gone.get(expert, True) and state in GONE
    return {expert for expert, all_of_it in gone.items() if all_of_it}


def members_of(round_: Round) -> list[Expert]:
    """The panel without those who declined or stepped out of everything: who sits, signs and is listed on papers."""
    gone = gone_from(round_)
    return [expert for expert in panel_of(round_) if expert.pk not in gone]


def drawn_in(round_: Round) -> set[int]:
    """Experts who came to the panel by drawing; one query."""
    return {key for drawn in round_.draws.values_list("drawn", flat=True) for key in drawn}


def short_entries(round_: Round, states: tuple[str, ...]) -> list[str]:
    """Titles of dossiers with fewer assignments in these states than the panel's least size, less the allowed share."""
    number = Count("assignments", filter=Q(assignments__state__in=states))
    rows = round_.entries.order_by("position").values("position", "dossier__title").annotate(n=number)
    least = least_sheets(round_)
    return [row["dossier__title"] or "" for row in rows if row["n"] < least]


def least_sheets(round_: Round) -> int:
    """How many valid sheets a dossier needs: the panel's size less what may be missing of it.

    The panel's size is the one the parameter asks for: a larger panel may lose more, a replacement does not raise it.
    """
    size = panel_size(round_)
    return size - may_miss(size, int(round_.rule["missing_share"]))


def entries_without_quorum(round_: Round) -> tuple[list[str], int]:
    """Titles of dossiers of which, among those who were to hand in a sheet, too many did not; and how many sheets entered
    on behalf wait for their check. One query."""
    rows = (
        round_.entries.order_by("position")
        .values("position", "dossier__title")
        .annotate(
            valid=Count("assignments", filter=Q(assignments__state__in=VALID)),
            asked=Count("assignments", filter=~Q(assignments__state__in=(*GONE, "invited"))),
            entered=Count("assignments", filter=Q(assignments__state="entered")),
        )
    )
    missing, unchecked = [], 0
    least, share = panel_size(round_), int(round_.rule["missing_share"])
    for row in rows:
        size = max(row["asked"], least)
        unchecked += row["entered"]
        if size - row["valid"] > may_miss(size, share):
            missing.append(row["dossier__title"] or "")
    return missing, unchecked
