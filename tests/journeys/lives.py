"""Running pilots whose life so far was led through the door, so that a journey begins where it has something to show."""

from __future__ import annotations

from django.db import transaction

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.base import clock
from portal.base.workdays import add_months
from portal.lifecycle.engine import perform
from portal.notices.actions import close_due_items
from tests.factories import actor_of
from tests.journeys.conftest import Stage
from tests.journeys.office import set_clock
from tests.matrix.decisions import after, approval, order, show
from tests.pilot_data import people_of
from tests.running_data import agree, concluded, evaluate, fresh, material, ordered, sign_task_book, take
from tests.supervision.desk import Desk

#: as the desk of the tests calls its first pilot
TITLE = "第1项社区养老服务标准化试点"
TICKS = {"truthful": "on", "no_secrets": "on"}


def approved(stage: Stage, leader: Membership, unit: Membership) -> Pilot:
    """A pilot of that unit; the clock stands on the day of its document."""
    assert unit.unit is not None
    with transaction.atomic():
        desk = Desk(call=stage.call, chief=actor_of(stage.chief), leader=actor_of(leader))
        pilot = desk.decided_on(unit=unit.unit, recommender=stage.bureau)
        order(pilot, "intend")
        notice = show(pilot, desk.handler)
    set_clock(after(notice))
    with transaction.atomic():
        close_due_items()
        order(pilot, "approve", **approval())
    return fresh(pilot)


def in_midterm_review(stage: Stage, leader: Membership, unit: Membership) -> Pilot:
    """A pilot whose mid-term self-evaluation is filed."""
    pilot = approved(stage, leader, unit)
    with transaction.atomic():
        sign_task_book(pilot)
        take(pilot, "open_midterm", "handler")
        evaluate(pilot, "midterm")
        take(pilot, "file_midterm", "applicant", **TICKS)
    return fresh(pilot)


def past_midterm(stage: Stage, leader: Membership, unit: Membership) -> Pilot:
    """A pilot that has passed its mid-term."""
    pilot = in_midterm_review(stage, leader, unit)
    with transaction.atomic():
        concluded(pilot, "pilots.midterm")
        take(pilot, "pass_midterm", "handler", remark="")
    return fresh(pilot)


def reviewed(stage: Stage, leader: Membership, unit: Membership, conclusion: str = "recommended") -> Pilot:
    """A pilot whose acceptance was reviewed with that conclusion; the clock stands two months before its end."""
    pilot = past_midterm(stage, leader, unit)
    assert pilot.term_ends_on is not None
    set_clock(add_months(pilot.term_ends_on, -2))
    with transaction.atomic():
        evaluate(pilot, "acceptance")
        applicant = people_of(pilot).applicant
        perform(fresh(pilot), "apply_for_acceptance", actor=applicant, data=material(applicant))
        agree(pilot, "acceptance_consent")
        take(pilot, "open_acceptance_review", "handler")
        concluded(pilot, "pilots.acceptance", conclusion)
    return fresh(pilot)


def passed(stage: Stage, leader: Membership, unit: Membership) -> Pilot:
    """A pilot that has passed its acceptance."""
    pilot = reviewed(stage, leader, unit)
    with transaction.atomic():
        take(pilot, "conclude_acceptance", "handler", conclusion="pass")
        ordered(pilot, "pass_acceptance", number="沪市监标技〔2028〕66号", dated=clock.today().isoformat())
    return fresh(pilot)
