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
from portal.execution.rules import handles_it, is_its_guarantor, is_its_undertaker
from portal.execution.states import BUREAU_SIGNING, DRAFTING, GUARANTOR_SIGNING, SIGNING, UNSIGNED
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


def _is_expected(dossier: Any, stage: str) -> bool:
    """Whether filling it in is what the undertaker has to do now: a duty comes near, and something is left to fill in."""
    if dossier.suspended_on or not _is_near(dossier):
        return False
    found = evaluations.current(dossier, stage)
    return found is None or bool(evaluations.gaps(found))


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
    """Whose turn it is signs the task book; the undertaker fills in its self-evaluation and registers outputs."""
    if not runs(dossier):
        return []
    found = _task_book(dossier, actor)
    if not is_its_undertaker.admits(actor, dossier):
        return found
    first = _due_stage(dossier, actor)
    for stage in _STAGES:
        if dossier.may_evaluate(stage):
            label = _("填写中期自我评价") if stage == Evaluation.Stage.MIDTERM else _("填写验收自我评价")
            url = reverse("execution:evaluation", args=[dossier.pk, stage])
            main = stage == first and _is_expected(dossier, stage)
            found.append(Deed(label, url, _("对照任务书填写完成情况，可以随时保存。"), main=main))
    if dossier.state in type(dossier).KEEPS_OUTPUTS:
        found.append(Deed(_("登记成果"), reverse("workbench:dossier", args=[dossier.pk]) + "?tab=outputs", ""))
    return found


#: by state of the task book: whose turn it is
_TURNS = {
    DRAFTING.id: is_its_undertaker,
    SIGNING.id: is_its_undertaker,
    GUARANTOR_SIGNING.id: is_its_guarantor,
    BUREAU_SIGNING.id: handles_it,
}


def _task_book(dossier: Any, actor: Actor) -> list[Deed]:
    """The task book to arrange or to sign, for the side that is expected to."""
    book = _book(dossier) if awaits_its_task_book(dossier) else None
    if book is None or book.state not in _TURNS or not _TURNS[book.state].admits(actor, dossier):
        return []
    if book.state == DRAFTING.id:
        url = reverse("execution:arrange", args=[book.pk])
        return [Deed(_("编制任务书"), url, _("核对阶段安排和拟输出标准，无误后定稿。"), main=True)]
    help_text = _("打印、签字盖章、上传扫描件。")
    return [Deed(_("签署任务书"), book.get_absolute_url(), help_text, main=True)]
