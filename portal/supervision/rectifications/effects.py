"""A project's steps order, report and settle its rectification."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.execution.running import Running
from portal.lifecycle import history
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.supervision.models import Rectification
from portal.supervision.rectifications.forms import points_of
from portal.supervision.rectifications.queries import live_of
from portal.supervision.rectifications.states import ENDED, REPORTED


@effect("projection")
def follow_project(done: Done) -> None:
    """Steps declared with `orders_rectification=<kind>`, `reports_rectification=True`, `settles_rectification=True`
    reach the rectification (a conclusion `fail` settles it as not verified); an end of the project, or a step declared
    with `ends_rectification=True`, ends it; one with `takes_up=True` lets it go on where the project rectified."""
    dossier, extra, data = done.subject, done.step.extra, done.act.data
    if not isinstance(dossier, Running):
        return
    if extra.get("reports_rectification"):
        passed = {"summary": data["summary"], "answers": data["answers"]}
        _take(live_of(dossier), "report_done", passed)
    elif extra.get("settles_rectification"):
        _judge(dossier, "fail" if data.get("conclusion") == "fail" else "verify", data)
    if kind := extra.get("orders_rectification"):
        _judge(dossier, "fail", data)
        _order(done, dossier, kind)
    if extra.get("takes_up"):
        _take_up(done, dossier)
    ends = dossier.state_info.terminal or extra.get("ends_rectification")
    if ends and (open_one := live_of(dossier)) is not None:
        _take(open_one, "end", {"finding": _("项目已%(state)s。") % {"state": dossier.state_info.label}})


def _judge(dossier: Running, step: str, data: dict[str, Any]) -> None:
    found = live_of(dossier)
    if found is not None and found.state == REPORTED.id:
        _take(found, step, {"finding": data.get("verification") or data.get("reason") or data.get("remark") or ""})


def _take(rectification: Rectification | None, step: str, data: dict[str, Any]) -> None:
    if rectification is not None:
        perform(rectification, step, actor=SYSTEM, data=data)


def _order(done: Done, dossier: Running, kind: str) -> None:
    points, due_on = dossier.rectification_terms(done.act)  # type: ignore[attr-defined]
    ordered = Rectification(
        dossier_id=dossier.pk,
        chain_id=dossier.chain_id,
        kind=kind,
        points=points_of(points) if isinstance(points, str) else points,
        due_on=due_on,
        ordered_at=done.act.at,
    )
    perform(ordered, "order", actor=SYSTEM)


def _take_up(done: Done, dossier: Running) -> None:
    """What ended with the project goes on where it stood; its term is longer by the days in between."""
    found = Rectification.objects.filter(dossier_id=dossier.pk).order_by("-pk").first()
    ended = history.way_into(dossier, done.record.from_state)
    if found is None or ended is None or found.state != ENDED.id or found.judged_at < ended.at:
        return
    if _leads_on(dossier, "reports_rectification"):
        days = clock.local(done.act.at).date() - clock.local(found.judged_at).date()
        _take(found, "take_up", {"due_on": found.due_on + days})
    elif found.reported_at and _leads_on(dossier, "settles_rectification"):
        _take(found, "take_up_reported", {})


def _leads_on(dossier: Running, declared: str) -> bool:
    """Whether a step declared so leads on from where the project stands."""
    return any(step.extra.get(declared) and step.leads_from(dossier.state) for step in steps_of(type(dossier)).values())
