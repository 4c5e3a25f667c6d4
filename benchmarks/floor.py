"""The floors: bare views that render fifty rows, or the cells of a review, from one query through the same base template."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portal.dossiers.models import Dossier
from portal.reviews.models import Assignment
from portal.urls import urlpatterns as portal_addresses


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Fifty rows, no filters, no badges, no paging."""
    rows = Dossier.objects.select_related("applicant", "recommender", "field").order_by("-updated_at", "-pk")[:50]
    return render(request, "benchmarks/floor.html", {"rows": rows})


@login_required
def floor_of_round(request: HttpRequest, pk: int) -> HttpResponse:
    """As many rows and cells as the boards of a review have, no reckoning, no links."""
    sheets = Assignment.objects.filter(entry__round=pk).order_by("entry__position", "pk")
    columns = ("entry__position", "entry__dossier__title", "entry__dossier__applicant__name", "expert__name", "total")
    rows = groupby(sheets.values_list(*columns), lambda row: row[:3])
    return render(request, "benchmarks/floor_round.html", {"rows": [(head, list(cells)) for head, cells in rows]})


urlpatterns = [
    *portal_addresses,
    path("benchmarks/floor/", floor),
    path("benchmarks/floor/<int:pk>/", floor_of_round),
]
