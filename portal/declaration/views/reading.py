"""Reading: the preview, submitted versions, what changed between two of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.accounts.http import HttpRequest
from portal.declaration import versions as stored_versions
from portal.declaration.diff import compare_versions
from portal.declaration.filling import Filling
from portal.declaration.models import FormVersion
from portal.declaration.printing import printable, sections_of
from portal.declaration.views.common import dossier_or_404, own_dossier_or_404


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The present contents as they will be printed; the declaring unit's own."""
    dossier = own_dossier_or_404(request, pk)
    filling = Filling(dossier)
    context = {
        "dossier": dossier,
        "sections": sections_of(filling),
        "version": None,
        "commitments": filling.form.commitments,
    }
    return render(request, "declaration/print.html", context)


@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All submitted versions, with links to read and to compare."""
    dossier = dossier_or_404(request, pk)
    found = stored_versions.versions_of(dossier)
    return render(request, "declaration/versions.html", {"dossier": dossier, "versions": with_previous(found)})


def with_previous(found: list[FormVersion]) -> list[tuple[FormVersion, FormVersion | None]]:
    """Each version with the one before it, the newest first."""
    return list(zip(found, [*found[1:], None], strict=False))


@require_GET
def print_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A submitted version, with its number and check code."""
    dossier = dossier_or_404(request, pk)
    version = _version(dossier, number)
    context = {
        "dossier": dossier,
        "sections": printable(version),
        "version": version,
        "commitments": version.content.get("commitments", []),
        "files": version.content["attachments"],
    }
    return render(request, "declaration/print.html", context)


@require_GET
def diff(request: HttpRequest, pk: int, old: int, new: int) -> HttpResponse:
    """What changed from one version to another."""
    dossier = dossier_or_404(request, pk)
    before, after = _version(dossier, old), _version(dossier, new)
    context = {"dossier": dossier, "old": before, "new": after, "sections": compare_versions(before, after)}
    return render(request, "declaration/diff.html", context)


def _version(dossier: Any, number: int) -> FormVersion:
    found = FormVersion.objects.filter(dossier_id=dossier.pk, number=number).select_related("submitted_by").first()
    if found is None:
        raise Http404
    return found
