"""专家工作量 as a list and as xlsx."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base import clock
from portal.reviews.models import Expert
from portal.reviews.queries import field_names
from portal.reviews.views.common import for_roles
from portal.reviews.workload import delays_of, with_workload, years
from portal.ui import xlsx
from portal.ui.filters import Filter
from portal.ui.lists import Column, List
from portal.ui.paging import Sort

_readers = for_roles(Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR)
SORTS = (
    Sort("name", _("姓名"), "name"),
    Sort("-name", _("姓名（倒序）"), "name", descending=True),
    Sort("employer", _("单位"), "employer"),
    Sort("-employer", _("单位（倒序）"), "employer", descending=True),
)
_CHUNK = 500


def _name(row: Any) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', reverse("reviews:expert", args=[row.pk]), row.name)


def _last(row: Any) -> str:
    return clock.local(row.last_at).date().isoformat() if row.last_at else ""


def _columns(fields: dict[str, str], delays: dict[int, Decimal]) -> list[Column]:
    def words(row: Any) -> str:
        return "、".join(fields.get(code, code) for code in row.fields)

    return [
        Column("name", _("姓名"), lambda r: r.name, cell=_name, sort="name", fixed=True, width=12),
        Column("employer", _("现工作单位"), lambda r: r.employer, sort="employer", width=34),
        Column("fields", _("专业领域"), words, width=30, chosen=False),
        Column("invited", _("邀请"), lambda r: r.invited, css="p-num"),
        Column("accepted", _("接受"), lambda r: r.accepted, css="p-num"),
        Column("declined", _("谢绝"), lambda r: r.declined, css="p-num"),
        Column("recused", _("回避"), lambda r: r.recused, css="p-num"),
        Column("submitted", _("提交"), lambda r: r.submitted, css="p-num"),
        Column("open", _("在评"), lambda r: r.open_now, css="p-num"),
        Column("delay", _("平均逾期（天）"), lambda r: delays.get(r.pk, ""), css="p-num"),
        Column("last", _("最近提交"), _last, css="p-nowrap"),
    ]


def _filters(fields: dict[str, str], known: list[int]) -> list[Filter]:
    def in_field(rows: Any, code: str) -> Any:
        return rows.at_home_in(code)

    return [
        Filter("q", _("姓名、单位"), lambda r, t: r.filter(name__icontains=t) | r.filter(employer__icontains=t), kind="text"),
        Filter("field", _("专业领域"), in_field, options=tuple(fields.items())),
        Filter("year", _("年度"), lambda rows, year: rows, options=tuple((str(y), str(y)) for y in known)),
        Filter(
            "active",
            _("在库"),
            lambda r, v: r.filter(active=v == "yes"),
            options=(("yes", _t("在库")), ("no", _t("已退出"))),
        ),
    ]  # fmt: skip


def _list(request: HttpRequest) -> tuple[List, int, dict[int, Decimal]]:
    """The list, its year, and the delays that its columns read: to be filled in for the rows that are shown."""
    fields, known = field_names(), years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked in {str(y) for y in known} else clock.today().year
    delays: dict[int, Decimal] = {}
    shown = List(
        request,
        name="workload",
        rows=with_workload(Expert.objects.visible_to(request.actor), year),
        columns=_columns(fields, delays),
        sorts=SORTS,
        filters=_filters(fields, known),
    )
    return shown, year, delays


@_readers
def workload(request: HttpRequest) -> HttpResponse:
    """What each expert was asked for and did in a year, and has to do now."""
    shown, year, delays = _list(request)
    delays.update(delays_of([row.pk for row in shown.page.rows], year))
    export = reverse("reviews:workload_export") + shown.filters.address()
    return shown.remember(render(request, "reviews/workload.html", {"list": shown, "year": year, "export": export}))


@_readers
def workload_export(request: HttpRequest) -> HttpResponseBase:
    """The same as xlsx, with its filters and columns."""
    shown, year, delays = _list(request)
    prefix = "-" if shown.sort.descending else ""
    rows = shown.narrowed.order_by(prefix + shown.sort.column, f"{prefix}pk")
    columns, title = shown.columns, _t("%(year)s年专家工作量") % {"year": year}
    audit.note("export", actor=request.actor, label=title)

    def lines() -> Iterator[list[Any]]:
        left = iter(rows.iterator(chunk_size=_CHUNK))
        while chunk := list(islice(left, _CHUNK)):
            delays.update(delays_of([row.pk for row in chunk], year))
            for row in chunk:
                yield [column.value(row) for column in columns]

    heads = [(str(column.label), column.width) for column in columns]
    return xlsx.response(f"{title}-{clock.today():%Y%m%d}", heads, lines(), title=title)
