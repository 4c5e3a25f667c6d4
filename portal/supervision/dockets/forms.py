"""The forms of a docket's steps."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.lifecycle.forms import StepForm

#: 沪市监标技〔2026〕1号: hexagonal brackets, no leading zeros
NUMBER = re.compile(r"[一-鿿]{2,12}〔(19|20)\d{2}〕[1-9]\d{0,4}号")


def _date(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class RemarkForm(StepForm):
    """拟办意见 or 审核意见."""

    opinion_field = "remark"
    remark = forms.CharField(label=_("意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(StepForm):
    """Why the docket goes back."""

    opinion_field = "remark"
    remark = forms.CharField(label=_("退回意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DecideForm(StepForm):
    """批示: agree or not, item by item; all agree unless it is said otherwise."""

    template_name = "supervision/decide_form.html"
    wide = True
    opinion_field = "remark"
    remark = forms.CharField(
        label=_("批示"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), initial=_("同意。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(self.subject.items.live().for_rows())
        for item in self.items:
            self.fields[f"disagree-{item.pk}"] = forms.BooleanField(label=_("不同意"), required=False)
            self.fields[f"note-{item.pk}"] = forms.CharField(
                label=_("不同意“%(dossier)s”的理由") % {"dossier": item.dossier}, required=False, max_length=300
            )
        self.single_fields = tuple(name for name in self.fields if name != "remark")

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """For the template: what is known of an item, whether it is disagreed, why. None where many are decided at once."""
        from portal.supervision.dockets.queries import board

        return [
            (row, self[f"disagree-{row.item.pk}"], self[f"note-{row.item.pk}"])
            for row in board(self.subject, live=True)
            if f"disagree-{row.item.pk}" in self.fields
        ]

    def record_data(self) -> dict[str, Any]:
        """The remark, and why items were disagreed."""
        return {"remark": self.cleaned_data["remark"], "disagreed": self.cleaned_data["disagreed"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for item in self.items:
            if data.get(f"disagree-{item.pk}") and not data.get(f"note-{item.pk}", "").strip():
                self.add_error(f"note-{item.pk}", _("不同意的项目请写明理由。"))
        data["disagreed"] = {
            str(item.pk): data.get(f"note-{item.pk}", "") for item in self.items if data.get(f"disagree-{item.pk}")
        }
        return data


class RegisterForm(StepForm):
    """发文登记: number, date of the document, sealed original."""

    opinion_field = "remark"
    number = forms.CharField(label=_("文号"), max_length=60, required=False)
    dated = _date(_("成文日期"), required=False, help_text=_("负责人签发的日期，不是公开日期。"))
    original = AttachmentField(
        slot="sealed_original",
        label=_("盖章原件"),
        required=False,
        kinds=frozenset({"pdf", "ofd"}),
        help_text=_("办公系统签发盖章的 PDF 或者 OFD。"),
    )
    remark = forms.CharField(label=_("备注"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = self.subject.needs_document
        for name in ("number", "dated", "original"):
            if needed:
                self.fields[name].required = True
            else:
                del self.fields[name]
        if not needed:
            self.fields["remark"].help_text = _("本件不印发文件，不需要文号和盖章原件。")
        else:
            self.fields["number"].help_text = self.subject.matter_info.number_hint

    def clean_number(self) -> str:
        from portal.supervision.models import Docket

        number = str(self.cleaned_data["number"]).strip()
        if not NUMBER.fullmatch(number):
            raise ValidationError(_("文号应形如“沪市监标技〔2026〕1号”：六角括号，不加“第”，序号不补零。"))
        if Docket.objects.filter(number=number).exclude(pk=self.subject.pk).exists():
            raise ValidationError(_("该文号已登记，请核对。"))
        return number

    def clean_dated(self) -> dt.date:
        day: dt.date = self.cleaned_data["dated"]
        if day > clock.today():
            raise ValidationError(_("成文日期不能晚于今天。"))
        return day


class ScheduleForm(RegisterForm):
    """发文登记 ahead of the day on which it is published."""

    publish_on = _date(_("发布日期"), help_text=_("到该日期自动发布。"))

    def clean_publish_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["publish_on"]
        if day <= clock.today():
            raise ValidationError(_("发布日期应晚于今天；立即发布请办理“发文登记”。"))
        return day


class UnscheduleForm(StepForm):
    """Why the set date is not kept."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("退回的原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DeliberationForm(forms.Form):
    """The legal division's opinion; a meeting's deliberation with its name, date, minutes number and conclusion."""

    legal_opinion = forms.CharField(
        label=_("法制审核意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    meeting = forms.CharField(
        label=_("会议名称"), required=False, max_length=60, help_text=_("如：处务会、局长办公会第 12 次会议")
    )
    meeting_on = _date(_("会议日期"), required=False)
    meeting_minutes = forms.CharField(label=_("会议纪要编号"), required=False, max_length=60)
    meeting_conclusion = forms.CharField(
        label=_("审议结论"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_meeting_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["meeting_on"]
        if day and day > clock.today():
            raise ValidationError(_("会议日期不能晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        parts = {name: data.get(name) for name in ("meeting", "meeting_on", "meeting_conclusion")}
        if any((*parts.values(), data.get("meeting_minutes"))):
            for name, value in parts.items():
                if not value and name not in self.errors:
                    self.add_error(name, _("登记会议审议的，请填写会议名称、日期和结论。"))
        return data


class CancelForm(StepForm):
    """Why the docket is given up."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("取消的原因"), max_length=300)
