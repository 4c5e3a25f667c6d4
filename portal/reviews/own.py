"""An expert's own list: rounds with what waits in them, declarations of recusal, the way from one sheet to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.dossiers.programmes import programme
from portal.lifecycle.engine import perform
from portal.reviews.conflicts import Parties, parties_of
from portal.reviews.models import Assignment, Round
from portal.reviews.queries import mine
from portal.reviews.states import ENDED

#: the parts of an expert's list
KINDS: dict[str, Promise | str] = {
    "invited": _("待接受"),
    "scoring": _("待评分"),
    "done": _("已提交"),
    "gone": _("已谢绝、回避或者取消"),
}
_KIND_OF = {
    "invited": "invited",
    "accepted": "scoring",
    "rating": "scoring",
    "entered": "done",
    "submitted": "done",
    "locked": "done",
    "declined": "gone",
    "recused": "gone",
    "cancelled": "gone",
}


@dataclass
class Group:
    """A round with the expert's assignments in it."""

    round: Round
    assignments: list[Assignment] = field(default_factory=list)

    def of(self, kind: str) -> list[Assignment]:
        """Those of one part of the list."""
        return [a for a in self.assignments if _KIND_OF[a.state] == kind]

    def count(self, kind: str) -> int:
        return len(self.of(kind))

    @property
    def invited(self) -> list[Assignment]:
        return self.of("invited")

    @property
    def scoring(self) -> list[Assignment]:
        return self.of("scoring")

    @property
    def done(self) -> list[Assignment]:
        return self.of("done")

    @property
    def gone(self) -> list[Assignment]:
        return self.of("gone")

    @property
    def to_declare(self) -> int:
        """How many accepted ones wait for the declaration; none before the scoring is open."""
        return sum(a.state == "accepted" for a in self.assignments) if self.round.state == "scoring" else 0


def groups_of(actor: Actor) -> list[Group]:
    """The rounds of an expert, open ones by date, ended ones after them; one query."""
    found: dict[int, Group] = {}
    for assignment in mine(actor).defer("scores", "comments", "opinion", "entry__round__rule"):
        group = found.setdefault(assignment.entry.round_id, Group(assignment.entry.round))
        group.assignments.append(assignment)
    return sorted(found.values(), key=lambda group: group.round.state in ENDED)


class Neighbour(NamedTuple):
    """A sheet on the way through a round."""

    pk: int
    state: str
    position: int
    title: str


def neighbours_of(actor: Actor, assignment: Assignment) -> list[Neighbour]:
    """The expert's sheets of the same round that are open or handed in, in the round's order: the way through them."""
    rows = mine(actor).filter(entry__round=assignment.entry.round_id, state__in=("rating", "submitted"))
    columns = rows.values_list("pk", "state", "entry__position", "entry__dossier__title").order_by("entry__position")
    return [Neighbour(*row) for row in columns]


def next_of(actor: Actor, assignment: Assignment) -> Assignment | None:
    """The next open sheet of the same round after this one, else the first open one."""
    rows = mine(actor).filter(entry__round=assignment.entry.round_id, state="rating").order_by("entry__position")
    return rows.filter(entry__position__gt=assignment.entry.position).first() or rows.first()


def parties_by_dossier(assignments: Iterable[Assignment]) -> dict[int, dict[str, Any]]:
    """Who stands around each dossier, as the declaration names them: a fixed number of queries."""
    found = list(assignments)
    round_ = found[0].entry.round
    model = programme(round_.programme).model
    rows = model.objects.filter(pk__in=[a.entry.dossier_id for a in found]).select_related(
        "applicant", "recommender", "field", "created_by"
    )
    return {party.dossier.pk: _in_words(party) for party in parties_of(list(rows), round_.matter)}


def _in_words(party: Parties) -> dict[str, Any]:
    dossier = party.dossier
    return {
        "applicant": dossier.applicant.name,
        "recommender": str(dossier.recommender or ""),
        "participants": list(party.participants),
    }


def check_declarations(assignments: Iterable[Assignment], data: Mapping[str, str]) -> dict[int, str]:
    """What is missing, by assignment; under 0 what concerns all of them."""
    problems = {}
    for assignment in assignments:
        choice = data.get(f"choice-{assignment.pk}", "")
        if choice not in ("free", "recuse", "later"):
            problems[assignment.pk] = _t("请选择。")
        elif choice == "recuse" and not data.get(f"reason-{assignment.pk}", "").strip():
            problems[assignment.pk] = _t("申请回避的，请写明原因。")
        elif len(data.get(f"reason-{assignment.pk}", "")) > 300:
            problems[assignment.pk] = _t("原因不超过 300 字。")
    if any(data.get(f"choice-{a.pk}") == "free" for a in assignments) and not data.get("no_conflict"):
        problems[0] = _t("请勾选声明。")
    return problems


@transaction.atomic
def declare_all(assignments: Iterable[Assignment], data: Mapping[str, str], *, actor: Actor) -> tuple[int, int]:
    """Carries the declarations out: how many are free of conflicts, how many the expert steps out of."""
    declared = stepped_out = 0
    for assignment in assignments:
        choice = data[f"choice-{assignment.pk}"]
        if choice == "free":
            perform(assignment, "declare", actor=actor, data={"no_conflict": "on"})
            declared += 1
        elif choice == "recuse":
            perform(assignment, "recuse", actor=actor, data={"reason": data[f"reason-{assignment.pk}"]})
            stepped_out += 1
    return declared, stepped_out
