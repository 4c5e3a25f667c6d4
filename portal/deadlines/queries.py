"""Named questions about deadlines."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base.memo import kept
from portal.deadlines.models import Deadline, DeadlineQuerySet, Nudge, Reminder
from portal.dossiers.models import Dossier
from portal.dossiers.rules import is_its_handler
from portal.dossiers.scopes import reserved_from
from portal.lifecycle.states import CHIEF, HANDLER


def open_of(dossier: Dossier) -> DeadlineQuerySet:
    """The open duties of a dossier and of what belongs to it, nearest first; internal ones included."""
    return Deadline.objects.open().filter(dossier=dossier.pk).order_by("due_on", "pk")


@kept
def open_list(dossier: Dossier) -> list[Deadline]:
    """The same as a list, looked up once by a page."""
    return list(open_of(dossier))


def open_shown(dossier: Dossier, actor: Actor) -> list[Deadline]:
    """Those of them that this actor may know of."""
    kept_back = reserved_from(actor)
    rows = open_list(dossier)
    return [row for row in rows if actor.is_inside or not (row.inside or row.subject_type in kept_back)]


def owes(row: Deadline, dossier: Dossier, actor: Actor) -> bool:
    """Whether this duty about the dossier is the actor's own; the same as `owed_by`, for a row at hand, no query."""
    if actor.is_applicant:
        return row.unit_id is not None and row.unit_id == actor.unit_id
    if actor.role == Role.RECOMMENDER:
        return row.body_id is not None and row.body_id == actor.body_id
    if actor.role == Role.SECTION_CHIEF:
        return row.owner == CHIEF.id
    return row.owner == HANDLER.id and is_its_handler.admits(actor, dossier)


def shown_of(dossier: Dossier, actor: Actor) -> DeadlineQuerySet:
    """All deadlines of a dossier that this actor may know of, newest first. The caller may see the dossier."""
    rows = Deadline.objects.filter(dossier=dossier.pk).order_by("-pk")
    return rows if actor.is_inside else rows.filter(inside=False).exclude(subject_type__in=reserved_from(actor))


def duties_of(actor: Actor, today: dt.date) -> DeadlineQuerySet:
    """待我办理: the open duties that this actor has to fulfil, first due first, with their dossiers.

    `today` (Shanghai) is what rows are compared with on the page; duties of any due date are given.
    """
    return Deadline.objects.owed_by(actor).for_rows().order_by("due_on", "pk")


def due_between(actor: Actor, first: dt.date, last: dt.date) -> DeadlineQuerySet:
    """近期到期: open deadlines of what this actor may see, due on these dates (both inclusive), with their dossiers."""
    rows = Deadline.objects.open().visible_to(actor).filter(due_on__range=(first, last))
    return rows.for_rows().order_by("due_on", "pk")


def overdue_of(actor: Actor, today: dt.date) -> DeadlineQuerySet:
    """逾期: open deadlines of what this actor may see whose due date has passed."""
    return Deadline.objects.visible_to(actor).overdue(today).for_rows().order_by("due_on", "pk")


def problems_for(actor: Actor) -> DeadlineQuerySet:
    """Steps by time that could not be taken, for those inside who look after the dossiers."""
    if not actor.is_inside:
        return Deadline.objects.none()
    return Deadline.objects.open().visible_to(actor).exclude(problem="").for_rows().order_by("problem_at", "pk")


def nudges_of(dossier: Dossier, actor: Actor) -> QuerySet[Nudge]:
    """The nudges about a dossier, newest first."""
    rows = Nudge.objects.filter(dossier=dossier.pk)
    if actor.is_inside:
        return rows
    return rows.filter(inside=False).exclude(deadline__subject_type__in=reserved_from(actor))


def reminded_or_nudged(dossier: Dossier, duty: str) -> bool:
    """Whether the party that owes this duty was nudged by a person, or reminded after the due date, since it was opened
    last."""
    own = {"deadline": OuterRef("pk")}
    reminded = Exists(Reminder.objects.filter(**own, due_on=OuterRef("due_on"), sent=True, offset__gt=0))
    nudged = Exists(Nudge.objects.filter(**own, dossier=dossier.pk, party=OuterRef("owner")))
    duties = Deadline.objects.filter(dossier=dossier.pk, duty=duty).order_by("-pk")
    return bool(duties.annotate(told=reminded | nudged).values_list("told", flat=True).first())
