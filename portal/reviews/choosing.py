"""Choosing experts: who may review what, with the reason beside each name that may not (domain: conflict of interest)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from portal.reviews.conflicts import Conflicts, conflicts_in, dossiers_of, parties_of, tidy, with_employments
from portal.reviews.seats import gone_from
from portal.reviews.states import ENDED

if TYPE_CHECKING:
    from portal.reviews.models import Expert, Round


@dataclass
class Candidate:
    """An expert of the register before a round.

    `reasons` say why the expert cannot be chosen; `remarks` are worth knowing (load, single conflicts); `hits` are the
    fields of the round's dossiers that the expert is at home in; `barred` is how many dossiers the expert is not
    given; `not_given` are these with the reasons, where there are others left.
    """

    expert: Expert
    reasons: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    hits: int = 0
    load: int = 0
    barred: int = 0
    not_given: list[tuple[str, str]] = field(default_factory=list)

    @property
    def free(self) -> bool:
        return not self.reasons


def candidates(round_: Round) -> list[Candidate]:
    """All experts of the register for a round: those who can be chosen first, by field, then by load.

    An expert who is in conflict with one dossier only can be chosen and is not assigned to that one; the remark says so.
    An expert in conflict with every dossier is excluded.
    """
    from portal.reviews.models import Expert, Unavailability

    day = round_.held_on
    experts = (
        with_employments(Expert.objects.all(), round_)
        .prefetch_related(
            Prefetch("unavailabilities", Unavailability.objects.filter(first__lte=day, last__gte=day), to_attr="away")
        )
        .annotate(load=Count("assignments", filter=Q(assignments__state__in=("invited", "accepted", "rating"))))
    )
    parties = parties_of(dossiers_of(round_), round_.matter)
    conflicts, elsewhere, full = Conflicts(parties), _other_rounds(round_), _full_employers(round_)
    wanted = {p.dossier.field.code for p in parties if p.dossier.field}
    found = []
    for expert in experts:
        candidate = Candidate(expert, load=expert.load, hits=len(wanted & set(expert.fields)))
        _judge(candidate, conflicts)
        if expert.pk not in full.get(tidy(expert.employer), {expert.pk}):
            candidate.reasons.append(_("专家组中已有同一单位的专家"))
        if expert.pk in elsewhere:
            candidate.remarks.append(_("当日另有评审“%(round)s”") % {"round": elsewhere[expert.pk]})
        found.append(candidate)
    return sorted(found, key=lambda c: (not c.free, -c.hits, c.load, c.expert.name, c.expert.pk))


def _full_employers(round_: Round) -> dict[str, set[int]]:
    """Employers that have their share of the panel, each with its experts on it who can still be asked to review.

    An expert who declined or stepped out of everything leaves the place to a colleague.
    """
    gone = gone_from(round_)
    groups: dict[str, set[int]] = defaultdict(set)
    for key, employer in round_.seats.values_list("expert_id", "expert__employer"):
        if key not in gone:
            groups[tidy(employer)].add(key)
    most = int(round_.rule.get("same_employer_most", 1))
    return {employer: keys for employer, keys in groups.items() if len(keys) >= most}


def _other_rounds(round_: Round) -> dict[int, str]:
    """Experts who sit on the panel of another live round on the same day, with its title."""
    from portal.reviews.models import Seat

    rows = Seat.objects.filter(round__held_on=round_.held_on).exclude(round=round_).exclude(round__state__in=ENDED)
    return dict(rows.values_list("expert_id", "round__title"))


def _judge(candidate: Candidate, conflicts: Conflicts) -> None:
    expert = candidate.expert
    if not expert.active:
        candidate.reasons.append(_("已退出专家库"))
    for away in expert.away:  # type: ignore[attr-defined]
        candidate.reasons.append(_("%(first)s 至 %(last)s 不可参加") % {"first": away.first, "last": away.last})
    clashes = conflicts.of(expert)
    candidate.barred = len(clashes)
    if clashes and len(clashes) == len(conflicts.parties):
        candidate.reasons += dict.fromkeys(clashes.values())
    else:
        for key, why in clashes.items():
            title = conflicts.parties[key].dossier
            candidate.not_given.append((str(title), why))
            candidate.remarks.append(_("%(why)s，不分派“%(title)s”") % {"why": why, "title": title})
    if expert.user_id is None:
        candidate.remarks.append(_("没有账号，评审表须代录"))


def short_of_experts(round_: Round) -> list[str]:
    """Dossiers for which too few of the chosen experts are free of conflicts, in words."""
    from portal.reviews.seats import least_sheets

    found, wanted = conflicts_in(round_), least_sheets(round_)
    barred: dict[int, int] = defaultdict(int)
    for clashes in found.values():
        for key in clashes:
            barred[key] += 1
    lines = []
    for dossier in dossiers_of(round_) if barred else []:
        if (free := len(found) - barred[dossier.pk]) < wanted:
            facts = {"title": dossier, "n": free, "wanted": wanted}
            lines.append(_("“%(title)s”可评审的专家只有 %(n)s 人，须不少于 %(wanted)s 人") % facts)
    return lines


def crowded_employers(experts: Iterable[Expert], most: int) -> list[str]:
    """Employers with more people on a panel than may be, in words."""
    groups: dict[str, list[Expert]] = defaultdict(list)
    for expert in experts:
        groups[tidy(expert.employer)].append(expert)
    return [
        _("“%(employer)s”有 %(n)s 人（%(names)s）")
        % {"employer": group[0].employer, "n": len(group), "names": "、".join(e.name for e in group)}
        for group in groups.values()
        if len(group) > most
    ]
