"""Sending reminders, each exactly once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from portal.base import clock
from portal.deadlines import duties, selectors
from portal.deadlines.duties import Duty
from portal.deadlines.models import Deadline, Reminder
from portal.lifecycle.declared import steps_of
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Party
from portal.messaging.actions import Note, tell_many
from portal.messaging.models import Category
from portal.messaging.parties import INSIDE, people_of

#: mails of reminders do not leave before this hour in Shanghai
MAIL_HOUR = 8


def remind(pairs: list[tuple[Deadline, Subject]], today: dt.date) -> dict[int, int]:
    """Sends of each deadline the latest reminder that is due; earlier ones that were missed are passed over, never sent
    later.

    Must be called with the rows of the deadlines locked. Gives the offsets that were sent, by the deadlines' keys.
    """
    assert transaction.get_connection().in_atomic_block, "reminders are sent inside the transaction that holds the rows"
    done = _done(deadline for deadline, _subject in pairs)
    declared = duties.declared()
    notes: list[Note] = []
    rows: list[Reminder] = []
    sent: dict[int, int] = {}
    for deadline, subject in pairs:
        due = selectors.reminders_due(deadline, today, done.get((deadline.pk, deadline.due_on), ()))
        if not due:
            continue
        sent[deadline.pk] = latest = due[-1]
        notes += _notes(deadline, subject, declared.get(deadline.duty), latest, today)
        rows += [
            Reminder(deadline=deadline, due_on=deadline.due_on, offset=offset, sent=offset == latest, on=today)
            for offset in due
        ]
    tell_many(notes, at=clock.now())
    Reminder.objects.bulk_create(rows)
    return sent


def _done(deadlines: Iterable[Deadline]) -> dict[tuple[int, dt.date], set[int]]:
    """The offsets that were sent or passed over, by deadline and due date."""
    found: dict[tuple[int, dt.date], set[int]] = {}
    rows = Reminder.objects.filter(deadline__in=[deadline.pk for deadline in deadlines])
    for key, due_on, offset in rows.values_list("deadline", "due_on", "offset"):
        found.setdefault((key, due_on), set()).add(offset)
    return found


def foresee(deadlines: list[Deadline], today: dt.date) -> dict[int, int]:
    """What `remind` would send, by the deadlines' keys."""
    done = _done(deadlines)
    due = {row.pk: selectors.reminders_due(row, today, done.get((row.pk, row.due_on), ())) for row in deadlines}
    return {key: offsets[-1] for key, offsets in due.items() if offsets}


def render(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Title (the first line) and text of a message template."""
    lines = [line.strip() for line in render_to_string(template, context).splitlines()]
    title, *rest = [line for line in lines if line]
    return title, "\n".join(rest)


def _notes(deadline: Deadline, subject: Subject, duty: Duty | None, offset: int, today: dt.date) -> Iterator[Note]:
    owner = duty.owner if duty else Party(deadline.owner, deadline.owner_label)
    parties = [owner]
    if duty and offset > 0:
        parties += [party for party in duty.tells_after if not duty.inside or party.id in INSIDE]
    then = steps_of(type(subject)).get(deadline.then)
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
        yield Note(
            people_of(party, subject),
            key=f"deadline:{deadline.pk}:{deadline.due_on}:{offset}",
            title=title,
            text=text,
            subject=subject,
            category=Category.DEADLINE,
            mail_after=clock.at(today, MAIL_HOUR),
        )
