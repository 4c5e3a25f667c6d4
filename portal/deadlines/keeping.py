"""Keeping deadlines: opening and closing them, and the dossier's nearest due date. Called inside the transaction that
holds the subject."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Min, OuterRef, Subquery

from portal.base import clock
from portal.calls import parameters
from portal.deadlines import pauses, selectors
from portal.deadlines.duties import Duty
from portal.deadlines.models import Deadline, Pause
from portal.dossiers.models import Dossier
from portal.lifecycle.models import Subject
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Party
from portal.messaging.parties import INSIDE
from portal.messaging.refs import dossier_of


class _Parameters(dict[str, Any]):
    """What the text of a rule names: a property of the subject, else its parameter, pinned where it is pinned."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject

    def __missing__(self, key: str) -> Any:
        return getattr(self.subject, key) if hasattr(type(self.subject), key) else parameter(self.subject, key)


def parameter(subject: Subject, key: str) -> Any:
    """A parameter as it holds for the subject's dossier; without one, as it is in force today."""
    dossier = dossier_of(subject)
    if dossier is not None:
        return dossier.parameter(key)
    return parameters.value(key, getattr(subject, "programme", ""), clock.today())


def offsets_of(duty: Duty, subject: Subject) -> list[int]:
    """The reminders of a duty in days from its due date: declared, or as the parameter `reminder_offsets` says."""
    return _offsets(duty, parameter(subject, "reminder_offsets"))


def _offsets(duty: Duty, chosen_offsets: dict[str, Any]) -> list[int]:
    chosen = chosen_offsets.get(duty.id, {})
    before, after = chosen.get("before", duty.before), chosen.get("after", duty.after)
    return sorted({-abs(int(days)) for days in before} | {abs(int(days)) for days in after})


def open_deadlines(subject: Subject, duties: Iterable[Duty], *, on: dt.date) -> list[Deadline]:
    """Opens duties of a subject on a date (Shanghai). Those of the same kinds that are still open are void."""
    duties, dossier = list(duties), dossier_of(subject)
    if not duties:
        return []
    close_deadlines(subject, duties, status=Deadline.Status.VOID, at=clock.now())
    stops, offsets = pauses.of(dossier), parameter(subject, "reminder_offsets")
    stands = any(stop.ends_on is None for stop in stops)
    return Deadline.objects.bulk_create(
        _deadline(subject, duty, dossier, on, stops, _offsets(duty, offsets), stands=stands and not duty.goes_on)
        for duty in duties
    )


def _deadline(
    subject: Subject,
    duty: Duty,
    dossier: Dossier | None,
    on: dt.date,
    stops: list[Pause],
    offsets: list[int],
    *,
    stands: bool,
) -> Deadline:
    unit_id, body_id = place_of(duty.owner, subject)
    deadline = Deadline(
        dossier_id=dossier.pk if dossier else None,
        subject_type=subject.label_of_type(),
        subject_id=subject.pk,
        duty=duty.id,
        label=duty.words(subject),
        owner=duty.owner.id,
        owner_label=str(duty.owner.label),
        unit_id=unit_id,
        body_id=body_id,
        inside=duty.inside,
        rule=rule_text(duty, subject),
        opened_on=on,
        due_on=_due_date(duty, subject, on, stops),
        offsets=offsets,
        then=duty.then,
        paused_on=on if stands else None,
    )
    deadline.next_on = None if stands else selectors.next_date(deadline, on)
    return deadline


def due_date(duty: Duty, subject: Subject, opened: dt.date) -> dt.date:
    """The due date of a duty opened on that date (Shanghai): what it declares, and the days its clock stood still."""
    return _due_date(duty, subject, opened, pauses.of(dossier_of(subject)))


def _due_date(duty: Duty, subject: Subject, opened: dt.date, stops: list[Pause]) -> dt.date:
    day = duty.due(subject, opened)
    return day if duty.dated or duty.goes_on else day + dt.timedelta(days=pauses.days_since(stops, opened))


def close_deadlines(
    subject: Subject, duties: Collection[Duty] | None, *, status: Deadline.Status, at: dt.datetime
) -> int:
    """Closes the open deadlines of these duties (None: all of them); gives their number."""
    if duties is not None and not duties:
        return 0
    found = Deadline.objects.open().filter(subject_type=subject.label_of_type(), subject_id=subject.pk)
    if duties is not None:
        found = found.filter(duty__in=[duty.id for duty in duties])
    return found.update(status=status, closed_at=at, next_on=None)


def keep_due_date(dossier: Dossier) -> None:
    """Brings the dossier's nearest due date up to date: over the open duties that everybody may know of."""
    nearest = (
        Deadline.objects.open()
        .filter(dossier=OuterRef("pk"), inside=False, paused_on=None)
        .order_by()
        .values("dossier")
        .annotate(nearest=Min("due_on"))
        .values("nearest")
    )
    Dossier.objects.filter(pk=dossier.pk).update(due_on=Subquery(nearest))
    dossier.due_on = Dossier.objects.filter(pk=dossier.pk).values_list("due_on", flat=True).get()


def rule_text(duty: Duty, subject: Subject) -> str:
    """The rule with the numbers that hold for this subject."""
    return str(duty.rule).format_map(_Parameters(subject))


def place_of(owner: Party, subject: Subject) -> tuple[int | None, int | None]:
    """The unit or the body that owes a duty; neither for parties inside the bureau."""
    if owner.id in INSIDE:
        return None, None
    names = {APPLICANT.id: ("applicant_id", "unit_id"), RECOMMENDER.id: ("recommender_id", "body_id")}
    for holder in (subject, dossier_of(subject)):
        for name in names.get(owner.id, ("unit_id", "body_id")):
            if key := getattr(holder, name, None):
                return (None, key) if name in ("recommender_id", "body_id") else (key, None)
    return None, None
