"""What runs against the current: rooms above register effects of a step and bars with the engine.

Effects run in a fixed order inside the step's transaction; a failing effect undoes the step. Bars say why no step
may be taken at all just now (a suspension, a live docket item).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.actors import Actor
from portal.lifecycle.models import Record, Subject
from portal.lifecycle.states import NEW, Text
from portal.lifecycle.steps import Act, Step


@dataclass(frozen=True)
class Done:
    """A step that has just been taken, for the effects: the saved subject, the act and its record."""

    subject: Subject
    step: Step
    act: Act
    record: Record

    @property
    def is_new(self) -> bool:
        """Whether the step made the subject: nothing else knows of it yet."""
        return self.record.from_state == NEW


Effect = Callable[[Done], None]
Reason = Callable[[Step], Text | None]
#: looks at a subject once, for an actor, and gives a function that says for each step why it is barred, or None
Bar = Callable[[Subject, Actor], Reason | None]

#: the order of effects; a room registers under its place
ORDER = ("projection", "deadlines", "papers", "endorsements", "messages")
_effects: dict[str, list[Effect]] = {place: [] for place in ORDER}
_bars: list[Bar] = []


def effect(place: str) -> Callable[[Effect], Effect]:
    """Decorator: registers an effect at one of the places of `ORDER`."""

    def wrap(run: Effect) -> Effect:
        if run not in _effects[place]:
            _effects[place].append(run)
        return run

    return wrap


def bar(check: Bar) -> Bar:
    """Decorator: registers a bar; see `Bar`."""
    if check not in _bars:
        _bars.append(check)
    return check


def run_effects(done: Done) -> None:
    """Runs all effects of a step in their order."""
    for place in ORDER:
        for run in _effects[place]:
            run(done)


class Bars:
    """All bars on one subject, each of which looked at it once."""

    def __init__(self, subject: Subject, actor: Actor) -> None:
        self._reasons = [reason for check in _bars if (reason := check(subject, actor)) is not None]

    def against(self, step: Step) -> list[Text]:
        """The reasons why this step is barred, none when it is not."""
        return [text for reason in self._reasons if (text := reason(step))]
