"""Sending reminders of one deadline, each exactly once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from portal.base import clock
from portal.deadlines import duties, selectors
from portal.deadlines.models import Deadline, Reminder
from portal.lifecycle.declared import steps_of
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Party
from portal.messaging.actions import tell
from portal.messaging.models import Category
from portal.messaging.parties import INSIDE, people_of

#: mails of reminders do not leave before this hour in Shanghai
MAIL_HOUR = 8


def remind(deadline: Deadline, subject: Subject, today: dt.date) -> int | None:
    """Sends the latest reminder that is due; earlier ones that were missed are passed over, never sent later.

    Must be called with the deadline's row locked. Gives the offset that was sent, None when none was due.
    """
    assert transaction.get_connection().in_atomic_block, "a reminder is sent inside the transaction that holds its row"
    done = Reminder.objects.filter(deadline=deadline, due_on=deadline.due_on).values_list("offset", flat=True)
    due = selectors.reminders_due(deadline, today, set(done))
    if not due:
        return None
    latest = due[-1]
    told = _tell(deadline, subject, latest, today)
    Reminder.objects.bulk_create(
        Reminder(
            deadline=deadline,
            due_on=deadline.due_on,
            offset=offset,
            sent=offset == latest,
            on=today,
            people=told if offset == latest else 0,
        )
        for offset in due
    )
    return latest


def render(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Title (the first line) and text of a message template."""
    lines = [line.strip() for line in render_to_string(template, context).splitlines()]
    title, *rest = [line for line in lines if line]
    return title, "\n".join(rest)


def _tell(deadline: Deadline, subject: Subject, offset: int, today: dt.date) -> int:
    duty = duties.declared().get(deadline.duty)
    owner = duty.owner if duty else Party(deadline.owner, deadline.owner_label)
    parties = [owner]
    if duty and offset > 0:
        parties += [party for party in duty.tells_after if not duty.inside or party.id in INSIDE]
    then = steps_of(type(subject)).get(deadline.then)
    told = 0
    for party in parties:
        context = {
            "deadline": deadline,
            "matter": subject.describe(),
            "mine": party == owner,
            "left": (deadline.due_on - today).days,
            "late": (today - deadline.due_on).days,
            "then": then.label if then else "",
        }
        title, text = render("deadlines/reminder.txt", context)
        told += tell(
            people_of(party, subject),
            key=f"deadline:{deadline.pk}:{deadline.due_on}:{offset}",
            title=title,
            text=text,
            subject=subject,
            category=Category.DEADLINE,
            at=clock.now(),
            mail_after=clock.at(today, MAIL_HOUR),
        )
    return told
