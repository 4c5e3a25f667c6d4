"""The steps of a rectification. They follow the steps of its project, and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.deadlines.duties import Duty
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import GUARANTOR, HANDLER, NEW, UNDERTAKER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME
from portal.supervision.act_papers import RectificationNotice
from portal.supervision.rectifications.states import ENDED, NOT_VERIFIED, ORDERED, OVERDUE, REPORTED, VERIFIED

RECTIFY = Duty(
    "rectify",
    _("提交整改报告"),
    UNDERTAKER,
    due=lambda rectification, opened: rectification.due_on,
    rule=_("整改通知书载明的期限"),
    before=(30, 7),
    after=(1, 15),
    tells_after=(GUARANTOR, HANDLER),
    then="run_out",
    dated=True,
)


class ReportedForm(StepForm):
    """What the project's step passes on."""

    opinion_field = "summary"
    summary = forms.CharField(required=False)
    answers = forms.JSONField(required=False)


class JudgedForm(StepForm):
    """What the check found."""

    opinion_field = "finding"
    finding = forms.CharField(required=False)


class TakenUpForm(StepForm):
    """Until when it is to be reported now."""

    due_on = forms.DateField()


class RectificationSteps:
    """The steps of a rectification."""

    if TYPE_CHECKING:
        due_on: Any
        report: Any
        answers: Any
        reported_at: Any
        finding: Any
        judged_at: Any

    @step(
        _("责令限期整改"),
        source=NEW,
        target=ORDERED.id,
        by=BY_TIME,
        opens=[RECTIFY],
        papers=[RectificationNotice],
        help=_("出具整改通知书，载明整改要求和期限。"),
    )
    def order(self, act: Act) -> None:
        """A step of the project orders it."""

    @step(
        _("提交整改报告"),
        source=[ORDERED.id, OVERDUE.id],
        target=REPORTED.id,
        by=BY_TIME,
        form=ReportedForm,
        closes=[RECTIFY],
        fulfils=True,
        help=_("承担单位逐条报告整改情况，由经办人核查。"),
    )
    def report_done(self, act: Act) -> None:
        """The undertaker reports, with the project's own step."""
        self.report, self.answers = act.data["summary"], act.data["answers"] or []
        self.reported_at = act.at

    @step(
        _("整改逾期"),
        source=ORDERED.id,
        target=OVERDUE.id,
        by=BY_TIME,
        closes=[RECTIFY],
        tells=[UNDERTAKER, GUARANTOR, HANDLER],
        help=_("整改期限届满未提交整改报告。"),
    )
    def run_out(self, act: Act) -> None:
        """The report did not come in time."""

    @step(
        _("整改合格"),
        source=REPORTED.id,
        target=VERIFIED.id,
        by=BY_TIME,
        form=JudgedForm,
        help=_("经核查符合整改要求。"),
    )
    def verify(self, act: Act) -> None:
        """The check found it put right."""
        self.finding, self.judged_at = act.data["finding"], act.at

    @step(
        _("整改不合格"),
        source=REPORTED.id,
        target=NOT_VERIFIED.id,
        by=BY_TIME,
        form=JudgedForm,
        help=_("经核查未达到整改要求。"),
    )
    def fail(self, act: Act) -> None:
        """The check found that it is not put right."""
        self.finding, self.judged_at = act.data["finding"], act.at

    @step(
        _("不再整改"),
        source=[ORDERED.id, OVERDUE.id, REPORTED.id],
        target=ENDED.id,
        by=BY_TIME,
        form=JudgedForm,
        closes=[RECTIFY],
        help=_("项目已有其他处理结果，整改随之结束。"),
    )
    def end(self, act: Act) -> None:
        """The project came to another end."""
        self.finding, self.judged_at = act.data["finding"], act.at

    @step(
        _("继续整改"),
        source=ENDED.id,
        target=ORDERED.id,
        by=BY_TIME,
        form=TakenUpForm,
        opens=[RECTIFY],
        help=_("终止、撤销的决定撤回后，整改继续，期限按中断的天数顺延。"),
    )
    def take_up(self, act: Act) -> None:
        """The project was ended by mistake while it rectified."""
        self.due_on, self.finding, self.judged_at = act.data["due_on"], "", None

    @step(
        _("继续核查"),
        source=ENDED.id,
        target=REPORTED.id,
        by=BY_TIME,
        help=_("终止、撤销的决定撤回后，已提交的整改报告继续核查。"),
    )
    def take_up_reported(self, act: Act) -> None:
        """The project was ended by mistake while the report waited to be checked."""
        self.finding, self.judged_at = "", None
