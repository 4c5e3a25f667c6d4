"""The person's own pages: profile, role switch, privacy notice; the access log; the demonstration's sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import demo
from portal.accounts.actors import Actor
from portal.accounts.audit import note
from portal.accounts.forms import ProfileForm
from portal.accounts.http import HttpRequest
from portal.accounts.middleware import SESSION_MEMBERSHIP
from portal.accounts.models import AuditEvent, Membership
from portal.accounts.queries import LOG_READERS, events_for
from portal.accounts.second_factor import is_required_for

_PAGE = 50


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """隐私说明: what is kept of a person, what for, and how long."""
    return render(request, "account/privacy.html")


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Makes another of the person's roles the acting one."""
    chosen = request.POST.get("membership", "")
    user: Any = request.user
    own = Membership.objects.filter(user=user, active=True).select_related("unit", "body")
    membership = get_object_or_404(own, pk=int(chosen) if chosen.isdecimal() else 0)
    request.session[SESSION_MEMBERSHIP] = membership.pk
    actor: Actor = request.actor
    note(AuditEvent.Kind.ROLE_SWITCH, actor=Actor(actor.user, membership, actor.address), label=str(membership))
    messages.success(request, _("当前身份：%(role)s。") % {"role": membership})
    return redirect("workbench:home")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """个人信息: name, telephone, and the ways to e-mail address, password and second factor."""
    user: Any = request.user
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        changed = "、".join(str(form.fields[name].label) for name in form.changed_data)
        form.save()
        if changed:
            actor: Actor = request.actor
            note(AuditEvent.Kind.ACCOUNT, actor=actor, label=_("修改个人信息：%(fields)s") % {"fields": changed})
        messages.success(request, _("个人信息已保存。"))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "second_factor": is_mfa_enabled(user),
        "second_factor_required": is_required_for(user),
    }
    return render(request, "account/profile.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """登录与下载日志, for auditors and system administrators; newest first, by key."""
    actor: Actor = request.actor
    if actor.role not in LOG_READERS:
        raise Http404
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    before = request.GET.get("before", "")
    events = events_for(actor, kind=kind, text=text)
    if before.isdecimal():
        events = events.filter(pk__lt=int(before))
    rows = list(events[: _PAGE + 1])
    context = {
        "rows": rows[:_PAGE],
        "next": rows[_PAGE - 1].pk if len(rows) > _PAGE else None,
        "kinds": AuditEvent.Kind.choices,
        "kind": kind,
        "q": text,
        "paged": bool(before),
    }
    return render(request, "account/log.html", context)


class SignInView(LoginView):
    """The sign-in page; in the demonstration it lists the accounts to try."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "demo_accounts": demo.accounts()}


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in with one of the demonstration's accounts; there is no such address outside DEMO."""
    account = demo.account(request.POST.get("login", ""))
    if account is None:
        raise Http404
    credentials = {"username": account.login, "password": account.password}
    user = authenticate(request, **credentials)
    if user is None:
        messages.error(request, _("演示账号尚未准备好，请稍后再试。"))
        return redirect("account_login")
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    try:
        return perform_password_login(request, credentials, Login(user=user, redirect_url=following if safe else None))
    except ImmediateHttpResponse as answer:
        return answer.response
