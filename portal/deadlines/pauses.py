"""The clocks of a dossier: a suspension stops them, a resumption lets them run on, and every open date is moved by as much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from portal.deadlines.models import Deadline, DeadlineQuerySet, Pause
from portal.dossiers.models import Dossier


@dataclass(frozen=True)
class Shift:
    """An open deadline that a pause moved."""

    label: str
    before: dt.date
    after: dt.date


def of(dossier: Dossier | None) -> list[Pause]:
    """All pauses of a dossier, ended or not; none without a dossier. One query."""
    return list(Pause.objects.filter(dossier_id=dossier.pk)) if dossier else []


def days_since(pauses: Iterable[Pause], day: dt.date) -> int:
    """How many days of ended pauses lie after that date (Shanghai), a pause under way not counted."""
    return sum((p.ends_on - max(p.starts_on, day)).days for p in pauses if p.ends_on and p.ends_on > day)


def stop(dossier: Dossier, *, on: dt.date) -> Pause:
    """Stops the clocks on that date (Shanghai), which no longer counts; duties that go on are left alone.

    Must run inside the transaction that holds the dossier.
    """
    from portal.deadlines import keeping

    pause = Pause.objects.create(dossier_id=dossier.pk, starts_on=on)
    _of(dossier).update(paused_on=on, next_on=None)
    keeping.keep_due_date(dossier)
    return pause


def run_on(dossier: Dossier, *, on: dt.date) -> list[Shift]:
    """Lets the clocks run again from that date (Shanghai), which counts. Gives the open deadlines that were moved.

    The columns of the dossier from which its dates follow must have been moved and saved before.
    """
    from portal.deadlines import duties, keeping, selectors
    from portal.messaging import refs

    Pause.objects.filter(dossier_id=dossier.pk, ends_on=None).update(ends_on=on)
    declared, shifts = duties.declared(), []
    for row in Deadline.objects.open().filter(dossier_id=dossier.pk).exclude(paused_on=None).order_by("due_on", "pk"):
        duty, subject = declared.get(row.duty), refs.find(row.subject_type, row.subject_id)
        if duty is None or subject is None:
            continue
        before, row.due_on = row.due_on, keeping.due_date(duty, subject, row.opened_on)
        row.paused_on = None
        row.next_on = selectors.next_date(row, on - dt.timedelta(days=1))
        row.save(update_fields=["due_on", "paused_on", "next_on"])
        shifts.append(Shift(row.label, before, row.due_on))
    keeping.keep_due_date(dossier)
    return shifts


def _of(dossier: Dossier) -> DeadlineQuerySet:
    from portal.deadlines import duties

    going_on = [duty.id for duty in duties.declared().values() if duty.goes_on]
    return Deadline.objects.running().filter(dossier_id=dossier.pk).exclude(duty__in=going_on)
