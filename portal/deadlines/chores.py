"""What time does beside deadlines: rooms above register chores, the sweep runs them (a docket's set date, a notice's end)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Chore:
    """Something that is done on or after a date.

    Args:
        id: its name in the report. label: in words.
        due: the things that are due on that date (Shanghai); asked anew by each sweep, so that a missed one is made up for.
        act: does one of them, in a transaction of its own; may run twice without harm. An error is logged and counted.
    """

    id: str
    label: Text
    due: Callable[[dt.date], Iterable[Any]]
    act: Callable[[Any], None]


_chores: dict[str, Chore] = {}


def register(chore: Chore) -> None:
    """Makes a chore known to the sweep."""
    _chores[chore.id] = chore


def chores() -> list[Chore]:
    """All chores, in the order of their registration."""
    return list(_chores.values())
