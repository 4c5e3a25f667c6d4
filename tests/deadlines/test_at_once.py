"""Two sweeps at the same time, and a sweep beside a person, on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection

from portal.base import clock
from portal.base.errors import PortalError
from portal.deadlines import sweep as sweeping
from portal.deadlines.actions import nudge
from portal.deadlines.models import Deadline, Nudge, Reminder
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.messaging.models import Message, Outbox
from tests.factories import CallFactory
from tests.pilot_data import people_of, pilot_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
START = dt.date(2023, 4, 3)


def _at_once(*works: Callable[[], object]) -> None:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def _sweep(day: dt.date) -> None:
    with clock.moved(day):
        sweeping.sweep(day)


def _drafts(number: int) -> list:  # type: ignore[type-arg]
    with clock.moved(START):
        call = CallFactory(opens_on=START, closes_on=dt.date(2023, 5, 15))
        return [pilot_in("draft", complete=False, call=call) for _ in range(number)]


def test_two_sweeps_send_each_reminder_once() -> None:
    _drafts(8)
    day = dt.date(2023, 5, 12)
    _at_once(lambda: _sweep(day), lambda: _sweep(day), lambda: _sweep(day))
    assert Reminder.objects.filter(sent=True).count() == 8
    assert Message.objects.count() == Outbox.objects.filter(kind="mail").count() == 8


def test_two_sweeps_take_each_step_once() -> None:
    drafts = _drafts(8)
    day = dt.date(2023, 5, 16)
    _at_once(lambda: _sweep(day), lambda: _sweep(day), lambda: _sweep(day))
    assert Record.objects.filter(step="lapse").count() == len(drafts)
    assert Record.objects.filter(step="close").count() == 1
    assert set(Deadline.objects.values_list("status", "problem")) == {("lapsed", "")}
    assert not Message.objects.filter(title__contains="未能").exists()


def test_a_person_who_acts_while_the_sweep_runs_does_not_meet_a_deadlock() -> None:
    drafts = _drafts(12)
    with clock.moved(START):
        people = [people_of(pilot).applicant for pilot in drafts]

    def withdraw() -> None:
        with clock.moved(dt.date(2023, 5, 15)):
            for pilot, person in zip(reversed(drafts), reversed(people), strict=True):
                with suppress(PortalError):  # time was there first
                    perform(pilot, "withdraw", actor=person, data={"reason": "不再申报。"})

    _at_once(lambda: _sweep(dt.date(2023, 5, 16)), withdraw, lambda: _sweep(dt.date(2023, 5, 12)))
    assert Record.objects.filter(step__in=("withdraw", "lapse")).count() == len(drafts)
    assert not Deadline.objects.open().exists()


def test_one_nudge_wins() -> None:
    pilot = pilot_in("submitted")
    people = people_of(pilot)
    refused: list[PortalError] = []

    def try_it() -> None:
        try:
            nudge(pilot, actor=people.handler)
        except PortalError as error:
            refused.append(error)

    _at_once(*[try_it] * 6)
    assert (Nudge.objects.count(), len(refused)) == (1, 5)
