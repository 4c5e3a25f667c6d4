"""What follows from steps in this room: task books are drawn up and take effect, reports are frozen, ends tidy up."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.execution import evaluations
from portal.execution.models import Milestone, TaskBook
from portal.execution.running import Running
from portal.execution.states import PLANNED, UNSIGNED, VOID
from portal.execution.task_books.actions import draw_up, follow_plan, keep_version
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Subject
from portal.lifecycle.registry import Done, bar, effect
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step


@effect("projection")
def follow_dossier(done: Done) -> None:
    """Steps declared with `draws_up=True` make the task book, those with `files_evaluation=<stage>` freeze the report; at
    an end nothing is planned any more, and those with `takes_up=True` plan again what ended with the project."""
    dossier = done.subject
    if not isinstance(dossier, Running):
        return
    if done.step.extra.get("draws_up") and not TaskBook.objects.filter(dossier_id=dossier.pk).exists():
        draw_up(dossier)
    if stage := done.step.extra.get("files_evaluation"):
        evaluations.freeze(dossier, stage, at=done.act.at)
    if dossier.state_info.terminal and done.record.from_state != dossier.state:
        _tidy_up(dossier)
    elif done.step.extra.get("takes_up"):
        _take_up(dossier, str(done.step.label))


def _tidy_up(dossier: Running) -> None:
    reason = _("项目已%(state)s。") % {"state": dossier.state_info.label}
    for milestone in Milestone.objects.filter(dossier_id=dossier.pk, state=PLANNED.id).order_by("pk"):
        perform(milestone, "drop", actor=SYSTEM, data={"reason": reason})
    for book in TaskBook.objects.filter(dossier_id=dossier.pk, state__in=UNSIGNED):
        perform(book, "give_up", actor=SYSTEM, data={"reason": reason})


def _take_up(dossier: Running, reason: str) -> None:
    """An unsigned task book can be signed again; of a signed one the stages are planned as they were."""
    book = TaskBook.objects.filter(dossier_id=dossier.pk).first()
    if book is None:
        return
    if book.state == VOID.id:
        perform(book, "take_up", actor=SYSTEM, data={"reason": reason})
    elif book.is_signed:
        follow_plan(dossier, book.content, reason=reason)


@effect("projection")
def follow_task_book(done: Done) -> None:
    """A text that is fixed is kept as a version; the last signature makes the milestones and lets the project begin."""
    book = done.subject
    if not isinstance(book, TaskBook):
        return
    if done.step.name == "settle_text":
        keep_version(book, reason=_("定稿"), at=done.act.at)
    elif done.step.name == "sign_as_bureau":
        dossier = concrete(Dossier.objects.get(pk=book.dossier_id))
        follow_plan(dossier, book.content)
        perform(dossier, "begin_work", actor=SYSTEM)


@bar
def stands_still(subject: Subject, actor: Actor) -> Callable[[Step], Text | None] | None:
    """While a project is suspended, its working steps and those of its milestones wait."""
    dossier = subject if isinstance(subject, Running) else _project_of(subject)
    if dossier is None or dossier.suspended_on is None:
        return None
    text = _("项目自 %(day)s 起暂停，恢复后方可办理。") % {"day": dossier.suspended_on}
    own = subject is dossier

    def reason(step: Step) -> Text | None:
        if own:
            return None if step.by.docket or step.extra.get("despite_suspension") else text
        return text if step.extra.get("stops_when_suspended") else None

    return reason


def _project_of(subject: Subject) -> Running | None:
    if not isinstance(subject, Milestone) or subject.dossier_id is None:
        return None
    found = concrete(subject.dossier)
    return found if isinstance(found, Running) else None
