"""The task of time."""

from __future__ import annotations

import logging

from celery import shared_task

from portal.base import clock
from portal.deadlines import sweep as sweeping
from portal.messaging import heartbeat

logger = logging.getLogger(__name__)


@shared_task(name="portal.deadlines.tasks.sweep")
def sweep() -> None:
    """Does what is due today. Runs every minute; most of the time there is nothing."""
    heartbeat.beat("sweep")
    report = sweeping.sweep(clock.today())
    if report.looked_at or report.calls_closed or report.chores_done or report.problems:
        logger.info(
            "sweep: %d calls closed, %d chores done, %d steps taken, %d reminders, %d problems",
            report.calls_closed,
            report.chores_done,
            report.steps_taken,
            report.reminders,
            report.problems,
        )
