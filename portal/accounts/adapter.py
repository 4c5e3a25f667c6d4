"""How the sign-in library talks to the portal: its words, its mails, its lockout, where people are sent."""

from __future__ import annotations

import math
import secrets
import time
from typing import Any

from allauth.account import app_settings
from allauth.account import signals as account_signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import lockout, mail
from portal.accounts.audit import note
from portal.accounts.models import AuditEvent, User
from portal.accounts.network import client_address
from portal.accounts.second_factor import is_required_for

_MISMATCH = _("用户名（电子邮箱）或密码不正确，请核对后再试。")


class AccountAdapter(DefaultAccountAdapter):
    """The portal's account adapter."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("该账号已停用，请联系系统管理员。"),
        "email_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "invalid_login": _MISMATCH,
        "email_taken": _("该电子邮箱已注册，请直接登录；忘记密码的，可通过邮箱重设。"),
        "duplicate_email": _("这就是本账号现在使用的电子邮箱。"),
        "enter_current_password": _("请输入当前密码。"),
        "incorrect_password": _("当前密码不正确。"),
        "incorrect_code": _("验证码不正确或已过期，请重新输入。"),
        "invalid_or_expired_key": _("链接无效或已过期，请重新申请。"),
        "invalid_password_reset": _("重设密码的链接无效或已使用，请重新申请。"),
        "too_many_login_attempts": _("登录尝试次数过多，请稍后再试。"),
        "unknown_email": _("没有使用该电子邮箱的账号。"),
        "username_taken": _("该用户名已被使用，请换一个。"),
        "username_blacklisted": _("该用户名不可使用，请换一个。"),
        "same_as_current": _("新密码不能与当前密码相同。"),
        "rate_limited": _("操作过于频繁，请稍后再试。"),
        "cannot_remove_primary_email": _("不能移除正在使用的电子邮箱。"),
        "unverified_primary_email": _("请先验证电子邮箱。"),
    }

    # --- lockout -------------------------------------------------------------------------------
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return lockout.account_key(_login_of(credentials))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses while the account is locked, and says for how long."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            login = _login_of(credentials)
            note(
                AuditEvent.Kind.SIGN_IN_FAILED,
                identifier=login,
                address=client_address(request),
                label=_t("账号已锁定"),
            )
            minutes = max(1, math.ceil(lockout.seconds_left(request, login) / 60))
            raise ValidationError(
                _("连续输错密码次数过多，已暂时锁定，请 %(minutes)s 分钟后再试，或通过“忘记密码”重设。"),
                code="locked",
                params={"minutes": minutes},
            ) from error

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not again within minutes of the sign-in: whoever has just signed in sets up the second factor at once."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records)

    # --- mails ---------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Renders a mail as plain text and hands it to the carrier."""
        values = {"email": email, "portal_url": settings.PORTAL_URL, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", values).split())
        text = render_to_string(f"{template_prefix}_message.txt", values).strip() + "\n"
        kind = template_prefix.rsplit("/", 1)[-1]
        mail.send(key=f"accounts:{kind}:{secrets.token_hex(12)}", to=email, subject=subject, text=text)

    # --- where people are sent -----------------------------------------------------------------
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The workbench; who holds no role yet is sent to the registration of a unit."""
        user: Any = request.user
        if user.is_authenticated and not user.memberships.filter(active=True).exists():
            return resolve_url("registration:start")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("registration:start")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("accounts:profile")

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Takes the name and the telephone number over from the sign-up form."""
        user.name = form.cleaned_data.get("name", "")
        user.phone = form.cleaned_data.get("phone", "")
        user.privacy_accepted_at = form.privacy_accepted_at
        return super().save_user(request, user, form, commit)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor in the portal's words; roles that must have it cannot switch it off."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("您的角色必须使用第二重验证，不能停用；更换手机请联系系统管理员重置。"),
        "cannot_generate_recovery_codes": _("请先启用第二重验证，再生成恢复码。"),
        "incorrect_code": _("验证码不正确或已过期，请重新输入。"),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_required_for(authenticator.user)


def _login_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


@receiver(account_signals.password_reset)
def _unlock_after_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    lockout.unlock(request, user.email)
    note(AuditEvent.Kind.ACCOUNT, user=user, address=client_address(request), label=_t("重设密码"))


@receiver(account_signals.password_changed)
def _password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(AuditEvent.Kind.ACCOUNT, user=user, address=client_address(request), label=_t("修改密码"))
