"""Verifies the hash chains, and that every state is the one the history leads to."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.lifecycle import consistency, history
from portal.lifecycle.models import Chain, Record


class Command(BaseCommand):
    """Prints one line for each problem; the exit status is 1 when there is any."""

    help = "Verifies the hash chains of the history, and that every state is the one the history leads to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=100, help="stop after so many problems (100)")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        found = 0
        for problem in islice(chain(history.problems_of_all(), consistency.problems()), limit):
            self.stderr.write(problem)
            found += 1
        counted = f"{Chain.objects.count()} chains, {Record.objects.count()} records"
        if found:
            raise CommandError(f"{counted}: {found} problems{' or more' if found >= limit else ''}")
        self.stdout.write(f"{counted}: in order")
