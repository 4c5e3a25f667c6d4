"""The forms of this room's pages that are no step: rounds, the register, small decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from portal.accounts import credit_code
from portal.base import clock
from portal.reviews.models import Employment, Expert, Qualification, Round, Unavailability
from portal.reviews.queries import field_names
from portal.reviews.registry import matter, matters


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoundForm(forms.ModelForm):
    """Title, date, place and intended number of a round."""

    class Meta:
        model = Round
        fields = ("title", "held_on", "place", "intended")
        widgets = {"held_on": _date()}
        help_texts = {
            "title": _("如：2026年度市级标准化试点立项评审会（第一批）"),
            "held_on": _("会议评审填会议日期；在线评审填评分截止日期。专家的可用时间和回避年限按这一天核对。"),
            "place": _("如：市市场监督管理局 301 会议室；在线评审。"),
            "intended": _("达到合格线的项目超过此数的，其余建议列为备选；各项目不作比较的评审（如验收）不填。"),
        }

    def __init__(self, *args: Any, matter_id: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = matter_id or self.instance.matter
        if known and not matter(known).comparative:
            del self.fields["intended"]

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if "held_on" in self.changed_data and day < clock.today():
            raise ValidationError(_("评审日期不能早于今天。"))
        return day


class NewRoundForm(RoundForm):
    """A round that is set up: its matter too."""

    matter = forms.ChoiceField(label=_("评审事项"))

    class Meta(RoundForm.Meta):
        fields = ("matter", "title", "held_on", "place", "intended")  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [(found.id, found.label) for found in matters()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = data.get("matter")
        if chosen and data.get("intended") is not None and not matter(chosen).comparative:
            self.add_error("intended", _("“%(matter)s”不作比较，不填拟立项数量。") % {"matter": matter(chosen).label})
        return data


class RepeatForm(RoundForm):
    """A round that takes the place of a void one."""

    keep_panel = forms.BooleanField(
        label=_("沿用原专家组（在库的）"), required=False, initial=True, help_text=_("发出邀请前仍可调整。")
    )


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DrawForm(forms.Form):
    """How many experts are to be drawn."""

    number = forms.IntegerField(label=_("抽取人数"), min_value=1, max_value=50)


class DropForm(forms.Form):
    """Which items of the sheet do not apply to a dossier."""

    items = forms.MultipleChoiceField(
        label=_("不适用的评分项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("由专家组组长在评分前确定；其余各项按比例折算为满分。"),
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (item.id, f"{item.label}（{item.highest} 分）") for item in round_.sheet.base
        ]


class OwnExpertForm(forms.ModelForm):
    """What an expert keeps up to date."""

    chosen = forms.MultipleChoiceField(label=_("专业领域"), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Expert
        fields = ("employer", "employer_code", "group", "post", "title", "phone", "expertise")
        help_texts = {
            "employer": _("按营业执照或者法人证书的全称填写，用于核对回避。"),
            "employer_code": _("18 位；填写后可按代码核对回避。"),
            "group": _("有隶属的集团、主管单位的填写全称，用于核对同一集团的回避。"),
            "expertise": _("如：养老服务标准化、城市数字治理。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = list(field_names(self.instance.fields).items())  # type: ignore[attr-defined]
        self.fields["chosen"].initial = self.instance.fields

    def clean_employer_code(self) -> str:
        code = credit_code.normalise(self.cleaned_data["employer_code"])
        if code:
            credit_code.validate(code)
        return code

    def save(self, commit: bool = True) -> Any:
        self.instance.fields = self.cleaned_data["chosen"]
        return super().save(commit)


class ExpertForm(OwnExpertForm):
    """An entry of the register, as a handler keeps it."""

    class Meta(OwnExpertForm.Meta):
        fields = (  # type: ignore[assignment]
            "name",
            "employer",
            "employer_code",
            "group",
            "post",
            "title",
            "phone",
            "email",
            "expertise",
            "standards_expert",
            "note",
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    field_order = (
        "name",
        "employer",
        "employer_code",
        "group",
        "post",
        "title",
        "phone",
        "email",
        "chosen",
        "expertise",
        "standards_expert",
        "note",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name, email = data.get("name"), data.get("email")
        same = Expert.objects.filter(name=name, email__iexact=email or "").exclude(pk=self.instance.pk)
        if name and email and same.exists():
            self.add_error("email", _("专家库中已有同名、同电子邮箱的专家，请核对。"))
        return data


class _Periods(BaseInlineFormSet):
    """Rows with a first and a last day, in that order."""

    heading: Any = ""

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            first, last = data.get("first"), data.get("last")
            if first and last and last < first:
                form.add_error("last", _("结束日期不能早于开始日期。"))
            if data.get("credit_code"):
                data["credit_code"] = credit_code.normalise(data["credit_code"])


class _Employments(_Periods):
    heading = _("曾任职、兼职单位和其他利害关系")


class _Unavailabilities(_Periods):
    heading = _("不可参加评审的时间")


class _Qualifications(BaseInlineFormSet):
    heading = _("资格与业绩")


def _table(model: Any, formset: Any, fields: tuple[str, ...], dates: tuple[str, ...]) -> Any:
    return inlineformset_factory(
        Expert,
        model,
        formset=formset,
        fields=fields,
        extra=1,
        can_delete=True,
        can_delete_extra=False,
        max_num=40,
        widgets={name: _date() for name in dates},
    )


Employments = _table(
    Employment, _Employments, ("employer", "credit_code", "relation", "first", "last"), ("first", "last")
)
Qualifications = _table(Qualification, _Qualifications, ("name", "issuer", "obtained_on"), ("obtained_on",))
Unavailabilities = _table(Unavailability, _Unavailabilities, ("first", "last", "reason"), ("first", "last"))


def tables_of(expert: Expert, data: Any = None) -> list[Any]:
    """The tables of an entry, bound when there is data."""
    return [
        Employments(data, instance=expert, prefix="employments"),
        Qualifications(data, instance=expert, prefix="qualifications"),
        Unavailabilities(data, instance=expert, prefix="unavailabilities"),
    ]
