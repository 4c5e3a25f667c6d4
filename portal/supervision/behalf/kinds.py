"""What may be entered on behalf: acts of people who do not work on line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Kind:
    """An act that may be entered on behalf.

    Args:
        id, label: its name. model: the class of the subject. steps: the steps that are taken, in this order, with the data
        that was entered (usually one; a letter of recommendation gives opinion and recommendation at once).
        role: in which role the represented person acts.
        place: subject -> an unsaved membership of the represented body, or None where a person has to be chosen.
        paper: what the scan has to show.
    """

    id: str
    label: Text
    model: type[Subject]
    steps: tuple[str, ...]
    role: Role
    place: Callable[[Any], Membership | None]
    paper: Text

    def represented(self, subject: Any, chosen: Membership | None) -> Membership | None:
        """Who is represented: the body that the subject names, or the chosen person."""
        return self.place(subject) or chosen

    def chooses_person(self, subject: Any) -> bool:
        return self.place(subject) is None


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Makes kinds known."""
    _kinds.update({kind.id: kind for kind in kinds})


def kind(kind_id: str) -> Kind | None:
    """The kind of that id, or None."""
    return _kinds.get(kind_id)


def kinds_for(subject: Subject) -> list[Kind]:
    """What could be entered for this subject in its present state."""
    from portal.lifecycle.declared import step_of

    return [
        kind
        for kind in _kinds.values()
        if isinstance(subject, kind.model) and step_of(type(subject), kind.steps[-1]).leads_from(subject.state)
    ]
