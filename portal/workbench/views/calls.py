"""Calls: the public list and each call's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.calls.models import Call


def calls(request: HttpRequest) -> HttpResponse:
    """All calls this person may see, the newest year first."""
    found = Call.objects.visible_to(request.actor)
    return render(request, "workbench/calls.html", {"calls": found})


def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its dates, fields, key directions and desks."""
    found = get_object_or_404(Call.objects.visible_to(request.actor), pk=pk)
    fields = found.fields.select_related("desk").prefetch_related("directions")
    return render(request, "workbench/call.html", {"call": found, "fields": fields})
