"""Pages of requests 申请事项 after they were begun, of enquiries 咨询沟通 and consultations 会商."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, Q, When
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.accounts.http import HttpRequest
from portal.accounts.roles import APPLICANTS, Role
from portal.base.errors import NotVisible
from portal.dossiers.programmes import programmes
from portal.supervision.hooks import where_it_lies
from portal.supervision.models import DocketItem, Endorsement, Enquiry, Request
from portal.supervision.requests import kinds
from portal.supervision.requests.docketing import to_docket
from portal.supervision.requests.states import DRAFT, WAITING
from portal.supervision.views.asking import form_page
from portal.supervision.views.common import (
    creating_page,
    dossier_crumbs,
    due_of,
    files_of,
    own_records,
    papers_of,
    parted,
    the_dossier,
)
from portal.ui.filters import Filter, equals, matches
from portal.ui.lists import Column, List
from portal.ui.paging import Sort
from portal.ui.stepping import Place, step_page
from portal.ui.templatetags.ui import moment

_READERS = APPLICANTS | {Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR}


# --- requests -----------------------------------------------------------------------------------
SORTS = (
    Sort("-filed", _l("最近提出"), "filed_at", descending=True),
    Sort("filed", _l("最早提出"), "filed_at"),
)


def _kind_cell(row: Request) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', row.get_absolute_url(), row)


def _dossier_cell(row: Request) -> SafeString:
    return format_html('{}<span class="p-sub p-code">{}</span>', row.dossier, row.dossier.number or "")


def _state_cell(row: Request) -> SafeString:
    info = row.state_info
    return format_html('<span class="p-badge p-tone-{}">{}</span>', info.tone, info.label)


COLUMNS = (
    Column("kind", _l("事项"), str, cell=_kind_cell, fixed=True),
    Column("dossier", _l("项目"), lambda row: str(row.dossier), cell=_dossier_cell, fixed=True),
    Column("applicant", _l("申报单位"), lambda row: str(row.dossier.applicant)),
    Column("filed", _l("提出时间"), lambda row: moment(row.filed_at), sort="filed", css="p-nowrap"),
    Column("state", _l("状态"), lambda row: row.state_info.label, cell=_state_cell, fixed=True, css="p-nowrap"),
    Column("answered", _l("办理时间"), lambda row: moment(row.answered_at), css="p-nowrap"),
)


#: what the list is narrowed to by its tabs
WAYS = (("yes", _l("待办理")), ("draft", _l("草稿")))


def _filters() -> list[Filter]:
    states = tuple((s.id, s.label) for s in Request.lifecycle.states.values())
    named = {kind.id: kind.label for owner in programmes() for kind in kinds.kinds_of(owner.id)}
    waiting = {"yes": Q(state__in=WAITING), "draft": Q(state=DRAFT.id)}
    return [
        Filter("q", _l("项目名称、单位、编号"), _matching, kind="text"),
        Filter("kind", _l("事项"), equals("kind"), options=tuple(named.items())),
        Filter("state", _l("状态"), equals("state"), options=states),
        Filter("waiting", _l("办理"), matches(**waiting), options=WAYS),
    ]


def _matching(rows: Any, text: str) -> Any:
    named = Q(dossier__title__icontains=text) | Q(dossier__number__icontains=text)
    return rows.filter(named | Q(dossier__applicant__name__icontains=text))


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """Requests of this actor's dossiers with filters, and the enquiries, open ones first."""
    if request.actor.role not in _READERS:
        raise NotVisible
    rows = Request.objects.visible_to(request.actor).select_related("dossier__applicant")
    shown = List(request, name="requests", rows=rows, columns=COLUMNS, sorts=SORTS, filters=_filters())
    waiting_first = Case(When(state="closed", then=1), default=0, output_field=IntegerField())
    asked = Enquiry.objects.visible_to(request.actor).select_related("dossier__applicant")
    chosen = shown.filters.values.get("waiting", "")
    context = {
        "list": shown,
        "tabs": [
            (label, shown.filters.address(waiting=value or None), value == chosen)
            for value, label in (("", _("全部申请")), *WAYS)
            if value != "draft" or request.actor.is_applicant
        ],
        "enquiries": list(asked.order_by(waiting_first, "-pk")[:50]),
    }
    return shown.remember(render(request, "supervision/requests.html", context))


def _request(request: HttpRequest, pk: int) -> Request:
    rows = Request.objects.visible_to(request.actor).select_related("dossier__applicant", "dossier__field")
    return get_object_or_404(rows, pk=pk)


@login_required
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked for and why, what it would alter, the guarantor's opinion, where it lies, the answer."""
    return _request_page(request, _request(request, pk))


