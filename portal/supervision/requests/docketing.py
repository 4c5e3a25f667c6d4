"""From a request to the docket that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from portal.accounts.actors import Actor
from portal.dossiers.programmes import concrete
from portal.supervision.dockets.matters import matter
from portal.supervision.dockets.queries import live_item
from portal.supervision.models import Request
from portal.supervision.requests.states import WAITING
from portal.supervision.requests.steps import answers


@dataclass(frozen=True)
class ToDocket:
    """Where a docket for a request is begun; `reason` says why not yet."""

    url: str
    reason: str


def to_docket(request: Request, actor: Actor) -> ToDocket | None:
    """For its handler, as long as it waits to be decided by docket and its dossier lies in none; else None."""
    info = request.kind_info
    if not info.matter or request.state not in WAITING or not answers.admits(actor, request):
        return None
    if live_item(request.dossier) is not None:
        return None
    decides = matter(info.matter)
    reasons = decides.refuses([concrete(request.dossier)]) if decides.refuses else {}
    query = urlencode({"matter": decides.id, "id": request.dossier_id, "back": request.get_absolute_url()})
    return ToDocket(f"{reverse('supervision:docket_new')}?{query}", str(reasons.get(request.dossier_id, "")))
