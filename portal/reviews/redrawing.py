"""验证抽取: each recorded draw is done again, and compared with what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.base.canonical import canonical_json, sha256
from portal.lifecycle.history import content
from portal.reviews.drawing import METHOD, draw_lots, in_order, ticket
from portal.reviews.models import Draw, Expert, Round


def digest_of(draw: Draw) -> str:
    """SHA-256 over everything that the result follows from, and the result."""
    return sha256(canonical_json(draw.facts()))


@dataclass(frozen=True)
class Ticket:
    """A line of a draw in its order."""

    number: int
    name: str
    home: bool
    ticket: str
    drawn: bool


@dataclass(frozen=True)
class Proof:
    """A draw with what doing it again came to; no `problems` when it agrees."""

    draw: Draw
    problems: list[str]
    tickets: list[Ticket]

    @property
    def agrees(self) -> bool:
        return not self.problems


def prove(round_: Round) -> list[Proof]:
    """All draws of a round, done again; two queries."""
    draws = list(round_.draws.select_related("record", "replaces", "drawn_by__user"))
    keys = {lot.key for draw in draws for lot in draw.lots}
    names = dict(Expert.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [Proof(draw, _problems(draw), _tickets(draw, names)) for draw in draws]


def _problems(draw: Draw) -> list[str]:
    """Why a draw is not what its record says."""
    found = []
    recorded: dict[str, Any] = content(draw.record).get("data") or {}
    if recorded.get("digest") != digest_of(draw):
        found.append(_("抽取记录与办理记录中的摘要不一致。"))
    if draw.method != METHOD:
        return [*found, _("抽取方法“%(method)s”本系统不能复算。") % {"method": draw.method}]
    again = draw_lots(draw.seed, draw.lots, draw.asked, taken=draw.taken, most=draw.most)
    if again != draw.drawn:
        found.append(_("按种子复算的结果与记录的结果不一致。"))
    return found


def _tickets(draw: Draw, names: dict[int, str]) -> list[Ticket]:
    return [
        Ticket(lot.key, names.get(lot.key, ""), lot.home, ticket(draw.seed, lot.key), lot.key in draw.drawn)
        for lot in in_order(draw.seed, draw.lots)
    ]