def _request_page(request: HttpRequest, found: Request, status: int = 200) -> HttpResponse:
    actor, info, waits = request.actor, found.kind_info, found.state in WAITING
    context = {
        "request_row": found,
        "kind": info,
        "shown": info.shown(found) if found.state != DRAFT.id else [],
        "opinions": list(found.endorsements.select_related("body").order_by("-pk")),
        "files": files_of(found),
        "due": due_of(found),
        "drops": waits and info.drops_docket,
        "lies": where_it_lies(found.dossier, actor) if waits else [],
        "items": _items(found) if actor.is_inside and info.matter else [],
        "to_docket": to_docket(found, actor),
        "papers": papers_of(found, request),
        "records": own_records(found, actor),
        **_ways(found, request),
    }
    return render(request, "supervision/request.html", context, status=status)


def _ways(found: Request, request: HttpRequest) -> dict[str, Any]:
    """The steps of the page; what a docket decides is not offered beside it."""
    mine = {"grant", "refuse"} if found.kind_info.matter else set()
    ways = parted(found, request).items()
    return {part: [offer for offer in offered if offer.step.name not in mine] for part, offered in ways}


def _items(found: Request) -> list[DocketItem]:
    """The dockets in which it was or is, the latest first; for readers inside."""
    rows = DocketItem.objects.filter(dossier_id=found.dossier_id, data__request=found.pk)
    return list(rows.select_related("docket__responsible__user").order_by("-pk"))


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The page of one step of a request; filing a draft has a page of its own."""
    found = _request(request, pk)
    if name == "file" and found.state == DRAFT.id:
        return form_page(request, found)
    place = Place(
        str(found),
        found.get_absolute_url(),
        dossier_crumbs(found.dossier),
        lambda status: _request_page(request, _request(request, pk), status),
    )
    return step_page(request, found, name, place)


# --- enquiries ----------------------------------------------------------------------------------
@login_required
def enquiry_new(request: HttpRequest, dossier: int) -> HttpResponseBase:
    """The handler asks the applicant something."""
    about = the_dossier(request, dossier)
    subject = Enquiry(dossier=about, chain_id=about.chain_id)
    back = reverse("workbench:dossier", args=[about.pk])
    return creating_page(request, subject, "ask", back=back, crumbs=dossier_crumbs(about))


def _enquiry(request: HttpRequest, pk: int) -> Enquiry:
    rows = Enquiry.objects.visible_to(request.actor).select_related("dossier__applicant", "dossier__field")
    return get_object_or_404(rows, pk=pk)


@login_required
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """Question and answer with their files."""
    return _enquiry_page(request, _enquiry(request, pk))


def _enquiry_page(request: HttpRequest, found: Enquiry, status: int = 200) -> HttpResponse:
    files = files_of(found)
    limit = found.answered_at
    context = {
        "enquiry": found,
        "asked_files": [f for f in files if limit is None or (f.claimed_at and f.claimed_at < limit)],
        "answer_files": [f for f in files if limit is not None and f.claimed_at and f.claimed_at >= limit],
        "due": due_of(found),
        **parted(found, request),
    }
    return render(request, "supervision/enquiry.html", context, status=status)


@login_required
def enquiry_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of an enquiry."""
    found = _enquiry(request, pk)
    place = Place(
        str(found),
        found.get_absolute_url(),
        dossier_crumbs(found.dossier),
        lambda status: _enquiry_page(request, _enquiry(request, pk), status),
    )
    return step_page(request, found, name, place)


# --- consultations ------------------------------------------------------------------------------
_OUTCOMES = ("consult_agreed", "consult_disagreed")


@login_required
def consultation(request: HttpRequest, dossier: int) -> HttpResponse:
    """Which way the consultation went."""
    about = the_dossier(request, dossier)
    from portal.dossiers.rules import is_its_handler

    if not is_its_handler.admits(request.actor, about):
        raise NotVisible
    context = {"dossier": about, "crumbs": dossier_crumbs(about)}
    return render(request, "supervision/consultation.html", context)


@login_required
def consultation_step(request: HttpRequest, dossier: int, name: str) -> HttpResponseBase:
    """Records a consultation with a department."""
    about = the_dossier(request, dossier)
    if name not in _OUTCOMES:
        raise Http404
    subject = Endorsement(
        dossier_id=about.pk,
        chain_id=about.chain_id,
        kind="consultation",
        label=_("会商记录"),
        question=_("就本项目与行业主管部门会商"),
        inside=True,
    )
    back = reverse("workbench:dossier", args=[about.pk])
    return creating_page(request, subject, name, back=back, crumbs=dossier_crumbs(about))
