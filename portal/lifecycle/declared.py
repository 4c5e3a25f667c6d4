"""Reading declarations off classes: the registry of subjects and the steps of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from portal.lifecycle.models import Subject
from portal.lifecycle.states import Lifecycle
from portal.lifecycle.steps import Step

_subjects: dict[str, type[Subject]] = {}


def subject(lifecycle: Lifecycle) -> Callable[[type[Subject]], type[Subject]]:
    """Class decorator: joins a concrete model with its declared lifecycle and makes it known."""

    def wrap(model: type[Subject]) -> type[Subject]:
        model.lifecycle = lifecycle
        _subjects[model._meta.label_lower] = model
        return model

    return wrap


def subjects() -> dict[str, type[Subject]]:
    """All models with a lifecycle, by label, in the order of their registration."""
    return dict(_subjects)


@cache
def steps_of(model: type[Subject]) -> dict[str, Step]:
    """The steps declared on a class and its mixins, by name, in the order of their source states."""
    found = {name: method.step for name in dir(model) if (method := getattr(model, name, None)) and _is_step(method)}
    order = {state: index for index, state in enumerate(["new", *model.lifecycle.states])}
    return dict(sorted(found.items(), key=lambda item: (min(order.get(s, 99) for s in item[1].sources), item[0])))


def step_of(model: type[Subject], name: str) -> Step:
    """The step of that name; KeyError when the class declares none."""
    return steps_of(model)[name]


def _is_step(method: object) -> bool:
    return isinstance(getattr(method, "step", None), Step)
