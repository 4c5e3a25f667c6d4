"""What time does: once, also after missed days; what it cannot do is seen."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call
from portal.deadlines import keeping, queries, reminders, selectors
from portal.deadlines import sweep as sweeping
from portal.deadlines.duties import Duty
from portal.deadlines.models import Deadline, Reminder
from portal.deadlines.tasks import sweep as sweep_task
from portal.lifecycle import registry
from portal.lifecycle.models import Record
from portal.lifecycle.states import APPLICANT, CHIEF
from portal.messaging.models import Message, Outbox
from tests.factories import CallFactory, MembershipFactory, UserFactory
from tests.pilot_data import people_of, pilot_in

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
START = dt.date(2023, 4, 3)


def _sweep(day: dt.date, **more: Any) -> sweeping.Report:
    with clock.moved(day):
        return sweeping.sweep(day, **more)


@pytest.fixture
def draft() -> Any:
    """A draft begun on 2023-04-03 under a call that closes on 2023-05-15."""
    with clock.moved(START):
        call = CallFactory(opens_on=START, closes_on=dt.date(2023, 5, 15), reporting_closes_on=dt.date(2023, 5, 29))
        return pilot_in("draft", complete=False, call=call)


def _titles(person: Any) -> list[str]:
    return list(Message.objects.of(person.user).order_by("pk").values_list("title", flat=True))


# --- reminders ----------------------------------------------------------------------------------


@pytest.mark.sqlite_core
def test_reminders_come_before_the_due_date_each_once(draft: Any) -> None:
    for day in range(43):
        for _ in range(2):
            _sweep(START + DAY * day)
    applicant = people_of(draft).applicant
    title = "提交申报（（未命名项目））"
    assert _titles(applicant) == [f"还有 {days} 天到期：{title}" for days in (10, 3, 1)]
    text = Message.objects.of(applicant.user).first().text
    assert text.splitlines() == [
        "请于 2023-05-15 前（含当日）办理“（未命名项目）”的“提交申报”。",
        "期限依据：申报截止日（含当日）。",
        "逾期未办理的，系统将自动办理“逾期失效”。",
    ]
    assert Outbox.objects.filter(kind="mail").count() == 3
    assert Outbox.objects.filter(not_before=clock.at(dt.date(2023, 5, 14), 8)).count() == 1


def test_a_worker_that_slept_sends_the_latest_missed_reminder_and_no_pile(draft: Any) -> None:
    _sweep(dt.date(2023, 5, 13))
    assert _titles(people_of(draft).applicant) == ["还有 2 天到期：提交申报（（未命名项目））"]
    assert list(Reminder.objects.order_by("offset").values_list("offset", "sent")) == [(-10, False), (-3, True)]
    _sweep(dt.date(2023, 5, 14))
    assert len(_titles(people_of(draft).applicant)) == 2


def test_a_reminder_that_lies_before_the_opening_is_none() -> None:
    with clock.moved(START):
        call = CallFactory(opens_on=START - DAY, closes_on=START + DAY * 3)
        pilot = pilot_in("draft", complete=False, call=call)
    for day in range(4):
        _sweep(START + DAY * day)
    assert _titles(people_of(pilot).applicant) == ["还有 1 天到期：提交申报（（未命名项目））"]


def test_overdue_reminders_escalate_and_the_owner_is_told_too() -> None:
    pilot = pilot_in("submitted")
    people, due = people_of(pilot), pilot.due_on
    Message.objects.all().delete()
    report = _sweep(due + DAY * 3)
    assert (report.reminders, report.steps_taken, report.problems) == (1, 0, 0)
    assert _titles(people.recommender) == _titles(people.handler)
    assert _titles(people.handler)[0].startswith("已逾期 3 天：初审并推荐")
    assert "应由推荐单位于" in Message.objects.of(people.handler.user).first().text
    assert _titles(people.applicant) == []
    assert queries.reminded_or_nudged(pilot, "first_review")


def test_before_the_due_date_nobody_but_the_owner_is_reminded() -> None:
    pilot = pilot_in("submitted")
    people = people_of(pilot)
    Message.objects.all().delete()
    _sweep(pilot.due_on - DAY)
    assert (len(_titles(people.recommender)), len(_titles(people.handler))) == (1, 0)
    assert not queries.reminded_or_nudged(pilot, "first_review")


def test_whatever_days_the_sweep_runs_each_reminder_is_sent_once_and_the_last_is_never_lost() -> None:
    """Over all sets of offsets, openings and sequences of sweep days, missed and repeated ones among them."""
    pilot = pilot_in("draft", complete=False)

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(
        before=st.sets(st.integers(1, 12), max_size=4),
        after=st.sets(st.integers(1, 12), max_size=3),
        opened=st.integers(-15, 0),
        days=st.lists(st.integers(-16, 20), max_size=14),
    )
    def check(before: set[int], after: set[int], opened: int, days: list[int]) -> None:
        due = dt.date(2023, 5, 15)
        with transaction.atomic():
            Deadline.objects.all().delete()
            duty = Duty(
                "drafting", "办理", APPLICANT, due=lambda s, on: due, rule="", before=(*before,), after=(*after,)
            )
            (deadline,) = keeping.open_deadlines(pilot, [duty], on=due + DAY * opened)
            all_of = [offset for offset in deadline.offsets if offset > opened]
            seen = opened
            for day in sorted(days):
                due_now = [offset for offset in all_of if offset <= day]
                fresh = [offset for offset in due_now if offset > seen]
                report = _sweep(due + DAY * day)
                assert report.reminders == bool(fresh)  # one message at most, and none is lost
                sent = set(Reminder.objects.filter(sent=True).values_list("offset", flat=True))
                assert set(Reminder.objects.values_list("offset", flat=True)) == set(due_now)
                assert not fresh or fresh[-1] in sent
                seen = max(seen, day)
            messages = Message.objects.filter(key__startswith=f"deadline:{deadline.pk}:")
            assert messages.count() == Reminder.objects.filter(sent=True).count()
            transaction.set_rollback(True)

    check()


# --- steps by time, calls -----------------------------------------------------------------------


@pytest.mark.sqlite_core
def test_time_takes_the_step_after_the_last_second_of_the_due_date(draft: Any) -> None:
    assert _sweep(dt.date(2023, 5, 15)).steps_taken == 0
    report = _sweep(dt.date(2023, 5, 16))
    assert (report.calls_closed, report.steps_taken, report.reminders) == (1, 1, 0)
    draft.refresh_from_db()
    assert (draft.state, draft.due_on) == ("lapsed", None)
    record = Record.objects.filter(chain=draft.chain).latest("seq")
    assert (record.step, record.user_id, record.at) == ("lapse", None, clock.at(dt.date(2023, 5, 16), 9))
    assert Deadline.objects.get().status == Deadline.Status.LAPSED
    assert _sweep(dt.date(2023, 5, 16)).looked_at == 0


def test_a_correction_that_does_not_come_counts_as_withdrawn() -> None:
    pilot = pilot_in("correction")
    _sweep(pilot.correction_due_on + DAY)
    pilot.refresh_from_db()
    assert (pilot.state, pilot.state_note) == ("withdrawn", "逾期未补正，视为撤回申报")


def test_a_step_that_cannot_be_taken_says_why_and_is_tried_again(draft: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = people_of(draft).handler
    bars = list(registry._bars)
    suspended = lambda subject, actor: (lambda step: "项目已暂停。") if isinstance(subject, Pilot) else None  # noqa: E731
    monkeypatch.setattr(registry, "_bars", [*bars, suspended])
    day = dt.date(2023, 5, 16)
    _sweep(day - DAY)  # the reminders before
    assert _sweep(day).problems == 1
    deadline = Deadline.objects.get()
    assert (deadline.problem, deadline.is_open, deadline.next_on) == ("项目已暂停。", True, day + DAY)
    assert [row.pk for row in queries.problems_for(people_of(draft).chief)] == []  # a draft is its applicant's alone
    assert _titles(handler) == []  # its field is not chosen yet: there is no desk …
    assert "期满未能自动办理" in _titles(people_of(draft).chief)[-1]  # … and the chief hears of it
    assert _sweep(day).looked_at == 0
    assert _sweep(day + DAY).problems == 1
    assert len(_titles(people_of(draft).chief)) == 1  # told once

    monkeypatch.setattr(registry, "_bars", bars)
    assert _sweep(day + DAY * 2).steps_taken == 1
    draft.refresh_from_db()
    assert draft.state == "lapsed"


def test_a_fault_of_the_program_on_one_deadline_does_not_stop_the_others(
    draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.moved(START):
        second = pilot_in("draft", complete=False, call=draft.call)
    perform = sweeping.perform

    def fall_over(subject: Any, *args: Any, **more: Any) -> Any:
        if isinstance(subject, Pilot) and subject.pk == draft.pk:
            raise ZeroDivisionError
        return perform(subject, *args, **more)

    monkeypatch.setattr(sweeping, "perform", fall_over)
    report = _sweep(dt.date(2023, 5, 16))
    second.refresh_from_db()
    assert (report.problems, second.state) == (1, "lapsed")
    assert "ZeroDivisionError" in Deadline.objects.get(dossier=draft.pk).problem


def test_a_reminder_that_cannot_be_written_leaves_the_others_alone_and_follows_later(
    draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.moved(START):
        second = pilot_in("draft", complete=False, call=draft.call)
    people_of_party = reminders.people_of

    def fall_over(party: Any, subject: Any) -> Any:
        if subject.pk == draft.pk:
            raise ZeroDivisionError
        return people_of_party(party, subject)

    monkeypatch.setattr(reminders, "people_of", fall_over)
    day = dt.date(2023, 5, 12)
    report = _sweep(day)
    assert (report.reminders, report.problems) == (1, 1)
    assert len(_titles(people_of(second).applicant)) == 1
    assert "ZeroDivisionError" in Deadline.objects.get(dossier=draft.pk).problem

    monkeypatch.setattr(reminders, "people_of", people_of_party)
    assert _sweep(day + DAY).reminders == 1
    assert Deadline.objects.get(dossier=draft.pk).problem == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_sweep_that_reminds(draft: Any, rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows - 1):
        with clock.moved(START):
            pilot_in("draft", complete=False, call=draft.call)
    # calls, chores, chunk, subjects; savepoint marks, lock, done, known, messages, preferences, outbox, reminders, next date
    with django_assert_num_queries(16 + rows):  # and the people of each
        assert _sweep(dt.date(2023, 5, 12)).reminders == rows


def test_calls_close_after_their_closing_day() -> None:
    with clock.moved(START):
        call = CallFactory(opens_on=START, closes_on=START + DAY)
        CallFactory(opens_on=START, closes_on=START + DAY, published=False)
    assert _sweep(START + DAY).calls_closed == 0
    assert _sweep(START + DAY * 2).calls_closed == 1
    assert Call.objects.get(pk=call.pk).state == "closed"
    assert _sweep(START + DAY * 2).calls_closed == 0


def test_the_task_sweeps_today(draft: Any) -> None:
    with clock.moved(dt.date(2023, 5, 16)):
        sweep_task()
    draft.refresh_from_db()
    assert draft.state == "lapsed"


def test_rows_are_read_in_chunks_and_each_once(draft: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        with clock.moved(START):
            pilot_in("draft", complete=False, call=draft.call)
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    report = _sweep(dt.date(2023, 5, 12))
    assert (report.looked_at, report.reminders) == (5, 5)
    assert _sweep(dt.date(2023, 5, 12), dry_run=True).looked_at == 0


def test_the_sweep_reads_one_range_of_an_index(draft: Any) -> None:
    rows = selectors.to_look_at(Deadline.objects.all(), dt.date(2023, 5, 16)).values_list("next_on", "pk")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")  # on a single row all indexes cost the same
    plan = rows.explain()
    assert "deadline_next" in plan
    assert "SCAN" not in plan.upper().replace("INDEX ONLY SCAN", "").replace("INDEX SCAN", "")
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


# --- the command --------------------------------------------------------------------------------


def _command(*args: str) -> str:
    out = StringIO()
    call_command("sweep", *args, stdout=out)
    return out.getvalue()


def test_a_future_date_is_a_dry_run_outside_the_demonstration(draft: Any) -> None:
    with clock.moved(dt.date(2023, 5, 10)):
        text = _command("--on", "2023-05-16")
    assert "nothing is changed" in text
    assert f"dossiers.dossier {draft.pk} drafting due 2023-05-15: step lapse" in text
    assert "Would do for 2023-05-16: 1 calls closed, 1 steps taken, 0 reminders" in text
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not Reminder.objects.exists()


def test_in_the_demonstration_a_future_date_is_lived_through(draft: Any, demo: Any) -> None:
    with clock.moved(dt.date(2023, 5, 10)):
        text = _command("--on", "2023-05-16")
    assert "Done for 2023-05-16" in text
    assert "Outbox: 1 done." in text
    assert Record.objects.filter(chain=draft.chain).latest("seq").at == clock.at(dt.date(2023, 5, 16), 9)


def test_a_dry_run_says_what_it_would_send_and_sends_nothing(draft: Any) -> None:
    with clock.moved(dt.date(2023, 5, 12)):
        assert "reminder -3" in _command("--dry-run")
        assert not Message.objects.exists()
        assert "1 reminders, 0 problems" in _command()
        assert "Outbox: nothing waits." in _command("-v", "0")


def test_nobody_is_told_twice_when_parties_share_a_person(draft: Any) -> None:
    user = UserFactory()
    MembershipFactory(role=Role.UNIT_EDITOR, unit=draft.applicant, user=user)
    MembershipFactory(role=Role.SECTION_CHIEF, user=user)
    duty = Duty("drafting", "提交", APPLICANT, due=lambda s, on: START, rule="", after=(1,), tells_after=(CHIEF,))
    Deadline.objects.all().delete()
    keeping.open_deadlines(draft, [duty], on=START - DAY)
    _sweep(START + DAY)
    assert Message.objects.filter(recipient=user).count() == 1
