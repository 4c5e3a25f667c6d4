"""The terms of running notices follow edits of the working calendar: the worker counts them anew."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from portal.base import clock
from portal.base.models import CalendarDay
from portal.messaging import outbox
from portal.notices.models import Notice

#: seconds in which several edits are taken together
GATHER = 15


def _calendar_changed(sender: Any, instance: CalendarDay, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    after = clock.now() + dt.timedelta(seconds=GATHER)
    with transaction.atomic():
        over_it = Notice.objects.running_on(clock.today()).filter(
            opens_on__lt=instance.date, closes_on__gte=instance.date
        )
        for key in over_it.values_list("pk", flat=True):
            outbox.put("notice_term", f"notice:{key}:term:{uuid.uuid4().hex}", {"notice": key}, after=after)


@outbox.kind("notice_term", lease=120)
def carry_out(payload: dict[str, Any]) -> None:
    """Counts one term anew; of several waiting requests the last one finds nothing left to do."""
    from portal.notices.actions import prolong

    prolong(payload["notice"])


def connect() -> None:
    """Listens to edits of the calendar; called once when the room is ready."""
    for signal in (post_save, post_delete):
        signal.connect(_calendar_changed, sender=CalendarDay, dispatch_uid="notices-calendar")
