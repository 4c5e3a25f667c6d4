"""A checked entry is carried out through the door, with a record that says for whom, who entered and who checked it."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.actions import copy_pending
from portal.attachments.models import Attachment
from portal.base.errors import InvalidInput, StepRefused
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.messaging.parties import INSIDE, people
from portal.supervision.behalf.actors import BehalfWarrant, behalf_of
from portal.supervision.behalf.states import CHECKER
from portal.supervision.models import OnBehalf

INSIDE.add(CHECKER.id)


@effect("projection")
def carry_out(done: Done) -> None:
    """The steps of the kind are taken as the represented person, with the data that was entered."""
    entry = done.subject
    if not isinstance(entry, OnBehalf) or done.step.name != "confirm":
        return
    subject, kind = entry.subject, entry.kind_info
    represented = kind.represented(subject, entry.membership) if subject is not None else None
    if subject is None or represented is None or entry.entrant is None:
        raise StepRefused
    actor = behalf_of(represented, entrant=entry.entrant, represented=entry.represented, checker=done.act.actor.name)
    checked_by = done.act.actor.user.pk if done.act.actor.user else None
    warrant = BehalfWarrant(entry.pk, entry.represented, entry.entrant_id, checked_by)
    for step in kind.steps:
        try:
            perform(subject, step, actor=actor, data=entry.data_with_files(), warrant=warrant)
        except InvalidInput as error:  # the form is not the checker's: what is wrong is told in words
            raise StepRefused(error.message) from error


def copies(keys: list[str]) -> list[str]:
    """Fresh pending uploads of files that an entry keeps, for the step that claims them."""
    return [str(copy_pending(file).key) for file in Attachment.objects.filter(key__in=keys).order_by("pk")]


@people(CHECKER, OnBehalf)
def possible_checkers(entry: OnBehalf) -> QuerySet[Membership]:
    """The colleagues at the desk, and the section chiefs; never who entered it."""
    desk = entry.dossier.desk_handler_ids if entry.dossier else frozenset()
    at_desk = Membership.objects.filter(role=Role.HANDLER, pk__in=desk)
    chiefs = Membership.objects.filter(role=Role.SECTION_CHIEF)
    return (at_desk | chiefs).exclude(user=entry.entrant)
