"""Due dates follow the calendar and a recommender's reporting date, with a record and a message."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.models import CalendarDay
from portal.calls.models import CallRecommender
from portal.deadlines.actions import recompute
from portal.deadlines.models import Deadline
from portal.lifecycle.history import problems_of
from portal.lifecycle.models import Record
from portal.messaging import outbox
from portal.messaging.models import Message, Outbox
from tests.pilot_data import people_of, pilot_in

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MONDAY = dt.date(2023, 5, 8)


def _drain_later() -> None:
    with clock.moved(clock.now() + dt.timedelta(minutes=1)):
        outbox.drain()


def test_a_day_that_becomes_a_holiday_moves_what_is_counted_across_it() -> None:
    with clock.moved(MONDAY):
        pilot = pilot_in("recommended")
        assert pilot.due_on == MONDAY + DAY * 7  # five working days
        CalendarDay.objects.create(date=MONDAY + DAY * 2, kind="holiday", name="临时放假")
        CalendarDay.objects.create(date=MONDAY + DAY * 3, kind="holiday", name="临时放假")
        _drain_later()
    pilot.refresh_from_db()
    assert pilot.due_on == MONDAY + DAY * 9
    deadline = Deadline.objects.open().get(dossier=pilot.pk)
    assert (deadline.due_on, deadline.next_on) == (pilot.due_on, pilot.due_on - DAY * 2)
    record = Record.objects.filter(chain=pilot.chain).latest("seq")
    assert (record.step, record.label, record.user_id) == ("", "期限调整", None)
    assert record.opinion == "“形式审查”的期限由 2023-05-15 调整为 2023-05-17：工作日历已更新（2023-05-10）。"
    assert list(problems_of(pilot.chain)) == []
    message = Message.objects.of(people_of(pilot).handler.user).first()
    assert message.title.startswith("期限调整：形式审查")
    assert Outbox.objects.filter(kind="recompute", done_at=None).count() == 0


def test_many_edits_of_one_scope_are_carried_out_once() -> None:
    with clock.moved(MONDAY):
        pilot_in("recommended")
        day = CalendarDay.objects.create(date=MONDAY + DAY, kind="holiday")
        day.delete()
        CalendarDay.objects.create(date=MONDAY + DAY, kind="holiday")
        _drain_later()
    assert Outbox.objects.filter(kind="recompute", done_at__isnull=False).count() == 3
    assert Record.objects.filter(label="期限调整").count() == 1


def test_days_outside_the_term_and_closed_deadlines_move_nothing() -> None:
    with clock.moved(MONDAY):
        pilot_in("recommended")
        pilot_in("accepted")
        for day in (MONDAY - DAY * 3, MONDAY + DAY * 30):
            CalendarDay.objects.create(date=day, kind="holiday")
        _drain_later()
        CalendarDay.objects.create(date=MONDAY + DAY, kind="holiday")
        _drain_later()
    assert Record.objects.filter(label="期限调整").count() == 1


def test_a_prolonged_recommender_gets_its_new_date_and_new_reminders() -> None:
    pilot = pilot_in("submitted")
    later = pilot.call.reporting_closes_on + DAY * 10
    CallRecommender.objects.create(call=pilot.call, body=pilot.recommender, reporting_closes_on=later)
    _drain_later()
    pilot.refresh_from_db()
    assert pilot.due_on == later
    deadline = Deadline.objects.open().get(dossier=pilot.pk)
    assert deadline.next_on == later - DAY * 5
    assert "推荐部门报送截止日期已调整" in Message.objects.of(people_of(pilot).recommender.user).first().text


def test_a_dry_run_counts_and_changes_nothing() -> None:
    with clock.moved(MONDAY):
        pilot = pilot_in("recommended")
        CalendarDay.objects.create(date=MONDAY + DAY, kind="holiday")
        out = StringIO()
        call_command("recompute_deadlines", "--dry-run", stdout=out)
        assert "1 open deadlines, 1 would move." in out.getvalue()
        pilot.refresh_from_db()
        assert pilot.due_on == MONDAY + DAY * 7
        result = recompute(Deadline.objects.all(), actor=SYSTEM, reason="测试。")
    assert (result.looked_at, result.moved) == (1, 1)
