"""The way in: account, unit, waiting."""

from __future__ import annotations

from typing import Any

from allauth.account.views import SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import credit_code
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.models import Unit
from portal.base.errors import InvalidInput, StepRefused
from portal.lifecycle.engine import perform
from portal.registration import queries
from portal.registration.forms import ClaimForm, CodeForm, JoinForm
from portal.registration.models import Claim, Join


class SignUpView(SignupView):
    """Step 1: the person's own account."""

    template_name = "registration/signup.html"


def _layout(request: HttpRequest) -> dict[str, Any]:
    return {"layout": "base.html" if request.actor.role else "public.html"}


@login_required
@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Step 2: which unit. A registered one is joined, another one is claimed."""
    user: Any = request.user
    form = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    context: dict[str, Any] = {"form": form, "matters": queries.own_matters(user), **_layout(request)}
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        unit = Unit.objects.filter(credit_code=code).select_related("district").first()
        if unit is None and credit_code.is_valid(code):
            return redirect(f"{reverse('registration:claim')}?{urlencode({'code': code})}")
        context |= {"unit": unit, "code": code}
        if unit is not None:
            actor: Actor = request.actor
            context["is_member"] = unit.memberships.filter(user=user, active=True).exists()
            context["join_form"] = JoinForm(subject=Join(user=user, unit=unit), actor=actor)
    return render(request, "registration/start.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Step 3, a new unit: its record."""
    user: Any = request.user
    actor: Actor = request.actor
    new = Claim(user=user)
    if request.method == "POST":
        try:
            perform(new, "submit", actor=actor, data=request.POST)
        except InvalidInput as error:
            return _claim_page(request, error.form, error.status)
        except StepRefused as error:
            messages.error(request, error.message)
            return redirect("registration:start")
        messages.success(request, _("单位登记申请已提交。"))
        return redirect(new.get_absolute_url())
    form = ClaimForm(subject=new, actor=actor)
    code = credit_code.normalise(request.GET.get("code", ""))
    form.initial = {
        "credit_code": code,
        "manual_check": bool(code) and not credit_code.is_valid(code),
        "contact_name": user.name,
        "contact_mobile": user.phone,
        "contact_email": user.email,
    }
    return _claim_page(request, form)


def _claim_page(request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
    code = credit_code.normalise(str(form["credit_code"].value() or ""))
    context = {
        "form": form,
        "code_warnings": credit_code.warnings(code) if credit_code.fits_pattern(code) else [],
        "code_fails": bool(code) and not credit_code.is_valid(code),
        **_layout(request),
    }
    return render(request, "registration/claim_form.html", context, status=status)


@login_required
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Step 3, a registered unit: asks to join it."""
    user: Any = request.user
    actor: Actor = request.actor
    code = credit_code.normalise(request.POST.get("code", ""))
    unit = get_object_or_404(Unit.objects.select_related("district"), credit_code=code)
    new = Join(user=user, unit=unit)
    try:
        perform(new, "ask", actor=actor, data=request.POST)
    except InvalidInput as error:
        context = {
            "form": CodeForm({"code": code}),
            "unit": unit,
            "code": code,
            "join_form": error.form,
            "matters": queries.own_matters(user),
            **_layout(request),
        }
        return render(request, "registration/start.html", context, status=error.status)
    except StepRefused as error:
        messages.error(request, error.message)
        return redirect("registration:start")
    messages.success(request, _("加入申请已提交。"))
    return redirect(new.get_absolute_url())
