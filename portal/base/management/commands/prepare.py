"""Brings database, fonts and static files up to what the code expects; safe to run at every start."""

import fcntl
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

LOCK = 20230139  # of PostgreSQL: machines that start together migrate one after the other


class Command(BaseCommand):
    help = (
        "Applies migrations, loads districts, public bodies and the calendar, makes the cache table and the font subsets,"
        " and with --static collects static files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--static", action="store_true", help="collect static files too")

    def handle(self, *args: Any, **options: Any) -> None:
        with (settings.VAR / "prepare.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._migrate()
            if options["static"]:
                call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        try:
            call_command("build_fonts", stdout=StringIO())
        except CommandError as error:
            self.stderr.write(f"Papers have to wait: {error}")

    def _migrate(self) -> None:
        """Migrations, the cache table and the reference data, one machine at a time."""
        postgres = connection.vendor == "postgresql"
        with connection.cursor() as cursor:
            if postgres:
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                call_command("migrate", interactive=False, verbosity=0)
                call_command("createcachetable", verbosity=0)
                call_command("load_reference", stdout=StringIO())
            finally:
                if postgres:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
