"""`manage.py rebuild_search`: makes the search index anew, after data came in past the application."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.dossiers import search


class Command(BaseCommand):
    help = "Makes the search index of dossiers anew."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            total = search.rebuild()
        self.stdout.write(f"{total} dossiers indexed")
