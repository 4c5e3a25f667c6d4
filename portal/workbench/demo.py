"""The register of demonstrations: each programme contributes what makes its demonstration data.

`manage.py demo` runs them; none of them is a programme's business of this room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.lifecycle.states import Text

#: says one line about what was made
Say = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """What a programme contributes.

    Args:
        id: its programme. label: in words. stages: names of the parts in their order; each needs those before it.
        is_loaded: whether a stage's data is there already.
        load: makes a stage's data, through the door on the moved clock.
        again: makes one more set of live declarations.
        scale: fills the database with so many dossiers by bulk inserts; gives their number.
    """

    id: str
    label: Text
    stages: tuple[str, ...]
    is_loaded: Callable[[str], bool]
    load: Callable[[str, Say], None]
    again: Callable[[Say], None]
    scale: Callable[[int, Say], int]


_demonstrations: dict[str, Demonstration] = {}


def register(demonstration: Demonstration) -> None:
    """Makes a programme's demonstration known; called from its `AppConfig.ready`."""
    _demonstrations[demonstration.id] = demonstration


def demonstrations() -> list[Demonstration]:
    """All of them, in the order of their registration."""
    return list(_demonstrations.values())
