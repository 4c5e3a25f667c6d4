"""专家库: the register as handlers keep it, and as the section chief and auditors read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import PortalError
from portal.reviews import keeping
from portal.reviews.models import Assignment, Expert
from portal.reviews.models.appointments import letters_of
from portal.reviews.page_forms import ExpertForm, ReasonForm, tables_of
from portal.reviews.queries import field_names
from portal.reviews.states import OPEN, VALID
from portal.reviews.views.common import attempt, for_handlers, for_roles
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
    Sort("-created", _("最近入库"), "created_at", descending=True),
)


def _search(rows: QuerySet[Expert], text: str) -> QuerySet[Expert]:
    return rows.filter(
        Q(name__icontains=text) | Q(employer__icontains=text) | Q(expertise__icontains=text) | Q(title__icontains=text)
    )


def _in_field(rows: Any, code: str) -> QuerySet[Expert]:
    found: QuerySet[Expert] = rows.at_home_in(code)
    return found


def _filters(fields: dict[str, str]) -> list[Filter]:
    yes_no = (("yes", _t("是")), ("no", _t("否")))
    return [
        Filter("q", _("姓名、单位、研究方向、职称"), _search, kind="text"),
        Filter("field", _("专业领域"), _in_field, options=tuple(fields.items())),
        Filter("standards", _("标准化专家"), lambda r, v: r.filter(standards_expert=v == "yes"), options=yes_no),
        Filter("account", _("有账号"), lambda r, v: r.filter(user__isnull=v != "yes"), options=yes_no),
        Filter("free", _("当日可参加"), _free_on, kind="date"),
        Filter(
            "active",
            _("在库"),
            lambda r, v: r.filter(active=v == "yes"),
            options=(("yes", _t("在库")), ("no", _t("已退出"))),
        ),
    ]


def _free_on(rows: QuerySet[Expert], day: Any) -> QuerySet[Expert]:
    return rows.exclude(unavailabilities__first__lte=day, unavailabilities__last__gte=day)


def _columns(fields: dict[str, str]) -> list[Column]:
    def words(row: Expert) -> str:
        return "、".join(fields.get(code, code) for code in row.fields)

    return [
        Column("name", _("姓名"), lambda r: r.name, cell=_name_cell, sort="name", fixed=True, width=12),
        Column("employer", _("现工作单位"), lambda r: r.employer, sort="employer", width=34, fixed=True),
        Column("title", _("职务、职称"), lambda r: "、".join(filter(None, [r.post, r.title])), width=24),
        Column("fields", _("专业领域"), words, width=34),
        Column("expertise", _("研究方向"), lambda r: r.expertise, width=34, chosen=False),
        Column("standards", _("标准化专家"), lambda r: _t("是") if r.standards_expert else "", css="p-nowrap"),
        Column("phone", _("联系电话"), lambda r: r.phone, css="p-code", chosen=False),
        Column("email", _("电子邮箱"), lambda r: r.email, width=26, chosen=False),
        Column("account", _("账号"), lambda r: r.user.username if r.user else "", chosen=False),
        Column("load", _("在评项目"), lambda r: r.load or "", css="p-num"),
        Column("done", _("已评项目"), lambda r: r.done or "", css="p-num"),
        Column("state", _("状态"), lambda r: _t("在库") if r.active else _t("已退出"), cell=_state_cell, fixed=True),
        Column("created", _("入库日期"), lambda r: r.created_at, cell=_created, chosen=False, css="p-nowrap"),
    ]


def _created(row: Expert) -> str:
    return clock.local(row.created_at).date().isoformat()


def _name_cell(row: Expert) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', reverse("reviews:expert", args=[row.pk]), row.name)


def _state_cell(row: Expert) -> SafeString:
    tone, words = ("green", _t("在库")) if row.active else ("secondary", _t("已退出"))
    account = "" if row.user_id else format_html(' <span class="p-badge p-tone-yellow">{}</span>', _t("无账号"))
    return format_html('<span class="p-badge p-tone-{}">{}</span>{}', tone, words, account)


def _list(request: HttpRequest) -> List:
    fields = field_names()
    rows = Expert.objects.visible_to(request.actor).select_related("user")
    rows = rows.annotate(
        load=Count("assignments", filter=Q(assignments__state__in=OPEN)),
        done=Count("assignments", filter=Q(assignments__state__in=VALID)),
    )
    return List(request, name="experts", rows=rows, columns=_columns(fields), sorts=SORTS, filters=_filters(fields))


@_readers
def experts(request: HttpRequest) -> HttpResponse:
    """The register with search, filters and columns."""
    shown = _list(request)
    context = {
        "list": shown,
        "export": reverse("reviews:experts_export") + shown.filters.address(),
        "keeps": keeping.may_keep(request.actor),
    }
    return shown.remember(render(request, "reviews/experts.html", context))


@_readers
def export(request: HttpRequest) -> HttpResponseBase:
    """The register with its filters and columns as xlsx."""
    shown = _list(request)
    prefix = "-" if shown.sort.descending else ""
    rows = shown.narrowed.order_by(prefix + shown.sort.column, f"{prefix}pk")
    columns, title = shown.columns, _t("专家库")
    audit.note("export", actor=request.actor, label=title)

    def lines() -> Iterator[list[Any]]:
        for row in rows.iterator(chunk_size=2000):
            yield [column.value(row) for column in columns]

    heads = [(str(column.label), column.width) for column in columns]
    return xlsx.response(f"{title}-{clock.today():%Y%m%d}", heads, lines(), title=title)


@_readers
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: who it is, past employers, qualifications, when not available, what was reviewed."""
    found = get_object_or_404(
        Expert.objects.visible_to(request.actor)
        .select_related("user")
        .prefetch_related("employments", "qualifications", "unavailabilities"),
        pk=pk,
    )
    names = field_names(found.fields)
    reviewed = (
        Assignment.objects.visible_to(request.actor)
        .filter(expert=found)
        .values("entry__round", "entry__round__title", "entry__round__held_on", "entry__round__state")
        .annotate(n=Count("pk"), handed_in=Count("pk", filter=Q(state__in=VALID)))
        .order_by("-entry__round__held_on", "-entry__round")
    )
    appointments = list(found.appointments.all())
    letters = letters_of(appointments)
    context = {
        "expert": found,
        "fields": [names[code] for code in found.fields],
        "rounds": reviewed[:50],
        "appointments": [(one, letters.get(one.pk)) for one in appointments],
        "keeps": keeping.may_keep(request.actor),
    }
    return render(request, "reviews/expert.html", context)


