"""`manage.py redraw ROUND`: does the recorded draws of a round again and says whether they agree."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.reviews.models import Round
from portal.reviews.redrawing import prove


class Command(BaseCommand):
    help = "Repeats the draws of a round from their seeds; fails when one does not agree with its record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", type=int, help="key of the round, as in its address")

    def handle(self, *args: Any, **options: Any) -> None:
        round_ = Round.objects.filter(pk=options["round"]).first()
        if round_ is None:
            raise CommandError(f"there is no round {options['round']}")
        proofs = prove(round_)
        for proof in proofs:
            verdict = "agrees" if proof.agrees else "; ".join(proof.problems)
            self.stdout.write(f"{proof.draw.drawn_at:%Y-%m-%d %H:%M} seed {proof.draw.seed}: {verdict}")
        if not proofs:
            self.stdout.write("nobody was drawn in this round")
        if not all(proof.agrees for proof in proofs):
            raise CommandError("a draw does not agree with its record")
