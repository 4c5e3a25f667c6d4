"""Appointing experts, one or many, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base.errors import InvalidInput, PortalError
from portal.documents.actions import invalidate
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.messaging.parties import people
from portal.reviews.models import Appointment, Expert
from portal.reviews.states import EXPERT


def appoint_all(
    experts: Iterable[Expert], data: dict[str, Any], *, actor: Actor
) -> tuple[list[Appointment], list[tuple[Expert, str]]]:
    """Appoints each of these experts for the same term.

    Args:
        data: office, first and last day, as a browser sends them.

    Returns:
        The appointments, and whom it could not be done for with the reason.
    """
    done, refused = [], []
    for expert in experts:
        appointment = Appointment(expert=expert)
        try:
            perform(appointment, "appoint", actor=actor, data=data)
        except InvalidInput as error:
            refused.append((expert, "；".join(str(text) for texts in error.form.errors.values() for text in texts)))
        except PortalError as error:
            refused.append((expert, error.message))
        else:
            done.append(appointment)
    return done, refused


@effect("papers")
def revoke_letter(done: Done) -> None:
    """Whoever is dismissed has no valid letter any more."""
    appointment = done.subject
    if isinstance(appointment, Appointment) and done.step.name == "dismiss" and appointment.letter is not None:
        invalidate(appointment.letter, reason=done.act.data["reason"], at=done.record.at)


@people(EXPERT, Appointment)
def the_appointed(appointment: Appointment) -> QuerySet[Membership]:
    """The expert's own account."""
    return Membership.objects.filter(role=Role.EXPERT, user__expert=appointment.expert_id)
