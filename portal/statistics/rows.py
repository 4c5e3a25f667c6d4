"""The list behind a number: its columns, orders and filters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.dossiers import search
from portal.dossiers.programmes import true_state
from portal.statistics import dimensions
from portal.statistics.measures import BY_ID, MEASURES
from portal.statistics.overviews import Overview
from portal.ui import words
from portal.ui.filters import Filter
from portal.ui.lists import Column
from portal.ui.paging import Sort


def sorts(overview: Overview) -> tuple[Sort, ...]:
    """The orders; what ends first stands first."""
    term = overview.term_field
    return (
        Sort("term", _("最早到期"), term, nullable=True),
        Sort("-term", _("最晚到期"), term, descending=True, nullable=True),
        Sort("number", _("编号"), "number", nullable=True),
        Sort("-number", _("编号（倒序）"), "number", descending=True, nullable=True),
    )


def filters(overview: Overview, today: dt.date) -> list[Filter]:
    """The measure that was counted, the dimensions, and a search."""

    def counted(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(BY_ID[value].where(overview, today))

    options = tuple((measure.id, measure.label) for measure in MEASURES)
    return [
        Filter("q", _("项目名称、单位、编号"), search.matching, kind="text"),
        Filter("count", _("统计项"), counted, options=options),
        *dimensions.filters(),
    ]


def with_neighbours(rows: QuerySet[Any], overview: Overview) -> QuerySet[Any]:
    """The rows with all that a line shows, in the same query."""
    return rows.select_related("applicant", "field", "recommender", "district", "handler__user").annotate(
        is_extended=_flag(overview.extended), is_suspended=_flag(overview.suspended)
    )


def _flag(condition: Any) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def columns(overview: Overview, today: dt.date) -> list[Column]:
    """The columns of the list."""

    def term(row: Any) -> dt.date | None:
        found: dt.date | None = getattr(row, overview.term_field)
        return found

    def term_cell(row: Any) -> SafeString:
        day = term(row)
        if day is None:
            return SafeString("")
        if row.is_suspended:
            return format_html('{}<small class="p-due-secondary">{}</small>', day.isoformat(), _t("暂停中"))
        tone = words.due_tone(day, today)
        return format_html('{}<small class="p-due-{}">{}</small>', day.isoformat(), tone, words.due(day, today))

    return [
        Column("number", _("编号"), lambda r: r.number or "", sort="number", fixed=True, width=15, css="p-code"),
        Column("title", _("项目名称"), str, cell=_title, fixed=True, width=44, css="p-title-cell"),
        Column("applicant", _("承担单位"), lambda r: r.applicant.name, width=32),
        Column("field", _("领域"), lambda r: r.field.name if r.field else "", css="p-nowrap"),
        Column("recommender", _("推荐单位"), lambda r: r.recommender.name if r.recommender else "", width=24),
        Column("district", _("所在区"), lambda r: r.district.name if r.district else "", chosen=False, css="p-nowrap"),
        Column("handler", _("经办人"), lambda r: r.handler.user.name if r.handler else "", css="p-nowrap"),
        Column("state", _("状态"), lambda r: true_state(r).label, cell=_state, fixed=True),
        Column("term", _("实施期限"), term, cell=term_cell, sort="term", fixed=True, css="p-due"),
        Column("extended", _("延期"), lambda r: _t("是") if r.is_extended else "", css="p-nowrap"),
        Column("suspended", _("暂停"), lambda r: _t("是") if r.is_suspended else "", css="p-nowrap", chosen=False),
    ]


def _title(row: Any) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', reverse("workbench:dossier", args=(row.pk,)), str(row))


def _state(row: Any) -> SafeString:
    state = true_state(row)
    return format_html('<span class="p-badge p-tone-{}">{}</span>', state.tone, state.label)
