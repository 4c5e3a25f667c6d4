"""专家工作量: what each expert was asked for, did, and still has to do."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Max, Q, QuerySet

from portal.base import clock
from portal.deadlines.models import Deadline
from portal.reviews.duties import SCORE
from portal.reviews.models import Assignment, Expert, Round
from portal.reviews.states import VALID

_ACCEPTED = ("accepted", "rating", "entered", *VALID)
_OPEN = ("invited", "accepted", "rating")


def with_workload(experts: QuerySet[Expert], year: int) -> QuerySet[Expert]:
    """The experts with numbers of assignments in rounds held in that year (`invited`, `accepted`, `declined`, `recused`,
    `submitted`), how many are open now (`open_now`), and when the last sheet was handed in (`last_at`)."""
    held = Q(assignments__entry__round__held_on__range=(dt.date(year, 1, 1), dt.date(year, 12, 31)))

    def number(*states: str) -> Count:
        return Count("assignments", filter=held & Q(assignments__state__in=states))

    return experts.annotate(
        invited=Count("assignments", filter=held & ~Q(assignments__state="cancelled")),
        accepted=number(*_ACCEPTED),
        declined=number("declined"),
        recused=number("recused"),
        submitted=number(*VALID),
        open_now=Count("assignments", filter=Q(assignments__state__in=_OPEN)),
        last_at=Max("assignments__submitted_at"),
    )


def delays_of(experts: Iterable[int], year: int) -> dict[int, Decimal]:
    """For each expert who handed sheets in: by how many calendar days on average after the due date, to one place half up;
    a sheet in time counts as nought. Rounds held in that year; two queries."""
    handed_in = Assignment.objects.filter(
        expert__in=list(experts),
        state__in=VALID,
        submitted_at__isnull=False,
        entry__round__held_on__range=(dt.date(year, 1, 1), dt.date(year, 12, 31)),
    )
    rows = list(handed_in.values_list("expert_id", "entry__round_id", "submitted_at"))
    duties = Deadline.objects.filter(subject_type=Round.label_of_type(), duty=SCORE.id)
    due = dict(
        duties.filter(subject_id__in={row[1] for row in rows}).order_by("pk").values_list("subject_id", "due_on")
    )
    days: dict[int, list[int]] = defaultdict(list)
    for expert, round_, at in rows:
        late = (clock.local(at).date() - due[round_]).days if round_ in due else 0
        days[expert].append(max(0, late))
    place = Decimal("0.1")
    return {key: (Decimal(sum(found)) / len(found)).quantize(place, ROUND_HALF_UP) for key, found in days.items()}


def years() -> list[int]:
    """Years in which rounds were held, the present one among them, the latest first."""
    held = set(Round.objects.order_by().values_list("held_on__year", flat=True).distinct())
    return sorted(held | {clock.today().year}, reverse=True)
