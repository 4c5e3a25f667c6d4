"""What this room adds to a dossier's page: the self-evaluation to fill in, the task book to sign."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.base.memo import kept
from portal.deadlines.queries import open_list
from portal.execution import evaluations
from portal.execution.models import Evaluation, TaskBook
from portal.execution.queries import awaits_its_task_book, runs, task_book_of
from portal.execution.rules import is_its_undertaker
from portal.execution.states import DRAFTING, SIGNED, UNSIGNED
from portal.lifecycle.states import UNDERTAKER
from portal.ui.extras import Deed, Line, deeds, lines

_NEAR_DAYS = 60
_STAGES = (Evaluation.Stage.MIDTERM, Evaluation.Stage.ACCEPTANCE)


@kept
def _book(dossier: Any) -> TaskBook | None:
    return task_book_of(dossier)


@lines
def task_book(dossier: Any, actor: Actor) -> list[Line]:
    """Where the task book lies as long as it is not signed."""
    if not awaits_its_task_book(dossier):
        return []
    book = _book(dossier)
    if book is None or book.state not in UNSIGNED:
        return []
    state = book.state_info
    facts = {"state": state.label, "who": state.waits_for.label}
    return [Line(_("任务书%(state)s，等待%(who)s办理。") % facts, "writing-sign", book.get_absolute_url(), True)]


@lines
def evaluation(dossier: Any, actor: Actor) -> list[Line]:
    """How far the self-evaluation is; for the undertaker, once it was begun or a duty of the project comes near."""
    stage = _due_stage(dossier, actor)
    if stage is None:
        return []
    url = reverse("execution:evaluation", args=[dossier.pk, stage])
    found = evaluations.current(dossier, stage)
    what = _("中期自我评价") if stage == Evaluation.Stage.MIDTERM else _("验收自我评价")
    if found is None:
        return [Line(_("%(what)s：尚未填写。") % {"what": what}, "edit", url)] if _is_near(dossier) else []
    left = len(evaluations.gaps(found))
    if left:
        return [Line(_("%(what)s：还有 %(n)s 处需要填写。") % {"what": what, "n": left}, "edit", url)]
    return [Line(_("%(what)s：已填写完整，可以提交。") % {"what": what}, "checks", url)]


def _is_near(dossier: Any) -> bool:
    """Whether the undertaker owes something for the project as a whole within so many days; no query on the page."""
    last = clock.today() + dt.timedelta(days=_NEAR_DAYS)
    mine = (d for d in open_list(dossier) if d.owner == UNDERTAKER.id and d.subject_type == dossier.label_of_type())
    return any(duty.due_on <= last for duty in mine)


def _due_stage(dossier: Any, actor: Actor) -> str | None:
    """The stage whose evaluation is being filled in: the mid-term's as long as it is open."""
    if not runs(dossier) or not is_its_undertaker.admits(actor, dossier):
        return None
    return next((stage for stage in _STAGES if dossier.may_evaluate(stage)), None)


@deeds
def beside_the_steps(dossier: Any, actor: Actor) -> list[Deed]:
    """The undertaker fills in its self-evaluation, arranges the task book and registers outputs."""
    if not runs(dossier) or not is_its_undertaker.admits(actor, dossier):
        return []
    found = []
    for stage in _STAGES:
        if dossier.may_evaluate(stage):
            label = _("填写中期自我评价") if stage == Evaluation.Stage.MIDTERM else _("填写验收自我评价")
            url = reverse("execution:evaluation", args=[dossier.pk, stage])
            found.append(Deed(label, url, _("对照任务书填写完成情况，可以随时保存。")))
    book = _book(dossier) if awaits_its_task_book(dossier) else None
    if book is not None and book.state == DRAFTING.id:
        url = reverse("execution:arrange", args=[book.pk])
        found.append(Deed(_("编制任务书"), url, _("核对阶段安排和拟输出标准。")))
    elif book is not None and book.state != SIGNED.id:
        found.append(Deed(_("签署任务书"), book.get_absolute_url(), _("打印、签字盖章、上传扫描件。")))
    if dossier.state in type(dossier).KEEPS_OUTPUTS:
        found.append(Deed(_("登记成果"), reverse("workbench:dossier", args=[dossier.pk]) + "?tab=outputs", ""))
    return found
