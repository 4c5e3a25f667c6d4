"""`manage.py lifecycle [PROGRAMME] --format json|mermaid|table`: the declared lifecycles."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.workbench.declared import lifecycle_data, lifecycles, mermaid, table

HEADS = ["from", "step", "to", "who", "conditions", "form", "deadlines", "papers", "recipients", "basis"]


class Command(BaseCommand):
    help = "Prints the declared lifecycle of each subject, or of one programme."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme", nargs="?", help="a programme or another lifecycle; all when left out")
        parser.add_argument("--format", choices=("json", "mermaid", "table"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        known = lifecycles()
        wanted = options["programme"]
        if wanted and wanted not in known:
            raise CommandError(f"There is no lifecycle {wanted}; known: {', '.join(known)}")
        models = [known[wanted]] if wanted else list(known.values())
        if options["format"] == "json":
            data = [lifecycle_data(model) for model in models]
            self.stdout.write(json.dumps(data[0] if wanted else data, ensure_ascii=False, indent=2))
            return
        for model in models:
            self.stdout.write(
                f"{'%%' if options['format'] == 'mermaid' else '#'} {model.lifecycle.id}: {model.lifecycle.label}"
            )
            if options["format"] == "mermaid":
                self.stdout.write(mermaid(model))
            else:
                self.stdout.write("\t".join(HEADS))
                for row in table(model):
                    self.stdout.write("\t".join(row))
            self.stdout.write("")
