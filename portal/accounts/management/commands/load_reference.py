"""`manage.py load_reference`: districts, public bodies and the working calendar. Run after each migration."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.loading import load_bodies, load_districts
from portal.base.holidays import known_years, load_year


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there; a second run does nothing."""

    help = "Loads districts, public bodies and the working calendar; what is there already is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        districts, bodies = load_districts(), load_bodies()
        days = sum(load_year(year) for year in known_years())
        self.stdout.write(f"Reference data: {districts} districts, {bodies} bodies, {days} calendar days added.")
