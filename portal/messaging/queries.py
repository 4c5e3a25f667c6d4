"""Named questions about messages and the outbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.base import clock
from portal.messaging.models import RESTING, Category, MailPreference, Message, Outbox


def messages_of(user: User) -> QuerySet[Message]:
    """The messages of one person, newest first."""
    return Message.objects.of(user)


def unread_count(user: User) -> int:
    """How many messages of the person are unread."""
    return Message.objects.of(user).unread().order_by().count()


def unread_of(actor: Actor) -> QuerySet[Message]:
    """The unread messages of the person who acts, for the count of the top bar."""
    return Message.objects.of(actor.user).unread() if actor.user else Message.objects.none()


def mail_preferences(user: User) -> dict[str, bool]:
    """Per category whether the person wants mails."""
    chosen = dict(MailPreference.objects.filter(user=user).values_list("category", "mail"))
    return {category.value: chosen.get(category.value, True) for category in Category}


@dataclass(frozen=True)
class OutboxSummary:
    """How the outbox stands: numbers of rows, and since when the oldest waits."""

    waiting: int
    running: int
    retrying: int
    failed: int
    done_today: int
    oldest: dt.datetime | None


def outbox_rows(state: str = "") -> QuerySet[Outbox]:
    """Rows of the outbox, newest first; all, or those of one state."""
    rows = Outbox.objects.order_by("-pk")
    is_open = Q(done_at=None, failed_at=None)
    conditions = {
        Outbox.State.WAITING: is_open & Q(holder="", error=""),
        Outbox.State.RUNNING: is_open & ~Q(holder__in=("", RESTING)),
        Outbox.State.RETRYING: is_open & ~Q(error="") & Q(holder__in=("", RESTING)),
        Outbox.State.FAILED: Q(failed_at__isnull=False),
        Outbox.State.DONE: Q(done_at__isnull=False, suppressed=False),
        Outbox.State.SUPPRESSED: Q(suppressed=True),
    }
    return rows.filter(conditions[Outbox.State(state)]) if state else rows


def outbox_summary() -> OutboxSummary:
    """The outbox in numbers, in three queries."""
    due = Q(not_before=None) | Q(not_before__lte=clock.now())
    found = Outbox.objects.filter(done_at=None, failed_at=None).aggregate(
        running=Count("pk", filter=~Q(holder__in=("", RESTING))),
        retrying=Count("pk", filter=Q(holder__in=("", RESTING)) & ~Q(error="")),
        waiting=Count("pk", filter=Q(holder="", error="")),
        oldest=Min("created_at", filter=due),
    )
    done = Outbox.objects.filter(done_at__gte=clock.at(clock.today()), suppressed=False)
    return OutboxSummary(failed=outbox_rows(Outbox.State.FAILED).count(), done_today=done.count(), **found)
