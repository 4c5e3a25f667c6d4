"""进度, 汇总与结论, 材料与文书: a round under way and at its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.attachments.models import Attachment
from portal.base.errors import PortalError
from portal.documents.models import IssuedPaper
from portal.documents.tabs import papers_context
from portal.reviews import packages, papers
from portal.reviews.boards import board_of, summary_of
from portal.reviews.models import Package, Round
from portal.reviews.views.common import ended_or_own, for_handlers, for_readers, visible_round
from portal.reviews.views.rounds import frame


@for_readers
@never_cache
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress expert × dossier; `?open=1` leaves out what is complete."""
    round_ = ended_or_own(request, pk)
    only_open = request.GET.get("open") == "1"
    context = {
        **frame(request, round_, "board"),
        "board": board_of(round_, only_open=only_open),
        "only_open": only_open,
    }
    return render(request, "reviews/board.html", context)


@for_readers
@never_cache
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Scores by expert and item, means, spreads, places, proposals; after the end the conclusions."""
    round_ = visible_round(request, pk)
    context = frame(request, round_, "summary")
    if context["handles"] or round_.state == "concluded":
        context |= summary_of(round_)
    return render(request, "reviews/summary.html", context)


@for_readers
@never_cache
def round_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of the round, the package for the meeting, scans."""
    round_ = visible_round(request, pk)
    issued = _issued(round_).readable_by(request.actor).for_rows().order_by("-pk")
    files = Attachment.objects.filter(holder_type=round_._meta.label_lower, holder_id=round_.pk, removed_at=None)
    own = reverse("reviews:papers", args=[pk])
    context: dict[str, Any] = {
        **frame(request, round_, "papers"),
        **papers_context(list(issued[:200]), request.actor, ""),
        "files": files,
        "packages": list(round_.packages.select_related("asked_by__user")[:5]) if not round_.ended else [],
        "again": own,
    }
    waiting = [package for package in context["packages"] if package.making == Package.Making.WAITING]
    context["refresh"] = any(not p.error for p in waiting) or any(p.is_pending and not p.error for p in issued[:200])
    return render(request, "reviews/papers.html", context)


def _issued(round_: Round) -> Any:
    """The papers of the round as a whole: individual sheets stand with their dossiers, letters with their experts."""
    mine = Q(subject_type=round_.label_of_type(), subject_id=round_.pk)
    return IssuedPaper.objects.filter(mine).exclude(kind__in=(papers.ReviewSheets.kind, papers.InvitationLetter.kind))


@for_handlers
@require_POST
def order_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the worker for the package."""
    round_ = visible_round(request, pk)
    try:
        packages.order_package(round_, actor=request.actor)
        messages.success(request, _("已开始生成会议材料包，完成后可在本页下载。"))
    except PortalError as error:
        messages.warning(request, error.message)
    return redirect("reviews:papers", pk)


@for_handlers
@require_GET
@never_cache
def download_package(request: HttpRequest, pk: int, package: int) -> HttpResponseBase:
    """The zip."""
    round_ = visible_round(request, pk)
    found = get_object_or_404(Package, pk=package, round=round_, making=Package.Making.MADE)
    try:
        file = packages.locate(found.path).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"{packages.safe(round_.title)}_会议材料.zip"
    audit.note("download", actor=request.actor, label=name)
    response = FileResponse(file, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
