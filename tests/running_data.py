"""Running pilots for tests: the way through the door from the approval document into any later state.

`running_in("implementing")` gives a pilot that really went there. Steps that a docket orders are taken under a warrant, as its
registration would; the clock is moved where a term has to pass.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from pilots.models import Pilot
from portal.accounts.actors import SYSTEM, Actor
from portal.base import clock
from portal.base.workdays import add_months
from portal.execution import evaluations
from portal.execution.models import Evaluation, TaskBook
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.supervision.models import Endorsement, Request, Statement
from tests.matrix.decisions import Order, decided_pilot
from tests.pilot_data import people_of, upload_for
from tests.reviews.rounds import concluded

REASON = {"reason": "理由详见办理记录。"}
DOCUMENT = {"number": "沪市监标技〔2026〕88号"}


def fresh(pilot: Pilot) -> Pilot:
    """The pilot as it is now."""
    return Pilot.objects.select_related("call", "applicant", "recommender", "guarantor").get(pk=pilot.pk)


def ordered(pilot: Pilot, step: str, **data: Any) -> Record:
    """A step that a docket orders, without the docket."""
    handler = people_of(pilot).handler
    day = {"dated": clock.today().isoformat()}
    return perform(fresh(pilot), step, actor=handler, data={**REASON, **DOCUMENT, **day, **data}, warrant=Order())


def take(pilot: Pilot, step: str, who: str | Actor, **data: Any) -> Record:
    """A step of the pilot, by one of its people."""
    person = SYSTEM if who == "time" else getattr(people_of(pilot), who) if isinstance(who, str) else who
    return perform(fresh(pilot), step, actor=person, data=data)


# --- the task book --------------------------------------------------------------------------------
def signature(actor: Actor) -> dict[str, Any]:
    """What a party types in when it signs."""
    return {
        "signer": "钱六",
        "signed_on": clock.today().isoformat(),
        "scan": [upload_for(actor, "task_book_scan")],
    }


def sign_task_book(pilot: Pilot, until: str = "signed") -> TaskBook:
    """Leads the task book to its signatures, up to a state of it."""
    people = people_of(pilot)
    book = TaskBook.objects.get(dossier_id=pilot.pk)
    way = (
        ("signing", "settle_text", people.applicant, False),
        ("guarantor_signing", "sign_as_undertaker", people.applicant, True),
        ("bureau_signing", "sign_as_guarantor", people.recommender, True),
        ("signed", "sign_as_bureau", people.handler, True),
    )
    for state, step, person, signs in way:
        if book.state == until:
            break
        if not steps_of(TaskBook)[step].leads_from(book.state):
            continue  # it was led there before
        perform(book, step, actor=person, data=signature(person) if signs else {})
        assert book.state == state
    return TaskBook.objects.get(pk=book.pk)


# --- self-evaluations, rectifications ---------------------------------------------------------------
def evaluate(pilot: Pilot, stage: str) -> Evaluation:
    """Fills in the self-evaluation of a stage."""
    found = evaluations.begun(fresh(pilot), stage)
    texts = {name: "按任务书完成，情况良好。" for name, *_rest in evaluations.TEXTS[stage]}
    actual = {row["id"]: (row["target"] or "1", "") for row in found.content["targets"]}
    return evaluations.save(found, actor=people_of(pilot).applicant, actual=actual, texts=texts)


def material(actor: Actor) -> dict[str, Any]:
    """The obligatory material of an acceptance, and the ticks."""
    names = ("self_evaluation", "summary", "standards", "records", "effects")
    files = {f"file_{name}": [upload_for(actor, f"acceptance_{name}")] for name in names}
    return {**files, "truthful": "on", "no_secrets": "on"}


def rectification_report(actor: Actor, points: int = 1) -> dict[str, Any]:
    """Answers to so many points, with evidence."""
    answers = {f"answer-{n}": "已整改，见佐证材料。" for n in range(1, points + 1)}
    return {**answers, "summary": "已逐条整改。", "evidence": [upload_for(actor, "rectification_report")]}


def agree(pilot: Pilot, kind: str) -> None:
    """The guarantor agrees to what it was asked."""
    person = people_of(pilot).recommender
    asked = Endorsement.objects.get(dossier_id=pilot.pk, kind=kind, state="asked")
    scan = [upload_for(person, "endorsement")]
    perform(asked, "agree", actor=person, data={"opinion": "同意。", "signer": "郑十", "scan": scan})


def hear(pilot: Pilot, step: str, end: str = "waive") -> Statement:
    """Notice of an intended decision, served, and ended: "waive", "state" (considered), or "" (still running)."""
    people = people_of(pilot)
    statement = Statement(dossier_id=pilot.pk, chain_id=pilot.chain_id, step=step)
    perform(statement, "draw_up", actor=people.handler, data={"facts": "逾期未办理。", "grounds": "不符合要求。"})
    receipt = [upload_for(people.handler, "service_receipt")]
    served = {"served_on": clock.today().isoformat(), "method": "直接送达", "receipt": receipt}
    perform(statement, "serve", actor=people.handler, data=served)
    if end == "waive":
        perform(statement, "waive", actor=people.applicant)
    elif end == "state":
        perform(statement, "state_case", actor=people.applicant, data={"text": "请予宽限。"})
        perform(statement, "consider", actor=people.handler, data={"finding": "不予采纳，理由见记录。"})
    return statement


def upload_letter(applicant: Actor) -> dict[str, Any]:
    """The sealed letter of a request."""
    return {"letter": [upload_for(applicant, "request_letter")]}


def ask_for(pilot: Pilot, kind: str, *, endorsed: bool = True, **data: Any) -> Request:
    """A request that was filed, with the guarantor's consent."""
    applicant = people_of(pilot).applicant
    request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind=kind)
    perform(request, "file", actor=applicant, data={"reason": "特殊原因。", **upload_letter(applicant), **data})
    if endorsed:
        agree(pilot, kind)
    return Request.objects.get(pk=request.pk)


