"""A declared lifecycle as plain data: for the command, the help pages and the diagram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.base import clock
from portal.calls import parameters
from portal.dossiers.programmes import programmes
from portal.lifecycle.declared import steps_of, subjects
from portal.lifecycle.models import Subject
from portal.lifecycle.states import NEW, Lifecycle, State
from portal.lifecycle.steps import Step

#: the order in which a help page tells steps
_TONES = ("primary", "", "danger")


def lifecycles() -> dict[str, type[Subject]]:
    """The models with a lifecycle, by the lifecycle's id, programmes first."""
    found: dict[str, type[Subject]] = {owner.model.lifecycle.id: owner.model for owner in programmes()}
    for model in subjects().values():
        found.setdefault(model.lifecycle.id, model)
    return found


@dataclass(frozen=True)
class Way:
    """A step out of a state, as the help page tells it."""

    step: Step
    target: State | None
    who: list[str]
    guards: list[str]
    fields: list[dict[str, Any]]
    due: list[dict[str, str]]


def ways_out(model: type[Subject], state_id: str) -> list[Way]:
    """The steps that lead on from a state: the main one first, ends and steps by time last."""
    found = [step for step in steps_of(model).values() if step.leads_from(state_id)]
    found.sort(key=lambda step: (step.by.system, _TONES.index(step.tone) if step.tone in _TONES else 1))
    values = parameter_values(model)
    return [_way(model.lifecycle, step, values) for step in found]


def parameter_values(model: type[Subject]) -> dict[str, Any]:
    """The parameters in force today of the programme that a model belongs to; none for other subjects."""
    owner = next((owner for owner in programmes() if owner.model is model), None)
    return parameters.snapshot(owner.id, clock.today()) if owner else {}


def ways_in(model: type[Subject], state_id: str) -> list[Step]:
    """The steps that lead into a state."""
    return [step for step in steps_of(model).values() if step.target == state_id]


def duties_in(model: type[Subject], state_id: str) -> list[Any]:
    """The duties that are opened by the steps into a state and belong to it."""
    found: dict[str, Any] = {}
    for step in ways_in(model, state_id):
        found.update({duty.id: duty for duty in step.opens})
    return list(found.values())


def _way(lifecycle: Lifecycle, step: Step, values: dict[str, Any]) -> Way:
    return Way(
        step=step,
        target=lifecycle.states.get(step.target) if step.target else None,
        who=step.by.labels(),
        guards=[str(guard.label) for guard in step.guards],
        fields=fields_of(step),
        due=[duty_data(duty, values) for duty in step.opens],
    )


def fields_of(step: Step) -> list[dict[str, Any]]:
    """The fields of a step's form."""
    declared = step.form.base_fields if step.form else {}
    return [
        {"name": name, "label": str(field.label or name), "required": field.required}
        for name, field in declared.items()
    ]


def duty_data(duty: Any, values: dict[str, Any] | None = None) -> dict[str, str]:
    """A duty in words; parameters in its rule are filled in from the values, else they stand as `{name}`."""
    rule = str(duty.rule)
    for name, value in (values or {}).items():
        rule = rule.replace(f"{{{name}}}", str(value))
    return {"id": duty.id, "label": str(duty.label), "owner": str(duty.owner.label), "rule": rule}


def state_data(state: State) -> dict[str, Any]:
    """A state as JSON."""
    return {
        "id": state.id,
        "label": str(state.label),
        "shown_as": state.shown_id,
        "stage": state.stage.id if state.stage else None,
        "stage_label": str(state.stage.label) if state.stage else None,
        "waits_for": state.waits_for.id,
        "private": state.private,
        "terminal": state.terminal,
        "good": state.good,
        "help": str(state.help),
    }


def step_data(step: Step) -> dict[str, Any]:
    """A step as JSON."""
    return {
        "name": step.name,
        "label": str(step.label),
        "sources": list(step.sources),
        "target": step.target,
        "roles": sorted(str(role) for role in step.by.all_roles()),
        "who": step.by.labels(),
        "by_time": step.by.system,
        "basis": str(step.basis),
        "form": fields_of(step),
        "guards": [{"name": guard.name, "label": str(guard.label)} for guard in step.guards],
        "opens": [duty_data(duty) for duty in step.opens],
        "closes": [duty_data(duty) for duty in step.closes],
        "papers": [{"kind": paper.kind, "label": str(paper.label)} for paper in step.papers],
        "recipients": [{"id": party.id, "label": str(party.label)} for party in step.tells],
        "help": str(step.help),
        "bulk": step.bulk,
    }


def lifecycle_data(model: type[Subject]) -> dict[str, Any]:
    """A whole lifecycle as JSON."""
    lifecycle = model.lifecycle
    return {
        "id": lifecycle.id,
        "label": str(lifecycle.label),
        "subject": model._meta.label_lower,
        "stages": [{"id": stage.id, "label": str(stage.label)} for stage in lifecycle.stages],
        "states": [state_data(state) for state in lifecycle.states.values()],
        "steps": [step_data(step) for step in steps_of(model).values()],
    }


def mermaid(model: type[Subject]) -> str:
    """The lifecycle as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for state in model.lifecycle.states.values():
        lines.append(f'    state "{state.label}" as {state.id}')
    for step in steps_of(model).values():
        for source in step.sources:
            target = step.target or source
            lines.append(f"    {'[*]' if source == NEW else source} --> {target}: {step.label}")
    for state in model.lifecycle.states.values():
        if state.terminal:
            lines.append(f"    {state.id} --> [*]")
    return "\n".join(lines)


def table(model: type[Subject]) -> list[list[str]]:
    """The lifecycle as rows of a table: from, step, to, who, conditions, form, deadlines, papers, recipients, basis."""
    states = {NEW: _("（新建）"), **{s.id: str(s.label) for s in model.lifecycle.states.values()}}
    rows = []
    for step in steps_of(model).values():
        data = step_data(step)
        rows.append(
            [
                "、".join(states[source] for source in step.sources),
                data["label"],
                states[step.target] if step.target else "—",
                "；".join(data["who"]),
                "；".join(guard["label"] for guard in data["guards"]),
                "；".join(field["label"] + ("*" if field["required"] else "") for field in data["form"]),
                "；".join(["+" + duty["label"] for duty in data["opens"]] + ["-" + d["label"] for d in data["closes"]]),
                "；".join(paper["label"] for paper in data["papers"]),
                "；".join(party["label"] for party in data["recipients"]),
                data["basis"],
            ]
        )
    return rows
