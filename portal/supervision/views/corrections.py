"""Pages of corrections of what a docket issued."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.documents.models import IssuedPaper
from portal.supervision.models import Correction
from portal.supervision.views.common import creating_page, files_of, parted
from portal.supervision.views.dockets import visible
from portal.ui.stepping import Place, step_page


@login_required
def new(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """Says what is wrong in a paper and what is right."""
    docket = visible(request, pk)
    kinds = [declared.kind for declared in docket.matter_info.papers]
    mine = IssuedPaper.objects.filter(subject_type=docket.label_of_type(), subject_id=docket.pk, kind__in=kinds)
    found = get_object_or_404(mine, pk=paper)
    if docket.state != "issued" or not docket.matter_info.corrects:
        raise Http404
    subject = Correction(docket=docket, paper=found, chain_id=docket.chain_id)
    back = docket.get_absolute_url()
    return creating_page(request, subject, "propose", back=back, crumbs=((docket.describe(), back),))


def _visible(request: HttpRequest, pk: int) -> Correction:
    rows = Correction.objects.visible_to(request.actor).select_related(
        "docket", "paper", "new_paper", "proposed_by__user"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong, what is right, which paper took the place of which."""
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, found: Correction, status: int = 200) -> HttpResponse:
    context = {"correction": found, "lines": found.lines(), "files": files_of(found), **parted(found, request)}
    return render(request, "supervision/correction.html", context, status=status)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of a correction."""
    found = _visible(request, pk)
    crumbs = ((found.docket.describe(), found.docket.get_absolute_url()),)
    place = Place(
        _("更正"), found.get_absolute_url(), crumbs, lambda status: _page(request, _visible(request, pk), status)
    )
    return step_page(request, found, name, place)
