"""The second factor of bureau roles: outside the demonstration a password alone opens nothing but its own set-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from portal.accounts.audit import note
from portal.accounts.models import AuditEvent
from portal.accounts.network import client_address
from portal.accounts.roles import BUREAU

SESSION_PASSED = "second_factor_set_up"
#: what stays reachable: setting it up, proving the password again, leaving
_OPEN_TO_ALL = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_confirm_email",
    "account_email_verification_sent",
    "accounts:privacy",
    "healthz",
    "readyz",
}


def is_required_for(user: Any) -> bool:
    """Whether this person holds an active bureau role, which needs a second factor (never in the demonstration)."""
    return not settings.DEMO and user.memberships.filter(active=True, role__in=BUREAU).exists()


def has_passed(request: HttpRequest) -> bool:
    """Whether this session has proved a second factor: at sign-in, or by setting one up."""
    if request.session.get(SESSION_PASSED) == request.user.pk:
        return True
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


class SecondFactorMiddleware:
    """Sends people with a bureau role to the set-up of their second factor until it is done. Stands after the actor's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.DEMO and self._is_missing(request) and not _is_open(request):
            messages.warning(request, _("您的角色须启用第二重验证（动态验证码），设置完成后方可使用系统。"))
            target = resolve_url("mfa_activate_totp")
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Redirect": target})
            return redirect(target)
        return self.get_response(request)

    @staticmethod
    def _is_missing(request: HttpRequest) -> bool:
        roles = {membership.role for membership in getattr(request, "memberships", [])}
        return bool(roles & BUREAU) and not has_passed(request)


def _is_open(request: HttpRequest) -> bool:
    if request.path.startswith(settings.STATIC_URL):
        return True
    try:
        return resolve(request.path_info).view_name in _OPEN_TO_ALL
    except Resolver404:
        return False


@receiver(authenticator_added)
def _set_up(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[SESSION_PASSED] = user.pk
        note(AuditEvent.Kind.ACCOUNT, user=user, address=client_address(request), label=_("启用第二重验证"))


@receiver(authenticator_removed)
def _removed(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session.pop(SESSION_PASSED, None)
        note(AuditEvent.Kind.ACCOUNT, user=user, address=client_address(request), label=_("停用第二重验证"))


@receiver(authentication_failed)
def _wrong_code(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    note(AuditEvent.Kind.SIGN_IN_FAILED, user=user, address=client_address(request), label=_("验证码不正确"))
