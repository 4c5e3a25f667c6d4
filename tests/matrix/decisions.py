"""The prepared edges of everything between acceptance and the approval document."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict

from pilots.matters import public_facts
from pilots.models import Pilot
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call, Desk
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Subject
from portal.lifecycle.states import NEW
from portal.notices.actions import enter_letter, file_objection, start_notice
from portal.notices.models import Notice, Objection
from portal.reviews.actions import add_expert
from portal.reviews.models import Appointment, Assignment, Round
from portal.supervision.behalf import actions as behalf
from portal.supervision.behalf.kinds import kind
from portal.supervision.dockets import actions as dockets
from portal.supervision.models import Correction, Docket, Enquiry, OnBehalf, Request
from tests.factories import BodyFactory, MembershipFactory, actor, actor_of, handler_of
from tests.matrix.case import Case, Preparation, nothing
from tests.pilot_data import people_of, pilot_in, upload_for
from tests.reviews.rounds import MATTER, Sitting, concluded, enter, expert, sheet_data, sitting

REASON = {"reason": "理由详见办理记录。"}
REMARK = {"remark": "同意。"}
DOCUMENT = {"number": "沪市监标技〔2026〕1号"}


class Order:
    """A decided docket's order, as the door wants it."""

    def orders(self, subject: Subject, step: str) -> bool:
        return True

    def facts(self) -> dict[str, Any]:
        return {"docket": "CP-2026-0001"}


# --- pilots -------------------------------------------------------------------------------------
PILOT_STATES = ("project_review", "approval_decision", "notice", "not_approved")
_ORDERED = ("intend", "send_to_review", "reject", "reconsider", "approve", "correct", "reopen_approval")


def order(pilot: Pilot, step: str, **data: Any) -> None:
    """An ordered step, without the docket that would order it."""
    perform(pilot, step, actor=handler_of(pilot.call), data=data, warrant=Order())


def approval(**more: Any) -> dict[str, Any]:
    """What a document's registration passes on."""
    return {**DOCUMENT, "dated": clock.today().isoformat(), **more}


def plain_pilot(state: str, opinion: bool = True) -> Pilot:
    """A pilot in a state of the front end; of a submitted one without the recommender's opinion where not wanted."""
    return pilot_in(state, opinion=opinion)


def decided_pilot(state: str) -> Pilot:
    """A pilot in one of the states beyond acceptance; the round of its review had no panel."""
    pilot = pilot_in("accepted")
    if state == "accepted":
        return pilot
    handler = handler_of(pilot.call)
    perform(pilot, "open_review", actor=handler)
    concluded(pilot, MATTER)
    if state == "project_review":
        return pilot
    perform(pilot, "put_forward", actor=handler, data={"exclusions_checked": "on"})
    if state == "not_approved":
        order(pilot, "reject", **REASON)
    elif state in ("notice", "approved"):
        order(pilot, "intend")
        notice = show(pilot, handler)
        if state == "approved":
            with clock.moved(after(notice)):
                notice.items.update(outcome="clear")
                order(pilot, "approve", **approval())
    return pilot


def show(pilot: Pilot, handler: Actor) -> Notice:
    """A running notice with that pilot."""
    assert handler.membership is not None
    return start_notice(items=[(pilot, public_facts(pilot))], **_notice_facts(handler))


def after(notice: Notice) -> dt.date:
    """The day after its term."""
    assert notice.closes_on is not None
    return notice.closes_on + dt.timedelta(days=1)


def pilot_case(step: str, source: str) -> Preparation:
    """An edge of a pilot from acceptance on."""
    pilot = yield decided_pilot, source
    if step in _REGRADING:
        return _regrading_case(pilot, step)
    handler = people_of(pilot).handler
    warrant, day, data = Order() if step in _ORDERED else None, None, dict(REASON)
    if step == "put_forward":
        data = {"exclusions_checked": "on"}
    elif step == "approve":
        notice = Notice.objects.get()
        day = after(notice)
        notice.items.update(outcome="clear")
        with clock.moved(day):
            data = approval()
    elif step == "correct":
        data["title"] = "更正后的标准化试点"
    return Case(pilot, handler, data, day, warrant)


#: how far the regrading is when the step is taken
_REGRADING = {
    "propose_regrading": "",
    "agree_to_regrading": "asked",
    "decline_regrading": "asked",
    "drop_regrading": "asked",
    "regrade_to_general": "agreed",
}