# --- states ---------------------------------------------------------------------------------------
@contextlib.contextmanager
def on(day: dt.date) -> Iterator[None]:
    """The clock at nine in the morning of a day."""
    with clock.moved(clock.at(day, 9)):
        yield


def before_the_end(pilot: Pilot, months: int = 2) -> dt.date:
    """So many months before the term ends, where it may apply for acceptance."""
    assert pilot.term_ends_on is not None
    return add_months(pilot.term_ends_on, -months)


def _implementing() -> Pilot:
    pilot = decided_pilot("approved")
    sign_task_book(pilot)
    return fresh(pilot)


def _midterm_due() -> Pilot:
    pilot = _implementing()
    take(pilot, "open_midterm", "handler")
    return fresh(pilot)


def _midterm_review() -> Pilot:
    pilot = _midterm_due()
    evaluate(pilot, "midterm")
    take(pilot, "file_midterm", "applicant", truthful="on", no_secrets="on")
    return fresh(pilot)


def _midterm_rectify() -> Pilot:
    pilot = _midterm_review()
    concluded(pilot, "pilots.midterm", "not_recommended", "标准实施记录不完整。")
    due = (clock.today() + dt.timedelta(days=60)).isoformat()
    take(pilot, "order_midterm_rectification", "handler", points="补齐实施记录", due_on=due)
    return fresh(pilot)


def _after_midterm() -> Pilot:
    pilot = _midterm_review()
    concluded(pilot, "pilots.midterm")
    take(pilot, "pass_midterm", "handler", remark="")
    return fresh(pilot)


def _overdue() -> Pilot:
    pilot = _after_midterm()
    assert pilot.term_ends_on is not None
    with on(pilot.term_ends_on + dt.timedelta(days=1)):
        take(pilot, "fall_overdue", "time")
    return fresh(pilot)


def apply_for_acceptance(pilot: Pilot) -> Pilot:
    """The application with its self-evaluation; the guarantor is asked for its opinion."""
    evaluate(pilot, "acceptance")
    applicant = people_of(pilot).applicant
    perform(fresh(pilot), "apply_for_acceptance", actor=applicant, data=material(applicant))
    return fresh(pilot)


def _acceptance_applied() -> Pilot:
    pilot = _after_midterm()
    with on(before_the_end(pilot)):
        apply_for_acceptance(pilot)
        agree(pilot, "acceptance_consent")
    return fresh(pilot)


def _acceptance_review() -> Pilot:
    pilot = _acceptance_applied()
    with on(before_the_end(pilot)):
        take(pilot, "open_acceptance_review", "handler")
    return fresh(pilot)


def _acceptance_decision(conclusion: str = "pass") -> Pilot:
    pilot = _acceptance_review()
    code = {"pass": "recommended", "rectify": "reserve", "fail": "not_recommended"}[conclusion]
    with on(before_the_end(pilot)):
        concluded(pilot, "pilots.acceptance", code)
        data = {"conclusion": conclusion, "points": "补充成效证明" if conclusion == "rectify" else "", "months": "3"}
        take(pilot, "conclude_acceptance", "handler", **data)
    return fresh(pilot)


def _acceptance_rectify() -> Pilot:
    pilot = _acceptance_decision("rectify")
    with on(before_the_end(pilot)):
        ordered(pilot, "order_acceptance_rectification")
    return fresh(pilot)


def ended_from(state: str, step: str) -> Pilot:
    """A pilot that came to an end from that state, by that step of a docket."""
    return _ended(_WAYS[state], step)


def _ended(source: Callable[[], Pilot], step: str) -> Pilot:
    pilot = source()
    last = clock.local(Record.objects.filter(chain_id=pilot.chain_id).latest("seq").at).date()
    with on(max(before_the_end(pilot), last, clock.today())):
        if step in ("terminate", "revoke_approval", "fail_acceptance"):
            hear(pilot, step)
        ordered(pilot, step)
    return fresh(pilot)


def _passed() -> Pilot:
    return _ended(_acceptance_decision, "pass_acceptance")


def _result_revoked() -> Pilot:
    pilot = _passed()
    with on(before_the_end(pilot)):
        hear(pilot, "revoke_result")
        ordered(pilot, "revoke_result")
    return fresh(pilot)


_WAYS: dict[str, Callable[[], Pilot]] = {
    "approved": lambda: decided_pilot("approved"),
    "implementing": _implementing,
    "after_midterm": _after_midterm,
    "midterm_due": _midterm_due,
    "midterm_review": _midterm_review,
    "midterm_rectify": _midterm_rectify,
    "overdue": _overdue,
    "acceptance_applied": _acceptance_applied,
    "acceptance_review": _acceptance_review,
    "acceptance_decision": _acceptance_decision,
    "acceptance_rectify": _acceptance_rectify,
    "passed": _passed,
    "failed": lambda: _ended(lambda: _acceptance_decision("fail"), "fail_acceptance"),
    "terminated": lambda: _ended(_implementing, "terminate"),
    "approval_revoked": lambda: _ended(_implementing, "revoke_approval"),
    "result_revoked": _result_revoked,
}
#: the states that `running_in` knows; "after_midterm" is "implementing" again
WAYS = tuple(_WAYS)


def running_in(state: str) -> Pilot:
    """A pilot in that state, led there through the door."""
    return _WAYS[state]()
