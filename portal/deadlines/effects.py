"""The effect "deadlines" of a step: duties are closed and opened, the dossier's nearest due date follows."""

from __future__ import annotations

from portal.base import clock
from portal.deadlines.duties import Duty
from portal.deadlines.keeping import close_deadlines, keep_due_date, open_deadlines
from portal.deadlines.models import Deadline
from portal.deadlines.moving import recompute
from portal.lifecycle import registry
from portal.lifecycle.declared import steps_of
from portal.lifecycle.models import Subject
from portal.lifecycle.registry import Done
from portal.lifecycle.states import APPLICANT
from portal.messaging.parties import ROLES
from portal.messaging.refs import dossier_of
from portal.messaging.texts import OpenDuty, open_duties


@registry.effect("deadlines")
def keep_deadlines(done: Done) -> None:
    """Closes and opens what the step declares; at an end state nothing stays open."""
    subject, step = done.subject, done.step
    changed = _close(done)
    if moves := bool(step.extra.get("moves_dates")):
        own = Deadline.objects.filter(subject_type=subject.label_of_type(), subject_id=subject.pk)
        recompute(own, actor=done.act.actor, reason=str(step.label))
    opened = [duty for duty in step.opens if duty.unless is None or not duty.unless(subject)]
    open_deadlines(subject, opened, on=clock.local(done.act.at).date())
    dossier = dossier_of(subject)
    if dossier is not None and (changed or moves or opened):
        keep_due_date(dossier)


def _close(done: Done) -> int:
    """Closes what the step closes, at an end everything; gives the number of deadlines."""
    how: dict[Deadline.Status, list[Duty]] = {}
    for duty in done.step.closes:
        how.setdefault(_how_closed(done, duty), []).append(duty)
    closed = sum(close_deadlines(done.subject, how[status], status=status, at=done.act.at) for status in how)
    owes = any(step.opens for step in steps_of(type(done.subject)).values())
    if owes and done.subject.state_info.terminal and done.step.target is not None:
        closed += close_deadlines(done.subject, None, status=Deadline.Status.VOID, at=done.act.at)
    return closed


def _how_closed(done: Done, duty: Duty) -> Deadline.Status:
    """Done by its owner, by the expiry of its time, or not needed any more (withdrawn, ended by another side).

    A step declared with `fulfils=True` follows what a person did elsewhere: a signature, a report, a registered docket.
    """
    actor, info = done.act.actor, done.subject.state_info
    if actor.system:
        if duty.then == done.step.name:
            return Deadline.Status.LAPSED
        return Deadline.Status.DONE if done.step.extra.get("fulfils") else Deadline.Status.VOID
    mine = actor.role in ROLES[duty.owner.id] if duty.owner.id in ROLES else True
    given_up = duty.owner == APPLICANT and info.terminal and not info.good
    return Deadline.Status.DONE if mine and not given_up else Deadline.Status.VOID


@open_duties
def duties_of(subject: Subject) -> list[OpenDuty]:
    """The open duties of a subject, for the texts of messages."""
    found = Deadline.objects.open().filter(subject_type=subject.label_of_type(), subject_id=subject.pk)
    return [
        OpenDuty(row.owner, row.owner_label, row.label, row.due_on, row.inside)
        for row in found.order_by("due_on", "pk")
    ]
