"""The page of a rectification 限期整改: its points with what was reported of each, the evidence, the finding."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.accounts.http import HttpRequest
from portal.attachments.actions import holder_label
from portal.attachments.models import Attachment
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle.engine import Offer, offers
from portal.supervision.models import Rectification
from portal.supervision.rectifications.states import ORDERED, OVERDUE, REPORTED
from portal.supervision.views.common import due_of, own_records, papers_of


@login_required
def rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """What has to be put right by when, what was reported, whether it was found so."""
    rows = Rectification.objects.visible_to(request.actor).select_related("dossier__applicant", "dossier__field")
    found = get_object_or_404(rows, pk=pk)
    context = {
        "rectification": found,
        "files": evidence_of(found),
        "due": due_of(found),
        "late": found.state == OVERDUE.id and (clock.today() - found.due_on).days,
        "steps": _steps(found, request),
        "papers": papers_of(found, request),
        "records": own_records(found, request.actor),
    }
    return render(request, "supervision/rectification.html", context)


def evidence_of(found: Rectification) -> list[Attachment]:
    """The report and its evidence: the project holds them, they came in between the order and the finding."""
    held = Attachment.objects.filter(
        holder_type=holder_label(Dossier),
        holder_id=found.dossier_id,
        slot="rectification_report",
        removed_at=None,
        claimed_at__gte=found.ordered_at,
    )
    if found.judged_at:
        held = held.filter(claimed_at__lte=found.judged_at)
    return list(held.order_by("pk"))


def _steps(found: Rectification, request: HttpRequest) -> list[Offer]:
    """The steps of the project that lead this rectification on, as far as this person may take them."""
    wanted = {
        ORDERED.id: ("reports_rectification",),
        OVERDUE.id: ("reports_rectification",),
        REPORTED.id: ("settles_rectification", "orders_rectification"),
    }.get(found.state, ())
    offered = offers(concrete(found.dossier), request.actor)
    return [offer for offer in offered if any(offer.step.extra.get(name) for name in wanted)]
