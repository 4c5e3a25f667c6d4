"""检查与提交: what is missing, the preview, the ticks, the submission; and what comes after it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.deadlines.queries import shown_of
from portal.declaration import versions
from portal.declaration.access import open_slots
from portal.declaration.filling import Filling
from portal.declaration.recommendations import internal_deadline
from portal.declaration.sections import SEALED_FORM
from portal.declaration.slots import states_of
from portal.declaration.views.common import REVIEW, Overview, own_dossier_or_404
from portal.declaration.views.materials import described
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import Offer, offers
from portal.ui.stepping import Place, step_page, unbound


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is missing, with links; when nothing is, the ticks and the button."""
    return _review(request, own_dossier_or_404(request, pk), 200)


def _review(request: HttpRequest, dossier: Any, status: int) -> HttpResponse:
    actor: Actor = request.actor
    filling = Filling(dossier)
    overview = Overview(filling, actor, REVIEW)
    offer = _submitting(dossier, actor)
    problems = overview.problems
    context = {
        "dossier": dossier,
        "overview": overview,
        "missing": [problem for problem in problems if problem.blocking],
        "hints": [problem for problem in problems if not problem.blocking],
        "offer": offer,
        "form": unbound(offer.step, dossier, actor) if offer else None,
        "commitments": filling.form.commitments,
        "wanted_by": internal_deadline(dossier.call, dossier.recommender_id),
    }
    return render(request, "declaration/review.html", context, status=status)


def _submitting(dossier: Any, actor: Actor) -> Offer | None:
    """The step that submits the form from the present state, with the reasons against it."""
    return next((offer for offer in offers(dossier, actor) if offer.step.extra.get("snapshots")), None)


def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the submitting step of the present state; errors come back beside the ticks."""
    actor: Actor = request.actor
    dossier = own_dossier_or_404(request, pk)
    offer = _submitting(dossier, actor)
    if offer is None:
        return redirect("declaration:review", pk=pk)
    check = reverse("declaration:review", args=[pk])
    place = Place(
        title=str(dossier),
        back=check,
        crumbs=((str(dossier), reverse("workbench:dossier", args=[pk])), (_("检查与提交"), check)),
        fresh=lambda status: _review(request, own_dossier_or_404(request, pk), status),
        done=reverse("declaration:done", args=[pk]),
    )
    return step_page(request, dossier, offer.step.name, place)


def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens next and by when: print in triplicate, seal, upload the scan."""
    actor: Actor = request.actor
    dossier = own_dossier_or_404(request, pk)
    version = versions.latest(dossier)
    if version is None:
        return redirect("declaration:review", pk=pk)
    filling = Filling(dossier)
    overview_slots = states_of(filling, open_slots(dossier, actor), with_sealed=True)
    papers = IssuedPaper.objects.visible_to(actor).filter(dossier_id=pk, kind="application_form").order_by("-pk")
    context = {
        "dossier": dossier,
        "version": version,
        "state": dossier.state_for(actor),
        "deadlines": shown_of(dossier, actor).open(),
        "paper": papers.first(),
        "copies": dossier.parameter("application_copies"),
        "slots": described(dossier, [slot for slot in overview_slots if slot.slot.id == SEALED_FORM]),
        "here": request.path,
    }
    return render(request, "declaration/done.html", context)