def _regrading_case(pilot: Pilot, step: str) -> Case:
    pilot.project_class, pilot.regrade = "key", _REGRADING[step]
    Pilot.objects.filter(pk=pilot.pk).update(project_class=pilot.project_class, regrade=pilot.regrade)
    people = people_of(pilot)
    return Case(
        pilot, people.applicant if step in ("agree_to_regrading", "decline_regrading") else people.handler, REASON
    )


# --- reviews ------------------------------------------------------------------------------------
def commissionable() -> Sitting:
    """A round that can be commissioned: an acceptance."""
    from tests.running_data import running_in

    return sitting([running_in("acceptance_applied")], matter="pilots.acceptance")


def seated(state: str) -> Sitting:
    """A round in that state."""
    return sitting(state=state)


def commissioned(state: str) -> Sitting:
    """A round that a body runs."""
    found = commissionable()
    perform(found.round, "commission", actor=found.handler, data=commission())
    if state == "inviting":
        perform(found.round, "invite", actor=found.handler)
    return found


def commission() -> dict[str, Any]:
    """What commissions a round."""
    until = clock.today() + dt.timedelta(days=20)
    body = BodyFactory(kind=Body.Kind.INSTITUTE)
    return {"body": body.pk, "until": until.isoformat(), **REASON}


def round_case(step: str, source: str) -> Preparation:
    state = source if step != "conclude" else "scored"
    if step == "commission":
        found = yield (commissionable,)
        return Case(found.round, found.handler, commission())
    if step == "withdraw_commission":
        found = yield commissioned, source
        return Case(found.fresh(), found.handler, REASON)
    found = yield (nothing,) if source == NEW else (seated, state)
    if source == NEW:
        handler = actor(Role.HANDLER)
        facts = {"title": "立项评审", "held_on": clock.today(), "organiser": handler.membership}
        return Case(Round(programme="pilots", matter=MATTER, rule={}, **facts), handler)
    if step == "annul":
        return Case(found.round, found.handler, REASON)
    if step == "conclude":
        entry = found.round.entries.get()
        data = {"conclusion": "同意。", f"conclusion-{entry.pk}": "recommended", f"opinion-{entry.pk}": ""}
        return Case(found.fresh(), found.handler, data)
    if step == "open_scoring":
        for assignment, person in everybody(found):
            perform(assignment, "accept", actor=person)
    return Case(found.fresh(), found.handler)


def everybody(found: Sitting) -> list[tuple[Assignment, Actor]]:
    """Each assignment of a sitting with its expert, acting."""
    return [
        (assignment, person)
        for one, person in zip(found.experts, found.actors, strict=True)
        for assignment in found.of(one)
    ]


def appointment_case(step: str, source: str) -> Preparation:
    """An edge of an expert's appointment."""
    yield (nothing,)
    handler, first = actor(Role.HANDLER), clock.today()
    data = {"office": "评审专家", "first": first.isoformat(), "last": (first + dt.timedelta(days=700)).isoformat()}
    appointment = Appointment(expert=expert(1))
    if source == NEW:
        return Case(appointment, handler, data)
    perform(appointment, "appoint", actor=handler, data=data)
    return Case(appointment, handler, REASON)


_SITTING = {"invited": "inviting", "accepted": "accepted", "rating": "scoring", "submitted": "scored"}
_BY_EXPERT = ("accept", "decline", "declare", "recuse", "submit")


def assignment_case(step: str, source: str) -> Preparation:
    """An edge of an assignment; the handler enters sheets, a section chief checks them."""
    found: Sitting = yield seated, "preparing" if source == NEW else _SITTING.get(source, "accepted")
    if source == NEW:
        entry, asked = found.round.entries.get(), found.experts[0]
        return Case(Assignment(entry=entry, expert=asked, chain_id=found.round.chain_id), found.handler)
    assignment, expert_actor = everybody(found)[0]
    if source == "invited" and step == "enter_on_behalf":  # a sixth expert is asked when scoring has begun
        assignment = _asked_late(found)
    person = expert_actor if step in _BY_EXPERT else found.handler
    data: dict[str, Any] = dict(REASON)
    if source == "entered":
        enter(assignment, found.handler)
        person, data = actor(Role.SECTION_CHIEF), {"compared": "on", **REASON}
    if step in ("lock", "cancel"):
        person = SYSTEM
    elif step == "declare":
        data = {"no_conflict": "on"}
    elif step == "submit":
        data = sheet_data(assignment)
    elif step == "return_sheet":
        data["asked_by"] = "专家本人"
    elif step == "note_acceptance":
        data = {"how": "电话确认"}
    elif step == "enter_on_behalf":
        scan = [upload_for(found.handler, "score_sheet")]
        data = {**sheet_data(assignment), "declared": "on", "scan": scan}
    return Case(assignment, person, data)


