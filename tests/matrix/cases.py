"""Each declared edge, prepared: a subject in the edge's source state, the person who may take it, what is typed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call
from portal.deadlines.actions import nudge
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import perform
from portal.lifecycle.states import NEW
from portal.registration.models import Claim, Join
from portal.supervision.models import Endorsement
from tests.factories import (
    BodyFactory,
    CallFactory,
    DistrictBureauFactory,
    DistrictFactory,
    UnitFactory,
    UserFactory,
    actor,
    make_credit_code,
)
from tests.matrix import decisions, importing, running
from tests.matrix.case import Base, Case, Preparation, nothing
from tests.matrix.table import real_subjects
from tests.pilot_data import people_of, pilot_in, step_data, take, upload_for

Edge = tuple[str, str, str]


def edges() -> Iterator[Edge]:
    """All declared edges as (subject, step, source state)."""
    for label, model in sorted(real_subjects().items()):
        for name, step in steps_of(model).items():
            for source in step.sources:
                yield label, name, source


def base_of(label: str, step: str, source: str) -> Base:
    """What the case of an edge begins with; KeyError when nobody wrote one for a new subject."""
    return next(_PREPARE[label](step, source))


def prepare(label: str, step: str, source: str, base: Any) -> Case:
    """The case of an edge, made of its base."""
    preparation = _PREPARE[label](step, source)
    next(preparation)
    with pytest.raises(StopIteration) as end:  # a case has one base
        preparation.send(base)
    case: Case = end.value.value
    return case


# --- pilots -------------------------------------------------------------------------------------
_BY = {
    "recommender": {"note_opinion", "set_rank", "recommend", "send_back", "decline"},
    "applicant": {"submit", "retract", "supplement", "withdraw"},
    "chief": {"agree_second_correction", "refuse_second_correction"},
    "time": {"lapse", "lapse_correction"},
}


def _pilot(step: str, source: str) -> Preparation:
    if running.is_running_case(step, source):
        return (yield from running.pilot_case(step, source))
    if source == NEW:
        return (yield from _new_pilot(step))
    if source in decisions.PILOT_STATES or step in ("open_review", "grant_withdrawal"):
        return (yield from decisions.pilot_case(step, source))
    pilot = yield decisions.plain_pilot, _way_to(step, source), step != "retract"
    people = people_of(pilot)
    who = next((name for name, steps in _BY.items() if step in steps), "handler")
    person = SYSTEM if who == "time" else getattr(people, who)
    day = None
    if step in ("agree_second_correction", "refuse_second_correction"):
        take(pilot, "ask_second_correction", people.handler)
    elif step in ("lapse", "lapse_correction"):
        limits = (pilot.call.closes_on, pilot.return_due_on, pilot.correction_due_on)
        day = max(limit for limit in limits if limit) + dt.timedelta(days=1)
    elif step == "lapse_silent":
        nudge(pilot, actor=people.handler)
        day = pilot.call.reporting_closes_on + dt.timedelta(days=1)
    if day is None:
        return Case(pilot, person, step_data(pilot, step, person))
    with clock.moved(day):
        return Case(pilot, person, step_data(pilot, step, person), day)


def _way_to(step: str, source: str) -> str:
    return "supplemented" if "second_correction" in step else source


def _new_pilot(step: str) -> Preparation:
    source = yield decisions.plain_pilot, "not_recommended"
    person = people_of(source).applicant
    new = type(source)(
        programme="pilots",
        call=source.call,
        applicant=source.applicant,
        district_id=source.district_id,
        created_by=person.user,
    )
    if step == "begin_copy":
        new.copied_from_id = source.pk
    return Case(new, person)


# --- calls --------------------------------------------------------------------------------------
def _published(published: bool) -> Call:
    return CallFactory(published=published)


def _call(step: str, source: str) -> Preparation:
    call = yield (nothing,) if source == NEW else (_published, source != "draft")
    handler = actor(Role.HANDLER)
    if source == NEW:
        day = clock.today()
        return Case(
            Call(programme="pilots", year=day.year, title="通知", opens_on=day, closes_on=day, reporting_closes_on=day),
            handler,
        )
    if step == "publish":
        return Case(call, handler, {"number": "沪市监标技〔2023〕139号", "issued_on": clock.today().isoformat()})
    if step == "extend":
        later = {
            "closes_on": call.closes_on + dt.timedelta(days=9),
            "reporting_closes_on": call.reporting_closes_on + dt.timedelta(days=9),
        }
        return Case(
            call, handler, {**{name: day.isoformat() for name, day in later.items()}, "reason": "应申报单位要求"}
        )
    return Case(call, handler, day=call.closes_on + dt.timedelta(days=1))


# --- registration -------------------------------------------------------------------------------
_CODES = iter(range(500_000, 600_000))


def claim_data(district: str = "310115") -> dict[str, Any]:
    """A unit's record as a browser sends it."""
    return {
        "name": "上海浦江智造科技有限公司",
        "credit_code": make_credit_code(next(_CODES), district),
        "nature": "enterprise",
        "district": DistrictFactory(code=district).pk,
        "registered_address": "上海市浦东新区张江路 1 号",
        "legal_representative": "李明",
        "employees": "85",
        "business": "智能制造装备研发",
        "credit_statement": "近三年无严重违法失信记录",
        "contact_name": "王芳",
        "contact_mobile": "13900000001",
        "contact_email": "wang@example.org",
        "postal_address": "上海市浦东新区张江路 1 号",
        "postcode": "201203",
        "full_time_staff": "1",
        "part_time_staff": "2",
    }


