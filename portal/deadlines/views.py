"""The page of a nudge, for one dossier or many: what will happen, a sentence to go along, then what became of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.deadlines.forms import NudgeForm
from portal.deadlines.nudges import nudge_many, targets
from portal.dossiers import programmes
from portal.dossiers.models import Dossier
from portal.lifecycle.states import RECOMMENDER

#: dossiers that one bulk nudge takes
MAX = 300


@login_required
@require_http_methods(["GET", "POST"])
def nudge(request: HttpRequest) -> HttpResponse:
    """`dossier=` (repeated), or `call=` with `body=` (repeated): all that wait for these recommenders. `next=` is where it
    leads back to."""
    actor: Actor = request.actor
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(asked, actor)
    if not chosen:
        raise Http404
    form = NudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _carry_out(request, chosen, form.cleaned_data["note"])
    rows = [(dossier, targets(programmes.concrete(dossier), actor)) for dossier in chosen[:50]]
    context = {
        "form": form,
        "rows": [(dossier, found[0] if found else None) for dossier, found in rows],
        "keys": [dossier.pk for dossier in chosen],
        "next": _back(request, chosen),
    }
    return render(request, "deadlines/nudge.html", context, status=422 if form.is_bound else 200)


def _chosen(asked: QueryDict, actor: Actor) -> list[Dossier]:
    seen = Dossier.objects.visible_to(actor).for_rows().order_by("pk")
    if actor.is_applicant or actor.role is None:
        return []
    bodies = [int(key) for key in asked.getlist("body") if key.isdecimal()]
    if asked.get("call", "").isdecimal() and bodies:
        waiting = [
            state.id
            for programme in programmes.programmes()
            for state in programme.model.lifecycle.states.values()
            if state.waits_for == RECOMMENDER
        ]
        return list(seen.filter(call=asked["call"], recommender__in=bodies, state__in=waiting)[:MAX])
    keys = [int(key) for key in asked.getlist("dossier") if key.isdecimal()]
    return list(seen.filter(pk__in=keys[:MAX]))


def _carry_out(request: HttpRequest, chosen: list[Dossier], note: str) -> HttpResponse:
    actor: Actor = request.actor
    outcomes = nudge_many([dossier.pk for dossier in chosen], actor=actor, note=note)
    told = [outcome for outcome in outcomes if outcome.nudge]
    if told:
        flash.success(request, _("已催办 %(n)s 个项目，对方将收到消息。") % {"n": len(told)})
    for outcome in outcomes:
        if outcome.error:
            flash.warning(request, f"{outcome.dossier.describe()}：{outcome.error}")
    return redirect(_back(request, chosen))


def _back(request: HttpRequest, chosen: list[Dossier]) -> str:
    asked: Any = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return str(wanted)
    return reverse("workbench:dossier", args=[chosen[0].pk]) if len(chosen) == 1 else reverse("workbench:home")
