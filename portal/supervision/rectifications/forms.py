"""The forms with which a project's steps order, report and judge a rectification."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.base.workdays import add_months
from portal.declaration.step_forms import date_field, text_area
from portal.lifecycle.forms import StepForm


def points_of(text: str) -> list[str]:
    """The points that were typed, one a line; numbers in front are taken off, the portal numbers them itself."""
    lines = (line.strip().lstrip("0123456789").lstrip("．.、）) ").strip() for line in text.splitlines())
    return [line[:300] for line in lines if line]


class OrderForm(StepForm):
    """What has to be put right, and until when. A step's class says with which parameter the term is limited."""

    #: the parameter that gives the longest term in months
    months = "midterm_rectification_months"
    opinion_field = "points"
    points = text_area(_("整改要求"), help_text=_("每行一条，承担单位将逐条报告整改情况。"), rows=5)
    due_on = date_field(_("整改期限（含当日）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = int(self.subject.parameter(self.months))
        self.initial.setdefault("due_on", add_months(clock.today(), self.most))
        self.fields["due_on"].help_text = _("自今日起不超过 %(months)s 个月。") % {"months": self.most}

    def clean_points(self) -> str:
        text: str = self.cleaned_data["points"]
        if not points_of(text):
            raise ValidationError(_("请至少写明一条整改要求。"))
        return text

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        last = add_months(clock.today(), self.most)
        if not clock.today() < day <= last:
            raise ValidationError(_("整改期限应晚于今天，且不晚于 %(day)s。"), params={"day": last})
        return day


class ReportForm(StepForm):
    """What was done about each point, with evidence."""

    opinion_field = "summary"
    summary = text_area(_("整改情况概述"), max_length=2000)
    evidence = AttachmentField(
        slot="rectification_report",
        label=_("整改报告和佐证材料"),
        multiple=True,
        help_text=_("加盖公章的整改报告扫描件，以及佐证材料。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from portal.supervision.rectifications.queries import live_of

        found = live_of(self.subject)
        self.points: list[str] = found.points if found else []
        own = {}
        for number, point in enumerate(self.points, 1):
            label = _("第 %(n)s 条：%(point)s") % {"n": number, "point": point}
            own[f"answer-{number}"] = text_area(label, max_length=1000, rows=3)
        self.fields = {**own, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["answers"] = [data.get(f"answer-{number}", "") for number in range(1, len(self.points) + 1)]
        return data

    def record_data(self) -> dict[str, Any]:
        """The answers once, as a list."""
        return {name: value for name, value in super().record_data().items() if not name.startswith("answer-")}


class VerifyField(forms.CharField):
    """What the check of a reported rectification found; asked for only where there is one."""

    def __init__(self) -> None:
        super().__init__(
            label=_("整改核查意见"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("对照整改要求逐条核查的结论。"),
        )
