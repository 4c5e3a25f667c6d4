"""The duties of a running pilot on the moved clock: who is reminded when, what time does by itself, what a pause stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.base import clock
from portal.base.errors import Unmet
from portal.deadlines.models import Deadline, Reminder
from portal.deadlines.sweep import sweep
from portal.execution.models import Milestone
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.models import Rectification, Suspension
from tests.factories import sign_in
from tests.pilot_data import people_of
from tests.pilots.reckoning import ONE, Life, months_later
from tests.running_data import fresh, on, ordered, running_in, take

pytestmark = pytest.mark.django_db

#: who is told, as the roles of the people
OWNER = ("unit_admin",)
WITH_GUARANTOR = ("recommender", "unit_admin")
AND_HANDLER = ("handler", "recommender", "unit_admin")
AND_CHIEF = ("handler", "recommender", "section_chief", "unit_admin")
#: a reminder: its duty, its day, who is told
Sent = tuple[str, dt.date, tuple[str, ...]]


def offsets(duty: str, due: dt.date, before: Iterable[int], after: Iterable[int], told: tuple[str, ...]) -> set[Sent]:
    """The reminders of a duty: its owner before, its owner and others after."""
    early = {(duty, due - dt.timedelta(days=days), OWNER) for days in before}
    return early | {(duty, due + dt.timedelta(days=days), told) for days in after}


def sent(pilot: Pilot) -> list[Sent]:
    """Every reminder that went out on a pilot, in order."""
    roles = dict(Membership.objects.values_list("user", "role"))
    found = []
    for row in Reminder.objects.filter(sent=True, deadline__dossier=pilot).select_related("deadline").order_by("pk"):
        key = f"deadline:{row.deadline_id}:{row.due_on}:{row.offset}"
        told = {roles[user] for user in Message.objects.filter(key=key).values_list("recipient", flat=True)}
        found.append((row.deadline.duty, row.on, tuple(sorted(told))))
    return found


def sweep_on(*days: dt.date) -> None:
    """Sweeps on these days, each twice: the second time finds nothing to do."""
    for day in sorted(set(days)):
        with on(day):
            report = sweep(day)
            again = sweep(day)
        assert report.problems == 0
        assert (again.reminders, again.steps_taken) == (0, 0)


def around(expected: set[Sent]) -> list[dt.date]:
    """The days of the reminders and those beside them, on which nothing else is sent."""
    return [day + n * ONE for _duty, day, _told in expected for n in (-1, 0, 1)]


def everybody(pilot: Pilot) -> None:
    """The people around a pilot are there before anybody is told."""
    people_of(pilot)


# --- one duty -------------------------------------------------------------------------------------
def test_an_unsigned_task_book_is_reminded_of_and_told_on() -> None:
    pilot = running_in("approved")
    everybody(pilot)
    assert pilot.approved_on is not None
    due = pilot.approved_on + dt.timedelta(days=30)
    expected = offsets("task_book", due, (7, 3), (1, 7, 15), AND_HANDLER)
    sweep_on(*around(expected))
    assert sorted(sent(pilot)) == sorted(expected)


def test_missed_days_lose_nothing_and_the_latest_reminder_speaks_for_those_before() -> None:
    pilot = running_in("approved")
    everybody(pilot)
    assert pilot.approved_on is not None
    due = pilot.approved_on + dt.timedelta(days=30)
    late = due + dt.timedelta(days=8)
    sweep_on(late)
    assert sent(pilot) == [("task_book", late, AND_HANDLER)]
    passed_over = Reminder.objects.filter(sent=False, deadline__dossier=pilot).values_list("offset", flat=True)
    assert sorted(passed_over) == [-7, -3, 1]
    sweep_on(due + dt.timedelta(days=15))
    assert sent(pilot)[1:] == [("task_book", due + dt.timedelta(days=15), AND_HANDLER)]


# --- a whole life in which nobody does anything ---------------------------------------------------
def test_time_alone_leads_a_pilot_from_its_work_to_overdue() -> None:
    pilot = running_in("implementing")
    everybody(pilot)
    assert pilot.term_starts_on is not None
    life = Life(pilot.term_starts_on)
    midterm_opened, overdue = life.midterm_on + ONE, life.term_end + ONE
    report_due, grace_due = midterm_opened + dt.timedelta(days=30), overdue + dt.timedelta(days=30)
    expected = (
        offsets("midterm_opening", life.midterm_on, (60, 30, 7), (), ())
        | offsets("midterm_report", report_due, (10, 3), (1, 7, 15), AND_HANDLER)
        | offsets("term", life.term_end, (180, 90, 30, 7), (), ())
        | offsets("grace", grace_due, (15, 3), (1, 30, 60), AND_CHIEF)
    )
    for milestone in Milestone.objects.filter(dossier=pilot):
        expected |= offsets("milestone", milestone.ends_on, (30, 7), (1, 30), WITH_GUARANTOR)
    for day in sorted({*around(expected), life.midterm_on, midterm_opened, life.term_end, overdue}):
        sweep_on(day)
        state = "implementing" if day < midterm_opened else "midterm_due" if day < overdue else "overdue"
        assert fresh(pilot).state == state, day
    assert sorted(sent(pilot)) == sorted(expected)
    by_time = Record.objects.filter(chain_id=pilot.chain_id, step__in=("open_midterm", "fall_overdue"))
    days = [clock.local(record.at).date() for record in by_time.order_by("seq")]
    assert days == [midterm_opened, overdue]


def test_a_worker_that_slept_past_the_end_takes_every_step_of_time() -> None:
    pilot = running_in("implementing")
    assert pilot.term_ends_on is not None
    day = pilot.term_ends_on + dt.timedelta(days=40)
    with on(day):
        for _n in range(2):
            sweep(day)
    pilot = fresh(pilot)
    assert (pilot.state, pilot.overdue_since) == ("overdue", day)
    assert not Deadline.objects.open().filter(dossier=pilot).exclude(problem="").exists()
    assert Deadline.objects.open().get(dossier=pilot, duty="grace").due_on == day + dt.timedelta(days=30)


def test_a_rectification_runs_out_by_itself_and_can_still_be_reported() -> None:
    pilot = running_in("midterm_rectify")
    everybody(pilot)
    rectification = Rectification.objects.get(dossier=pilot)
    due = rectification.due_on
    sweep_on(due - dt.timedelta(days=30), due - dt.timedelta(days=7), due)
    assert Rectification.objects.get(pk=rectification.pk).state == "ordered"
    sweep_on(due + ONE)
    assert Rectification.objects.get(pk=rectification.pk).state == "overdue"
    assert [row for row in sent(pilot) if row[0] == "rectify"] == [
        ("rectify", due - dt.timedelta(days=30), OWNER),
        ("rectify", due - dt.timedelta(days=7), OWNER),
    ]
    owed = Deadline.objects.get(subject_type=rectification.label_of_type(), subject_id=rectification.pk)
    assert owed.status == Deadline.Status.LAPSED


def test_the_bureau_is_reminded_of_its_own_duties_and_its_chief_is_told() -> None:
    pilot = running_in("midterm_review")
    everybody(pilot)
    check = Deadline.objects.open().get(dossier=pilot, duty="midterm_check")
    days = [check.due_on + n * ONE for n in (-5, -1, 0, 1, 10)]
    sweep_on(*days)
    assert [row for row in sent(pilot) if row[0] == "midterm_check"] == [
        ("midterm_check", days[0], ("handler",)),
        ("midterm_check", days[1], ("handler",)),
        ("midterm_check", days[3], ("handler", "section_chief")),
        ("midterm_check", days[4], ("handler", "section_chief")),
    ]


# --- suspension -----------------------------------------------------------------------------------
def test_a_suspension_stops_what_runs_and_its_own_clock_goes_on() -> None:
    pilot = running_in("implementing")
    everybody(pilot)
    assert pilot.term_starts_on is not None
    life = Life(pilot.term_starts_on)
    begun = life.midterm_on - dt.timedelta(days=40)
    with on(begun):
        sweep(begun)
        before = sent(pilot)
        ordered(pilot, "suspend")
    limit = months_later(begun, 6)
    told = offsets("end_suspension", limit, (30, 7), (30, 60), ())
    told = {(duty, day, ("handler",) if day < limit else AND_CHIEF) for duty, day, _who in told}
    old = offsets("midterm_opening", life.midterm_on, (30, 7), (), ()) | offsets("term", life.term_end, (180,), (), ())
    sweep_on(*around(told), *around(old), life.midterm_on + ONE)
    pilot = fresh(pilot)
    assert (pilot.state, pilot.due_on) == ("implementing", limit)
    assert sorted(row for row in sent(pilot) if row not in before) == sorted(told)

    back = limit + dt.timedelta(days=62)
    with on(back):
        ordered(pilot, "resume")
    pilot = fresh(pilot)
    life.pauses.append((begun, back))
    assert (pilot.term_ends_on, pilot.midterm_on) == (life.term_end, life.midterm_on)
    assert Suspension.objects.get(dossier=pilot).days == (back - begun).days
    running = Deadline.objects.running().filter(dossier=pilot)
    assert running.count() == Deadline.objects.open().filter(dossier=pilot).count() > 0
    assert pilot.due_on == min(running.values_list("due_on", flat=True))
    already = len(sent(pilot))
    due = offsets("midterm_opening", life.midterm_on, (30, 7), (), ())
    sweep_on(*around(due), life.midterm_on)
    assert {row for row in sent(pilot)[already:] if row[0] == "midterm_opening"} == due
    assert fresh(pilot).state == "implementing"
    sweep_on(life.midterm_on + ONE)
    assert fresh(pilot).state == "midterm_due"


def test_a_duty_counted_from_its_opening_is_longer_by_the_days_of_the_pause() -> None:
    pilot = running_in("midterm_due")
    opened = clock.today()
    with on(opened + dt.timedelta(days=10)):
        ordered(pilot, "suspend")
    with on(opened + dt.timedelta(days=55)):
        ordered(pilot, "resume")
    report = Deadline.objects.open().get(dossier=pilot, duty="midterm_report")
    assert report.due_on == opened + dt.timedelta(days=30 + 45)
    with on(opened + dt.timedelta(days=75)), pytest.raises(Unmet):
        take(pilot, "take_midterm", "handler", reason="逾期未提交。")
    with on(opened + dt.timedelta(days=76)):
        take(pilot, "take_midterm", "handler", reason="逾期未提交。")


def test_a_rectification_is_due_later_by_the_days_of_each_pause() -> None:
    pilot = running_in("midterm_rectify")
    rectification = Rectification.objects.get(dossier=pilot)
    ordered_on, due = clock.today(), rectification.due_on
    for first, last in ((10, 30), (35, 40)):
        with on(ordered_on + dt.timedelta(days=first)):
            ordered(pilot, "suspend")
        with on(ordered_on + dt.timedelta(days=last)):
            ordered(pilot, "resume")
    moved = Rectification.objects.get(pk=rectification.pk).due_on
    assert moved == due + dt.timedelta(days=25)
    assert Deadline.objects.open().get(dossier=pilot, duty="rectify").due_on == moved
    membership = people_of(pilot).applicant.membership
    assert membership is not None
    page = sign_in(Client(), membership).get(rectification.get_absolute_url())
    assert f"<dd>{moved}</dd>" in page.content.decode()
    for day, state in ((moved, "ordered"), (moved + ONE, "overdue")):
        with on(day):
            sweep(day)
            assert Rectification.objects.get(pk=rectification.pk).state == state


def test_what_was_suspended_cannot_fall_overdue() -> None:
    pilot = running_in("after_midterm")
    assert pilot.term_ends_on is not None
    begun = pilot.term_ends_on - dt.timedelta(days=5)
    with on(begun):
        ordered(pilot, "suspend")
    beyond = pilot.term_ends_on + dt.timedelta(days=30)
    with on(beyond):
        assert sweep(beyond).problems == 0
        assert fresh(pilot).state == "implementing"
        ordered(pilot, "resume")
        assert sweep(beyond).steps_taken == 0
    end = pilot.term_ends_on + dt.timedelta(days=35)
    for day, state in ((end, "implementing"), (end + ONE, "overdue")):
        with on(day):
            sweep(day)
            assert fresh(pilot).state == state


def test_a_pause_of_an_overdue_pilot_stops_its_grace_and_leaves_the_end_missed() -> None:
    pilot = running_in("overdue")
    missed, begun = pilot.term_ends_on, pilot.overdue_since
    assert missed is not None
    assert begun is not None
    grace = Deadline.objects.open().get(dossier=pilot, duty="grace").due_on
    with on(begun + dt.timedelta(days=5)):
        ordered(pilot, "suspend")
        membership = people_of(pilot).applicant.membership
        assert membership is not None
        client, address = sign_in(Client(), membership), reverse("workbench:dossier", args=[pilot.pk])
        assert f"试点期限已于 {missed} 届满，不因暂停延长" in client.get(address).content.decode()
    with on(begun + dt.timedelta(days=45)):
        ordered(pilot, "resume")
        pilot = fresh(pilot)
        assert (pilot.state, pilot.term_ends_on, pilot.paused_days) == ("overdue", missed, 0)
        assert Deadline.objects.open().get(dossier=pilot, duty="grace").due_on == grace + dt.timedelta(days=40)
        acts = client.get(address, {"tab": "acts"}).content.decode()
        assert "暂停 40 天" in acts
        ordered(pilot, "extend_late", months="6")
        # months follow the end that was missed, not the pause
        assert fresh(pilot).term_ends_on == Life(pilot.term_starts_on, extended=6).term_end  # type: ignore[arg-type]
