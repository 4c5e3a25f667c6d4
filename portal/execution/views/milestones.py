"""The page of a milestone and its reports."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from portal.accounts.http import HttpRequest
from portal.execution.history import entries_of
from portal.execution.models import Milestone
from portal.execution.views.common import crumbs_of, due_of, row_or_404
from portal.ui.stepping import Place, parted, step_page


@login_required
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """What the stage is, how far it is, and every report with its files."""
    return _page(request, row_or_404(request, Milestone.objects.all(), pk))


def _page(request: HttpRequest, found: Milestone, status: int = 200) -> HttpResponse:
    context = {
        "milestone": found,
        "dossier": found.dossier,
        "entries": entries_of(found, request.actor),
        "due": due_of(found),
        **parted(found, request.actor),
    }
    return render(request, "execution/milestone.html", context, status=status)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one report on a milestone."""
    found = row_or_404(request, Milestone.objects.all(), pk)
    fresh = lambda status: _page(request, row_or_404(request, Milestone.objects.all(), pk), status)  # noqa: E731
    place = Place(found.name, found.get_absolute_url(), crumbs_of(found.dossier), fresh)
    return step_page(request, found, name, place)
