"""What the pages of this room share."""

from __future__ import annotations

from typing import IO
from urllib.parse import quote

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from portal.accounts.http import HttpRequest
from portal.exchange.kinds import Kind, kinds_for
from portal.exchange.models import ImportJob
from portal.reviews.views.common import for_roles
from portal.ui.xlsx import CONTENT_TYPE

__all__ = ["download", "for_roles", "kind_or_404", "visible"]


def kind_or_404(request: HttpRequest, kind_id: str) -> Kind:
    """The kind of import; 404 when there is none or the actor may not import it."""
    found = next((known for known in kinds_for(request.actor) if known.id == kind_id), None)
    if found is None:
        raise Http404
    return found


def visible(request: HttpRequest, pk: int) -> ImportJob:
    """The import with its people; 404 when the actor may not see it."""
    rows = ImportJob.objects.visible_to(request.actor).select_related("owner__user")
    return get_object_or_404(rows, pk=pk)


def download(file: IO[bytes], name: str) -> FileResponse:
    """An xlsx file that was just made."""
    answer = FileResponse(file, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f"attachment; filename=\"import.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    return answer