def _asked_late(found: Sitting) -> Assignment:
    """The invitation of an expert who joins a panel that is scoring already."""
    for assignment, person in everybody(found):
        perform(assignment, "accept", actor=person)
    perform(found.fresh(), "open_scoring", actor=found.handler)
    late = expert(9)
    add_expert(found.fresh(), late, actor=found.handler)
    return Assignment.objects.get(expert=late)


# --- notices ------------------------------------------------------------------------------------
def _notice_facts(handler: Actor) -> dict[str, Any]:
    return {
        "programme": "pilots",
        "matter": "pilots.intended",
        "title": "拟立项项目公示",
        "days": 5,
        "responsible": handler.membership,
    }


def notice_case(step: str, source: str) -> Preparation:
    yield (nothing,)
    handler = actor(Role.HANDLER)
    if source == NEW:
        return Case(Notice(**_notice_facts(handler)), handler)
    notice = start_notice(items=[], publish=source == "running", **_notice_facts(handler))
    if step == "close":
        return Case(notice, handler, {"account": "未收到异议。"}, after(notice))
    return Case(notice, handler)


def objection_case(step: str, source: str) -> Preparation:
    pilot = yield plain_pilot, "accepted"
    handler = people_of(pilot).handler
    item = show(pilot, handler).items.get()
    facts = {"name": "欧阳实名", "phone": "13912345678", "grounds": "与事实不符。"}
    if source == NEW:
        if step == "enter":
            letter = Objection(item=item, received_on=clock.today(), entered_by=handler.membership, **facts)
            return Case(letter, handler)
        return Case(Objection(item=item, **facts), SYSTEM)
    if source == "entered":
        kept = enter_letter(item, actor=handler, files=[], received_on=clock.today(), **facts)
        second = _second_at_the_desk(pilot.call)
        return Case(kept, second, {"compared": "on"} if step == "confirm" else {"reason": "与来函不符。"})
    objection = file_objection(item, **facts)
    if source == "admitted":
        perform(objection, "admit", actor=handler, data={})
    answer = {"finding": "经核实与申报一致。", "answer": "感谢监督。"}
    return Case(objection, handler, {} if step == "admit" else answer)


def _second_at_the_desk(call: Call) -> Actor:
    """Another handler of the same fields."""
    second = MembershipFactory(role=Role.HANDLER)
    for desk in Desk.objects.filter(call=call):
        desk.handlers.add(second)
    return actor_of(second)


# --- dockets and what is beside them ------------------------------------------------------------
def begun(pilots: list[Pilot], matter: str = "pilots.intended") -> Docket:
    """A docket being drafted."""
    docket, refused = dockets.begin_docket(
        actor=handler_of(pilots[0].call), matter_id=matter, title="请示", dossiers=pilots
    )
    assert refused == []
    return docket


_SIGNED = {
    "drafting": 0,
    "chief_review": 1,
    "returned": 1,
    "leader_review": 2,
    "decided": 3,
    "scheduled": 3,
}


def docket_in(state: str, levels: int = 3, proposal: str = "intend") -> Docket:
    """A docket with one pilot in that state."""
    pilot = decided_pilot("approval_decision")
    docket, handler = begun([pilot]), handler_of(pilot.call)
    Docket._base_manager.filter(pk=docket.pk).update(levels=levels)
    docket.items.update(step=proposal, grounds="任务不具体。")
    chief, leader = actor(Role.SECTION_CHIEF), actor(Role.LEADER)
    signatures = [("send_up", handler), ("pass_on", chief), ("decide", leader)]
    for step, person in signatures[: _SIGNED.get(state, 3)]:
        perform(docket, step, actor=person, data=REMARK)
    if state == "returned":
        perform(docket, "send_back", actor=chief, data=REMARK)
    elif state == "scheduled":
        later = clock.today() + dt.timedelta(days=3)
        perform(docket, "schedule", actor=handler, data={"publish_on": later.isoformat()})
    return docket


