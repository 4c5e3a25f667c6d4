"""`manage.py load_calendar YEAR...`: fills the working calendar of these years."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.base.holidays import load_year


class Command(BaseCommand):
    """Adds the statutory holidays and make-up working days that are missing in a year."""

    help = "Fills in the missing holidays and make-up working days of the given years."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="+", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        for year in options["years"]:
            try:
                added = load_year(year, again=True)
            except ValueError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{year}: {added} days added.")