@for_handlers
def new(request: HttpRequest) -> HttpResponse:
    """Adds an entry."""
    return _edit(request, Expert())


@for_handlers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes an entry."""
    return _edit(request, get_object_or_404(Expert, pk=pk))


def _edit(request: HttpRequest, found: Expert) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form, tables = ExpertForm(data, instance=found), tables_of(found, data)
    if data is not None and all([form.is_valid(), *[table.is_valid() for table in tables]]):
        saved = keeping.save_expert(form, tables, actor=request.actor)
        messages.success(request, _t("专家信息已保存。"))
        return redirect("reviews:expert_edit" if "more" in data else "reviews:expert", saved.pk)
    context = {"form": form, "tables": tables, "expert": found}
    return render(request, "reviews/expert_edit.html", context, status=422 if data is not None else 200)


@for_handlers
@require_POST
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens an account for an expert, or links the one that has the address."""
    found = get_object_or_404(Expert, pk=pk)
    try:
        user, is_new = keeping.give_account(found, actor=request.actor)
    except PortalError as error:
        messages.warning(request, error.message)
    else:
        words = (
            _t("已开通账号 %(login)s，设置密码的链接已发送至 %(email)s。")
            if is_new
            else _t("已关联账号 %(login)s，并通知 %(email)s。")
        )
        messages.success(request, words % {"login": user.username, "email": user.email})
    return redirect("reviews:expert", pk)


@for_handlers
def active(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an expert out of the register with a reason, or back in."""
    found = get_object_or_404(Expert, pk=pk)
    if not found.active:
        if request.method == "POST":
            attempt(request, lambda: keeping.set_active(found, True, actor=request.actor), _t("专家已恢复在库。"))
        return redirect("reviews:expert", pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = lambda: keeping.set_active(found, False, actor=request.actor, reason=reason)  # noqa: E731
        attempt(request, act, _t("专家已退出专家库。"))
        return redirect("reviews:expert", pk)
    context = {
        "form": form,
        "title": _t("退出专家库：%(name)s") % {"name": found.name},
        "explain": _t("退出后不再被选为评审专家，其账号的专家身份同时停用；以往的评审记录保留。可以恢复。"),
        "button": _t("退出专家库"),
        "back": found.get_absolute_url(),
        "crumbs": [(_t("专家库"), reverse("reviews:experts")), (found.name, found.get_absolute_url())],
        "danger": True,
    }
    return render(request, "reviews/ask.html", context, status=422 if form.errors else 200)
