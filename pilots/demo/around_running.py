"""What happens around a running pilot of the demonstration: requests and their dockets, statements before a decision."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from pilots.demo.acting import Declaration
from pilots.demo.running import endorse, handler_of, page
from pilots.demo.signing import Signing
from pilots.demo.timeline import Story
from portal.base import clock
from portal.lifecycle.engine import perform
from portal.supervision.models import Request, Statement
from portal.supervision.requests.kinds import kind


# --- requests -------------------------------------------------------------------------------------
def ask_for(d: Declaration, kind_id: str, reason: str, typed: dict[str, Any] | None = None) -> Request:
    """The undertaker asks for something, with a sealed letter; `typed` is what is changed in the fields of that kind."""
    request = _new(d, kind_id)
    letter = page(d, d.applicant, "request_letter", f"{kind(kind_id).label}申请", reason[:36])
    data = {**_shown(request), **(typed or {}), "reason": reason, "letter": [letter]}
    perform(request, "file", actor=d.applicant, data=data)
    return request


def begin_request(d: Declaration, kind_id: str) -> Request:
    """A request that is not filed yet."""
    request = _new(d, kind_id)
    perform(request, "begin", actor=d.applicant)
    return request


def take_back(d: Declaration, request: Request) -> None:
    perform(Request.objects.get(pk=request.pk), "take_back", actor=d.applicant)


def _new(d: Declaration, kind_id: str) -> Request:
    pilot = d.fresh
    return Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind=kind_id)


def _shown(request: Request) -> dict[str, Any]:
    """What the page shows before anybody changes it, as it would be sent back."""

    class Needed(Form):
        pass

    form = Needed()
    form.fields = request.kind_info.needs(request)
    found: dict[str, Any] = {}
    for field in form:
        value = field.value()
        found[field.html_name] = "" if value is None else value
    return found


# --- dockets --------------------------------------------------------------------------------------
def decided(docket: Signing, told: list[Declaration], days: Any, remark: str, steps: Any = None) -> Story:
    """A docket from its beginning to the leader's decision.

    Args:
        days: three instants: sent up, passed on, decided. steps: per key of the dossier (step, grounds) where it is not
        the usual one.
    """
    sent, passed, signed = days
    yield sent
    docket.begin(told)
    if steps:
        docket.propose(steps)
    docket.send_up(remark)
    yield passed
    docket.pass_on()
    yield signed
    docket.decide()


def decided_by_chief(docket: Signing) -> None:
    """The section chief decides a matter that ends with him."""
    perform(docket.fresh, "decide_as_chief", actor=docket.chief, data={"remark": "同意。"})


def endorsed(d: Declaration, kind_id: str, opinion: str = "", *, step: str = "agree") -> None:
    """The guarantor answers a request."""
    endorse(d, kind_id, opinion or "情况属实，所提安排不影响试点总体目标，同意。", step=step)


# --- statements -----------------------------------------------------------------------------------
def give_notice(d: Declaration, step: str, facts: str, grounds: str = "") -> Statement:
    """The handler gives notice of an intended decision."""
    pilot = d.fresh
    statement = Statement(dossier_id=pilot.pk, chain_id=pilot.chain_id, step=step)
    words = grounds or str(statement.kind_info.grounds)
    perform(statement, "draw_up", actor=handler_of(d), data={"facts": facts, "grounds": words})
    return statement


def serve(d: Declaration, statement: Statement, method: str = "直接送达") -> None:
    """The notice is served; its receipt is on file."""
    actor = handler_of(d)
    receipt = page(d, actor, "service_receipt", "送达回证", f"送达方式：{method}")
    data = {"served_on": clock.today().isoformat(), "method": method, "receipt": [receipt]}
    perform(Statement.objects.get(pk=statement.pk), "serve", actor=actor, data=data)


def state_case(d: Declaration, statement: Statement, text: str) -> None:
    """The undertaker says what it has to say."""
    perform(Statement.objects.get(pk=statement.pk), "state_case", actor=d.applicant, data={"text": text})


def waive(d: Declaration, statement: Statement) -> None:
    perform(Statement.objects.get(pk=statement.pk), "waive", actor=d.applicant)


def consider(d: Declaration, statement: Statement, finding: str) -> None:
    perform(Statement.objects.get(pk=statement.pk), "consider", actor=handler_of(d), data={"finding": finding})


def withdraw_notice(d: Declaration, statement: Statement, reason: str) -> None:
    data = {"reason": reason}
    perform(Statement.objects.get(pk=statement.pk), "withdraw_notice", actor=handler_of(d), data=data)
