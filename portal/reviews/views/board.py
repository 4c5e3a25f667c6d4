"""进度, 汇总与结论, 材料与文书: a round under way and at its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import audit
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base.errors import PortalError
from portal.documents.models import IssuedPaper
from portal.documents.tabs import papers_context
from portal.reviews import packages, papers, papers_letters, papers_sheets, papers_visits
from portal.reviews.boards import board_of, summary_of
from portal.reviews.models import Package, Round
from portal.reviews.views.common import ended_or_own, for_roles, for_runners, paper_response, run_by, visible_round
from portal.reviews.views.rounds import frame


@for_runners
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


@for_runners
@never_cache
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Scores by expert and item, means, spreads, places, proposals; after the end the conclusions."""
    round_ = visible_round(request, pk)
    context = frame(request, round_, "summary")
    if context["runs"] or round_.state == "concluded":
        context |= summary_of(round_)
    return render(request, "reviews/summary.html", context)


@for_runners
@never_cache
def round_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of the round, the package for the meeting, scans."""
    round_ = visible_round(request, pk)
    issued = _issued(round_, request.actor).for_rows().order_by("-pk")
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


#: papers of a round that the commissioned body works with; how the panel was chosen is the bureau's own
_FOR_THE_BODY = (
    papers_letters.CommissionLetter.kind,
    papers.SignInSheet.kind,
    papers_sheets.ReviewSheets.kind,
    papers.PanelOpinion.kind,
    papers.ReviewSummary.kind,
    papers_visits.VisitRecord.kind,
)


def _issued(round_: Round, actor: Actor) -> Any:
    """The papers of the round as a whole: individual sheets and records of visits stand with their dossiers, letters with
    their experts."""
    mine = IssuedPaper.objects.filter(subject_type=round_.label_of_type(), subject_id=round_.pk)
    mine = mine.exclude(
        kind__in=(papers_sheets.ReviewSheets.kind, papers.InvitationLetter.kind, papers_visits.VisitRecord.kind)
    )
    return mine.filter(kind__in=_FOR_THE_BODY) if actor.role == Role.RECOMMENDER else mine.readable_by(actor)


@for_roles(Role.RECOMMENDER)
@require_GET
@never_cache
def round_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper of a round, for the body that is commissioned with it."""
    rounds = Round.objects.visible_to(request.actor).values("pk")
    mine = IssuedPaper.objects.filter(subject_type=Round.label_of_type(), subject_id__in=rounds)
    paper = get_object_or_404(mine.filter(kind__in=_FOR_THE_BODY, making=IssuedPaper.Making.MADE), pk=pk)
    return paper_response(request, paper)


@for_roles(Role.HANDLER, Role.RECOMMENDER)
@require_POST
def order_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the worker for the package."""
    round_ = run_by(request, pk)
    try:
        packages.order_package(round_, actor=request.actor)
        messages.success(request, _("已开始生成会议材料包，完成后可在本页下载。"))
    except PortalError as error:
        messages.warning(request, error.message)
    return redirect("reviews:papers", pk)


@for_roles(Role.HANDLER, Role.RECOMMENDER)
@require_GET
@never_cache
def download_package(request: HttpRequest, pk: int, package: int) -> HttpResponseBase:
    """The zip."""
    round_ = run_by(request, pk)
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
