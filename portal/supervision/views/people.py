"""Pages of deputies, handover and contacts."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotVisible, PortalError
from portal.dossiers.models import Dossier
from portal.supervision.acts import contacts
from portal.supervision.acts import deputies as acts
from portal.supervision.acts import handover as moving
from portal.supervision.acts.deputies import DeputyForm, PersonField
from portal.supervision.models import Contact, Deputy
from portal.supervision.views.common import dossier_crumbs, only_for, the_dossier


# --- deputies -----------------------------------------------------------------------------------
@login_required
def deputies(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom, now, from when on, and before; a new deputy."""
    only_for(request, *acts.ARRANGERS)
    form = DeputyForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.appoint(actor=request.actor, **form.cleaned_data)
        except PortalError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _t("已安排：%(deputy)s。") % {"deputy": made})
        return redirect("supervision:deputies")
    rows = Deputy.objects.visible_to(request.actor).select_related("absent__user", "deputy__user", "created_by__user")
    today = clock.today()
    context = {
        "form": form,
        "present": list(rows.filter(last__gte=today)),
        "past": list(rows.filter(last__lt=today)[:50]),
        "today": today,
        "own": request.actor.membership,
        "is_chief": request.actor.role == Role.SECTION_CHIEF,
        "moves": request.actor.role in moving.MOVERS,
    }
    return render(request, "supervision/deputies.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def deputy_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a term early; for those who may not end it the address is not there."""
    only_for(request, *acts.ARRANGERS)
    found = get_object_or_404(Deputy.objects.visible_to(request.actor).ended_by(request.actor), pk=pk)
    try:
        acts.end(found, actor=request.actor)
        messages.success(request, _t("代理已结束。"))
    except PortalError as error:
        messages.error(request, error.message)
    return redirect("supervision:deputies")


# --- handover -----------------------------------------------------------------------------------
class HandoverForm(forms.Form):
    """From whom, to whom, why."""

    giver = PersonField(label=_("原经办人"), queryset=Membership.objects.none())
    taker = PersonField(label=_("转由谁经办"), queryset=Membership.objects.none())
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    also_work = forms.BooleanField(label=_("未办结的呈批件、评审和公示一并转办"), required=False, initial=False)


@login_required
def handover(request: HttpRequest) -> HttpResponse:
    """Gives dossiers of one handler to another one; the chosen ones of a list, or all."""
    only_for(request, *moving.MOVERS)
    actor = request.actor
    source = request.POST if request.method == "POST" else request.GET
    handlers = acts.people(Role.HANDLER)
    givers = (
        handlers
        if actor.role == Role.SECTION_CHIEF
        else handlers.filter(pk__in=[actor.membership.pk] if actor.membership else [])
    )
    chosen = {int(key) for key in source.getlist("id") if key.isdigit()}
    giver = _giver(request, source.get("giver", ""), chosen, givers)
    form = HandoverForm(request.POST if "move" in request.POST else None, initial={"giver": giver})
    form.fields["giver"].queryset, form.fields["taker"].queryset = givers, handlers  # type: ignore[attr-defined]
    rows = list(moving.dossiers_of(giver)[:500]) if giver else []
    if "move" in request.POST and form.is_valid():
        data = form.cleaned_data
        picked = Dossier.objects.visible_to(actor).filter(pk__in=chosen)
        try:
            number = moving.hand_over(dossiers=picked, actor=actor, **data)
        except PortalError as error:
            messages.error(request, error.message)
        else:
            facts = {"n": number, "taker": data["taker"].user.name}
            messages.success(request, _t("已将 %(n)s 件事项转由 %(taker)s 经办。") % facts)
            return redirect("supervision:handover")
    context = {
        "form": form,
        "giver": giver,
        "givers": givers,
        "rows": rows,
        "chosen": chosen,
        "work": [(work.model._meta.verbose_name, work.of(giver).count()) for work in moving.WORK] if giver else [],
    }
    return render(request, "supervision/handover.html", context, status=422 if form.errors else 200)


def _giver(request: HttpRequest, text: str, chosen: set[int], givers: QuerySet[Membership]) -> Membership | None:
    """The handler of the address; else of the chosen dossiers; else the person."""
    if text.isdigit():
        return givers.filter(pk=int(text)).first()
    if chosen:
        first = Dossier.objects.visible_to(request.actor).filter(pk__in=chosen).exclude(handler=None).first()
        if first:
            return givers.filter(pk__in=[first.handler_id]).first()
    own = request.actor.membership
    return own if own and request.actor.role == Role.HANDLER else None


# --- contacts -----------------------------------------------------------------------------------
@login_required
def contact(request: HttpRequest, dossier: int) -> HttpResponse:
    """The contact that counts, those before, and a new one."""
    found = the_dossier(request, dossier)
    if found.private or not contacts.may_replace(request.actor, found):
        raise NotVisible
    form = contacts.ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contacts.replace_contact(found, actor=request.actor, **form.cleaned_data)
        messages.success(request, _t("项目联系人已更换。"))
        return redirect(reverse("workbench:dossier", args=[found.pk]) + "?tab=acts")
    earlier = list(Contact.objects.visible_to(request.actor).filter(dossier_id=found.pk))
    context = {
        "dossier": found,
        "form": form,
        "earlier": earlier,
        "unit": found.applicant,
        "crumbs": dossier_crumbs(found),
    }
    return render(request, "supervision/contact.html", context, status=422 if form.errors else 200)
