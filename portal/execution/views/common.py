"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from portal.accounts.http import HttpRequest
from portal.deadlines.models import Deadline
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import find
from portal.execution.queries import runs
from portal.execution.running import Running
from portal.lifecycle.models import Subject


def running_or_404(request: HttpRequest, pk: int) -> Running:
    """The running dossier in its own class, as far as this person may see it."""
    found = find(Dossier.objects.visible_to(request.actor), pk)
    if found is None or not runs(found):
        raise Http404
    return found


def row_or_404(request: HttpRequest, rows: Any, pk: int) -> Any:
    """One of these rows (with a dossier) that the person may see, its dossier in its own class."""
    row = rows.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    row.dossier = find(Dossier.objects.all(), row.dossier_id)
    return row


def dossier_url(dossier: Dossier, tab: str = "execution") -> str:
    """The dossier's page, opened at a tab."""
    return reverse("workbench:dossier", args=[dossier.pk]) + f"?tab={tab}"


def crumbs_of(dossier: Dossier, tab: str = "execution") -> tuple[tuple[str, str], ...]:
    """The way from the lists to a page of this dossier."""
    return ((dossier.describe(), dossier_url(dossier, tab)),)


def due_of(subject: Subject) -> Deadline | None:
    """The open duty of a subject that is due first."""
    rows = Deadline.objects.open().filter(subject_type=subject.label_of_type(), subject_id=subject.pk, inside=False)
    return rows.order_by("due_on").first()
