"""Deadlines follow edits of the calendar and of a call's or a recommender's dates: the worker computes them anew."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.models import CalendarDay
from portal.calls.models import Call, CallRecommender
from portal.deadlines.models import Deadline, DeadlineQuerySet
from portal.deadlines.moving import recompute
from portal.lifecycle.registry import Done, effect
from portal.messaging import outbox

#: seconds in which several edits are taken together
GATHER = 15


def follow(scope: dict[str, Any]) -> None:
    """Asks the worker to compute deadlines anew: `{"date": …}` those that run over a date, `{"call": …}` those
    under a call, with `"body"` those of one recommender only."""
    key = "recompute:" + ":".join(f"{name}={value}" for name, value in sorted(scope.items()))
    after = clock.now() + dt.timedelta(seconds=GATHER)
    with transaction.atomic():
        outbox.put("recompute", f"{key}:{uuid.uuid4().hex}", scope, after=after)


@outbox.kind("recompute", label=gettext_lazy("期限重算"), lease=1800)
def carry_out(payload: dict[str, Any]) -> None:
    """Computes the deadlines of a scope anew. Of several waiting requests for the same scope the last one does it."""
    if _asked_again(payload):
        return
    recompute(_scope(payload), actor=SYSTEM, reason=_reason(payload))


def _asked_again(payload: dict[str, Any]) -> bool:
    return outbox.waiting().filter(kind="recompute", payload=payload, holder="", attempts=0).exists()


def _scope(payload: dict[str, Any]) -> DeadlineQuerySet:
    if "date" in payload:
        date = dt.date.fromisoformat(payload["date"])
        # a day that becomes a holiday or a working day moves what was counted across it
        return Deadline.objects.filter(opened_on__lte=date, due_on__gte=date)
    under = Deadline.objects.filter(dossier__call=payload["call"])
    return under.filter(dossier__recommender=payload["body"]) if "body" in payload else under


def _reason(payload: dict[str, Any]) -> str:
    if "date" in payload:
        return _("工作日历已更新（%(date)s）。") % {"date": payload["date"]}
    return _("推荐部门报送截止日期已调整。") if "body" in payload else _("申报期限已延长。")


@effect("deadlines")
def call_was_extended(done: Done) -> None:
    """The window of a call ends later: drafts and recommendations under it have longer."""
    if isinstance(done.subject, Call) and done.step.name == "extend":
        follow({"call": done.subject.pk})


def _calendar_changed(sender: Any, instance: CalendarDay, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        follow({"date": str(instance.date)})


def _recommender_changed(sender: Any, instance: CallRecommender, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        follow({"call": instance.call_id, "body": instance.body_id})


def connect() -> None:
    """Listens to edits; called once when the room is ready."""
    for signal in (post_save, post_delete):
        signal.connect(_calendar_changed, sender=CalendarDay, dispatch_uid="deadlines-calendar")
        signal.connect(_recommender_changed, sender=CallRecommender, dispatch_uid="deadlines-recommender")
