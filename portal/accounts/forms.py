"""Forms of sign-in, sign-up and the person's own account: the sign-in library's, in the portal's words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.utils import filter_users_by_email
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User, phone_validator
from portal.base import clock

Text = str | Promise
PASSWORD_HELP = _("至少 10 位，不能全是数字，不能是常见密码，也不能与用户名、邮箱或姓名相近。")


class Worded:
    """Gives the library's fields the portal's labels and help; placeholders go, because labels say it."""

    labels: dict[str, Text] = {}
    helps: dict[str, Text] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = self.helps.get(name, "")  # type: ignore[assignment]
            if name in self.labels:
                field.label = self.labels[name]  # type: ignore[assignment]

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        errors: Any = self.errors  # type: ignore[attr-defined]
        if "password2" in errors and self.data.get("password2"):  # type: ignore[attr-defined]
            errors["password2"] = self.error_class([_("两次输入的密码不一致，请重新输入。")])  # type: ignore[attr-defined]
        return cleaned


class SignInForm(Worded, account.LoginForm):
    """Sign-in by e-mail address or user name."""

    labels = {"login": _("用户名或电子邮箱"), "password": _("密码")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(autocomplete="username", autofocus=True, maxlength=254)


class SignUpForm(Worded, account.SignupForm):
    """The first step of registration: the person's own account, with consent to the privacy notice."""

    field_order = ["name", "username", "email", "phone", "password1", "password2", "privacy"]
    labels = {
        "username": _("用户名"),
        "email": _("电子邮箱"),
        "password1": _("密码"),
        "password2": _("再次输入密码"),
        "name": _("姓名"),
        "phone": _("手机或固定电话"),
        "privacy": _("我已阅读并同意隐私说明"),
    }
    helps = {
        "name": _("填写真实姓名，将出现在办理记录中。"),
        "username": _("用于登录，可使用汉字、字母、数字和 @ . + - _，注册后不可修改。"),
        "email": _("用于登录、找回密码和接收办理通知，请使用本人常用的工作邮箱。"),
        "phone": _("办理中需要核实情况时与您联系。"),
        "password1": PASSWORD_HELP,
    }
    name = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        max_length=20,
        validators=[phone_validator],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    privacy = forms.BooleanField(error_messages={"required": _("请阅读隐私说明，同意后方可注册。")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["privacy"].help_text = format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>',
            reverse("accounts:privacy"),
            _("查看隐私说明（在新窗口打开）"),
        )

    @property
    def privacy_accepted_at(self) -> dt.datetime:
        """The instant of consent: the form is valid only with it."""
        return clock.now()


class ChangeEmailForm(Worded, account.AddEmailForm):
    """Another e-mail address, which replaces the present one once it is verified."""

    labels = {"email": _("新的电子邮箱")}
    helps = {"email": _("我们会向新邮箱发送验证链接，验证后生效；此前仍使用原邮箱。")}

    def clean_email(self) -> str:
        value = super().clean_email()
        if any(user.pk != self.user.pk for user in filter_users_by_email(value)):
            raise get_adapter().validation_error("email_taken")
        return value


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """Another password, with the present one."""

    labels = {"oldpassword": _("当前密码"), "password1": _("新密码"), "password2": _("再次输入新密码")}
    helps = {"password1": PASSWORD_HELP}

    def clean_password1(self) -> str:
        value: str = self.cleaned_data["password1"]
        if value and value == self.cleaned_data.get("oldpassword"):
            raise get_adapter().validation_error("same_as_current")
        return value


class ForgottenPasswordForm(Worded, account.ResetPasswordForm):
    """Asks for a link by e-mail; the answer is the same whether or not there is such an account."""

    labels = {"email": _("注册时使用的电子邮箱")}


class NewPasswordForm(Worded, account.ResetPasswordKeyForm):
    """The new password behind the mailed link."""

    labels = {"password1": _("新密码"), "password2": _("再次输入新密码")}
    helps = {"password1": PASSWORD_HELP}


class PasswordAgainForm(Worded, account.ReauthenticateForm):
    """The password once more, before something delicate."""

    labels = {"password": _("密码")}


class SecondFactorForm(Worded, mfa.AuthenticateForm):
    """The code at sign-in."""

    labels = {"code": _("验证码")}
    helps = {"code": _("手机验证器显示的 6 位数字，或一个尚未使用的恢复码。")}


class SecondFactorAgainForm(Worded, mfa.ReauthenticateForm):
    """The code once more, before something delicate."""

    labels = {"code": _("验证码")}
    helps = SecondFactorForm.helps


class ActivateSecondFactorForm(Worded, totp.ActivateTOTPForm):
    """The first code, which proves that the set-up works."""

    labels = {"code": _("验证器显示的 6 位数字")}


class ProfileForm(forms.ModelForm):
    """What a person may change alone: name and telephone number."""

    class Meta:
        model = User
        fields = ["name", "phone"]
