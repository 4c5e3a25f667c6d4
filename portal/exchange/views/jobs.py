"""导入导出: the list of imports, and how a new one begins."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base import clock
from portal.exchange import template as templates
from portal.exchange import working
from portal.exchange.kinds import kinds, kinds_for
from portal.exchange.models import ImportJob
from portal.exchange.rules import READERS
from portal.exchange.states import LIFECYCLE
from portal.exchange.views.common import download, for_roles, kind_or_404
from portal.supervision.views.common import creating_page
from portal.ui.filters import Filter, equals
from portal.ui.lists import Column, List
from portal.ui.paging import Sort

SORTS = (
    Sort("-created", _("最近上传"), "created_at", descending=True),
    Sort("created", _("最早上传"), "created_at"),
)


def _title(row: ImportJob) -> SafeString:
    return format_html(
        '<a href="{}" data-main>{}</a><small class="p-sub">{}</small>',
        row.get_absolute_url(),
        row.kind_label,
        row.file_name,
    )


def _state(row: ImportJob) -> SafeString:
    info = row.state_info
    return format_html('<span class="p-badge p-tone-{}">{}</span>', info.tone, info.label)


def _found(row: ImportJob) -> str:
    """What the check found, in words."""
    parts = []
    if row.error_count:
        parts.append(_t("差错 %(n)s 处") % {"n": row.error_count})
    if row.warning_count:
        parts.append(_t("提示 %(n)s 处") % {"n": row.warning_count})
    return "，".join(parts)


COLUMNS = (
    Column("serial", _("编号"), lambda r: r.serial, fixed=True, css="p-code", width=15),
    Column("kind", _("导入内容"), lambda r: f"{r.kind_label}：{r.file_name}", cell=_title, fixed=True, width=40),
    Column("rows", _("行数"), lambda r: r.row_count, css="p-num"),
    Column("good", _("可导入"), lambda r: r.good_count, css="p-num"),
    Column("found", _("检查发现"), _found, width=24),
    Column("state", _("状态"), lambda r: r.state_info.label, cell=_state, fixed=True),
    Column("owner", _("导入人"), lambda r: r.owner.user.name),
    Column(
        "created",
        _("上传时间"),
        lambda r: r.created_at,
        cell=lambda r: clock.local(r.created_at).strftime("%Y-%m-%d %H:%M"),
        sort="created",
        css="p-nowrap",
    ),
)


def _mine(request: HttpRequest) -> Filter:
    me = request.actor.membership

    def apply(rows: QuerySet[ImportJob], value: str) -> QuerySet[ImportJob]:
        return rows.filter(owner=me) if value == "me" else rows.exclude(owner=me)

    return Filter("who", _("导入人"), apply, options=(("me", _("本人")), ("others", _("其他人"))))


@for_roles(*READERS)
def jobs(request: HttpRequest) -> HttpResponse:
    """The imports, newest first."""
    filters = [
        Filter("kind", _("导入内容"), equals("kind"), options=tuple((k.id, str(k.label)) for k in kinds())),
        Filter(
            "state", _("状态"), equals("state"), options=tuple((s.id, str(s.label)) for s in LIFECYCLE.states.values())
        ),
    ]
    if request.actor.role == Role.HANDLER:
        filters.append(_mine(request))
    rows = ImportJob.objects.visible_to(request.actor).select_related("owner__user")
    shown = List(request, name="imports", rows=rows, columns=COLUMNS, sorts=SORTS, filters=filters)
    context = {"list": shown, "may_import": bool(kinds_for(request.actor))}
    return shown.remember(render(request, "exchange/jobs.html", context))


@for_roles(Role.HANDLER)
def choose(request: HttpRequest) -> HttpResponse:
    """What can be imported, each with its template and its columns."""
    offered = [(kind, kind.columns()) for kind in kinds_for(request.actor)]
    return render(request, "exchange/choose.html", {"offered": offered})


@for_roles(Role.HANDLER)
def new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Uploads a filled-in template."""
    found = kind_or_404(request, kind)
    job = ImportJob(kind=found.id)
    crumbs = ((_t("导入导出"), reverse("exchange:jobs")), (_t("新的导入"), reverse("exchange:choose")))
    response = creating_page(request, job, "upload", back=reverse("exchange:choose"), crumbs=crumbs)
    if job.pk is not None:
        working.at_once(job.pk)
    return response


@for_roles(Role.HANDLER)
def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The template of a kind of import."""
    found = kind_or_404(request, kind)
    return download(templates.make(found), _t("批量导入%(what)s模板") % {"what": found.label})