def docket_case(step: str, source: str) -> Preparation:
    levels = 2 if step == "decide_as_chief" else 3
    docket: Docket = yield (nothing,) if source == NEW else (docket_in, source, levels)
    if source == NEW:
        drafter = MembershipFactory(role=Role.HANDLER)
        return Case(Docket(matter="pilots.intended", title="请示", drafter=drafter), actor_of(drafter))
    drafter = actor_of(docket.drafter)
    data: dict[str, Any] = {**REMARK, **REASON}
    if step == "schedule":
        data["publish_on"] = (clock.today() + dt.timedelta(days=3)).isoformat()
    if step == "issue_on_date":
        return Case(docket, SYSTEM, {}, docket.publish_on)
    signer = {"chief_review": Role.SECTION_CHIEF, "leader_review": Role.LEADER}.get(source)
    return Case(docket, actor(signer) if signer else drafter, data)


def issued_refusal() -> Docket:
    """A docket by which a pilot was refused, and its list of refusals."""
    docket = docket_in("decided", proposal="reject")
    perform(docket, "register", actor=actor_of(docket.drafter), data={})
    return docket


def correction_case(step: str, source: str) -> Preparation:
    docket: Docket = yield (issued_refusal,)
    handler = actor_of(docket.drafter)
    paper = docket.items.get().papers.get()
    correction = Correction(docket=docket, paper=paper, chain_id=docket.chain_id)
    if source == NEW:
        return Case(correction, handler, corrected(correction, handler))
    perform(correction, "propose", actor=handler, data=corrected(correction, handler))
    if step == "take_back":
        return Case(correction, handler)
    return Case(correction, actor(Role.SECTION_CHIEF), {**REMARK, **REASON})


def corrected(correction: Correction, handler: Actor) -> dict[str, Any]:
    """The list of the paper with another title in its first line."""
    data: dict[str, Any] = {**REASON, "original": [upload_for(handler, "correction")]}
    for row, cells in enumerate(correction.paper.snapshot["rows"]):
        for column, text in enumerate(cells):
            name = correction.paper.snapshot["columns"][column][0]
            data[f"cell-{row}-{column}"] = f"{text}（更正）" if (row, name) == (0, "title") else text
    return data


def request_case(step: str, source: str) -> Preparation:
    pilot = yield plain_pilot, "accepted"
    people = people_of(pilot)
    request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind="pilots.withdrawal")
    data = {**REASON, "letter": [upload_for(people.applicant, "request_letter")]}
    by_applicant = ("begin", "file", "discard", "take_back")
    by_time = ("lapse", "note_endorsement", "grant_ordered", "refuse_ordered")
    person = people.applicant if step in by_applicant else SYSTEM if step in by_time else people.handler
    if source == "draft":
        perform(request, "begin", actor=people.applicant)
    elif source != NEW:
        perform(request, "file", actor=people.applicant, data=data)
    if source == "endorsed":
        perform(request, "note_endorsement", actor=SYSTEM)
    return Case(request, person, data if step == "file" else REASON)


def enquiry_case(step: str, source: str) -> Preparation:
    pilot = yield plain_pilot, "accepted"
    people = people_of(pilot)
    enquiry = Enquiry(dossier_id=pilot.pk, chain_id=pilot.chain_id)
    question = {"question": "请说明经费来源。"}
    if source == NEW:
        return Case(enquiry, people.handler, question)
    perform(enquiry, "ask", actor=people.handler, data=question)
    answer = {"answer": "单位自筹。"}
    if source == "answered":
        perform(enquiry, "reply", actor=people.applicant, data=answer)
    return Case(enquiry, people.applicant if step == "reply" else people.handler, answer if step == "reply" else {})


def behalf_case(step: str, source: str) -> Preparation:
    pilot = yield plain_pilot, "submitted", False
    people = people_of(pilot)
    data = QueryDict(mutable=True)
    data.update(
        {
            "signed_by": "市民政局",
            "signed_on": clock.today().isoformat(),
            "opinion": "同意推荐。",
            "rank": "1",
            "opinion_scan": upload_for(people.handler, "recommendation_opinion"),
        }
    )
    known = kind("recommend")
    assert known is not None
    if source == NEW:
        return Case(behalf.new_entry(known, pilot, None), people.handler, data)
    entry: OnBehalf = behalf.enter(known, pilot, actor=people.handler, data=data)
    if step == "take_back":
        return Case(entry, people.handler)
    return Case(entry, people.chief, {"compared": "on", **REASON})


PREPARE = {
    "notices.notice": notice_case,
    "notices.objection": objection_case,
    "reviews.appointment": appointment_case,
    "reviews.assignment": assignment_case,
    "reviews.round": round_case,
    "supervision.correction": correction_case,
    "supervision.docket": docket_case,
    "supervision.enquiry": enquiry_case,
    "supervision.onbehalf": behalf_case,
    "supervision.request": request_case,
}
