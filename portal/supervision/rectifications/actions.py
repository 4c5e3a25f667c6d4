"""The write on rectifications that is no step: the end of a suspension moves the last day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from portal.base import clock
from portal.supervision.models import Rectification
from portal.supervision.rectifications.states import ORDERED


def shift(dossier: Any, since: dt.date, until: dt.date) -> None:
    """Moves the last day of the rectification under way by the days that the project stood still; within the transaction
    of the resumption, which keeps the shift on record.

    Args:
        since, until: first day of the suspension, and the day (Shanghai) that counts again. What had run out before, or is
        reported already, stays.
    """
    running = Rectification.objects.filter(dossier_id=dossier.pk, state=ORDERED.id, due_on__gte=since).first()
    if running is None:
        return
    days = until - max(since, clock.local(running.ordered_at).date())
    Rectification.objects.filter(pk=running.pk).update(due_on=running.due_on + days)
