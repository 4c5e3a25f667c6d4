"""Calls: the public list and each call's page; for handlers drafts, steps and the progress of the recommenders."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.accounts.models import Body
from portal.base.errors import PortalError, StepRefused
from portal.calls import actions
from portal.calls.lifecycle import DRAFT, manages_calls
from portal.calls.models import Call
from portal.dossiers.programmes import programmes
from portal.lifecycle.engine import offers
from portal.ui.stepping import Place, step_page
from portal.workbench.actions import prolong as prolong_body
from portal.workbench.call_forms import CallForm, DeskFormSet, FieldFormSet, ProlongForm
from portal.workbench.progress import lines_of, waiting_at


def _visible(request: HttpRequest, pk: int) -> Call:
    return get_object_or_404(Call.objects.visible_to(request.actor), pk=pk)


def _managed(request: HttpRequest, pk: int) -> Call:
    """The call, for those who manage calls; 404 for everybody else."""
    call = _visible(request, pk)
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
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, call: Call, status: int = 200) -> HttpResponse:
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
    call = _visible(request, pk)
    place = Place(
        call.title,
        reverse("workbench:call", args=(pk,)),
        ((_("申报通知"), reverse("workbench:calls")),),
        lambda status: _page(request, _visible(request, pk), status),
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
    call = actions.copy_as_draft(_managed(request, pk), actor=request.actor)
    messages.success(request, _("已复制为 %(year)s 年度草稿，请核对日期和内容。") % {"year": call.year})
    return redirect("workbench:call_edit", pk=call.pk)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edits a draft: columns, desks, fields with their key directions, in one form."""
    call = _managed(request, pk)
    if call.state != DRAFT.id:
        messages.warning(request, _("申报通知已发布，领域和起止日期不能再修改。"))
        return _page(request, call, 409)
    data = request.POST if request.method == "POST" else None
    parts: dict[str, Any] = {
        "form": CallForm(data, instance=call),
        "desks": DeskFormSet(data, instance=call, prefix="desks"),
        "fields": FieldFormSet(data, instance=call, prefix="fields"),
    }
    seen = int(request.POST["seen"]) if request.POST.get("seen", "").isdigit() else call.revision
    verdicts = [part.is_valid() for part in parts.values()]  # every part says what is wrong with it
    if data is not None and all(verdicts):
        try:
            _save(request, call, parts, seen)
        except StepRefused as error:
            messages.warning(request, error.message)
            return _page(request, _visible(request, pk), error.status)
        messages.success(request, _("草稿已保存。"))
        return redirect("workbench:call_edit" if "more" in request.POST else "workbench:call", pk=pk)
    context = {**parts, "call": call, "seen": seen}
    return render(request, "workbench/call_edit.html", context, status=200 if data is None else 422)


def _save(request: HttpRequest, call: Call, parts: dict[str, Any], seen: int) -> None:
    with transaction.atomic():
        locked = actions.lock_draft(call, actor=request.actor, seen=seen)
        form = parts["form"]
        for name in form.changed_data:
            setattr(locked, name, form.cleaned_data[name])
        locked.save()
        parts["desks"].save()
        parts["fields"].save()
        for line in parts["fields"].forms:
            if line.instance.pk and "directions" in line.changed_data and not line.cleaned_data.get("DELETE"):
                actions.set_directions(line.instance, line.cleaned_data["directions"])
        actions.note_edit(locked, actor=request.actor)


@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """推荐进度: one line per body; bodies can be nudged singly and in bulk, and their deadline prolonged."""
    call = _managed(request, pk)
    return render(request, "workbench/progress.html", {"call": call, "lines": lines_of(call, request.actor)})


@login_required
def nudge(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the page of the nudge for everything that waits for the chosen bodies."""
    call = _managed(request, pk)
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
    call = _managed(request, pk)
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
