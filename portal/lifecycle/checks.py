"""System checks: every declared step is found on its class, and leads between declared states."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, register

from portal.lifecycle.declared import steps_of, subjects
from portal.lifecycle.states import NEW


@register()
def check_lifecycles(**kwargs: Any) -> list[Error]:
    """E001: a state is not declared. E002: django-fsm does not know a step. E003: a state cannot be reached or left."""
    errors = []
    for label, model in subjects().items():
        states, steps = model.lifecycle.states, steps_of(model)
        known = model._meta.get_field("state").transitions.get(model, {})
        for step in steps.values():
            undeclared = [s for s in (*step.sources, step.target) if s not in (*states, NEW, None)]
            if undeclared:
                errors.append(Error(f"{label}.{step.name} names undeclared states {undeclared}", id="lifecycle.E001"))
            if step.name not in known:
                errors.append(Error(f"{label}.{step.name} is not bound to the field `state`", id="lifecycle.E002"))
        targets = {step.target for step in steps.values()}
        left = {source for step in steps.values() for source in step.sources if step.target not in (None, source)}
        for state in states.values():
            if state.id not in targets:
                errors.append(Error(f"{label}: no step leads to {state.id}", id="lifecycle.E003"))
            if not state.terminal and state.id not in left:
                errors.append(Error(f"{label}: no step leads on from {state.id}", id="lifecycle.E003"))
            if state.shown_id not in states:
                errors.append(Error(f"{label}: {state.id} is shown as an unknown state", id="lifecycle.E001"))
    return errors
