"""Telling people: an in-app message each, and a mail where the person wants one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.accounts.models import Membership, User
from portal.base import clock
from portal.lifecycle.models import Subject
from portal.messaging import outbox
from portal.messaging.models import Category, MailPreference, Message


@dataclass(frozen=True)
class Note:
    """Something to tell to people; see `tell` for the parts."""

    people: Iterable[User | Membership]
    key: str
    title: str
    text: str
    subject: Subject | None = None
    link: str = ""
    category: Category = Category.PROGRESS
    mail_after: dt.datetime | None = None


def tell(
    people: Iterable[User | Membership],
    *,
    key: str,
    title: str,
    text: str,
    at: dt.datetime,
    subject: Subject | None = None,
    link: str = "",
    category: Category = Category.PROGRESS,
    mail_after: dt.datetime | None = None,
) -> int:
    """Writes a message to each of these people and, by preference, a mail to the outbox; each once per key and person.

    Args:
        people: users, or memberships whose users are meant; those switched off are left out.
        key: what is told, at most 180 characters. title: one line. text: plain text.
        subject: what it is about; the message leads there if the person may see it. link: a path instead.
        category: what people choose mails by. at: the instant of the message. mail_after: no mail before this instant.

    Returns:
        The number of people who were told now.
    """
    return tell_many([Note(people, key, title, text, subject, link, category, mail_after)], at=at)


def tell_many(notes: Iterable[Note], *, at: dt.datetime) -> int:
    """As `tell`, for several notes in the same few queries; gives the number of messages that were written."""
    wanted: dict[tuple[str, int], Note] = {}
    for note in notes:
        for person in note.people:
            user = person.user if isinstance(person, Membership) else person
            if user.is_active:
                wanted.setdefault((note.key, user.pk), note)
    if not wanted:
        return 0
    with transaction.atomic(savepoint=False):
        keys, users = {key for key, _user in wanted}, {user for _key, user in wanted}
        known = Message.objects.filter(recipient__in=users, key__in=keys).values_list("key", "recipient_id")
        for pair in known:
            wanted.pop(pair, None)
        Message.objects.bulk_create(
            [_message(note, user, at) for (_key, user), note in wanted.items()], ignore_conflicts=True
        )
        _mail(wanted)
    return len(wanted)


def _message(note: Note, user: int, at: dt.datetime) -> Message:
    return Message(
        recipient_id=user,
        key=note.key,
        category=note.category,
        title=note.title[:200],
        text=note.text,
        link=note.link,
        subject_type=note.subject.label_of_type() if note.subject else "",
        subject_id=note.subject.pk if note.subject else None,
        created_at=at,
    )


def _mail(wanted: dict[tuple[str, int], Note]) -> None:
    """Mails to those of these people who did not switch them off for the category."""
    users = {user for _key, user in wanted}
    silent = set(MailPreference.objects.filter(user__in=users, mail=False).values_list("user_id", "category"))
    mails: dict[dt.datetime | None, dict[str, dict[str, Any]]] = {}
    for (key, user), note in wanted.items():
        if (user, note.category) not in silent:
            mails.setdefault(note.mail_after, {})[f"mail:{key}:{user}"] = {"message": key, "user": user}
    for after, payloads in mails.items():
        outbox.put_many("mail", payloads, after=after)


def mark_read(message: Message, *, at: dt.datetime | None = None) -> None:
    """Notes when its recipient first read a message."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at or clock.now())


def mark_all_read(user: User) -> int:
    """Marks all messages of a person as read; gives how many there were."""
    return Message.objects.of(user).unread().order_by().update(read_at=clock.now())


def set_mail_preferences(user: User, wanted: dict[str, bool]) -> None:
    """Keeps for which categories the person wants mails."""
    for category, mail in wanted.items():
        MailPreference.objects.update_or_create(user=user, category=Category(category), defaults={"mail": mail})
