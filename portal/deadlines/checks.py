"""System checks: the declared duties fit the steps that name them."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, register

from portal.accounts.actors import SYSTEM
from portal.deadlines.duties import Duty
from portal.lifecycle.declared import steps_of, subjects


@register()
def check_duties(**kwargs: Any) -> list[Error]:
    """E001: two duties share an id. E002: a duty's step by time is missing, not taken by time, or does
    not close it. E003: no step closes it."""
    errors: list[Error] = []
    known: dict[str, Duty] = {}
    for label, model in subjects().items():
        steps = steps_of(model)
        closed = {duty.id for step in steps.values() for duty in step.closes}
        for step in steps.values():
            for duty in (*step.opens, *step.closes):
                if known.setdefault(duty.id, duty) is not duty:
                    errors.append(Error(f"{label}: two duties are called {duty.id}", id="deadlines.E001"))
            for duty in step.opens:
                then = steps.get(duty.then)
                if duty.then and not (then and then.by.admits(SYSTEM, None) and duty in then.closes):
                    errors.append(Error(f"{label}: time cannot take {duty.then} for {duty.id}", id="deadlines.E002"))
                if duty.id not in closed:
                    errors.append(Error(f"{label}: no step closes the duty {duty.id}", id="deadlines.E003"))
    return errors
