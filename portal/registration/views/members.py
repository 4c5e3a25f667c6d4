"""单位与成员: a unit's record, members, requests and invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.models import Membership, Unit
from portal.accounts.roles import APPLICANTS, Role
from portal.base.errors import StepRefused
from portal.registration import actions, queries
from portal.registration.facts import facts_of
from portal.registration.forms import InvitationForm, RoleForm, UnitForm
from portal.registration.models import Invitation, Join


def _unit_of(request: HttpRequest, *, administered: bool = False) -> tuple[Actor, Unit]:
    """The acting person's unit; 404 for everybody who acts for none, or does not administer it where that is wanted."""
    actor: Actor = request.actor
    unit = actor.membership.unit if actor.membership else None
    if unit is None or not actor.is_applicant or (administered and actor.role != Role.UNIT_ADMIN):
        raise Http404
    return actor, unit


def _page(request: HttpRequest, actor: Actor, unit: Unit, form: InvitationForm, status: int = 200) -> HttpResponse:
    administers = actor.role == Role.UNIT_ADMIN
    context = {
        "unit": unit,
        "parts": facts_of(unit),
        "members": queries.members_of(unit),
        "administers": administers,
        "roles": [(role.value, role.label) for role in Role if role in APPLICANTS],
    }
    if administers:
        context |= {
            "joins": Join.objects.filter(unit=unit).waiting().select_related("user"),
            "invitations": queries.open_invitations(unit),
            "invitation_form": form,
        }
    return render(request, "registration/members.html", context, status=status)


@login_required
@never_cache
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """The page of the unit, for its members; only administrators find forms on it."""
    actor, unit = _unit_of(request)
    return _page(request, actor, unit, InvitationForm())


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invites a colleague."""
    actor, unit = _unit_of(request, administered=True)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, unit, form, status=422)
    actions.invite(unit, email=form.cleaned_data["email"], role=form.cleaned_data["role"], actor=actor)
    messages.success(request, _("邀请已发送至 %(email)s。") % {"email": form.cleaned_data["email"]})
    return redirect("registration:members")


@login_required
@require_POST
def cancel_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    actor, unit = _unit_of(request, administered=True)
    actions.cancel_invitation(get_object_or_404(Invitation, pk=pk, unit=unit), actor=actor)
    messages.success(request, _("邀请已取消。"))
    return redirect("registration:members")


@login_required
@require_POST
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a member's role, or switches a member off or on."""
    actor, unit = _unit_of(request, administered=True)
    membership = get_object_or_404(Membership, pk=pk, unit=unit, role__in=APPLICANTS)
    wish = request.POST.get("do", "")
    form = RoleForm(request.POST)
    try:
        if wish in ("disable", "enable"):
            actions.set_active(membership, wish == "enable", actor=actor)
        elif form.is_valid():
            actions.change_role(membership, Role(form.cleaned_data["role"]), actor=actor)
        else:
            raise Http404
    except StepRefused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("成员已更新。"))
    return redirect("registration:members")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest) -> HttpResponse:
    """Edits the unit's record, except its name and code."""
    actor, own = _unit_of(request, administered=True)
    form = UnitForm(request.POST or None, instance=Unit.objects.get(pk=own.pk))
    if request.method == "POST" and form.is_valid():
        actions.edit_unit(form, actor=actor)
        messages.success(request, _("单位信息已保存。已提交的申报书不受影响。"))
        return redirect("registration:members")
    context = {"form": form, "unit": own}
    return render(request, "registration/unit_form.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link: who accepts becomes a member."""
    actor: Actor = request.actor
    user: Any = request.user
    found = get_object_or_404(Invitation.objects.select_related("unit", "invited_by"), token=token)
    if request.method == "POST":
        try:
            actions.accept_invitation(found, user=user, actor=actor)
        except StepRefused as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("您已加入%(unit)s。") % {"unit": found.unit.name})
            return redirect("workbench:home")
    layout = "base.html" if actor.role else "public.html"
    return render(request, "registration/invitation.html", {"invitation": found, "layout": layout})