_REASONS = {"reasons": "登记信息与证照不一致。", "reason": "登记信息与证照不一致。"}


def _claim(step: str, source: str) -> Preparation:
    yield (nothing,)
    claimant = Actor(UserFactory())
    claim, data = Claim(user=claimant.user), claim_data()
    if source == NEW:
        return Case(claim, claimant, data)
    perform(claim, "submit", actor=claimant, data=data)
    bureau = actor(Role.RECOMMENDER, body=DistrictBureauFactory(district=claim.district))
    if source == "returned":
        perform(claim, "send_back", actor=bureau, data=_REASONS)
    if step in ("resubmit", "withdraw"):
        return Case(claim, claimant, data)
    return Case(claim, bureau, {"opinion": ""} if step == "confirm" else _REASONS)


def _join(step: str, source: str) -> Preparation:
    yield (nothing,)
    unit, claimant = UnitFactory(), Actor(UserFactory())
    administrator = actor(Role.UNIT_ADMIN, unit=unit)
    join, data = Join(user=claimant.user, unit=unit), {"note": "标准化部员工"}
    if source == NEW:
        return Case(join, claimant, data)
    perform(join, "ask", actor=claimant, data=data)
    if source == "returned":
        perform(join, "send_back", actor=administrator, data=_REASONS)
    if step in ("ask_again", "withdraw"):
        return Case(join, claimant, data)
    return Case(join, administrator, {"role": "unit_editor"} if step == "admit" else _REASONS)


# --- endorsements -------------------------------------------------------------------------------
def _key_project() -> tuple[Body, Pilot]:
    department = BodyFactory()
    return department, pilot_in("submitted", key=True, industry_department=department)


def _endorsement(step: str, source: str) -> Preparation:
    department, pilot = yield (_key_project,)
    if source == NEW:
        new = Endorsement(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind="other", label="意见", body=department)
        if step == "ask":
            return Case(new, SYSTEM)
        handler = people_of(pilot).handler
        facts = {"body": department.pk, "held_on": clock.today().isoformat(), "signer": "郑十", "opinion": "无异议。"}
        return Case(new, handler, {**facts, "scan": [upload_for(handler, "endorsement")]})
    asked = Endorsement.objects.get(dossier=pilot)
    if step == "expire":
        return Case(asked, people_of(pilot).handler, {"reason": "多次提醒未答复。"})
    person = actor(Role.RECOMMENDER, body=department)
    scan = [upload_for(person, "endorsement")]
    return Case(asked, person, {"opinion": "同意。", "signer": "郑十", "scan": scan})


_PREPARE: dict[str, Callable[[str, str], Preparation]] = {
    **decisions.PREPARE,
    **running.PREPARE,
    "calls.call": _call,
    "exchange.importjob": importing.job_case,
    "pilots.pilot": _pilot,
    "registration.claim": _claim,
    "registration.join": _join,
    "supervision.endorsement": _endorsement,
}
