"""Running pilots whose life so far was led through the door, so that a journey begins where it has something to show."""

from __future__ import annotations

from django.db import transaction

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.base import clock
from portal.base.workdays import add_months
from portal.lifecycle.engine import perform
from portal.notices.actions import close_due_items
from tests.journeys.conftest import Stage
from tests.journeys.office import set_clock
from tests.matrix.decisions import after, approval, order, show
from tests.pilot_data import people_of, pilot_in
from tests.reviews.rounds import sitting
from tests.running_data import agree, concluded, evaluate, fresh, material, ordered, sign_task_book, take

TITLE = "浦东新区社区养老服务标准化试点"
TICKS = {"truthful": "on", "no_secrets": "on"}


def approved(stage: Stage, unit: Membership) -> Pilot:
    """A pilot of that unit; the clock stands on the day of its document."""
    assert unit.unit is not None
    with transaction.atomic():
        pilot = pilot_in("accepted", call=stage.call, unit=unit.unit, recommender=stage.bureau, title=TITLE)
        review = sitting([pilot], state="concluded")
        pilot = fresh(pilot)
        perform(pilot, "put_forward", actor=review.handler, data={"exclusions_checked": "on"})
        order(pilot, "intend")
        notice = show(pilot, review.handler)
    set_clock(after(notice))
    with transaction.atomic():
        close_due_items()
        order(pilot, "approve", **approval())
    return fresh(pilot)


def in_midterm_review(stage: Stage, unit: Membership) -> Pilot:
    """A pilot whose mid-term self-evaluation is filed."""
    pilot = approved(stage, unit)
    with transaction.atomic():
        sign_task_book(pilot)
        take(pilot, "open_midterm", "handler")
        evaluate(pilot, "midterm")
        take(pilot, "file_midterm", "applicant", **TICKS)
    return fresh(pilot)


def past_midterm(stage: Stage, unit: Membership) -> Pilot:
    """A pilot that has passed its mid-term."""
    pilot = in_midterm_review(stage, unit)
    with transaction.atomic():
        concluded(pilot, "pilots.midterm")
        take(pilot, "pass_midterm", "handler", remark="")
    return fresh(pilot)


def reviewed(stage: Stage, unit: Membership, conclusion: str = "recommended") -> Pilot:
    """A pilot whose acceptance was reviewed with that conclusion; the clock stands two months before its end."""
    pilot = past_midterm(stage, unit)
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


def passed(stage: Stage, unit: Membership) -> Pilot:
    """A pilot that has passed its acceptance."""
    pilot = reviewed(stage, unit)
    with transaction.atomic():
        take(pilot, "conclude_acceptance", "handler", conclusion="pass")
        ordered(pilot, "pass_acceptance", number="沪市监标技〔2028〕66号", dated=clock.today().isoformat())
    return fresh(pilot)
