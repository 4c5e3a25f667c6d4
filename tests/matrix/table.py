"""The permission table of all subjects, as text that a person can review.

Read off the declaration with the pure `Step.may`. `manage.py shell -c "from tests.matrix.table import write; write()"`
writes `permissions.txt` anew after a reviewed change of a declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.accounts.roles import Role
from portal.lifecycle.declared import steps_of, subjects
from portal.lifecycle.models import Subject
from portal.lifecycle.states import NEW
from portal.lifecycle.steps import Step
from portal.lifecycle.who import Who

SNAPSHOT = Path(__file__).with_name("permissions.txt")
#: a person without any role, and the roles in their order
ROLES: tuple[Role | None, ...] = (None, *Role)


def real_subjects() -> dict[str, type[Subject]]:
    """The subjects of the portal and its programmes; not those that tests declare."""
    return {label: model for label, model in subjects().items() if not label.startswith("lifecycle_tests.")}


def cells(model: type[Subject]) -> Iterator[tuple[str, Step, Role | None, bool]]:
    """Every (state, step, role) of a subject and whether the table allows it."""
    for state in (NEW, *model.lifecycle.states):
        for step in steps_of(model).values():
            for role in ROLES:
                yield state, step, role, step.may(state, role)


def by_system(rule: Who) -> bool:
    """Whether time may take the step."""
    return rule.system or any(by_system(other) for other in rule.others)


def source_of_itself(step: Step) -> bool:
    """Whether the step creates its subject: no page of a subject could offer it."""
    return step.leads_from(NEW)


def render() -> str:
    """The table: for each subject and state, its steps, where they lead, and who may take them."""
    return "\n".join(line for label, model in sorted(real_subjects().items()) for line in _subject(label, model)) + "\n"


def _subject(label: str, model: type[Subject]) -> Iterator[str]:
    yield f"{label}（{model.lifecycle.label}）"
    for state in (NEW, *model.lifecycle.states):
        info = model.lifecycle.states.get(state)
        marks = [f"shown as {info.shown_as}"] if info and info.shown_as else []
        marks += ["private"] if info and info.private else []
        marks += ["good end" if info.good else "end"] if info and info.terminal else []
        name = f"{state}（{info.label}）" if info else state
        yield f"  {name}  [{', '.join(marks)}]" if marks else f"  {name}"
        for step in steps_of(model).values():
            if step.leads_from(state):
                yield f"    {step.name}（{step.label}） → {step.target or state}: {_who(step, state)}"
    yield ""


def _who(step: Step, state: str) -> str:
    roles = [str(role.value) if role else "no role" for role in ROLES if step.may(state, role)]
    if len(roles) == len(ROLES):
        roles = ["anybody signed in"]
    if by_system(step.by):
        roles.append("time")
    if step.by.docket:
        return "by docket"
    unlisted = "" if step.listed or source_of_itself(step) else " (only as part of another act)"
    return (" ".join(roles) or "nobody directly") + unlisted


def write() -> None:
    """Writes the snapshot."""
    SNAPSHOT.write_text(render(), encoding="utf-8")
