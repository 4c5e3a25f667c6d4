"""Tasks of the worker: hand out the outbox, carry out one row."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_init
from django.conf import settings

from portal.messaging import broker, heartbeat, outbox

logger = logging.getLogger(__name__)


@shared_task(name="portal.messaging.tasks.dispatch")
def dispatch() -> int:
    """Leases waiting rows and puts their ids on the queue; gives their number. Runs every two seconds."""
    heartbeat.beat("dispatch")
    ids = outbox.claim()
    for index, pk in enumerate(ids):
        try:
            broker.publish(pk)
        except Exception:
            outbox.unclaim(ids[index:])
            raise
    return len(ids)


@shared_task(name="portal.messaging.tasks.run")
def run(pk: int) -> None:
    """Carries out one row of the outbox; may be delivered twice without harm."""
    outbox.run(pk)


@worker_init.connect
def _release_leases(**kwargs: Any) -> None:
    """The embedded worker is alone: leases found at its start belong to a dead one."""
    if settings.EMBEDDED and (released := outbox.release_all()):
        logger.info("released %d leases of a worker that ended", released)
