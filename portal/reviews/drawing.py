"""Drawing lots so that anybody can do it again: pure functions over a recorded seed and a recorded list.

Method `sha256-1`: whoever is at home in a field of the round comes before the others; within both groups the order is that
of SHA-256 over `seed:number` (the expert's number in the register), as hexadecimal text, the lowest first. The first ones
are drawn; who works for an employer that has its share of the panel is passed over.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

METHOD = "sha256-1"


class Lot(NamedTuple):
    """One expert who can be drawn: number in the register, whether at home in a field of the round, tidied employer."""

    key: int
    home: bool
    employer: str


def ticket(seed: str, key: int) -> str:
    """The text by which lots are put in order."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def in_order(seed: str, pool: Sequence[Lot]) -> list[Lot]:
    """The pool as it is drawn from."""
    return sorted(pool, key=lambda lot: (not lot.home, ticket(seed, lot.key), lot.key))


def draw_lots(seed: str, pool: Sequence[Lot], number: int, *, taken: Mapping[str, int], most: int) -> list[int]:
    """Who is drawn, in the order of drawing.

    Args:
        number: how many at most. taken: seats that employers have on the panel already. most: how many each may have.
    """
    crowd, drawn = Counter(taken), list[int]()
    for lot in in_order(seed, pool):
        if len(drawn) < number and crowd[lot.employer] < most:
            drawn.append(lot.key)
            crowd[lot.employer] += 1
    return drawn
