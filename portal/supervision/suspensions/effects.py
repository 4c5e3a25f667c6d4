"""A project's steps suspend and resume it: the clocks stop, then all dates are moved and the moved ones are on record."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.deadlines import pauses
from portal.execution.running import Running
from portal.execution.task_books.actions import shift_milestones
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.supervision.models import Request, Suspension
from portal.supervision.rectifications import actions as rectifications
from portal.supervision.suspensions.states import OPEN


def open_one(dossier: Running) -> Suspension | None:
    """The suspension under way, or None."""
    return Suspension.objects.filter(dossier_id=dossier.pk, state=OPEN.id).first()


@effect("projection")
def follow_project(done: Done) -> None:
    """Steps declared with `suspends=True` or `resumes=True`; an end of the project ends its suspension."""
    dossier = done.subject
    if not isinstance(dossier, Running):
        return
    day = clock.local(done.act.at).date()
    if done.step.extra.get("suspends"):
        _suspend(dossier, day, _asked_for(done) or done.act.data.get("reason", ""))
    elif done.step.extra.get("resumes"):
        _resume(done, dossier, day)
    elif dossier.state_info.terminal and (found := open_one(dossier)) is not None:
        perform(found, "end", actor=SYSTEM, data={"ends_on": day})
        pauses.run_on(dossier, on=day)


def _asked_for(done: Done) -> str:
    """The reason of the request that the docket granted."""
    granted = Request.objects.filter(pk=done.act.data.get("request"), dossier_id=done.subject.pk)
    return granted.values_list("reason", flat=True).first() or ""


def _suspend(dossier: Running, day: dt.date, reason: str) -> None:
    begun = Suspension(dossier_id=dossier.pk, chain_id=dossier.chain_id, starts_on=day, reason=reason)
    pauses.stop(dossier, on=day)
    perform(begun, "begin", actor=SYSTEM)


def _resume(done: Done, dossier: Running, day: dt.date) -> None:
    found = open_one(dossier)
    if found is None:
        return
    perform(found, "end", actor=SYSTEM, data={"ends_on": day})
    rectifications.shift(dossier, found.starts_on, day)
    shifts = pauses.run_on(dossier, on=day)
    days = (day - found.starts_on).days
    reason = _("暂停恢复，顺延 %(days)s 天。") % {"days": days}
    stages = shift_milestones(dossier, days, since=found.starts_on, reason=reason)
    moved = [shift for shift in shifts if shift.before != shift.after]
    moved += [pauses.Shift(_("阶段“%(name)s”") % {"name": name}, before, after) for name, before, after in stages]
    found.shifts = [[shift.label, shift.before.isoformat(), shift.after.isoformat()] for shift in moved]
    Suspension.objects.filter(pk=found.pk).update(shifts=found.shifts)
    lines = [f"{shift.label}：{shift.before} → {shift.after}" for shift in moved]
    history.write(
        dossier,
        actor=SYSTEM,
        at=done.act.at,
        label=_("期限顺延"),
        data={"days": days, "shifts": found.shifts},
        opinion="\n".join([reason, *lines]),
    )
