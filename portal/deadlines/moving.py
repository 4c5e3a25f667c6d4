"""Moving due dates: when the calendar, a call's date or a parameter was edited, open deadlines follow, with a record."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.deadlines import duties, keeping, reminders, selectors
from portal.deadlines.models import Deadline, DeadlineQuerySet
from portal.lifecycle import history
from portal.messaging import refs
from portal.messaging.actions import tell
from portal.messaging.models import Category
from portal.messaging.parties import people_of

logger = logging.getLogger(__name__)
CHUNK = 500


@dataclass
class Moved:
    """How many deadlines were looked at, and which were moved: (deadline, old due date, new one)."""

    looked_at: int = 0
    moved: int = 0


def recompute(deadlines: DeadlineQuerySet, *, actor: Actor, reason: str, dry_run: bool = False) -> Moved:
    """Computes the due dates of open deadlines anew from their duties; a changed one is written to the history of its
    subject and told to its owner.

    Args:
        deadlines: which ones; closed ones among them are left alone. actor: who caused it. reason: in words, for the record.
    """
    result, last = Moved(), 0
    while keys := list(deadlines.open().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        for pk in keys:
            result.looked_at += 1
            result.moved += _recompute_one(pk, actor, reason, dry_run)
        last = keys[-1]
    return result


def _recompute_one(pk: int, actor: Actor, reason: str, dry_run: bool) -> bool:
    row = Deadline.objects.get(pk=pk)
    duty, subject = duties.declared().get(row.duty), refs.find(row.subject_type, row.subject_id)
    if duty is None or subject is None:
        return False
    if keeping.due_date(duty, subject, row.opened_on) == row.due_on:
        return False
    if dry_run:
        return True
    with transaction.atomic():
        # the subject first, then its deadline: the order of the door
        subject = type(subject)._default_manager.select_for_update().get(pk=subject.pk)
        deadline = Deadline.objects.open().select_for_update().filter(pk=pk).first()
        if deadline is None:
            return False
        before, deadline.due_on = deadline.due_on, keeping.due_date(duty, subject, deadline.opened_on)
        deadline.offsets = keeping.offsets_of(duty, subject)
        deadline.rule = keeping.rule_text(duty, subject)
        yesterday = clock.today() - dt.timedelta(days=1)
        deadline.next_on = None if deadline.paused_on else selectors.next_date(deadline, yesterday)
        deadline.problem, deadline.problem_at = "", None
        deadline.save()
        history.write(
            subject,
            actor=actor,
            at=clock.now(),
            label=_("期限调整"),
            data={"duty": duty.id, "label": str(duty.label), "from": before, "to": deadline.due_on},
            opinion=_("“%(what)s”的期限由 %(before)s 调整为 %(after)s：%(reason)s")
            % {"what": duty.label, "before": before, "after": deadline.due_on, "reason": reason},
            inside=duty.inside,
        )
        if (dossier := refs.dossier_of(subject)) is not None:
            keeping.keep_due_date(dossier)
        title, text = reminders.render(
            "deadlines/moved.txt",
            {"deadline": deadline, "matter": subject.describe(), "before": before, "reason": reason},
        )
        tell(
            people_of(duty.owner, subject),
            key=f"deadline:{pk}:moved:{deadline.due_on}",
            title=title,
            text=text,
            subject=subject,
            category=Category.DEADLINE,
            at=clock.now(),
        )
    return True
