"""Loads the demonstration data, lists its accounts, or fills a database for benchmarks."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import demo as accounts
from portal.accounts.models import User
from portal.workbench.demo import Demonstration, demonstrations


class Command(BaseCommand):
    """Without options: loads what is not there yet; a second run changes nothing."""

    help = "Loads demonstration data through the door on the moved clock; lists its accounts; fills for benchmarks."

    def add_arguments(self, parser: CommandParser) -> None:
        stages = sorted({stage for found in demonstrations() for stage in found.stages})
        parser.add_argument("--stage", choices=stages, help="stop after this stage")
        parser.add_argument("--again", action="store_true", help="one more set of declarations under an open call")
        parser.add_argument("--scale", type=int, metavar="N", help="fill with N more dossiers by bulk inserts")
        parser.add_argument("--papers", action="store_true", help="make the waiting papers now, not by the worker")
        parser.add_argument("--accounts", action="store_true", help="list role, login and password of the accounts")
        parser.add_argument("--format", choices=["table", "json"], default="table", help="of the list of accounts")
        parser.add_argument(
            "--force-demo",
            action="store_true",
            help="outside DEMO: only in a database without people; nobody can sign in with what is made",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._list_accounts(options["format"])
            return
        self._check_place(forced=options["force_demo"])
        if options["scale"] is not None and options["scale"] < 1:
            raise CommandError("--scale needs a number above zero")
        started = time.perf_counter()
        gc.set_threshold(100_000, 50, 100)  # little of what is made is garbage in cycles: a tenth of the time is saved
        for demonstration in demonstrations():
            if options["scale"]:
                self._scale(demonstration, options["scale"])
            else:
                self._load(demonstration, options["stage"], again=options["again"])
        if options["papers"]:
            self._make_papers()
        self.stdout.write(f"{time.perf_counter() - started:.1f} s")

    def _check_place(self, *, forced: bool) -> None:
        """Demonstration data must not get among real data: its passwords are public and its people are invented."""
        if settings.DEMO:
            return
        if not forced:
            raise CommandError("This is not a demonstration (DEMO=0). Nothing was changed; see --force-demo.")
        if User.objects.exists():
            raise CommandError("There are people in this database: it gets no demonstration data. Nothing was changed.")

    def _load(self, demonstration: Demonstration, last: str | None, *, again: bool) -> None:
        for stage in demonstration.stages:
            if demonstration.is_loaded(stage):
                self.stdout.write(f"{demonstration.id} {stage}: there already")
            else:
                demonstration.load(stage, self._say(demonstration, stage))
            if stage == last:
                return
        if again:
            demonstration.again(self._say(demonstration, "again"))

    def _scale(self, demonstration: Demonstration, number: int) -> None:
        self._load(demonstration, None, again=False)
        made = demonstration.scale(number, self._say(demonstration, "scale"))
        self.stdout.write(f"{demonstration.id} scale: {made} dossiers")

    def _say(self, demonstration: Demonstration, stage: str) -> Any:
        return lambda line: self.stdout.write(f"{demonstration.id} {stage}: {line}")

    def _make_papers(self) -> None:
        from portal.documents.fonts import paper_problems
        from portal.messaging import outbox
        from portal.messaging.models import Outbox

        if problems := paper_problems():
            self.stdout.write(f"papers: left to the worker ({'; '.join(str(problem) for problem in problems)})")
            return
        keys = list(outbox.waiting().filter(kind="paper").order_by("pk").values_list("pk", flat=True))
        made = sum(outbox.run(key) == Outbox.State.DONE for key in keys)
        self.stdout.write(f"papers: {made} of {len(keys)} made")

    def _list_accounts(self, form: str) -> None:
        rows = [
            {"role": a.role, "label": a.label, "login": a.login, "password": a.password, "note": a.note}
            for a in accounts.accounts()
        ]
        if form == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        width = max((len(row["login"]) for row in rows), default=0)
        for row in rows:
            self.stdout.write(f"{row['login']:<{width}}  {row['password']}  {row['label']}  {row['note']}".rstrip())
