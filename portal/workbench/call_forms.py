"""The form of a call's draft: its columns, its desks, its fields with their key directions, its downloads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.attachments.kinds import USUAL
from portal.base import clock
from portal.calls.actions import DOWNLOAD_SLOT
from portal.calls.models import Call, CallDownload, CallField, Desk
from portal.dossiers.programmes import programmes


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CallForm(forms.ModelForm):
    """The columns of a draft."""

    programme = forms.ChoiceField(label=_("项目类型"))

    class Meta:
        model = Call
        fields = (
            "programme",
            "year",
            "title",
            "number",
            "issued_on",
            "opens_on",
            "closes_on",
            "reporting_closes_on",
            "form_version",
            "addressees",
            "text",
            "postal_address",
            "fairness_review",
            "legality_review",
        )
        widgets = {
            "issued_on": _date(),
            "opens_on": _date(),
            "closes_on": _date(),
            "reporting_closes_on": _date(),
            "text": forms.Textarea(attrs={"rows": 10}),
        }
        help_texts = {
            "number": _("发布时须填写，如：沪市监标技〔2023〕139号"),
            "closes_on": _("截止日当日 24 时前均可提交。"),
            "reporting_closes_on": _("推荐部门完成初审并报送的最后一日，不早于申报截止日期。"),
            "form_version": _("申报表的版本，发布后不能更换。"),
            "fairness_review": _("发布前须记录公平竞争审查的结论。"),
            "legality_review": _("发布前须记录合法性审核的结论。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [(owner.id, owner.label) for owner in programmes()]  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial.setdefault("year", clock.today().year)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens, closes, reports = data.get("opens_on"), data.get("closes_on"), data.get("reporting_closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("申报截止日期不能早于申报开始日期。"))
        if closes and reports and reports < closes:
            self.add_error("reporting_closes_on", _("推荐部门报送截止日期不能早于申报截止日期。"))
        return data


def _ask_position(form: forms.ModelForm) -> None:
    """A place in the order may be typed; left empty, a row stands where it is listed."""
    field = form.fields["position"]
    field.required, field.initial = False, None
    field.help_text = _("不填写的，按本页次序。")


def position_of(form: forms.ModelForm) -> int:
    """The typed place of a row, else its place on the page."""
    typed = form.cleaned_data.get("position")
    return int(str(form.prefix).rpartition("-")[2]) if typed is None else int(typed)


class DeskForm(forms.ModelForm):
    """联系窗口."""

    class Meta:
        model = Desk
        fields = ("contact_name", "phone", "handlers", "position")
        widgets = {"handlers": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handlers = Membership.objects.filter(role=Role.HANDLER, active=True).select_related("user")
        self.fields["handlers"].queryset = handlers  # type: ignore[attr-defined]
        self.fields["handlers"].label_from_instance = lambda membership: membership.user.name  # type: ignore[attr-defined]
        _ask_position(self)

    def clean_position(self) -> int:
        return position_of(self)


class FieldForm(forms.ModelForm):
    """领域 with its key directions, one a line."""

    directions = forms.CharField(
        label=_("重点方向"), required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("每行一个。")
    )

    class Meta:
        model = CallField
        fields = ("name", "code", "desk", "directions", "other_allowed", "position")
        help_texts = {"code": _("字母、数字和短横线，用于统计，同一通知内不重复。")}

    def __init__(self, *args: Any, desks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["directions"] = "\n".join(d.name for d in self.instance.directions.all())
        self.fields["desk"].queryset = desks  # type: ignore[attr-defined]
        self.fields["desk"].empty_label = _("请选择")  # type: ignore[attr-defined]
        _ask_position(self)

    def clean_position(self) -> int:
        return position_of(self)

    def clean_directions(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["directions"].splitlines() if line.strip()]
        long = [name for name in names if len(name) > 80]
        if long:
            raise ValidationError(_("“%(name)s”超过 80 字，请精简。"), params={"name": long[0][:20]})
        return names


class _Rows(BaseInlineFormSet):
    """Rows that can be taken out once they are saved."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("保存时移除")


class _Fields(_Rows):
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "desks": self.instance.desks.all()}

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("directions")


class DownloadForm(forms.ModelForm):
    """附件下载: what is offered keeps its file, which can be renamed or removed; a blank row takes a file."""

    class Meta:
        model = CallDownload
        fields = ("title",)
        help_texts = {"title": _("如：试点申报指南、承诺书（样式）。")}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["file"] = field = AttachmentField(slot=DOWNLOAD_SLOT, label=_("文件"), kinds=USUAL)
            field.actor = actor
            self.fields["title"].required = False
            self.fields["title"].help_text = _("不填写的，采用文件名。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("file") and not data.get("title"):
            data["title"] = data["file"][0].name.rpartition(".")[0][:80]
        return data


class _Downloads(_Rows):
    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("attachment")


#: blank rows beside those that are filled, and those that are added at a time
BLANKS = 3
DeskFormSet = inlineformset_factory(Call, Desk, form=DeskForm, formset=_Rows, extra=BLANKS, can_delete_extra=False)
FieldFormSet = inlineformset_factory(
    Call, CallField, form=FieldForm, formset=_Fields, extra=BLANKS, can_delete_extra=False
)
DownloadFormSet = inlineformset_factory(
    Call, CallDownload, form=DownloadForm, formset=_Downloads, extra=BLANKS, can_delete_extra=False
)


def refuse_used_desks(desks: Any, fields: Any) -> bool:
    """Whether no desk goes that a field still names; both parts must be valid. The desk says which field it is."""
    kept = [form.cleaned_data for form in fields.forms if form.has_changed() or form.instance.pk]
    users = {data["desk"].pk: data["name"] for data in kept if data.get("desk") and not data.get("DELETE")}
    refused = [form for form in desks.deleted_forms if form.instance.pk in users]
    for form in refused:
        text = _("领域“%(field)s”仍由该窗口受理，请先为其改选其他窗口。")
        form.add_error("DELETE", ValidationError(text, params={"field": users[form.instance.pk]}))
    return not refused


class ProlongForm(forms.Form):
    """A recommender's own reporting deadline."""

    until = forms.DateField(label=_("延长至（含当日）"), widget=_date())
    reason = forms.CharField(label=_("延长理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        self.call = call
        super().__init__(*args, **kwargs)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until <= self.call.reporting_closes_on:
            raise ValidationError(
                _("应晚于通知规定的报送截止日期 %(day)s。"), params={"day": self.call.reporting_closes_on}
            )
        return until
