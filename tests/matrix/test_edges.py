"""Each declared edge is taken once through the door, after everybody else was refused."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from pilots.importing import ENTRIES
from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, Stale, Unmet, WrongState
from portal.lifecycle import consistency
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of_all
from portal.lifecycle.models import Record
from portal.lifecycle.states import NEW
from tests.factories import actor
from tests.matrix.case import Base, Case
from tests.matrix.cases import Edge, base_of, edges, prepare
from tests.matrix.table import by_system

pytestmark = pytest.mark.django_db

#: those that begin alike one after the other, so that what they begin with is built once
BASES = {edge: base_of(*edge) for edge in edges()}
EDGES = sorted(BASES, key=lambda edge: [str(getattr(part, "__name__", part)) for part in BASES[edge]])
_KEPT: dict[Base, Base] = {}
#: whose steps every handler may take (rounds, notices and the register of experts are the whole office's), every leader
ENOUGH = {
    Role.HANDLER: {
        *("calls.call", "exchange.importjob", "registration.claim", "notices.notice"),
        *("reviews.appointment", "reviews.assignment", "reviews.round"),
    },
    Role.LEADER: {"supervision.docket"},
}
#: what every handler may do besides: begin a docket, check as a second person what another one entered, import
HANDLERS = {
    ("supervision.docket", "draft"),
    ("supervision.onbehalf", "confirm"),
    ("supervision.onbehalf", "send_back"),
    *(("pilots.pilot", step) for steps in ENTRIES.values() for step in steps),
    ("pilots.pilot", "undo_import"),
}
#: what anybody may do: object
ANYBODYS = ("notices.objection", "file")


def at(case: Case) -> contextlib.AbstractContextManager[Any]:
    """The day on which the step can be taken."""
    return clock.moved(case.day) if case.day else contextlib.nullcontext()


@pytest.fixture(scope="module")
def built(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Any, list[Actor]]]:
    """The base of some cases, and a person in every role who stands in no relation to it."""
    make, *details = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        yield make(*details), [actor(role) for role in Role]
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("built", "edge"),
    [(_KEPT.setdefault(BASES[edge], BASES[edge]), edge) for edge in EDGES],
    ids=["-".join(edge) for edge in EDGES],
    indirect=["built"],
    scope="module",
)
def test_an_edge(built: tuple[Any, list[Actor]], edge: Edge) -> None:
    label, step, source = edge
    base, in_every_role = copy.deepcopy(built)
    case = prepare(label, step, source, base)
    subject, declared = case.subject, step_of(type(case.subject), step)
    assert subject.state == source
    assert declared.by.admits(SYSTEM, subject) == by_system(declared.by)
    revision = subject.revision
    with at(case):
        for other in [PUBLIC, *in_every_role, SYSTEM]:
            if declared.by.admits(other, subject):
                assert other.system or role_is_enough(other.role, label, step), other.role
                continue
            with pytest.raises((NotPermitted, NotVisible)):
                perform(subject, step, actor=other, data=case.data)
        if source != NEW:
            with pytest.raises(Stale):
                perform(subject, step, actor=case.actor, data=case.data, seen=revision + 1)
        assert (subject.state, subject.revision) == (source, revision)

        seen = None if source == NEW else revision
        record = perform(subject, step, actor=case.actor, data=case.data, seen=seen, warrant=case.warrant)
    assert subject.state == (declared.target or source)
    assert type(subject)._default_manager.values_list("state", "revision").get(pk=subject.pk) == (
        subject.state,
        revision + 1,
    )
    assert (record.step, record.from_state, record.to_state) == (step, source, subject.state)
    if declared.target not in (None, source) and source != NEW:
        # a second time there is no such edge, or a guard against it
        with pytest.raises(Unmet if declared.leads_from(subject.state) else (WrongState, NotVisible)):
            perform(subject, step, actor=case.actor, data=case.data)
    assert Record.objects.filter(pk=record.pk).exists()
    assert [*problems_of_all(), *consistency.problems()] == []


def role_is_enough(role: Role | None, label: str, step: str) -> bool:
    """Whether the rule needs no relation for this role (a section chief, a handler of calls, anybody who objects)."""
    of_the_office = role == Role.HANDLER and (label, step) in HANDLERS
    known = of_the_office or role == Role.SECTION_CHIEF or (role and label in ENOUGH.get(role, ()))
    return bool(known) or (label, step) == ANYBODYS
