"""Does once what the worker's beat does all the time, for a date."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.base import clock
from portal.deadlines.sweep import sweep
from portal.messaging import outbox
from portal.messaging.tasks import dispatch


class Command(BaseCommand):
    help = (
        "Closes calls, takes steps by time, sends due reminders and carries out waiting outbox rows; says what it did. "
        "A future date is a dry run outside the demonstration; in the demonstration it is lived through on the moved clock."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=dt.date.fromisoformat, help="the date (YYYY-MM-DD, Shanghai); today by default"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, on: dt.date | None, dry_run: bool, verbosity: int, **options: Any) -> None:
        today = clock.today()
        day = on or today
        if day > today and not settings.DEMO and not dry_run:
            self.stdout.write(f"{day} lies ahead: nothing is changed (dry run).")
            dry_run = True
        with clock.moved(day) if day > today and not dry_run else nullcontext():
            report = sweep(day, dry_run=dry_run, keep_lines=verbosity > 0)
            for line in report.lines:
                self.stdout.write(line)
            self.stdout.write(
                f"{'Would do' if dry_run else 'Done'} for {day}: {report.calls_closed} calls closed, "
                f"{report.steps_taken} steps taken, {report.reminders} reminders, {report.problems} problems "
                f"({report.looked_at} deadlines looked at, {report.chores_done} other things done)."
            )
            self._outbox(dry_run)

    def _outbox(self, dry_run: bool) -> None:
        """Embedded, rows are carried out here; with Redis they are handed to the workers."""
        if dry_run:
            self.stdout.write(f"Outbox: {outbox.waiting().count()} rows wait.")
        elif settings.EMBEDDED:
            states = outbox.drain()
            counts = ", ".join(f"{number} {state.value}" for state, number in states.items())
            self.stdout.write(f"Outbox: {counts or 'nothing waits'}.")
        else:
            self.stdout.write(f"Outbox: {dispatch()} rows handed to the workers.")
