"""Removes uploads that no step ever took."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.attachments.actions import clear_pending
from portal.base import clock


class Command(BaseCommand):
    """`manage.py clear_uploads [--days 7]`"""

    help = "Removes pending uploads older than so many days, and their bytes once nothing else has them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=7)

    def handle(self, *args: Any, **options: Any) -> None:
        count = clear_pending(before=clock.now() - dt.timedelta(days=options["days"]))
        self.stdout.write(f"{count} pending uploads removed")
