"""The columns, orders and filters of dossier lists."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Prefetch, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, District, Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call, CallField
from portal.dossiers import search
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme, programmes
from portal.supervision.models import Docket, DocketItem
from portal.ui import words
from portal.ui.filters import Filter, Option, equals
from portal.ui.lists import Column
from portal.ui.paging import Sort
from portal.workbench.reading import party_of, readable_states, stages, state_column, state_of, states_waiting_for

SORTS = (
    Sort("-updated", _("最近办理"), "updated_at", descending=True),
    Sort("updated", _("最早办理"), "updated_at"),
    Sort("due", _("最近期限"), "due_on", nullable=True),
    Sort("-due", _("最远期限"), "due_on", descending=True, nullable=True),
    Sort("number", _("编号"), "number", nullable=True),
    Sort("-number", _("编号（倒序）"), "number", descending=True, nullable=True),
)


def columns_for(actor: Actor) -> list[Column]:
    """The columns this actor can choose from."""

    def state_cell(row: Dossier) -> SafeString:
        state = state_of(row, actor)
        where = _whereabouts(row) if actor.is_inside else ""
        below = format_html('<small class="p-sub">{}</small>', where) if where else ""
        return format_html('<span class="p-badge p-tone-{}">{}</span>{}', state.tone, state.label, below)

    many = len(programmes()) > 1
    columns = [
        Column("number", _("编号"), lambda row: row.number or "", sort="number", fixed=True, width=15, css="p-code"),
        Column("title", _("项目名称"), str, cell=_title_cell, fixed=True, width=44, css="p-title-cell"),
        Column("programme", _("项目类型"), lambda row: programme(row.programme).short_label, chosen=many),
        Column("applicant", _("申报单位"), lambda row: row.applicant.name, width=32, chosen=not actor.is_applicant),
        Column("field", _("领域"), lambda row: row.field.name if row.field else "", css="p-nowrap"),
        Column("recommender", _("推荐单位"), lambda row: row.recommender.name if row.recommender else "", width=24),
        Column("state", _("状态"), lambda row: state_of(row, actor).label, cell=state_cell, fixed=True),
        Column("due", _("期限"), lambda row: row.due_on, cell=_due_cell, sort="due", css="p-due"),
        Column("updated", _("最近办理"), lambda row: row.updated_at, cell=lambda row: _day(row.updated_at), sort="updated", css="p-nowrap"),
        Column("call", _("申报通知"), lambda row: row.call.title, chosen=False, width=36),
        Column("year", _("年度"), lambda row: row.call.year, chosen=False, width=8),
        Column("stage", _("阶段"), lambda row: _stage_of(row, actor), chosen=False, css="p-nowrap"),
        Column("district", _("所在区"), lambda row: row.district.name if row.district else "", chosen=False, css="p-nowrap"),
        Column("rank", _("推荐排序"), lambda row: row.rank or "", chosen=False, css="p-num"),
        Column("submitted", _("提交日期"), lambda row: row.submitted_at or "", cell=lambda row: _day(row.submitted_at), chosen=False, css="p-nowrap"),
        Column("recommended", _("推荐日期"), lambda row: row.recommended_at or "", cell=lambda row: _day(row.recommended_at), chosen=False, css="p-nowrap"),
        Column("accepted", _("受理日期"), lambda row: row.accepted_at or "", cell=lambda row: _day(row.accepted_at), chosen=False, css="p-nowrap"),
    ]  # fmt: skip
    if actor.is_inside:
        columns += [
            Column("handler", _("经办人"), lambda row: row.handler.user.name if row.handler else "", chosen=False),
            Column("docket", _("所在呈批件"), _docket_of, chosen=False, width=30),
        ]
    return columns


def with_dockets(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """The rows with the dockets in which they lie (one query more); for lists that people inside read."""
    items = DocketItem.objects.live().select_related("docket__responsible__user")
    return rows.prefetch_related(Prefetch("docket_items", items, to_attr="lies_in"))


def _docket(row: Any) -> Docket | None:
    return next((item.docket for item in getattr(row, "lies_in", ())), None)


def _whereabouts(row: Dossier) -> str:
    """Where its docket lies and for how many days."""
    found = _docket(row)
    return _t("呈批件%(where)s") % {"where": found.whereabouts} if found else ""


def _docket_of(row: Dossier) -> str:
    found = _docket(row)
    return f"{found.serial} {found.state_info.label}，{found.whereabouts}" if found else ""


def _title_cell(row: Dossier) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', reverse("workbench:dossier", args=(row.pk,)), str(row))


def _due_cell(row: Dossier) -> SafeString:
    if row.due_on is None:
        return SafeString("")
    tone = words.due_tone(row.due_on)
    return format_html('{}<small class="p-due-{}">{}</small>', row.due_on.isoformat(), tone, words.due(row.due_on))


def _day(instant: dt.datetime | None) -> str:
    return clock.local(instant).date().isoformat() if instant else ""


def _stage_of(row: Dossier, actor: Actor) -> str:
    stage = state_of(row, actor).stage
    return str(stage.label) if stage else ""


def filters_for(actor: Actor) -> list[Filter]:
    """The filters this actor has; one query for all their choices."""
    choices = _choices(actor)
    column = state_column(actor)
    states = readable_states(actor)
    filters = [
        Filter("q", _("项目名称、单位、编号"), search.matching, kind="text"),
        Filter("programme", _("项目类型"), equals("programme"), options=_programme_options()),
        Filter("call", _("申报通知"), equals("call_id"), options=choices["call"]),
        Filter("stage", _("阶段"), _in_stage(actor), options=tuple((s.id, str(s.label)) for s in stages().values())),
        Filter("state", _("状态"), equals(column), options=tuple((s.id, str(s.label)) for s in states.values())),
        Filter("field", _("领域"), equals("field__name"), options=choices["field"]),
        Filter("district", _("所在区"), equals("district_id"), options=choices["district"]),
        Filter("recommender", _("推荐单位"), equals("recommender_id"), options=choices["body"]),
        Filter("handler", _("经办人"), equals("handler_id"), options=choices["handler"]),
        Filter("due", _("期限"), _due, options=_DUE_OPTIONS),
        Filter("on", _("到期日"), equals("due_on"), kind="date"),
    ]
    if party_of(actor):
        mine = states_waiting_for(party_of(actor))
        filters.append(
            Filter(
                "waiting",
                _("等待我方办理"),
                lambda rows, value: rows.filter(state__in=mine) if value == "yes" else rows.exclude(state__in=mine),
                options=(("yes", _t("是")), ("no", _t("否"))),
            )
        )
    return filters


_DUE_OPTIONS = (
    ("overdue", _("已逾期")),
    ("today", _("今天到期")),
    ("7", _("7 天内到期")),
    ("30", _("30 天内到期")),
    ("none", _("没有期限")),
)


def _due(rows: QuerySet[Dossier], value: str) -> QuerySet[Dossier]:
    today = clock.today()
    if value == "overdue":
        return rows.filter(due_on__lt=today)
    if value == "none":
        return rows.filter(due_on=None)
    days = 0 if value == "today" else int(value)
    return rows.filter(due_on__range=(today, today + dt.timedelta(days=days)))


def _in_stage(actor: Actor) -> Any:
    states = readable_states(actor).values()
    column = f"{state_column(actor)}__in"

    def apply(rows: QuerySet[Dossier], value: str) -> QuerySet[Dossier]:
        return rows.filter(**{column: [s.id for s in states if s.stage and s.stage.id == value]})

    return apply


def _programme_options() -> tuple[Option, ...]:
    owners = programmes()
    return tuple((owner.id, str(owner.short_label)) for owner in owners) if len(owners) > 1 else ()


def _choices(actor: Actor) -> dict[str, tuple[Option, ...]]:
    """The choices that come from the database: calls, fields, districts, recommenders, handlers, in one query."""
    mine = Dossier.objects.filter(recommender=OuterRef("pk"))
    parts = [
        _part("call", Call.objects.visible_to(actor), "pk", "title", "year"),
        _part("field", CallField.objects.filter(call__in=Call.objects.visible_to(actor)), "name", "name", "position"),
        _part("district", District.objects.all(), "code", "name", "position"),
    ]
    if actor.role != Role.RECOMMENDER:
        parts.append(_part("body", Body.objects.filter(Exists(mine)), "pk", "name", "position"))
    if actor.is_inside:
        handlers = Membership.objects.filter(role=Role.HANDLER)
        parts.append(_part("handler", handlers, "pk", "user__name", "pk"))
    found: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for kind, value, label, order in parts[0].union(*parts[1:], all=True):
        found[kind].setdefault(value, (order if kind != "call" else -order, label))
    return defaultdict(
        tuple,
        {
            kind: tuple((value, label) for value, (_order, label) in sorted(rows.items(), key=lambda item: item[1]))
            for kind, rows in found.items()
        },
    )


def _part(kind: str, rows: QuerySet[Any], value: str, label: str, order: str) -> QuerySet[Any]:
    return (
        rows.order_by()
        .annotate(
            _kind=Value(kind, output_field=CharField()),
            _value=Cast(value, CharField()),
            _label=F(label),
            _order=Cast(order, IntegerField()),
        )
        .values_list("_kind", "_value", "_label", "_order")
    )
