"""What is due when: pure functions of rows and a date. Nothing here writes or asks for the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from portal.calls.lifecycle import PUBLISHED
from portal.calls.models import Call
from portal.deadlines.models import Deadline, DeadlineQuerySet


def to_look_at(deadlines: DeadlineQuerySet, today: dt.date) -> DeadlineQuerySet:
    """Open deadlines at which something is due on or before that date: one range of the index `deadline_next`."""
    return deadlines.open().filter(next_on__lte=today).order_by("next_on", "pk")


def calls_to_close(calls: QuerySet[Call], today: dt.date) -> QuerySet[Call]:
    """Published calls whose closing day (inclusive) has passed."""
    return calls.filter(state=PUBLISHED.id, closes_on__lt=today).order_by("pk")


def reminders_due(deadline: Deadline, today: dt.date, done: Collection[int] = ()) -> list[int]:
    """The offsets whose day has come and that were neither sent nor passed over, earliest first.

    A reminder whose day was not after the opening is none: the step that opened the duty told its due date.
    """
    return [
        offset
        for offset in sorted(deadline.offsets)
        if offset not in done and deadline.opened_on < deadline.due_on + dt.timedelta(days=offset) <= today
    ]


def step_is_due(deadline: Deadline, today: dt.date) -> bool:
    """Whether time has to take the step of this duty: its due date has passed."""
    return bool(deadline.then) and deadline.due_on < today


def next_date(deadline: Deadline, after: dt.date) -> dt.date | None:
    """The first date after that one on which something is due; None when nothing will be."""
    days = [deadline.due_on + dt.timedelta(days=offset) for offset in deadline.offsets]
    dates = [day for day in days if day > max(after, deadline.opened_on)]
    if deadline.then:
        dates.append(max(deadline.due_on, after) + dt.timedelta(days=1))
    return min(dates, default=None)
