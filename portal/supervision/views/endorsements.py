"""Pages of endorsements: what a body is asked, and its answer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base.errors import NotVisible
from portal.deadlines.models import Deadline
from portal.lifecycle.engine import offers
from portal.supervision import queries
from portal.supervision.behalf.kinds import kinds_for
from portal.supervision.models import Endorsement
from portal.supervision.models.endorsement import handles_its_dossier
from portal.supervision.states import ASKED
from portal.ui.stepping import Place, step_page


@login_required
def endorsements(request: HttpRequest) -> HttpResponse:
    """What this body was asked; open questions first."""
    if request.actor.role != Role.RECOMMENDER:
        raise NotVisible
    open_first = Case(When(state=ASKED.id, then=0), default=1, output_field=IntegerField())
    rows = queries.asked_of(request.actor).order_by(open_first, "-pk")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    due = dict(
        Deadline.objects.open()
        .filter(subject_type=Endorsement.label_of_type(), subject_id__in=[row.pk for row in page])
        .values_list("subject_id", "due_on")
    )
    return render(request, "supervision/endorsements.html", {"page": page, "due": due})


def _visible(request: HttpRequest, pk: int) -> Endorsement:
    found = Endorsement.objects.visible_to(request.actor).select_related(
        "body", "dossier__applicant", "dossier__call", "dossier__field"
    )
    return get_object_or_404(found, pk=pk)


@login_required
def endorsement(request: HttpRequest, pk: int) -> HttpResponse:
    """The question, the dossier it is about, the answer."""
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, found: Endorsement, status: int = 200) -> HttpResponse:
    offered = [offer for offer in offers(found, request.actor) if offer.allowed]
    primary = [offer for offer in offered if offer.step.tone == "primary"]
    due = Deadline.objects.open().filter(subject_type=found.label_of_type(), subject_id=found.pk).first()
    context: dict[str, Any] = {
        "endorsement": found,
        "primary": primary,
        "secondary": [offer for offer in offered if offer not in primary],
        "due": due,
        "on_behalf": kinds_for(found) if handles_its_dossier.admits(request.actor, found) else [],
        "files": Attachment.objects.filter(holder_type=found._meta.label_lower, holder_id=found.pk, removed_at=None),
    }
    return render(request, "supervision/endorsement.html", context, status=status)


@login_required
def endorsement_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of an endorsement."""
    found = _visible(request, pk)
    mine = request.actor.role == Role.RECOMMENDER and request.actor.body_id == found.body_id
    if mine:
        crumbs: tuple[Any, ...] = ((_("征求意见"), reverse("supervision:endorsements")),)
    else:
        crumbs = ((found.dossier.describe(), reverse("workbench:dossier", args=[found.dossier_id])),)
    place = Place(
        found.label, found.get_absolute_url(), crumbs, lambda status: _page(request, _visible(request, pk), status)
    )
    return step_page(request, found, name, place)
