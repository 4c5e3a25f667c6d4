"""Makes the font subsets of papers where they are missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.documents import font_build, fonts


class Command(BaseCommand):
    help = "Makes the font subsets of papers in VAR_DIR/fonts, those only that are missing."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        failures = []
        for subset, problem in font_build.build(fonts.folder()):
            if problem:
                failures.append(problem)
            else:
                self.stdout.write(f"{subset.name} made")
        if failures:
            raise CommandError("; ".join(dict.fromkeys(failures)))
