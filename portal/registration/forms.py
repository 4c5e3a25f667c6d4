"""Forms of registration: the unit's record, decisions on it, members and invitations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from portal.accounts import credit_code
from portal.accounts.models import UNIT_FACTS, Unit
from portal.accounts.roles import APPLICANTS, Role
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import Text

UNIT_ROLES = [(role.value, role.label) for role in (Role.UNIT_EDITOR, Role.UNIT_ADMIN)]
_WIDGETS: dict[str, Any] = {
    "founded_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "business": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    "credit_statement": forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
}
_HELP: dict[str, Any] = {
    "name": _("与营业执照或法人证书上的名称完全一致。"),
    "credit_code": _("18 位，见营业执照或法人证书；全角、小写会自动转换。"),
    "district": _("注册地所在区；在临港新片区注册的选临港新片区。登记申请由该区市场监管局确认。"),
    "registered_capital": _("企业填写，单位：万元。"),
    "contact_mobile": _("11 位手机号码。"),
    "contact_phone": _("带区号，如 021-64220000。"),
    "full_time_staff": _("没有的填 0。"),
    "part_time_staff": _("没有的填 0。"),
    "credit_statement": _("近三年有无严重违法失信记录等情况。"),
}
#: the parts of the record, in the order in which they are filled in
PARTS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        _("单位基本情况"),
        (
            *("name", "credit_code", "nature", "district", "registered_address", "legal_representative"),
            *("registered_capital", "founded_on", "employees", "business", "credit_statement"),
        ),
    ),
    (
        _("联系人"),
        (
            *("contact_name", "contact_post", "contact_mobile", "contact_phone", "contact_email", "fax"),
            *("postal_address", "postcode"),
        ),
    ),
    (_("标准化工作基础"), ("has_standards_office", "full_time_staff", "part_time_staff")),
)
WIDE = frozenset({"registered_address", "business", "credit_statement", "postal_address", "has_standards_office"})


class PartedForm:
    """Mixin of forms over the unit's record, which are shown in parts."""

    def parts(self: Any) -> Iterator[tuple[Text, list[tuple[BoundField, bool]]]]:
        """Each part's heading with its fields; the flag says that a field takes the whole width."""
        for heading, names in PARTS:
            fields = [(self[name], name in WIDE) for name in names if name in self.fields]
            if fields:
                yield heading, fields


#: the unit's record as form fields, derived from the model
_FIELDS = dict(fields_for_model(Unit, UNIT_FACTS, widgets=_WIDGETS, help_texts=_HELP))
_FIELDS["credit_code"] = forms.CharField(  # room for spaces and hyphens, which are dropped
    label=_("统一社会信用代码"), max_length=40, help_text=_HELP["credit_code"]
)
_FIELDS["nature"].choices = [("", _("请选择")), *Unit.Nature.choices]
_FIELDS["district"].empty_label = _("请选择")
_Facts: Any = type("_Facts", (StepForm,), _FIELDS)


class ClaimForm(PartedForm, _Facts):
    """The unit's record, as a person files it. A code that fails its check needs a request for a manual check."""

    manual_check = forms.BooleanField(
        label=_("证照上的代码确实如此，申请人工核验"),
        required=False,
        help_text=_("仅在代码校验不符而证照无误时勾选，由市局经办人核验。"),
    )
    manual_reason = forms.CharField(
        label=_("人工核验说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.pk:
            self.initial = {
                name: getattr(self.subject, name) for name in (*UNIT_FACTS, "manual_check", "manual_reason")
            }
            self.initial["district"] = self.subject.district_id

    @property
    def wants_manual_check(self) -> bool:
        """Whether the code that stands in the form fails its check."""
        code = credit_code.normalise(str(self["credit_code"].value() or ""))
        return credit_code.fits_pattern(code) and not credit_code.is_valid(code)

    def clean_credit_code(self) -> str:
        return checked_code(self.cleaned_data["credit_code"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        facts = {name: cleaned[name] for name in UNIT_FACTS if name in cleaned}
        try:
            Unit(**facts).clean_fields(exclude={name for name in UNIT_FACTS if name not in facts})
        except ValidationError as error:
            self.add_error(None, error)
        code = cleaned.get("credit_code")
        if code:
            if Unit.objects.filter(credit_code=code).exists():
                self.add_error("credit_code", _("该单位已登记，请返回上一步，改为申请加入该单位。"))
            else:
                self._check_digit(code, cleaned)
        return cleaned

    def _check_digit(self, code: str, cleaned: dict[str, Any]) -> None:
        """A wrong check digit is an error, unless a manual check is asked for with an explanation."""
        if credit_code.is_valid(code):
            cleaned["manual_check"], cleaned["manual_reason"] = False, ""
            return
        if not cleaned.get("manual_check"):
            try:
                credit_code.validate(code)
            except ValidationError as error:
                self.add_error("credit_code", error)
        elif not cleaned.get("manual_reason"):
            self.add_error("manual_reason", _("请说明证照情况，供人工核验。"))

    def record_data(self) -> dict[str, Any]:
        """The history keeps the unit, not the personal data of its contact."""
        kept = ("name", "credit_code", "nature", "district", "manual_check", "manual_reason")
        return {name: value for name, value in super().record_data().items() if name in kept}


def checked_code(code: str) -> str:
    """The normalised code; ValidationError unless it has the 18 places of the standard (the check digit is left aside)."""
    code = credit_code.normalise(code)
    if not credit_code.fits_pattern(code):
        credit_code.validate(code)
    return code


class ConfirmClaimForm(StepForm):
    """Confirms a unit; a code that fails its check is accepted with a reason."""

    opinion_field = "opinion"
    code_override_reason = forms.CharField(
        label=_("信用代码校验不符仍予认可的理由"), max_length=200, help_text=_("如：已核对营业执照原件，代码无误。")
    )
    opinion = forms.CharField(
        label=_("确认意见"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if credit_code.is_valid(self.subject.credit_code):
            del self.fields["code_override_reason"]


class ReasonsForm(StepForm):
    """Says why: for returns and refusals."""

    opinion_field = "reasons"
    reasons = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("将告知申请人，请写明哪一项不符、应当如何处理。"),
    )


class JoinForm(StepForm):
    """Asks to join a unit, with a line for its administrator."""

    opinion_field = "note"
    note = forms.CharField(
        label=_("说明"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("所在部门、岗位等，便于单位管理员核实。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"note": self.subject.note}


class ConfirmJoinForm(StepForm):
    """Lets a person in, in one of the unit's roles."""

    role = forms.ChoiceField(
        label=_("角色"), choices=UNIT_ROLES, help_text=_("管理员可管理成员和单位信息，填报员可填报和提交。")
    )


class CodeForm(forms.Form):
    """The first question of registration: which unit."""

    code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        help_text=_("18 位，见营业执照、事业单位法人证书或社会团体法人登记证书。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        return checked_code(self.cleaned_data["code"])


class UnitForm(PartedForm, forms.ModelForm):
    """What an administrator of the unit keeps up to date; name and code are changed by the system administrator."""

    class Meta:
        model = Unit
        fields = [name for name in UNIT_FACTS if name not in ("name", "credit_code")]
        widgets = _WIDGETS
        help_texts = {name: text for name, text in _HELP.items() if name != "district"}


class InvitationForm(forms.Form):
    """Invites a colleague by e-mail."""

    email = forms.EmailField(label=_("电子邮箱"), help_text=_("将发送邀请链接，14 日内有效。"))
    role = forms.ChoiceField(label=_("角色"), choices=UNIT_ROLES)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=[(role, role.label) for role in Role if role in APPLICANTS])
