"""Handing rows to the queue. A person never waits long for the broker and never meets its errors: the rows stay."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

#: seconds without nudges after the broker did not answer: a bulk step does not wait for it once per item
PAUSE = 30
_silent_until = 0.0


def nudge_on_commit() -> None:
    """With Redis: after the commit the workers are told that rows wait, once per transaction. Embedded: the worker's own
    beat looks by itself, and the web process never publishes."""
    if settings.EMBEDDED:
        return
    queued = transaction.get_connection().run_on_commit
    if not any(entry[1] is _nudge for entry in queued):
        transaction.on_commit(_nudge)


def publish(pk: int) -> None:
    """Puts one outbox row's id on the queue; raises when the broker does not answer."""
    from portal.messaging.tasks import run

    run.apply_async((pk,))


def _nudge() -> None:
    """Asks for a dispatch; never raises. Bounded by the publish policy: 0.4 s when refused, 2.6 s when silent."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    from portal.messaging.tasks import dispatch

    try:
        dispatch.apply_async(expires=60)
    except Exception as error:
        _silent_until = time.monotonic() + PAUSE
        logger.warning("the broker does not answer, rows wait for the next dispatch: %s", error)
