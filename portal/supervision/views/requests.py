"""Pages of requests 申请事项, enquiries 咨询沟通 and consultations 会商."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, When
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import APPLICANTS, Role
from portal.base.errors import NotVisible
from portal.deadlines.models import Deadline
from portal.supervision.hooks import where_it_lies
from portal.supervision.models import Endorsement, Enquiry, Request
from portal.supervision.requests import kinds
from portal.supervision.requests.states import WAITING
from portal.supervision.views.common import creating_page, dossier_crumbs, files_of, parted, the_dossier
from portal.ui.stepping import Place, step_page

_READERS = APPLICANTS | {Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR}


def _due(subject: Any) -> Deadline | None:
    return Deadline.objects.open().filter(subject_type=subject.label_of_type(), subject_id=subject.pk).first()


# --- requests -----------------------------------------------------------------------------------
@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """Requests and enquiries of this actor's dossiers, open ones first."""
    if request.actor.role not in _READERS:
        raise NotVisible
    open_first = Case(When(state__in=WAITING, then=0), default=1, output_field=IntegerField())
    found = Request.objects.visible_to(request.actor).select_related("dossier__applicant")
    page = Paginator(found.order_by(open_first, "-pk"), 50).get_page(request.GET.get("page"))
    waiting_first = Case(When(state="closed", then=1), default=0, output_field=IntegerField())
    asked = Enquiry.objects.visible_to(request.actor).select_related("dossier__applicant")
    context = {"page": page, "enquiries": list(asked.order_by(waiting_first, "-pk")[:50])}
    return render(request, "supervision/requests.html", context)


@login_required
def new(request: HttpRequest, kind: str, dossier: int) -> HttpResponseBase:
    """The applicant asks for something."""
    about = the_dossier(request, dossier)
    if kind not in [known.id for known in kinds.kinds_of(about.programme)]:
        raise Http404
    subject = Request(dossier=about, chain_id=about.chain_id, kind=kind)
    back = reverse("workbench:dossier", args=[about.pk])
    return creating_page(request, subject, "file", back=back, crumbs=dossier_crumbs(about))


def _request(request: HttpRequest, pk: int) -> Request:
    rows = Request.objects.visible_to(request.actor).select_related("dossier__applicant", "dossier__field")
    return get_object_or_404(rows, pk=pk)


@login_required
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked for and why, the answer."""
    return _request_page(request, _request(request, pk))


def _request_page(request: HttpRequest, found: Request, status: int = 200) -> HttpResponse:
    drops = found.state in WAITING and found.kind_info.drops_docket
    context = {
        "request_row": found,
        "files": files_of(found),
        "due": _due(found),
        "lies": where_it_lies(found.dossier, request.actor) if drops else [],
        **parted(found, request),
    }
    return render(request, "supervision/request.html", context, status=status)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of a request."""
    found = _request(request, pk)
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
        "due": _due(found),
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
