"""One import: where it stands, what the check found, what it made, what can be done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.exchange import marking, progress, working
from portal.exchange.models import ImportedRow, ImportJob, ImportProblem
from portal.exchange.rules import READERS
from portal.exchange.states import CHECKED, IMPORTED, UNDONE
from portal.exchange.views.common import download, for_roles, visible
from portal.messaging.refs import DOSSIER, find_all
from portal.supervision.views.common import files_of, parted, records_of
from portal.ui.filters import Filter, equals
from portal.ui.lists import Column, List
from portal.ui.paging import Sort
from portal.ui.stepping import Place, step_page

BY_LINE = (Sort("line", _("行"), "line"),)
_TONES = {"error": "red", "warning": "yellow", "note": "secondary"}


# --- what the check found -----------------------------------------------------------------------
def _level(row: ImportProblem) -> SafeString:
    return format_html('<span class="p-badge p-tone-{}">{}</span>', _TONES[row.level], row.get_level_display())


PROBLEM_COLUMNS = (
    Column("line", _("行"), lambda r: r.line, fixed=True, css="p-num", width=8),
    Column("column", _("列"), lambda r: r.column or _t("整行"), fixed=True, css="p-nowrap"),
    Column("level", _("类别"), lambda r: r.get_level_display(), cell=_level, fixed=True, width=8),
    Column("value", _("填写的内容"), lambda r: r.value, fixed=True, width=24),
    Column("text", _("说明"), lambda r: r.text, fixed=True, width=60),
)


def _problems(request: HttpRequest, found: ImportJob) -> List:
    heads = [(column.head, column.head) for column in found.columns]
    filters = [
        Filter("level", _("类别"), equals("level"), options=tuple(ImportProblem.Level.choices)),
        Filter("column", _("列"), equals("column"), options=tuple(heads)),
    ]
    rows = ImportProblem.objects.filter(job=found)
    return List(request, name="problems", rows=rows, columns=PROBLEM_COLUMNS, sorts=BY_LINE, filters=filters)


@for_roles(*READERS)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """The import with what its check found."""
    return _job(request, visible(request, pk))


def _job(request: HttpRequest, found: ImportJob, status: int = 200) -> HttpResponse:
    done = progress.of(found.pk) if found.works else None
    context = {
        **_head(request, found),
        "list": _problems(request, found),
        "progress": {"done": done[0], "total": done[1]} if done else None,
        "records": records_of(found),
        "tab": "check",
    }
    return render(request, "exchange/job.html", context, status=status)


def _head(request: HttpRequest, found: ImportJob) -> dict[str, Any]:
    """What all pages of an import show."""
    return {
        "job": found,
        "kind": found.kind_info,
        "files": files_of(found),
        "marked": found.state == CHECKED.id and found.error_count + found.warning_count > 0,
        "has_records": found.state in (IMPORTED.id, UNDONE.id),
        "stuck": len(found.obstacles),
        **parted(found, request),
    }


# --- what it made -------------------------------------------------------------------------------
@for_roles(*READERS)
def records(request: HttpRequest, pk: int) -> HttpResponse:
    """The records that the import made, each with what keeps it from being taken back."""
    found = visible(request, pk)
    if found.state not in (IMPORTED.id, UNDONE.id):
        raise Http404
    shown = _records(request, found)
    return render(request, "exchange/records.html", {**_head(request, found), "list": shown, "tab": "records"})


def _records(request: HttpRequest, found: ImportJob) -> List:
    obstacles = found.obstacles
    addresses: dict[int, str] = {}

    def label(row: ImportedRow) -> Any:
        if found.state == IMPORTED.id and not addresses:
            addresses.update(_addresses(shown.page.rows))
        url = addresses.get(row.pk)
        return format_html('<a href="{}">{}</a>', url, row.label) if url else row.label

    columns = [
        Column("line", _("行"), lambda r: r.line, fixed=True, css="p-num", width=8),
        Column("label", _("导入的记录"), lambda r: r.label, cell=label, fixed=True, width=40),
    ]
    if found.state == IMPORTED.id:
        columns.append(Column("obstacle", _("不能撤销的原因"), lambda r: obstacles.get(r.pk, ""), fixed=True, width=40))
    stuck = Filter(
        "stuck",
        _("能否撤销"),
        lambda rows, value: rows.filter(pk__in=obstacles) if value == "no" else rows.exclude(pk__in=obstacles),
        options=(("no", _("已被办理或者修改")), ("yes", _("可以撤销"))),
    )
    filters = [stuck] if found.state == IMPORTED.id else []
    rows = ImportedRow.objects.filter(job=found)
    shown = List(request, name="imported", rows=rows, columns=columns, sorts=BY_LINE, filters=filters)
    return shown


def _addresses(rows: list[ImportedRow]) -> dict[int, str]:
    """Where records have their pages, by the key of the imported row."""
    others = [row for row in rows if row.object_type != DOSSIER]
    there = find_all((row.object_type, row.object_id) for row in others)
    found = {row.pk: reverse("workbench:dossier", args=[row.object_id]) for row in rows if row.object_type == DOSSIER}
    for row in others:
        target = there.get((row.object_type, row.object_id))
        if target is not None and hasattr(target, "get_absolute_url"):
            found[row.pk] = target.get_absolute_url()
    return found


# --- what can be done ---------------------------------------------------------------------------
@for_roles(*READERS)
def marked(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The uploaded lines with what was found beside each, as xlsx."""
    found = visible(request, pk)
    if found.state != CHECKED.id:
        raise Http404
    audit.note("export", actor=request.actor, label=str(found))
    return download(marking.make(found), _t("%(job)s检查结果") % {"job": found.serial})


@for_roles(Role.HANDLER)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of an import."""
    found = visible(request, pk)
    place = Place(
        _t("%(job)s：%(n)s 行") % {"job": found, "n": found.good_count or found.row_count},
        found.get_absolute_url(),
        ((_("导入导出"), reverse("exchange:jobs")),),
        lambda status: _job(request, visible(request, pk), status),
    )
    response = step_page(request, found, name, place)
    if request.method == "POST" and response.status_code == 302:
        working.at_once(pk)
    return response
