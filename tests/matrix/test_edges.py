"""Each declared edge is taken once through the door, after everybody else was refused."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, Stale, WrongState
from portal.lifecycle import consistency
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of_all
from portal.lifecycle.models import Record
from portal.lifecycle.states import NEW
from tests.factories import actor
from tests.matrix.cases import Case, edges, prepare
from tests.matrix.table import by_system

pytestmark = pytest.mark.django_db

EDGES = list(edges())


def at(case: Case) -> contextlib.AbstractContextManager[Any]:
    """The day on which the step can be taken."""
    return clock.moved(case.day) if case.day else contextlib.nullcontext()


def strangers(case: Case) -> list[Actor]:
    """Nobody, the public, and a person in every role who stands in no relation to the subject."""
    people = [PUBLIC, *(actor(role) for role in Role)]
    return people if case.actor.system else [*people, SYSTEM]


@pytest.mark.parametrize(("label", "step", "source"), EDGES, ids=["-".join(edge) for edge in EDGES])
def test_an_edge(label: str, step: str, source: str) -> None:
    case = prepare(label, step, source)
    subject, declared = case.subject, step_of(type(case.subject), step)
    assert subject.state == source
    revision = subject.revision
    with at(case):
        for other in strangers(case):
            if _really_may(declared.by, other, subject):
                continue
            with pytest.raises((NotPermitted, NotVisible)):
                perform(subject, step, actor=other, data=case.data)
        if source != NEW:
            with pytest.raises(Stale):
                perform(subject, step, actor=case.actor, data=case.data, seen=revision + 1)
        assert (subject.state, subject.revision) == (source, revision)

        record = perform(subject, step, actor=case.actor, data=case.data, seen=None if source == NEW else revision)
    assert subject.state == (declared.target or source)
    assert type(subject)._default_manager.values_list("state", "revision").get(pk=subject.pk) == (
        subject.state,
        revision + 1,
    )
    assert (record.step, record.from_state, record.to_state) == (step, source, subject.state)
    if declared.target not in (None, source) and source != NEW:
        with pytest.raises((WrongState, NotVisible)):  # a second time there is no such edge
            perform(subject, step, actor=case.actor, data=case.data)
    assert Record.objects.filter(pk=record.pk).exists()
    assert [*problems_of_all(), *consistency.problems()] == []


def _really_may(rule: Any, person: Actor, subject: Any) -> bool:
    """Whether the rule needs no relation for this person's role (a section chief, a handler of calls)."""
    return bool(rule.admits(person, subject))


@pytest.mark.parametrize(("label", "step", "source"), EDGES, ids=["-".join(edge) for edge in EDGES])
def test_relations_are_needed(label: str, step: str, source: str) -> None:
    """The role alone opens a step only where the rule says that it is enough."""
    enough = {Role.SECTION_CHIEF: None, Role.HANDLER: {"calls.call", "registration.claim"}}
    case = prepare(label, step, source)
    rule = step_of(type(case.subject), step).by
    for role in Role:
        if rule.admits(actor(role), case.subject):
            assert role in enough and (enough[role] is None or label in enough[role]), (role, step)  # noqa: PT018
    assert rule.admits(SYSTEM, case.subject) == by_system(rule)
