"""Duties: what has to be done by when, declared once and named by the steps that open and close them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.lifecycle.declared import steps_of, subjects
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Party, Text
from portal.lifecycle.steps import Step


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
        inside: whether only the bureau knows of it; such a duty is neither shown nor told to others, and does not count
            for the dossier's nearest due date.
        dated: whether `due` reads a date of the subject, which a pause moves by itself; else paused days are added.
        goes_on: whether its clock runs on while the dossier is suspended.
        named: whether its words name the subject: several of them can be open in one dossier.
        unless: when it is not owed at all: a step that declares to open it leaves it out.
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
    inside: bool = False
    dated: bool = False
    goes_on: bool = False
    named: bool = False
    unless: Callable[[Any], bool] | None = None

    def words(self, subject: Subject) -> str:
        """What has to be done about this subject."""
        return f"{self.label}（{subject}）"[:80] if self.named else str(self.label)


def declared() -> dict[str, Duty]:
    """All duties that declared steps open or close, by id."""
    found: dict[str, Duty] = {}
    for model in subjects().values():
        for step in steps_of(model).values():
            found.update({duty.id: duty for duty in (*step.opens, *step.closes)})
    return found


def steps_opening(duty: Duty) -> list[tuple[type[Subject], Step]]:
    """The steps that open a duty, with the classes that declare them."""
    return [(model, step) for model in subjects().values() for step in steps_of(model).values() if duty in step.opens]
