"""The floor of the worklist: a bare view that renders fifty rows from one query through the same base template."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portal.dossiers.models import Dossier
from portal.urls import urlpatterns as portal_addresses


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Fifty rows, no filters, no badges, no paging."""
    rows = Dossier.objects.select_related("applicant", "recommender", "field").order_by("-updated_at", "-pk")[:50]
    return render(request, "benchmarks/floor.html", {"rows": rows})


urlpatterns = [*portal_addresses, path("benchmarks/floor/", floor)]
