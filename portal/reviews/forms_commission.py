"""The form by which a round is commissioned."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Body
from portal.base import clock
from portal.lifecycle.forms import StepForm
from portal.reviews.commissions import bodies


class CommissionForm(StepForm):
    """Which body runs the round, why, and until when."""

    opinion_field = "reason"
    body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=_("受托单位"),
        queryset=Body.objects.none(),
        help_text=_("区市场监管局或者标准化技术机构；可以是项目的推荐单位。"),
    )
    until = forms.DateField(
        label=_("完成期限（含当日）"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("委托理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies()  # type: ignore[attr-defined]

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        if day < max(self.subject.held_on, clock.today()):
            raise ValidationError(_("完成期限不能早于今天和评审日期。"))
        return day

    def record_data(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"body": data["body"].pk, "until": data["until"].isoformat(), "reason": data["reason"]}
