"""What the pages of this room share: who may come in, and answers to refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base.errors import PortalError
from portal.documents import store
from portal.documents.models import IssuedPaper
from portal.reviews.commissions import may_run
from portal.reviews.models import Round
from portal.reviews.models.rounds import LATER_READERS

READERS = LATER_READERS | {Role.HANDLER}
View = Callable[..., HttpResponseBase]


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Decorator: the page exists for these roles alone; everybody else who is signed in gets 404."""

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.actor.role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return wrap


for_handlers = for_roles(Role.HANDLER)
for_experts = for_roles(Role.EXPERT)
for_readers = for_roles(*READERS)
#: a recommender comes in where its body is commissioned with the round
for_runners = for_roles(*READERS, Role.RECOMMENDER)


def visible_round(request: HttpRequest, pk: int) -> Round:
    """The round; 404 when this actor may not see it. An expert comes here by no page of the bureau."""
    related = ("chair", "organiser__user", "repeats", "commissioned_to")
    found = Round.objects.visible_to(request.actor).select_related(*related)
    return get_object_or_404(found, pk=pk)


def ended_or_own(request: HttpRequest, pk: int) -> Round:
    """The same for pages of work in progress: who does not run the round reads them once it has ended."""
    found = visible_round(request, pk)
    if not may_run(request.actor, found) and not found.ended:
        raise Http404
    return found


def run_by(request: HttpRequest, pk: int) -> Round:
    """The round for those who carry it through; 404 for everybody else."""
    found = visible_round(request, pk)
    if not may_run(request.actor, found):
        raise Http404
    return found


def paper_response(request: HttpRequest, paper: IssuedPaper) -> HttpResponseBase:
    """The bytes of a paper that this reader may have; 404 as long as they are not made."""
    if not paper.is_made:
        raise Http404
    try:
        file = store.locate(paper.path).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    audit.note("download", actor=request.actor, label=str(paper))
    response = FileResponse(file, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, paper.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def attempt(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Does something and says so; a refusal is shown in its own words."""
    try:
        act()
    except PortalError as error:
        messages.warning(request, error.message)
        return False
    if done:
        messages.success(request, done)
    return True


def chosen_keys(data: Any, name: str = "id", most: int = 500) -> list[int]:
    """The keys of the rows that were ticked."""
    return [int(key) for key in data.getlist(name) if key.isdigit()][:most]


def anew(response: HttpResponse, status: int) -> HttpResponse:
    """The response with another status."""
    response.status_code = status
    return response
