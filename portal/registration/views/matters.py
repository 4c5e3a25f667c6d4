"""Claims and requests: the page of one, its steps, the list of claims."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import credit_code
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.lifecycle.declared import steps_of
from portal.registration import queries
from portal.registration.facts import facts_of
from portal.registration.models import Claim, Join
from portal.registration.states import CLAIM
from portal.registration.stepping import detail, take
from portal.ui.paging import Sort, page

_CLAIM_PAGE = "registration/claim.html"
_JOIN_PAGE = "registration/join.html"
_BY_TIME = Sort("submitted", _("提交时间"), "submitted_at", descending=True)


def _actor(request: HttpRequest) -> Actor:
    return request.actor


@login_required
@never_cache
@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """单位登记确认: the claims that this role decides on or reads, those that wait first."""
    actor = _actor(request)
    if not queries.sees_claims(actor):
        raise Http404
    state = request.GET.get("state", "submitted")
    state = state if state in CLAIM.states or state == "" else "submitted"
    rows = queries.claim_rows(actor, state)
    found = page(rows, _BY_TIME, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=50)
    context = {"page": found, "state": state, "states": CLAIM.states.values(), "decides": queries.decides_claims(actor)}
    return render(request, "registration/claims.html", context)


def _claim(request: HttpRequest, pk: int) -> Claim:
    visible = Claim.objects.visible_to(_actor(request)).select_related("user", "district", "unit")
    return get_object_or_404(visible, pk=pk)


def _claim_context(claim: Claim) -> dict[str, Any]:
    return {
        "parts": facts_of(claim),
        "code_warnings": [] if claim.code_fails else credit_code.warnings(claim.credit_code),
        "rivals": queries.rivals_of(claim),
    }


@login_required
@never_cache
@require_GET
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A claim: for the person what happens next, for those who decide the record and the decisions."""
    claim = _claim(request, pk)
    return detail(request, claim, _CLAIM_PAGE, _claim_context(claim))


@login_required
@require_POST
def claim_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Takes a step on a claim."""
    claim = _claim(request, pk)
    if step not in steps_of(Claim):
        raise Http404
    return take(request, claim, step, _CLAIM_PAGE, _claim_context(claim))


def _join(request: HttpRequest, pk: int) -> Join:
    return get_object_or_404(Join.objects.visible_to(_actor(request)).select_related("user", "unit"), pk=pk)


@login_required
@never_cache
@require_GET
def join_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A request to join: for the person what happens next, for the administrator the decision."""
    return detail(request, _join(request, pk), _JOIN_PAGE)


@login_required
@require_POST
def join_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Takes a step on a request to join."""
    join = _join(request, pk)
    if step not in steps_of(Join):
        raise Http404
    return take(request, join, step, _JOIN_PAGE)
