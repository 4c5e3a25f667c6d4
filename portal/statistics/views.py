"""总览: how the running dossiers stand, and the lists behind the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base import clock
from portal.reviews.views.common import for_roles
from portal.statistics import counting, rows
from portal.statistics.dimensions import BY_ID, DIMENSIONS, Dimension
from portal.statistics.measures import MEASURES
from portal.statistics.overviews import Overview, find, overviews
from portal.ui import xlsx
from portal.ui.lists import List

READERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})
_CHUNK = 2000


def _overview(programme: str) -> Overview:
    found = find(programme)
    if found is None:
        raise Http404
    return found


def _dimension(request: HttpRequest) -> Dimension:
    """What the table is broken down by; the first one unless the address says otherwise."""
    return BY_ID.get(request.GET.get("by", ""), DIMENSIONS[0])


def _list_url(overview: Overview, **filters: str) -> str:
    return reverse("statistics:list", args=[overview.programme]) + "?" + urlencode(filters)


@for_roles(*READERS)
def home(request: HttpRequest) -> HttpResponseBase:
    """Leads to the first programme's overview."""
    for known in overviews():
        return redirect("statistics:overview", known.programme)
    return render(request, "statistics/nothing.html")


@for_roles(*READERS)
def overview(request: HttpRequest, programme: str) -> HttpResponse:
    """The counts over all running dossiers, and a table by one dimension; every number leads to its list."""
    found, by, today = _overview(programme), _dimension(request), clock.today()
    groups = counting.table(found, by, request.actor, today)
    totals = counting.total_of(groups)
    lines = [
        (group, [(m, group.counts[m.id], _list_url(found, count=m.id, **{by.id: group.value})) for m in MEASURES])
        for group in groups
    ]
    context = {
        "overview": found,
        "overviews": overviews(),
        "today": today,
        "tiles": [(m, totals[m.id], _list_url(found, count=m.id)) for m in MEASURES],
        "total": totals["all"],
        "most": max((group.counts["all"] for group in groups), default=0),
        "lines": lines,
        "measures": MEASURES,
        "dimensions": DIMENSIONS,
        "by": by,
        "own": request.actor.role == Role.HANDLER,
        "export": reverse("statistics:export", args=[programme]) + f"?by={by.id}",
    }
    return render(request, "statistics/overview.html", context)


@for_roles(*READERS)
def export(request: HttpRequest, programme: str) -> HttpResponseBase:
    """The table as xlsx, with the totals below."""
    found, by, today = _overview(programme), _dimension(request), clock.today()
    groups = counting.table(found, by, request.actor, today)
    totals = counting.total_of(groups)
    lines: list[list[Any]] = [[group.name, *(group.counts[m.id] for m in MEASURES)] for group in groups]
    lines.append([_("合计"), *(totals[m.id] for m in MEASURES)])
    title = _("%(what)s总览（按%(by)s，数据截至 %(day)s）") % {
        "what": found.label,
        "by": by.label,
        "day": today.isoformat(),
    }
    audit.note("export", actor=request.actor, label=title)
    heads = [(str(by.label), 28), *((str(m.label), 14) for m in MEASURES)]
    return xlsx.response(_("总览-%(day)s") % {"day": f"{today:%Y%m%d}"}, heads, lines, title=title)


def _list(request: HttpRequest, found: Overview) -> List:
    today = clock.today()
    return List(
        request,
        name=f"overview_{found.programme}",
        rows=rows.with_neighbours(counting.running(found, request.actor), found),
        columns=rows.columns(found, today),
        sorts=rows.sorts(found),
        filters=rows.filters(found, today),
    )


@for_roles(*READERS)
def listed(request: HttpRequest, programme: str) -> HttpResponse:
    """The dossiers behind a number."""
    found = _overview(programme)
    shown = _list(request, found)
    context = {
        "overview": found,
        "list": shown,
        "today": clock.today(),
        "export": reverse("statistics:list_export", args=[programme]) + shown.filters.address(),
    }
    return shown.remember(render(request, "statistics/list.html", context))


@for_roles(*READERS)
def list_export(request: HttpRequest, programme: str) -> HttpResponseBase:
    """The list with its filters, order and columns as xlsx."""
    found = _overview(programme)
    shown = _list(request, found)
    prefix = "-" if shown.sort.descending else ""
    ordered = shown.narrowed.order_by(prefix + shown.sort.column, f"{prefix}pk")
    columns, title = shown.columns, _("%(what)s在办项目") % {"what": found.label}
    audit.note("export", actor=request.actor, label=title)

    def lines() -> Iterator[list[Any]]:
        for row in ordered.iterator(chunk_size=_CHUNK):
            yield [column.value(row) for column in columns]

    heads = [(str(column.label), column.width) for column in columns]
    return xlsx.response(f"{title}-{clock.today():%Y%m%d}", heads, lines(), title=title)
