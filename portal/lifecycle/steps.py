"""A step: a django-fsm transition plus everything that belongs to it, declared once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django_fsm import transition

from portal.accounts.actors import Actor
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import Stage, Text
from portal.lifecycle.who import Who


@dataclass(frozen=True)
class Guard:
    """A condition of a step that explains itself: `check` gives None when it is met, else the reason in words."""

    name: str
    label: Text
    check: Callable[[Any, Actor], Text | None]

    def __call__(self, subject: Any, actor: Actor) -> Text | None:
        return self.check(subject, actor)


def guard(label: Text) -> Callable[[Callable[[Any, Actor], Text | None]], Guard]:
    """Decorator: makes a guard of a function (subject, actor) -> reason or None."""

    def wrap(check: Callable[[Any, Actor], Text | None]) -> Guard:
        return Guard(check.__name__, label, check)

    return wrap


@dataclass(frozen=True)
class Act:
    """One taking of a step, as the transition method sees it: who, when (UTC), with which cleaned data."""

    actor: Actor
    at: dt.datetime
    data: dict[str, Any]
    step: Step


@dataclass(frozen=True)
class Step:
    """The declaration of a step.

    Args:
        name: the method's name. label: the words on the button and in the history.
        sources, target: ids of states; a target of None leaves the state as it is.
        by: who may take it. guards: conditions with reasons. form: what has to be filled in.
        opens, closes: duties of the deadlines room. papers: paper classes of the documents room.
        tells: parties that get a message. basis: the article it rests on, only where it was read.
        help: what happens, in one or two sentences (help page). confirm: what the person is told before taking it.
        tone: "primary" for the one main action, "danger" for ends and refusals, "" otherwise.
        bulk: whether it may be taken for many subjects at once. stage: where it leads on the way.
        listed: whether it is offered as a button; one that is not is taken on a page of its own.
    """

    name: str
    label: Text
    sources: tuple[str, ...]
    target: str | None
    by: Who
    guards: tuple[Guard, ...] = ()
    form: type[StepForm] | None = None
    stage: Stage | None = None
    opens: tuple[Any, ...] = ()
    closes: tuple[Any, ...] = ()
    papers: tuple[Any, ...] = ()
    tells: tuple[Any, ...] = ()
    basis: Text = ""
    help: Text = ""
    confirm: Text = ""
    tone: str = ""
    bulk: bool = False
    listed: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    def leads_from(self, state: str) -> bool:
        return state in self.sources

    def may(self, state: str, role: Any) -> bool:
        """The pure permission table: whether a role could take the step in a state, before relation and guards."""
        return self.leads_from(state) and self.by.admits_role(role)


def step(
    label: Text,
    *,
    source: str | Iterable[str],
    target: str | None,
    by: Who,
    guards: Iterable[Guard] = (),
    form: type[StepForm] | None = None,
    stage: Stage | None = None,
    opens: Iterable[Any] = (),
    closes: Iterable[Any] = (),
    papers: Iterable[Any] = (),
    tells: Iterable[Any] = (),
    basis: Text = "",
    help: Text = "",
    confirm: Text = "",
    tone: str = "",
    bulk: bool = False,
    listed: bool = True,
    **extra: Any,
) -> Callable[[Callable[[Any, Act], None]], Callable[[Any, Act], None]]:
    """Decorator for a method of a subject: declares a step. The method may set fields of the subject, nothing else.

    The method is not called by anybody but `engine.perform`.
    """
    sources = (source,) if isinstance(source, str) else tuple(source)

    def wrap(method: Callable[[Any, Act], None]) -> Callable[[Any, Act], None]:
        wrapped = transition(field="state", source=list(sources), target=target)(method)
        wrapped.step = Step(
            name=method.__name__,
            label=label,
            sources=sources,
            target=target,
            by=by,
            guards=tuple(guards),
            form=form,
            stage=stage,
            opens=tuple(opens),
            closes=tuple(closes),
            papers=tuple(papers),
            tells=tuple(tells),
            basis=basis,
            help=help,
            confirm=confirm,
            tone=tone,
            bulk=bulk,
            listed=listed,
            extra=extra,
        )
        return wrapped

    return wrap
