"""Living the past: stories take turns on the moved clock, and time does between them what beat would have done."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Min

from portal.base import clock, planner
from portal.calls.lifecycle import PUBLISHED
from portal.calls.models import Call
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.notices.models import Notice
from portal.notices.states import RUNNING
from portal.supervision.dockets.states import SCHEDULED
from portal.supervision.models import Docket

#: turns after which the tables are counted for the planner; then after twice as many each time
FIRST_LOOK = 16
#: a story: each `yield` names the instant (UTC) at which it goes on
Story = Iterator[dt.datetime]


class Timeline:
    """Stories in the order of their instants; before each, the days that have passed are swept one by one."""

    def __init__(self, first: dt.date) -> None:
        """`first`: the date (Shanghai) on which the past begins; nothing before it is swept."""
        self._swept = first - dt.timedelta(days=1)
        self._queue: list[tuple[dt.datetime, int, Story]] = []
        self._count = 0

    def add(self, story: Story) -> None:
        """Takes a story in; it begins at its first instant."""
        self._count += 1
        self._go_on(story, self._count)

    def run(self, until: dt.datetime) -> None:
        """Lives all stories to their ends, then lets time pass until that instant.

        Raises ValueError when a story goes on after it: the demonstration has no future.
        """
        taken, wanted = 0, FIRST_LOOK
        while self._queue:
            if taken == wanted:
                planner.refresh()
                wanted *= 2
            taken += 1
            when, number, story = heapq.heappop(self._queue)
            if when > until:
                raise ValueError(f"a story goes on at {when}, after {until}")
            self._sweep_to(clock.local(when).date())
            with clock.moved(when), transaction.atomic():
                self._go_on(story, number)
        self._sweep_to(clock.local(until).date())

    def _go_on(self, story: Story, number: int) -> None:
        when = next(story, None)
        if when is not None:
            heapq.heappush(self._queue, (when, number, story))

    def _sweep_to(self, day: dt.date) -> None:
        """Each date on which something is due is swept in its first minutes, as beat would do."""
        while self._swept < day and (due := self._next_due()) is not None:
            date = max(due, self._swept + dt.timedelta(days=1))
            if date > day:
                break
            with clock.moved(clock.at(date, 0, 5)):
                sweep(date)
            self._swept = date
        self._swept = max(self._swept, day)

    def _next_due(self) -> dt.date | None:
        reminders: dt.date | None = Deadline.objects.open().aggregate(day=Min("next_on"))["day"]
        closing: dt.date | None = Call.objects.filter(state=PUBLISHED.id).aggregate(day=Min("closes_on"))["day"]
        publishing: dt.date | None = Docket.objects.filter(state=SCHEDULED.id).aggregate(day=Min("publish_on"))["day"]
        showing: dt.date | None = Notice.objects.filter(state=RUNNING.id, closes_on__gte=self._swept).aggregate(
            day=Min("closes_on")
        )["day"]
        over = [day + dt.timedelta(days=1) for day in (closing, showing) if day]
        return min([*over, *(day for day in (reminders, publishing) if day)], default=None)
