"""Rounds for tests: experts with accounts, rounds that went through the door into a state, many rows quickly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle import history
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Chain
from portal.reviews import actions
from portal.reviews.models import Assignment, Entry, Expert, Round, Seat
from tests.factories import MembershipFactory, actor_of, handler_of
from tests.pilot_data import pilot_in, upload_for

MATTER = "pilots.project_review"


@dataclass
class Sitting:
    """A round with the people around it."""

    round: Round
    handler: Actor
    experts: list[Expert] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    @property
    def handler_membership(self) -> Membership:
        assert self.handler.membership is not None
        return self.handler.membership

    def of(self, expert: Expert) -> list[Assignment]:
        mine = Assignment.objects.filter(entry__round=self.round, expert=expert).select_related(
            "entry__round", "expert"
        )
        return list(mine.order_by("entry__position"))

    def fresh(self) -> Round:
        return Round.objects.get(pk=self.round.pk)


def expert(number: int = 0, *, account: bool = True, **facts: Any) -> Expert:
    """An expert of the register; with an account unless it shall have none."""
    membership = MembershipFactory(role=Role.EXPERT) if account else None
    values = {
        "user": membership.user if membership else None,
        "name": membership.user.name if membership else f"无账号专家{number}",
        "employer": f"上海示例研究院第{number}所",
        "phone": "13800000000",
        "email": membership.user.email if membership else f"paper{number}@example.org",
        "fields": ["governance"],
        "title": "教授级高级工程师",
        "standards_expert": number == 0,
        **facts,
    }
    return Expert.objects.create(**values)


def actor_for(found: Expert) -> Actor:
    """The expert, acting."""
    return actor_of(Membership.objects.get(user=found.user, role=Role.EXPERT))


def clone(pilot: Pilot, number: int) -> Pilot:
    """Another dossier like that one, without its form: rows for lists."""
    copy = Pilot.objects.get(pk=pilot.pk)
    copy.pk = copy.id = copy.dossier_ptr_id = None  # type: ignore[assignment]
    copy._state.adding = True
    copy.chain = Chain.objects.create()
    copy.number = f"SD-2099-{number:04d}"
    copy.title = f"{pilot.title}（之{number}）"
    copy.rank = number
    copy.save()
    return Pilot.objects.get(pk=copy.pk)


def accepted(number: int = 1) -> list[Pilot]:
    """Accepted dossiers of one call; the first one is real, the others are rows."""
    first = pilot_in("accepted")
    return [first, *[clone(first, n) for n in range(2, number + 1)]]


def sitting(
    pilots: Iterable[Pilot] = (),
    *,
    panel: int = 5,
    paper_experts: int = 0,
    state: str = "preparing",
    matter: str = MATTER,
    **facts: Any,
) -> Sitting:
    """A round in that state: everybody accepted and declared where it is scored. `pilots`: one accepted, unless given."""
    pilots = list(pilots) or accepted()
    handler = handler_of(pilots[0].call)
    values = {"title": "2026年度立项评审", "held_on": clock.today(), "place": "301会议室", **facts}
    round_ = actions.set_up_round(actor=handler, matter_id=matter, **values)
    refused = actions.take_in(round_, pilots, actor=handler)
    assert refused == [], refused
    experts = [expert(n, account=n < panel - paper_experts) for n in range(panel)]
    actions.set_panel(round_, experts, actor=handler)
    actions.set_chair(round_, experts[0], actor=handler)
    round_.refresh_from_db(fields=["chair"])
    found = Sitting(round_, handler, experts, [actor_for(e) for e in experts if e.user_id])
    if state == "preparing":
        return found
    perform(round_, "invite", actor=handler)
    if state == "inviting":
        return found
    for one, actor in zip(experts, found.actors, strict=False):
        for assignment in found.of(one):
            perform(assignment, "accept", actor=actor)
    for one in experts[len(found.actors) :]:
        for assignment in found.of(one):
            perform(assignment, "note_acceptance", actor=handler, data={"how": "电话确认"})
    perform(round_, "open_scoring", actor=handler)
    if state == "accepted":
        return found
    for one, actor in zip(experts, found.actors, strict=False):
        for assignment in found.of(one):
            perform(assignment, "declare", actor=actor, data={"no_conflict": "on"})
    if state == "scoring":
        return found
    for number, (one, actor) in enumerate(zip(experts, found.actors, strict=False)):
        for assignment in found.of(one):
            hand_in(assignment, actor, Decimal("0.8") + Decimal("0.02") * number)
    if state == "scored":
        return found
    conclude(found)
    return found


def sheet_data(assignment: Assignment, share: Decimal = Decimal("0.8")) -> dict[str, Any]:
    """A sheet as a browser sends it: that share of each item, on half points."""
    data: dict[str, Any] = {"opinion": "目标明确，任务可行，建议进一步量化指标。"}
    for item in assignment.sheet.items:
        data[f"score-{item.id}"] = str((item.highest * share * 2).to_integral_value() / 2)
        data[f"comment-{item.id}"] = "见证明材料。" if item.bonus else "" if share >= Decimal("0.7") else "依据不足。"
    return data


def hand_in(assignment: Assignment, actor: Actor, share: Decimal = Decimal("0.8")) -> None:
    """Hands a sheet in."""
    perform(assignment, "submit", actor=actor, data=sheet_data(assignment, share))


def enter(assignment: Assignment, handler: Actor, share: Decimal = Decimal("0.8")) -> None:
    """Enters a paper sheet on behalf."""
    data = {**sheet_data(assignment, share), "declared": "on", "scan": [upload_for(handler, "score_sheet")]}
    perform(assignment, "enter_on_behalf", actor=handler, data=data)


def conclude(found: Sitting, **conclusions: str) -> None:
    """Ends a round: every dossier is recommended unless said otherwise."""
    data: dict[str, Any] = {"conclusion": "项目总体质量较好。", "minutes": "〔2026〕3号"}
    for entry in found.round.entries.all():
        data[f"conclusion-{entry.pk}"] = conclusions.get(f"c{entry.pk}", "recommended")
        data[f"opinion-{entry.pk}"] = "建议完善实施计划。"
    perform(found.fresh(), "conclude", actor=found.handler, data=data)


#: how a round comes to its conclusion
_WAY = (("invite", "inviting"), ("open_scoring", "scoring"), ("conclude", "concluded"))


def concluded(pilot: Pilot, matter: str, conclusion: str = "recommended", opinion: str = "符合要求。") -> Entry:
    """A concluded round on the pilot, as its conclusion leaves it and its history behind, without experts.

    For what comes after a review: a round with a panel goes through the door by `sitting`.
    """
    handler = handler_of(pilot.call)
    round_ = actions.set_up_round(actor=handler, matter_id=matter, title="评审", held_on=clock.today())
    at = clock.now()
    with transaction.atomic():
        before = round_.state
        for step, state in _WAY:
            Round._base_manager.filter(pk=round_.pk).update(state=state, concluded_at=at)
            label = str(steps_of(Round)[step].label)
            held = Round.objects.get(pk=round_.pk)
            history.write(held, actor=handler, at=at, label=label, step=step, from_state=before, inside=True)
            before = state
    return Entry.objects.create(
        round=Round.objects.get(pk=round_.pk),
        dossier_id=pilot.pk,
        position=1,
        pass_line=60,
        mean="82.50" if conclusion == "recommended" else "55.00",
        spread="6.00",
        passed=conclusion == "recommended",
        conclusion=conclusion,
        opinion=opinion,
    )


def large(entries: int, experts: int, *, valid: bool = True) -> Sitting:
    """A round of many rows, written without the door: for counting queries and time."""
    first = pilot_in("accepted")
    handler = handler_of(first.call)
    round_ = actions.set_up_round(actor=handler, matter_id=MATTER, title="大批量评审", held_on=clock.today())
    people = [expert(n) for n in range(experts)]
    Seat.objects.bulk_create(Seat(round=round_, expert=person) for person in people)
    pilots = [first, *[clone(first, n) for n in range(2, entries + 1)]]
    Entry.objects.bulk_create(
        Entry(round=round_, dossier_id=pilot.pk, position=n, pass_line=60) for n, pilot in enumerate(pilots, 1)
    )
    items = round_.sheet.items
    rows = []
    for entry in Entry.objects.filter(round=round_):
        for number, person in enumerate(people):
            scores = {item.id: str(item.highest * (70 + (entry.position + number * 7) % 25) / 100) for item in items}
            rows.append(
                Assignment(
                    entry=entry,
                    expert=person,
                    chain_id=round_.chain_id,
                    state="submitted" if valid else "rating",
                    scores=scores,
                    total=sum(Decimal(value) for value in scores.values()),
                    opinion="目标明确。",
                    submitted_at=clock.now(),
                )
            )
    Assignment.objects.bulk_create(rows, batch_size=500)
    Round._base_manager.filter(pk=round_.pk).update(state="scoring")
    return Sitting(Round.objects.get(pk=round_.pk), handler, people, [])
