"""The workbench home of each role: what waits, where things stand, what is due, what is new. Nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.calls.models import Call
from portal.deadlines.models import Deadline
from portal.deadlines.queries import duties_of
from portal.dossiers.models import Dossier
from portal.messaging.queries import messages_of
from portal.ui.words import cumulated_workdays
from portal.workbench.reading import readable_states, stages, state_column

_DUTIES, _NEWS, _DAYS = 12, 5, 30


@dataclass(frozen=True)
class Bar:
    """How many running dossiers lie in a stage."""

    id: str
    label: Any
    count: int
    most: int


@dataclass(frozen=True)
class Day:
    """A day of the strip: how much is due, whether it is a working day."""

    date: dt.date
    count: int
    works: bool
    today: bool

    @property
    def weekday(self) -> str:
        return _("一二三四五六日")[self.date.weekday()]


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person."""
    actor: Actor = request.actor
    if actor.role is None:
        return render(request, "workbench/home_new.html")
    today = clock.today()
    duties = list(duties_of(actor, today)[: _DUTIES + 1])
    context = {
        "duties": duties[:_DUTIES],
        "matters": _matters(duties[:_DUTIES], actor),
        "more_duties": len(duties) > _DUTIES,
        "bars": _bars(actor),
        "days": _strip(actor, today),
        "news": messages_of(request.user)[:_NEWS] if request.user.is_authenticated else [],
        "calls": Call.objects.visible_to(actor).exclude(published_at=None).order_by("-published_at")[:_NEWS],
    }
    return render(request, "workbench/home.html", context)


def _matters(duties: list[Deadline], actor: Actor) -> dict[int, tuple[str, str]]:
    """For duties that belong to no dossier (a review, a docket): what they are about, and its page; a query for each
    kind of subject among them."""
    keys: dict[str, list[Deadline]] = {}
    for duty in duties:
        if duty.dossier_id is None:
            keys.setdefault(duty.subject_type, []).append(duty)
    found: dict[int, tuple[str, str]] = {}
    for subject_type, some in keys.items():
        model: Any = apps.get_model(subject_type)
        rows = {
            row.pk: row for row in model._default_manager.visible_to(actor).filter(pk__in=[d.subject_id for d in some])
        }
        for duty in some:
            if row := rows.get(duty.subject_id):
                address = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
                found[duty.pk] = (row.describe(), address)
    return found


def _bars(actor: Actor) -> list[Bar]:
    """The running dossiers by stage, as this actor reads their states (one query)."""
    column, states = state_column(actor), readable_states(actor)
    running = [state.id for state in states.values() if not state.terminal]
    rows = Dossier.objects.visible_to(actor).filter(**{f"{column}__in": running}).order_by().values(column)
    counts: dict[str, int] = {}
    for row in rows.annotate(n=Count("pk")):
        stage = states[row[column]].stage
        if stage:
            counts[stage.id] = counts.get(stage.id, 0) + row["n"]
    most = max(counts.values(), default=0)
    return [Bar(stage.id, stage.label, counts.get(stage.id, 0), most) for stage in stages().values()] if most else []


def _strip(actor: Actor, today: dt.date) -> list[Day]:
    """The next thirty days with the number of dossiers whose nearest due date they are (two queries)."""
    last = today + dt.timedelta(days=_DAYS - 1)
    rows = Dossier.objects.visible_to(actor).filter(due_on__range=(today, last)).order_by().values("due_on")
    counts = {row["due_on"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    works = cumulated_workdays(today - dt.timedelta(days=1), _DAYS)
    dates = [today + dt.timedelta(days=n) for n in range(_DAYS)]
    return [Day(d, counts.get(d, 0), works[n + 1] > works[n], d == today) for n, d in enumerate(dates)]
