"""What an edge needs to be taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from portal.accounts.actors import Actor
from portal.lifecycle.models import Subject
from portal.lifecycle.warrants import Warrant


@dataclass
class Case:
    """A step that can be taken: on what, by whom, with what, on which day (now when None), under whose order."""

    subject: Subject
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)
    day: dt.date | None = None
    warrant: Warrant | None = None


#: what a case begins with, and what it is made of: built once for all cases that begin with it
Base = tuple[Callable[..., Any], *tuple[Any, ...]]
#: a case being prepared: it names its base, gets it, and says what is done with it
Preparation = Generator[Base, Any, Case]


def nothing() -> None:
    """The base of a case that needs none."""
