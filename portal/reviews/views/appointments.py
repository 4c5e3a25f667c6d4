"""聘书: appointing experts one by one or many at once; the expert's own letters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.base.workdays import term_end
from portal.reviews.appointing import appoint_all
from portal.reviews.appointment_steps import AppointForm
from portal.reviews.models import Appointment, Expert, Seat
from portal.reviews.models.appointments import letters_of
from portal.reviews.views.common import chosen_keys, for_experts, for_handlers, paper_response
from portal.ui.stepping import Place, step_page

#: a term that is offered, in months
_USUAL_TERM = 36


@for_handlers
def appoint(request: HttpRequest) -> HttpResponse:
    """Office and term for the chosen experts."""
    keys = chosen_keys(request.POST if request.method == "POST" else request.GET)
    experts = list(Expert.objects.visible_to(request.actor).filter(pk__in=keys, active=True))
    if not experts:
        messages.warning(request, _("请先在专家库中勾选在库的专家。"))
        return redirect("reviews:experts")
    today = clock.today()
    initial = {"first": today, "last": term_end(today, _USUAL_TERM)}
    data = request.POST if request.method == "POST" else None
    form = AppointForm(data, subject=None, actor=request.actor, initial=initial)
    if data is not None and form.is_valid():
        done, refused = appoint_all(experts, request.POST, actor=request.actor)
        if done:
            messages.success(request, _("已聘任 %(n)s 名专家，聘书正在生成。") % {"n": len(done)})
        for expert, reason in refused[:20]:
            messages.warning(request, _("%(name)s未聘任：%(reason)s") % {"name": expert.name, "reason": reason})
        return redirect(experts[0] if len(experts) == 1 else reverse("reviews:experts"))
    context = {"form": form, "experts": experts}
    return render(request, "reviews/appoint.html", context, status=422 if data is not None else 200)


@for_handlers
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of a step of an appointment."""
    found = get_object_or_404(Appointment.objects.visible_to(request.actor).select_related("expert"), pk=pk)
    page = found.get_absolute_url()
    crumbs = ((_("专家库"), reverse("reviews:experts")),)
    return step_page(request, found, name, Place(str(found), page, crumbs, lambda status: redirect(page)))


@for_experts
@never_cache
def own_letters(request: HttpRequest) -> HttpResponse:
    """证书与聘书: the expert's own letters of appointment and of invitation."""
    appointments = list(Appointment.objects.visible_to(request.actor))
    letters = letters_of(appointments)
    seats = Seat.objects.filter(expert__user=request.actor.user, letter__isnull=False)
    rows: list[tuple[Appointment, Any]] = [(found, letters.get(found.pk)) for found in appointments]
    invitations = seats.select_related("round", "letter").defer("letter__snapshot", "round__rule").order_by("-pk")
    return render(request, "reviews/own_letters.html", {"appointments": rows, "invitations": invitations[:100]})


@for_experts
@require_GET
@never_cache
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The own letter of appointment."""
    found = get_object_or_404(Appointment.objects.visible_to(request.actor), pk=pk)
    paper = found.letter
    if paper is None:
        return redirect("reviews:own_letters")
    return paper_response(request, paper)
