"""What lists of running projects show beside the usual columns: how far the milestones are, when the term ends, what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.dossiers.models import DossierQuerySet
from portal.dossiers.programmes import own, with_own
from portal.execution.models import Milestone
from portal.execution.queries import Progress
from portal.supervision.queries import waiting_for
from portal.ui import words
from portal.ui.filters import Filter
from portal.ui.lists import Column
from portal.workbench.rows import columns_for, filters_for

_USUAL = ("number", "title", "applicant", "state", "due")
_FILTERS = ("q", "programme", "call", "state", "field", "district", "recommender", "handler", "due")


def with_progress(rows: DossierQuerySet, actor: Actor) -> DossierQuerySet:
    """The rows with their programme's columns, milestones and (for guarantors) open questions: two queries more at most."""
    found = with_own(rows).prefetch_related(Prefetch("milestones", Milestone.objects.all(), to_attr="stages"))
    if actor.role == Role.RECOMMENDER:
        found = found.prefetch_related(Prefetch("endorsements", waiting_for(actor), to_attr="questions"))
    return found


def running_columns(actor: Actor) -> list[Column]:
    """The usual columns, those of running projects behind the state."""
    columns = []
    for column in columns_for(actor):
        columns.append(replace(column, chosen=column.id in _USUAL))
        if column.id == "state":
            columns += [
                Column("stages", _("阶段任务"), _stages, cell=_stages_cell, width=18),
                Column("ends", _("期限届满"), _ends, cell=_ends_cell, css="p-nowrap"),
            ]
            if actor.role == Role.RECOMMENDER:
                columns.append(Column("questions", _("待答复"), _questions, cell=_questions_cell))
    return columns


def running_filters(actor: Actor) -> list[Filter]:
    """The filters that make sense for running projects."""
    filters = [item for item in filters_for(actor) if item.name in _FILTERS]
    if actor.role == Role.RECOMMENDER:
        asked = Exists(waiting_for(actor).filter(dossier=OuterRef("pk")))
        options = (("yes", _("有")), ("no", _("没有")))
        filters.append(
            Filter(
                "asked",
                _("待答复的征求意见"),
                lambda rows, value: rows.filter(asked if value == "yes" else ~asked),
                options=options,
            )
        )
    return filters


def _stages(row: Any) -> str:
    progress = Progress.of(row.stages)
    return f"{progress.reached}/{progress.all}（{progress.percent}%）" if progress.all else ""


def _stages_cell(row: Any) -> SafeString:
    progress = Progress.of(row.stages)
    if not progress.all:
        return SafeString("")
    label = _t("已完成 %(n)s 个，共 %(all)s 个") % {"n": progress.reached, "all": progress.all}
    return format_html(
        '<span class="p-progress-line p-short"><progress max="100" value="{}" aria-label="{}"></progress>'
        '<span class="p-num">{}/{}</span></span>',
        progress.percent,
        label,
        progress.reached,
        progress.all,
    )


def _ends(row: Any) -> Any:
    return getattr(own(row), "term_ends_on", None)


def _ends_cell(row: Any) -> SafeString:
    """The end of the term; how far it is, unless its clock stands still or the acceptance was applied for in time."""
    day, project = _ends(row), own(row)
    if day is None:
        return SafeString("")
    if project.suspended_on:
        return format_html('{}<small class="p-sub">{}</small>', day.isoformat(), _t("已暂停计时"))
    if day < clock.today() and not project.overdue_since:
        return format_html("{}", day.isoformat())
    return format_html(
        '{}<small class="p-sub p-due-{}">{}</small>', day.isoformat(), words.due_tone(day), words.due(day)
    )


def _questions(row: Any) -> int | str:
    return len(row.questions) or ""


def _questions_cell(row: Any) -> SafeString:
    links = [
        format_html('<a href="{}">{}</a>', reverse("supervision:endorsement", args=[question.pk]), question.label)
        for question in row.questions
    ]
    return SafeString("<br>".join(links))
