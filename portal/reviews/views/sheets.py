"""One assignment as the bureau reads it: its answer, its sheet once handed in, entry on behalf and its check."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.lifecycle.engine import offers
from portal.reviews.commissions import may_run
from portal.reviews.models import Assignment
from portal.reviews.queries import to_check
from portal.reviews.reading import lines_of, vetoes_of
from portal.reviews.states import VALID
from portal.reviews.views.common import for_roles, for_runners
from portal.reviews.views.rounds import home_of
from portal.ui.stepping import Place, step_page


def _visible(request: HttpRequest, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(request.actor).select_related(
        "entry__round__organiser", "entry__dossier__applicant", "expert__user", "entered_by__user", "checked_by__user"
    )
    return get_object_or_404(rows.defer("draft"), pk=pk)


def _reads_sheet(request: HttpRequest, found: Assignment) -> bool:
    """Scores are read once the sheet is handed in; one entered on behalf by who runs the round and whoever checks it."""
    checks = request.actor.role == Role.SECTION_CHIEF or may_run(request.actor, found.entry.round)
    return found.state in VALID or (found.state == "entered" and checks)


@for_runners
@never_cache
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """What the expert answered and, once handed in, scored."""
    return _show(request, _visible(request, pk))


def _show(request: HttpRequest, found: Assignment, status: int = 200) -> HttpResponse:
    offered = offers(found, request.actor)
    allowed = [offer for offer in offered if offer.allowed]
    primary = [offer for offer in allowed if offer.step.tone == "primary"][:1]
    if not primary and found.expert.user_id is None:  # nobody else hands this sheet in
        primary = [offer for offer in allowed if offer.step.name == "enter_on_behalf"]
    reads = _reads_sheet(request, found)
    files = Attachment.objects.filter(holder_type=found._meta.label_lower, holder_id=found.pk, removed_at=None)
    context = {
        "assignment": found,
        "round": found.entry.round,
        "entry": found.entry,
        "primary": primary,
        "secondary": [offer for offer in allowed if offer not in primary],
        "waiting": [offer for offer in offered if not offer.allowed],
        "reads": reads,
        "lines": lines_of(found) if reads else [],
        "vetoes": vetoes_of(found) if reads else [],
        "files": files if reads else [],
        "runs": may_run(request.actor, found.entry.round),
        "home": home_of(request.actor),
    }
    return render(request, "reviews/assignment.html", context, status=status)


@for_roles(Role.HANDLER, Role.SECTION_CHIEF, Role.RECOMMENDER)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of an assignment, for who runs the round and for whoever checks an entry."""
    found = _visible(request, pk)
    round_ = found.entry.round
    crumbs = (home_of(request.actor),)
    if may_run(request.actor, round_):
        crumbs = (*crumbs, (round_.title, reverse("reviews:board", args=[round_.pk])))  # type: ignore[assignment]
    place = Place(
        str(found),
        found.get_absolute_url(),
        crumbs,
        lambda status: _show(request, _visible(request, pk), status),
        done=reverse("reviews:checks")
        if found.state == "entered" and found.entered_by != request.actor.membership
        else "",
    )
    return step_page(request, found, name, place)


@for_roles(Role.HANDLER, Role.SECTION_CHIEF, Role.RECOMMENDER)
def checks(request: HttpRequest) -> HttpResponse:
    """代录待复核: the sheets that wait for this person's check."""
    rows = to_check(request.actor).select_related("entry__round", "entry__dossier", "expert", "entered_by__user")
    found = list(rows.defer("draft").order_by("entry__round", "entry__position", "pk")[:200])
    return render(request, "reviews/checks.html", {"rows": found, "home": home_of(request.actor)})
