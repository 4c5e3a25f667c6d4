"""Calls: the public list and each call's page; for handlers drafts, steps and the progress of the recommenders."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.accounts.models import Body
from portal.base.errors import PortalError
from portal.calls import actions
from portal.calls.lifecycle import DRAFT, manages_calls
from portal.calls.models import Call
from portal.dossiers.programmes import programmes
from portal.lifecycle.engine import offers
from portal.ui.stepping import Place, step_page
from portal.workbench.actions import prolong as prolong_body
from portal.workbench.call_forms import CallForm, ProlongForm
from portal.workbench.progress import lines_of, waiting_at


def visible_call(request: HttpRequest, pk: int) -> Call:
    """The call, for those who may see it; 404 for everybody else."""
    return get_object_or_404(Call.objects.visible_to(request.actor), pk=pk)


def managed_call(request: HttpRequest, pk: int) -> Call:
    """The call, for those who manage calls; 404 for everybody else."""
    call = visible_call(request, pk)
    if not manages_calls.admits(request.actor, call):
        raise Http404
    return call


@login_not_required
def calls(request: HttpRequest) -> HttpResponse:
    """All calls this person may see, the newest year first."""
    found = Call.objects.visible_to(request.actor)
    manages = manages_calls.admits_role(request.actor.role)
    names = {owner.id: owner.short_label for owner in programmes()}
    return render(request, "workbench/calls.html", {"calls": found, "manages": manages, "names": names})


@login_not_required
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its dates, fields, key directions, desks and downloads."""
    return call_page(request, visible_call(request, pk))


def call_page(request: HttpRequest, call: Call, status: int = 200) -> HttpResponse:
    """The page of a call for this reader."""
    manages = manages_calls.admits(request.actor, call)
    offered = offers(call, request.actor) if manages else []
    context = {
        "call": call,
        "fields": call.fields.select_related("desk").prefetch_related("directions"),
        "downloads": call.downloads.select_related("attachment"),
        "manages": manages,
        "editable": manages and call.state == DRAFT.id,
        "primary": [offer for offer in offered if offer.allowed][:1],
        "secondary": [offer for offer in offered if offer.allowed][1:],
        "blocked": [offer for offer in offered if not offer.allowed],
        "may_declare": request.actor.is_applicant and call.is_open(),
    }
    return render(request, "workbench/call.html", context, status=status)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of a step of a call."""
    call = visible_call(request, pk)
    place = Place(
        call.title,
        reverse("workbench:call", args=(pk,)),
        ((_("申报通知"), reverse("workbench:calls")),),
        lambda status: call_page(request, visible_call(request, pk), status),
    )
    return step_page(request, call, name, place)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begins a draft; desks and fields are added on the next page."""
    if not manages_calls.admits_role(request.actor.role):
        raise Http404
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        call = actions.begin(form.save(commit=False), actor=request.actor)
        messages.success(request, _("草稿已建立，请继续设置联系窗口和领域。"))
        return redirect("workbench:call_edit", pk=call.pk)
    return render(request, "workbench/call_new.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft for the following year from this call."""
    call = actions.copy_as_draft(managed_call(request, pk), actor=request.actor)
    messages.success(request, _("已复制为 %(year)s 年度草稿，请核对日期和内容。") % {"year": call.year})
    return redirect("workbench:call_edit", pk=call.pk)


@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """推荐进度: one line per body; bodies can be nudged singly and in bulk, and their deadline prolonged."""
    call = managed_call(request, pk)
    return render(request, "workbench/progress.html", {"call": call, "lines": lines_of(call, request.actor)})


@login_required
def nudge(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the page of the nudge for everything that waits for the chosen bodies."""
    call = managed_call(request, pk)
    bodies = [int(key) for key in request.GET.getlist("id") if key.isdigit()]
    keys = waiting_at(call, bodies, request.actor)
    back = reverse("workbench:call_progress", args=(pk,))
    if not keys:
        messages.warning(request, _("所选推荐单位没有待初审的项目。"))
        return redirect(back)
    query = urlencode([("call", pk), *(("body", key) for key in bodies), ("next", back)])
    return redirect(f"{reverse('deadlines:nudge')}?{query}")


@login_required
def prolong(request: HttpRequest, pk: int, body: int) -> HttpResponse:
    """Prolongs the reporting deadline of one body."""
    call = managed_call(request, pk)
    found = get_object_or_404(Body, pk=body)
    if call.state == DRAFT.id:
        raise Http404
    form = ProlongForm(request.POST or None, call=call)
    if request.method == "POST" and form.is_valid():
        try:
            prolong_body(call, body=found, actor=request.actor, **form.cleaned_data)
        except PortalError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("%(body)s的报送期限已延长。") % {"body": found.name})
        return redirect("workbench:call_progress", pk=pk)
    context = {"call": call, "body": found, "form": form}
    return render(request, "workbench/prolong.html", context, status=422 if form.is_bound else 200)
