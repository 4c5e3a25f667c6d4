"""The writes on task books that are no steps: arranging the plan before it is fixed, changing it by a granted request."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.base import clock
from portal.base.errors import NotPermitted, Stale, StepRefused
from portal.documents.actions import issue
from portal.execution.models import Milestone, TaskBook, TaskBookVersion
from portal.execution.papers import TaskBookPaper
from portal.execution.plans import Content, plan_of
from portal.execution.rules import is_its_undertaker
from portal.execution.states import DRAFTING, DROPPED, PLANNED
from portal.execution.task_books.checks import OPEN_TABLES, as_date
from portal.execution.task_books.reading import differences
from portal.lifecycle.engine import perform


def draw_up(dossier: Any) -> TaskBook:
    """Generates the task book of an approved (concrete) dossier from its form."""
    book = TaskBook(dossier_id=dossier.pk, chain_id=dossier.chain_id, content=plan_of(dossier).build(dossier))
    perform(book, "draw_up", actor=SYSTEM)
    return book


def arrange(book: TaskBook, tables: dict[str, list[dict[str, Any]]], *, actor: Actor, seen: int | None = None) -> None:
    """Keeps how the undertaker arranges milestones and outputs before the text is fixed; checked when it is fixed.

    Args:
        tables: rows by name of the table, each with an `id`; other tables than `OPEN_TABLES` are fixed by the approval.
        seen: the revision on the page.

    Raises:
        NotPermitted; StepRefused: the text is fixed; Stale: a colleague saved meanwhile.
    """
    with transaction.atomic():
        locked = TaskBook.objects.select_for_update().get(pk=book.pk)
        if not is_its_undertaker.admits(actor, locked):
            raise NotPermitted(_("只有承担单位可以编制任务书。"))
        if locked.state != DRAFTING.id:
            raise StepRefused(_("任务书当前状态为“%(state)s”，不能修改。") % {"state": locked.state_info.label})
        if seen is not None and seen != locked.revision:
            raise Stale(_("任务书刚刚被本单位其他人员保存，页面已更新，请核对后再保存。"))
        locked.content = {**locked.content, **{name: tables[name] for name in OPEN_TABLES if name in tables}}
        locked.revision += 1
        locked.save(update_fields=["content", "revision"])
    book.content, book.revision = locked.content, locked.revision


def keep_version(book: TaskBook, *, reason: str, at: dt.datetime) -> TaskBookVersion:
    """Keeps the plan as it is now as a version; within the transaction that changed it."""
    return TaskBookVersion.objects.create(
        book=book, number=book.version, content=book.content, reason=reason[:200], at=at
    )


def change(dossier: Any, changes: Content, *, reason: str) -> TaskBook | None:
    """Carries a granted change into the plan: a further version, of a signed book also as a paper, and milestones that
    follow. None without a task book.

    Args:
        changes: the parts of the plan that are replaced. Must run inside the transaction of the granting step.
    """
    book = TaskBook.objects.select_for_update().filter(dossier_id=dossier.pk).first()
    if book is None:
        return None
    before, at = book.content, clock.now()
    book.content = {**before, **changes}
    book.version += 1
    book.revision += 1
    book.save(update_fields=["content", "version", "revision"])
    keep_version(book, reason=reason, at=at)
    if book.is_signed:
        altered = differences(book.plan, before, book.content)
        issue(TaskBookPaper, book, SYSTEM, at, {"reason": reason, "differences": altered})
        if "milestones" in changes:
            follow_plan(dossier, book.content, reason=reason)
    return book


def follow_plan(dossier: Any, content: Content, *, reason: str = "") -> None:
    """Makes the milestones what the plan says: new ones are planned, dropped ones planned again, changed ones rescheduled,
    missing ones dropped.

    What was reached already stays as it is.
    """
    have = {row.row: row for row in Milestone.objects.filter(dossier_id=dossier.pk)}
    for position, row in enumerate(content.get("milestones", ()), 1):
        known, facts = have.pop(row["id"], None), _facts(row, position)
        if known is None:
            made = Milestone(dossier_id=dossier.pk, chain_id=dossier.chain_id, row=row["id"], **facts)
            perform(made, "plan", actor=SYSTEM)
        elif known.state == DROPPED.id:
            perform(known, "plan_again", actor=SYSTEM, data={**facts, "reason": reason})
        elif known.state == PLANNED.id and any(getattr(known, name) != value for name, value in facts.items()):
            perform(known, "reschedule", actor=SYSTEM, data={**facts, "reason": reason})
    for gone in have.values():
        if gone.state == PLANNED.id:
            perform(gone, "drop", actor=SYSTEM, data={"reason": reason or _("经批准的变更取消了本阶段。")})


def _facts(row: dict[str, Any], position: int) -> dict[str, Any]:
    return {
        "position": position,
        "name": row["stage"][:80],
        "task": row.get("content", ""),
        "result": row.get("result", "")[:200],
        "starts_on": as_date(row["starts_on"]),
        "ends_on": as_date(row["ends_on"]),
    }


def shift_milestones(dossier: Any, days: int, *, since: dt.date, reason: str) -> list[tuple[str, dt.date, dt.date]]:
    """Moves what is planned and not over by so many calendar days: a suspension has ended. Gives the names of the moved
    milestones with their last days before and after.

    Args:
        since: the first day of the suspension (Shanghai); milestones that ended before it stay.
    """
    if not days:
        return []
    book = TaskBook.objects.select_for_update().filter(dossier_id=dossier.pk).first()
    if book is None:
        return []
    planned = Milestone.objects.filter(dossier_id=dossier.pk, state=PLANNED.id)
    before = dict(planned.values_list("pk", "ends_on"))
    done = set(Milestone.objects.filter(dossier_id=dossier.pk).exclude(state=PLANNED.id).values_list("row", flat=True))
    rows = [row if row["id"] in done else _shifted(row, days, since) for row in book.content.get("milestones", ())]
    if rows != book.content.get("milestones", []):
        change(dossier, {"milestones": rows}, reason=reason)
    after = planned.order_by("position").values_list("pk", "name", "ends_on")
    return [(name, before[pk], ends_on) for pk, name, ends_on in after if before[pk] != ends_on]


def _shifted(row: dict[str, Any], days: int, since: dt.date) -> dict[str, Any]:
    move = dt.timedelta(days=days)
    starts, ends = as_date(row["starts_on"]), as_date(row["ends_on"])
    if starts is None or ends is None or ends < since:
        return row
    begun = starts < since
    return {
        **row,
        "starts_on": (starts if begun else starts + move).isoformat(),
        "ends_on": (ends + move).isoformat(),
    }
