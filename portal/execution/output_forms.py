"""The forms of the register of outputs, one for each kind: what is asked, and what is checked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base import clock
from portal.declaration.step_forms import date_field, text_area
from portal.execution import standards
from portal.execution.models import Output
from portal.execution.outputs import COLUMNS


class OutputForm(forms.Form):
    """What every kind has: a name, a date that is not to come, a note, evidence."""

    kind = ""
    title = forms.CharField(label=_("名称"), max_length=150)
    on = date_field(_("日期"))
    note = text_area(_("说明"), required=False, max_length=1000, rows=3)
    evidence = AttachmentField(slot="output_evidence", label=_("佐证材料"), multiple=True, required=False)

    def __init__(self, *args: Any, actor: Actor, output: Output, dossier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.output, self.dossier = output, dossier
        self.fields["evidence"].actor = actor  # type: ignore[attr-defined]
        if output.pk:
            self.initial = {**{name: getattr(output, name) for name in COLUMNS}, **self.initial}

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if self.must_be_past() and day > clock.today():
            raise ValidationError(_t("日期不能晚于今天（%(day)s）。") % {"day": clock.today()})
        return day

    def must_be_past(self) -> bool:
        return True

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row."""
        data = self.cleaned_data
        blank = {"number": "", "level": "", "part": "", "standing": "", "quantity": None, "unit": "", "note": ""}
        return {**blank, "kind": self.kind, **{name: data[name] for name in COLUMNS if name in data}}

    @property
    def uploads(self) -> list[Attachment]:
        """The pending uploads."""
        return list(self.cleaned_data["evidence"])

    def _taken(self, number: str) -> bool:
        rows = Output.objects.kept().filter(dossier_id=self.dossier.pk, kind=self.kind, number=number)
        return bool(number) and rows.exclude(pk=self.output.pk).exists()


class StandardForm(OutputForm):
    """A standard, on its way or published; the number is checked by its level."""

    kind = Output.Kind.STANDARD
    level = forms.ChoiceField(label=_("标准级别"), choices=[("", "—"), *Output.Level.choices])
    title = forms.CharField(label=_("标准名称"), max_length=150)
    part = forms.ChoiceField(label=_("参与方式"), choices=[("", "—"), *Output.Part.choices])
    standing = forms.ChoiceField(label=_("进展"), choices=[("", "—"), *Output.Standing.choices])
    number = forms.CharField(
        label=_("标准编号"), max_length=60, required=False, help_text=_("已发布的必填，如 DB31/T 1234—2020。")
    )
    on = date_field(_("日期"), help_text=_("已发布的填写发布日期，其他的填写申请立项或者开始制定的日期。"))
    field_order = ("level", "title", "part", "standing", "number", "on", "note", "evidence")

    def must_be_past(self) -> bool:
        return bool(self.cleaned_data.get("standing") == Output.Standing.PUBLISHED)

    def clean_number(self) -> str:
        number = standards.tidy(self.cleaned_data["number"], self.cleaned_data.get("level", ""))
        level, published = self.cleaned_data.get("level"), self.must_be_past()
        if published and not number:
            raise ValidationError(_t("已发布的标准请填写标准编号。"))
        if published and level and not standards.is_number(number, level):
            facts = {"level": Output.Level(level).label, "example": standards.example(level)}
            raise ValidationError(_t("与%(level)s的编号写法不符，请核对，如 %(example)s。") % facts)
        if self._taken(number):
            raise ValidationError(_t("编号 %(number)s 已经登记过。") % {"number": number})
        return number


class TrainingForm(OutputForm):
    """A training; the quantity is how many people took part."""

    kind = Output.Kind.TRAINING
    title = forms.CharField(label=_("培训名称"), max_length=150)
    on = date_field(_("培训日期"))
    quantity = forms.IntegerField(label=_("参加人数"), min_value=1, max_value=1_000_000)
    note = text_area(_("培训内容"), required=False, max_length=1000, rows=3)
    field_order = ("title", "on", "quantity", "note", "evidence")

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, "quantity": Decimal(self.cleaned_data["quantity"]), "unit": _t("人")}


class EffectForm(OutputForm):
    """An effect that can be measured or told."""

    kind = Output.Kind.EFFECT
    title = forms.CharField(label=_("成效名称"), max_length=150, help_text=_("如：服务满意度、平均办理时长。"))
    on = date_field(_("统计日期"))
    quantity = forms.DecimalField(label=_("数值"), max_digits=14, decimal_places=2, required=False)
    unit = forms.CharField(label=_("计量单位"), max_length=20, required=False)
    note = text_area(_("成效说明"), max_length=1000, rows=4, help_text=_("实施前后对比、数据来源。"))
    field_order = ("title", "on", "quantity", "unit", "note", "evidence")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("quantity") is not None and not data.get("unit"):
            self.add_error("unit", _t("填写了数值的，请填写计量单位。"))
        return data


class PatentForm(OutputForm):
    """A patent that the work brought forth."""

    kind = Output.Kind.PATENT
    title = forms.CharField(label=_("专利名称"), max_length=150)
    number = forms.RegexField(
        r"^(?:ZL ?)?\d{12}(?:\.[\dXx])?$",
        label=_("专利号（申请号）"),
        max_length=60,
        help_text=_("如 ZL 202310123456.7。"),
        error_messages={"invalid": _("专利号应为 12 位数字加校验位，如 ZL 202310123456.7，请核对证书。")},
    )
    on = date_field(_("授权（申请）日期"))
    field_order = ("title", "number", "on", "note", "evidence")

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].upper()
        if self._taken(number):
            raise ValidationError(_t("编号 %(number)s 已经登记过。") % {"number": number})
        return number


class ProjectForm(OutputForm):
    """A research or standardization project."""

    kind = Output.Kind.PROJECT
    title = forms.CharField(label=_("项目名称"), max_length=150)
    number = forms.CharField(label=_("项目编号"), max_length=60, required=False)
    part = forms.ChoiceField(label=_("参与方式"), choices=[("", "—"), *Output.Part.choices])
    on = date_field(_("立项日期"))
    field_order = ("title", "number", "part", "on", "note", "evidence")


class InternationalForm(OutputForm):
    """A post in international standardization."""

    kind = Output.Kind.INTERNATIONAL
    title = forms.CharField(label=_("组织和职务"), max_length=150)
    on = date_field(_("任职日期"))


class EventForm(OutputForm):
    """An event; the quantity is how many people took part."""

    kind = Output.Kind.EVENT
    title = forms.CharField(label=_("活动名称"), max_length=150)
    on = date_field(_("活动日期"))


FORMS: dict[str, type[OutputForm]] = {
    str(form.kind): form
    for form in (StandardForm, TrainingForm, EffectForm, PatentForm, ProjectForm, InternationalForm, EventForm)
}


class RemoveForm(forms.Form):
    """Why an output is taken out of the register."""

    reason = text_area(_("移除原因"), max_length=200, rows=2, help_text=_("如：重复登记、登记有误。"))
