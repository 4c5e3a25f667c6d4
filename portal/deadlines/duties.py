"""Duties: what has to be done by when, declared once and named by the steps that open and close them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.lifecycle.states import Party, Text


@dataclass(frozen=True)
class Duty:
    """A duty that a step opens and another closes.

    Args:
        id: its name. label: what has to be done, in words. owner: the party that has to do it.
        due: gives the due date (Shanghai, inclusive) from the subject and the date (Shanghai) it was opened on.
        rule: the rule the due date came from, in words, as shown beside it. May use `{name}` of pinned parameters.
        before, after: days before and after the due date on which the owner is reminded (calendar days).
        tells_after: further parties that are told when it is overdue (escalation).
        then: the step that time takes when the due date has passed; empty when nothing happens by itself.
    """

    id: str
    label: Text
    owner: Party
    due: Callable[[Any, dt.date], dt.date]
    rule: Text
    before: tuple[int, ...] = (3, 1)
    after: tuple[int, ...] = (1, 5)
    tells_after: tuple[Party, ...] = ()
    then: str = ""
