"""Beginning a declaration: from an open call, or as a copy of an own earlier one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.base.errors import PortalError
from portal.calls.models import Call
from portal.declaration import actions
from portal.declaration.models import FormDocument
from portal.declaration.sections import versions_known
from portal.declaration.views.common import own_dossier_or_404
from portal.dossiers.models import Dossier, DossierQuerySet
from portal.dossiers.programmes import programmes


def _open_calls() -> list[Call]:
    """The calls under which a declaration can be begun today."""
    known = [programme.id for programme in programmes()]
    found = Call.objects.open_on(clock.today()).filter(programme__in=known, form_version__in=versions_known())
    return list(found.prefetch_related("fields").order_by("closes_on", "pk"))


def _own(actor: Actor) -> DossierQuerySet:
    """What the unit has declared before and can copy."""
    with_form = FormDocument.objects.values("dossier_id")
    return Dossier.objects.visible_to(actor).filter(pk__in=with_form).select_related("call").order_by("-pk")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The open calls, each with a button; or a chosen one's declaration is begun."""
    actor: Actor = request.actor
    if not actor.is_applicant or actor.unit_id is None:
        raise Http404
    calls = _open_calls()
    if request.method == "POST":
        call = next((call for call in calls if str(call.pk) == request.POST.get("call")), None)
        if call is None:
            messages.warning(request, _("该申报通知目前未开放申报。"))
            return redirect("declaration:new")
        try:
            dossier = actions.begin(call, actor)
        except PortalError as refused:
            messages.warning(request, refused.message)
            return redirect("declaration:new")
        return redirect("declaration:edit", pk=dossier.pk)
    mine = list(_own(actor)[:20])
    running = {dossier.call_id: dossier for dossier in mine if dossier.state == "draft"}
    calls.sort(key=lambda call: str(call.pk) != request.GET.get("call"))  # the one that led here comes first
    context = {"calls": [(call, running.get(call.pk)) for call in calls], "mine": mine}
    return render(request, "declaration/new.html", context)


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks under which call, then begins a declaration with the contents of this one."""
    actor: Actor = request.actor
    source = own_dossier_or_404(request, pk)
    if not FormDocument.objects.filter(dossier_id=source.pk).exists():
        raise Http404
    calls = {call.pk: call for call in _open_calls() if call.programme == source.programme}
    calls.setdefault(source.call_id, source.call)
    if request.method == "POST":
        call = get_object_or_404(
            Call.objects.visible_to(actor).filter(pk__in=calls), pk=_number(request.POST.get("call"))
        )
        try:
            dossier = actions.begin_copy(source, call, actor)
        except PortalError as refused:
            messages.warning(request, refused.message)
            return redirect("declaration:copy", pk=pk)
        messages.success(request, _("已复制为新的申报，请核对内容并选择推荐单位。"))
        return redirect("declaration:edit", pk=dossier.pk)
    return render(request, "declaration/copy.html", {"dossier": source, "calls": list(calls.values())})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
