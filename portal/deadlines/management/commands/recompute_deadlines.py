"""Computes the due dates of all open deadlines anew, after the calendar or the rules changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.deadlines.actions import recompute
from portal.deadlines.models import Deadline


class Command(BaseCommand):
    help = "Computes open deadlines anew; those that move get a record on the history of their subject."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would move")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        result = recompute(Deadline.objects.all(), actor=SYSTEM, reason=_("期限重新计算。"), dry_run=dry_run)
        verb = "would move" if dry_run else "moved"
        self.stdout.write(f"{result.looked_at} open deadlines, {result.moved} {verb}.")
