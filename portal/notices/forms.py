"""The forms of the steps of notices and objections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.lifecycle.forms import StepForm


def _area(label: Any, *, rows: int = 4, max_length: int = 2000, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=max_length, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class CloseForm(StepForm):
    """The account of the notice: how it was held, what came in."""

    opinion_field = "account"
    account = _area(_("公示情况说明"), help_text=_("公示起止时间、渠道、收到异议及处理情况，写入办理记录。"))


class AdmissionForm(StepForm):
    """A remark on the admission."""

    opinion_field = "remark"
    remark = forms.CharField(label=_("备注"), required=False, max_length=300)


class LetterCheckForm(StepForm):
    """The letter was compared."""

    opinion_field = "remark"
    compared = forms.BooleanField(label=_("已对照来函原件核对，登记的异议人、收到日期和理由与原件一致"))
    remark = forms.CharField(label=_("备注"), required=False, max_length=300)


class LetterBackForm(StepForm):
    """What does not agree with the letter."""

    opinion_field = "reason"
    reason = _area(_("理由"), rows=3, max_length=300, help_text=_("请勿写入异议人的姓名、单位和联系方式。"))


class AnswerForm(StepForm):
    """What was found, and the written answer."""

    opinion_field = "finding"
    finding = _area(_("核实情况"), help_text=_("供审议使用，请勿写入异议人的姓名、单位和联系方式。"))
    answer = _area(_("答复"), help_text=_("书面答复异议人的内容，写入异议答复函。"))
    evidence = AttachmentField(slot="objection_evidence", label=_("核实材料"), required=False, multiple=True)
