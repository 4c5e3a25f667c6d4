"""The permission table: reviewed as a whole, and sound in every cell."""

from __future__ import annotations

import difflib

import pytest

from portal.accounts.actors import PUBLIC
from portal.lifecycle.declared import steps_of
from portal.lifecycle.models import Subject
from portal.lifecycle.steps import Step
from tests.matrix.table import ROLES, SNAPSHOT, by_system, cells, real_subjects, render

SUBJECTS = sorted(real_subjects().items())


def test_the_declaration_is_the_reviewed_one() -> None:
    reviewed, declared = SNAPSHOT.read_text(encoding="utf-8"), render()
    diff = difflib.unified_diff(reviewed.splitlines(), declared.splitlines(), "reviewed", "declared", lineterm="")
    assert reviewed == declared, "Review, then write it anew (see tests/matrix/table.py):\n" + "\n".join(diff)


@pytest.mark.parametrize(("label", "model"), SUBJECTS, ids=[label for label, _ in SUBJECTS])
def test_each_cell(label: str, model: type[Subject]) -> None:
    """A step is allowed where its edge begins and its rule names the role, and nowhere else."""
    seen = 0
    for state, step, role, allowed in cells(model):
        seen += 1
        assert allowed == (state in step.sources and step.by.admits_role(role)), (state, step.name, role)
    assert seen == (len(model.lifecycle.states) + 1) * len(steps_of(model)) * len(ROLES)


@pytest.mark.parametrize(("label", "model"), SUBJECTS, ids=[label for label, _ in SUBJECTS])
def test_each_step_belongs_to_somebody(label: str, model: type[Subject]) -> None:
    for step in steps_of(model).values():
        assert step.by.all_roles() or by_system(step.by) or step.by.person or step.by.docket, step.name


@pytest.mark.parametrize(("label", "model"), SUBJECTS, ids=[label for label, _ in SUBJECTS])
def test_no_working_step_leads_on_from_an_end(label: str, model: type[Subject]) -> None:
    """Beyond an end there are only notes that leave the state, and what a person of the bureau decides: reopenings of a bad
    end; of a good one its revocation by docket, and the taking back of a whole import."""
    for state in model.lifecycle.states.values():
        if not state.terminal:
            continue
        for step in steps_of(model).values():
            if step.leads_from(state.id) and step.target not in (None, state.id):
                assert not state.good or step.by.docket or step.name == "undo_import", (state.id, step.name)
                assert {"handler", "section_chief"} >= {str(role.value) for role in step.by.all_roles()}, step.name


@pytest.mark.parametrize(("label", "model"), SUBJECTS, ids=[label for label, _ in SUBJECTS])
def test_the_public_takes_no_step(label: str, model: type[Subject]) -> None:
    for step in steps_of(model).values():
        assert not step.by.admits(PUBLIC, model()), step.name


@pytest.mark.parametrize(("label", "model"), SUBJECTS, ids=[label for label, _ in SUBJECTS])
def test_words_are_there(label: str, model: type[Subject]) -> None:
    """Pages are made of the declaration: each state and step has what a person reads."""
    for state in model.lifecycle.states.values():
        assert str(state.label), state.id
        assert str(state.help), state.id
        assert state.terminal or state.waits_for.id != "nobody" or not leads_on(model, state.id), state.id
    for step in steps_of(model).values():
        assert str(step.label), step.name
        target = model.lifecycle.states.get(step.target or "")
        if target and target.terminal and stands_alone(step) and not by_system(step.by):
            assert str(step.confirm), f"{step.name} cannot be undone, and does not say what it does"


def leads_on(model: type[Subject], state: str) -> bool:
    """Whether somebody in particular is to take it out of the state; an accepted declaration rests until a round is held."""
    return any(
        step.leads_from(state) and step.target not in (None, state) and stands_alone(step)
        for step in steps_of(model).values()
    )


def stands_alone(step: Step) -> bool:
    """Whether a page offers the step by itself, not as a part of another act or of a docket that says what it does."""
    return step.listed and not step.by.docket
