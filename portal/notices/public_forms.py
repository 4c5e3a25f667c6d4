"""The forms of objections: of a member of the public, of a handler who enters a letter, of somebody who follows one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.models import phone_validator
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base import clock
from portal.notices.models import NoticeItem
from portal.notices.registrations import FILES
from portal.notices.visitors import plain_code

MOST_FILES = 5
MAX_BYTES = 10 * 1024 * 1024
KINDS = frozenset({"pdf", "ofd", "doc", "docx", "wps", "jpg", "png"})
#: what people write who do not want to give a name
_NO_NAMES = frozenset({"匿名", "无名", "佚名", "不便透露", "群众", "某某", "张三"})


class ObjectionForm(forms.Form):
    """Who objects, how to reach them, why, and the proof."""

    by_unit = forms.TypedChoiceField(
        label=_("异议人"),
        choices=[("0", _("个人")), ("1", _("单位"))],
        coerce=lambda value: value == "1",
        initial="0",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("姓名或者单位名称"),
        min_length=2,
        max_length=100,
        help_text=_("异议应当实名提出：个人填写真实姓名，单位填写营业执照或者法人证书上的全称。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=_("联系人"), max_length=40, required=False, help_text=_("以单位名义提出的，填写单位的联系人。")
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        validators=[phone_validator],
        help_text=_("用于核实异议，如 13800000000 或者 021-64220000。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        help_text=_("填写后，受理回执和答复发送至该邮箱；不填写的，答复由经办人电话联系送达。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    grounds = forms.CharField(
        label=_("异议事实和理由"),
        min_length=20,
        max_length=3000,
        help_text=_("请写明具体事实、理由和依据，20 至 3000 字；请勿在此写本人的姓名和联系方式。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    proof = AttachmentField(
        slot=FILES,
        label=_("证明材料"),
        required=False,
        multiple=True,
        kinds=KINDS,
        max_bytes=MAX_BYTES,
        help_text=_("以单位名义提出的，请上传加盖公章的异议书；最多 5 个文件。"),
    )
    consent = forms.BooleanField(
        label=_("本人（单位）对所提异议的真实性负责，并同意为核实和答复异议使用以上信息"),
    )

    def __init__(self, *args: Any, visitor: Actor = PUBLIC, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].actor = visitor  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if name in _NO_NAMES or name.isdigit():
            raise forms.ValidationError(_("异议应当实名提出，请填写真实姓名或者单位全称。"))
        return name

    def clean_proof(self) -> list[Attachment]:
        files: list[Attachment] = self.cleaned_data["proof"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("最多上传 5 个文件，请移除多余的文件。"))
        return files

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("by_unit") and not data.get("contact") and "contact" not in self.errors:
            self.add_error("contact", _("以单位名义提出的，请填写联系人。"))
        return data

    #: the columns of the objection that are typed in
    columns: ClassVar[tuple[str, ...]] = ("by_unit", "name", "contact", "phone", "email", "grounds")

    def facts(self) -> dict[str, Any]:
        """The columns of the objection."""
        return {name: self.cleaned_data[name] for name in self.columns}


class LetterForm(ObjectionForm):
    """An objection as a handler enters it from the letter.

    Args:
        items: the items of the notice that the handler may enter letters against.
    """

    item = forms.TypedChoiceField(label=_("异议所涉项目"), coerce=int, empty_value=None)
    received_on = forms.DateField(
        label=_("收到日期"),
        help_text=_("来函到达本局的日期，应当在公示期内；答复期限自次日起算。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    consent = None  # type: ignore[assignment]
    columns = (*ObjectionForm.columns, "received_on")
    field_order = ("item", "received_on", "by_unit", "name", "contact", "phone", "email", "grounds", "proof")

    def __init__(self, *args: Any, items: Iterable[NoticeItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(item.pk, f"{item.facts.get('number', '')} {item.facts.get('title', '')}".strip()) for item in items]
        self.fields["item"].choices = [("", _("请选择")), *shown]  # type: ignore[attr-defined]
        proof = self.fields["proof"]
        proof.label, proof.required = _("来函扫描件和所附材料"), True
        proof.help_text = _("签字或者盖章的来函必传；仅办理该项目的经办人可以查看。最多 5 个文件。")
        self.fields["name"].help_text = _("按来函署名填写；没有署名的不是实名异议，不登记，按信访件办理。")
        self.fields["phone"].help_text = _("来函所留电话，用于核实和送达答复。")
        self.fields["email"].help_text = _("来函留有电子邮箱的填写；复核登记后，答复同时发送至该邮箱。")
        self.fields["grounds"].help_text = _("按来函如实录入，20 至 3000 字；请勿在此写异议人的姓名和联系方式。")

    def clean_received_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["received_on"]
        if day > clock.today():
            raise forms.ValidationError(_("收到日期不能晚于今天。"))
        return day


class FollowForm(forms.Form):
    """Reference and code, as the receipt gives them."""

    reference = forms.CharField(
        label=_("受理编号"),
        max_length=20,
        help_text=_("见异议回执，如 YY-2026-0001。"),
        widget=forms.TextInput(attrs={"class": "p-code", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=_("查询码"),
        max_length=40,
        help_text=_("见异议回执，十位字母和数字，不分大小写。"),
        widget=forms.TextInput(attrs={"class": "p-code", "autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()

    def clean_code(self) -> str:
        return plain_code(self.cleaned_data["code"])
