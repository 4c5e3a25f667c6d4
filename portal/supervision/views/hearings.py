"""Pages of statements 陈述申辩: notice of an intended decision, its service, what the party says, the finding."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.accounts.http import HttpRequest
from portal.execution.rules import handles_it
from portal.supervision.behalf.kinds import kinds_for
from portal.supervision.models import Statement
from portal.supervision.statements.kinds import for_state
from portal.supervision.statements.states import LIVE
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
from portal.ui.stepping import Place, step_page


def _new(about: Any, step: str) -> Statement:
    return Statement(dossier=about, chain_id=about.chain_id, step=step)


@login_required
def choose(request: HttpRequest, dossier: int) -> HttpResponse:
    """Which decision is intended; the only one is gone on with at once."""
    about = the_dossier(request, dossier)
    found = for_state(about.programme, about.state)
    if not found or not handles_it.admits(request.actor, _new(about, found[0].step)):
        raise Http404
    if len(found) == 1:
        return redirect("supervision:statement_new", about.pk, found[0].step)
    live = {row.step: row for row in Statement.objects.filter(dossier_id=about.pk, state__in=LIVE)}
    context = {
        "dossier": about,
        "crumbs": dossier_crumbs(about),
        "choices": [(kind, live.get(kind.step)) for kind in found],
    }
    return render(request, "supervision/statement_choose.html", context)


@login_required
def new(request: HttpRequest, dossier: int, name: str) -> HttpResponseBase:
    """The handler gives notice of an intended decision."""
    about = the_dossier(request, dossier)
    if name not in [kind.step for kind in for_state(about.programme, about.state)]:
        raise Http404
    back = reverse("workbench:dossier", args=[about.pk])
    return creating_page(request, _new(about, name), "draw_up", back=back, crumbs=dossier_crumbs(about))


def _statement(request: HttpRequest, pk: int) -> Statement:
    rows = Statement.objects.visible_to(request.actor).select_related("dossier__applicant", "dossier__field")
    return get_object_or_404(rows, pk=pk)


@login_required
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What is intended and why, when it was served, what the party says, what came of it."""
    return _page(request, _statement(request, pk))


def _page(request: HttpRequest, found: Statement, status: int = 200) -> HttpResponse:
    files = files_of(found)
    context = {
        "statement": found,
        "receipts": [file for file in files if file.slot == "service_receipt"],
        "evidence": [file for file in files if file.slot == "statement_evidence"],
        "due": due_of(found),
        "papers": papers_of(found, request),
        "records": own_records(found, request.actor),
        "on_behalf": kinds_for(found) if handles_it.admits(request.actor, found) else [],
        **parted(found, request),
    }
    return render(request, "supervision/statement.html", context, status=status)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The page of one step of a statement."""
    found = _statement(request, pk)
    place = Place(
        str(found),
        found.get_absolute_url(),
        dossier_crumbs(found.dossier),
        lambda status: _page(request, _statement(request, pk), status),
    )
    return step_page(request, found, name, place)
