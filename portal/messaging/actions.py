"""Telling people: an in-app message each, and a mail where the person wants one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from portal.accounts.models import Membership, User
from portal.base import clock
from portal.lifecycle.models import Subject
from portal.messaging import outbox
from portal.messaging.models import Category, MailPreference, Message


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
    users = {user.pk: user for user in (_user(person) for person in people) if user.is_active}
    if not users:
        return 0
    with transaction.atomic(savepoint=False):
        known = set(Message.objects.filter(key=key, recipient__in=users).values_list("recipient", flat=True))
        Message.objects.bulk_create(
            [
                Message(
                    recipient=user,
                    key=key,
                    category=category,
                    title=title[:200],
                    text=text,
                    link=link,
                    subject_type=subject.label_of_type() if subject else "",
                    subject_id=subject.pk if subject else None,
                    created_at=at,
                )
                for user in users.values()
                if user.pk not in known
            ],
            ignore_conflicts=True,
        )
        _mail(set(users) - known, key, category, mail_after)
    return len(users) - len(known)


def _user(person: User | Membership) -> User:
    return person.user if isinstance(person, Membership) else person


def _mail(users: set[int], key: str, category: Category, after: dt.datetime | None) -> None:
    """Mails to those of these people who did not switch them off for the category."""
    silent = MailPreference.objects.filter(user__in=users, category=category, mail=False)
    wanted = users.difference(silent.values_list("user_id", flat=True))
    mails = {f"mail:{key}:{user}": {"message": key, "user": user} for user in sorted(wanted)}
    outbox.put_many("mail", mails, after=after)


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
