"""A pilot's acceptance 验收: application, review, decision, rectification once, result."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots import guards
from pilots.duties import (
    ACCEPTANCE_DECIDING,
    ACCEPTANCE_OPENING,
    GRACE,
    MIDTERM_OPENING,
    REFILING,
    TERM,
)
from pilots.execution import Execution
from pilots.materials import AcceptanceMaterials
from pilots.ordered import OrderedForm
from pilots.running_papers import AcceptanceApplication, AcceptanceReport, Certificate, SelfEvaluationReport
from pilots.states import (
    ACCEPTANCE_APPLIED,
    ACCEPTANCE_DECISION,
    ACCEPTANCE_RECTIFY,
    ACCEPTANCE_REVIEW,
    FAILED,
    IMPLEMENTING,
    OVERDUE,
    PASSED,
)
from portal.base import clock
from portal.base.workdays import add_months, add_workdays
from portal.declaration.step_forms import ReasonForm, text_area
from portal.dossiers.rules import is_its_handler
from portal.execution.rules import is_its_undertaker
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import GUARANTOR, HANDLER, UNDERTAKER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_DOCKET
from portal.supervision.rectifications.forms import ReportForm, VerifyField, points_of
from portal.supervision.rectifications.queries import reported_of

PASS, RECTIFY, FAIL = "pass", "rectify", "fail"


class AcceptanceFilingForm(AcceptanceMaterials, StepForm):
    """The obligatory material (parameter `acceptance_materials`) and the ticks; the content is the page 验收自我评价."""

    truthful = forms.BooleanField(label=_("承诺所填内容和所附材料真实、准确"))
    no_secrets = forms.BooleanField(label=_("确认不含国家秘密、工作秘密（本系统为非涉密系统）"))


class ProposalForm(StepForm):
    """What is proposed to the leader, and for a rectification its points and term."""

    opinion_field = "remark"
    conclusion = forms.ChoiceField(
        label=_("拟处理意见"),
        choices=[(PASS, _("通过验收")), (RECTIFY, _("限期整改")), (FAIL, _("不通过验收"))],
    )
    points = text_area(_("整改要求"), required=False, rows=4, help_text=_("拟限期整改的，每行写一条。"))
    months = forms.IntegerField(label=_("整改期限（月）"), required=False, min_value=1)
    remark = text_area(_("说明"), required=False, max_length=1000, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = int(self.subject.parameter("acceptance_rectification_months"))
        self.fields["months"].help_text = _("不超过 %(months)s 个月，自审批之日起计算。") % {"months": most}
        self.initial.setdefault("months", most)
        entry = guards.judged(self.subject, guards.ACCEPTANCE_ROUND)
        usual = {"recommended": PASS, "reserve": RECTIFY, "not_recommended": FAIL}
        if entry is not None:
            self.initial.setdefault("conclusion", usual.get(entry.conclusion, PASS))
            if entry.conclusion == "reserve":
                self.initial.setdefault("points", entry.opinion)
        if reported_of(self.subject) is not None:
            self.fields["verification"] = VerifyField()
            self.fields["verification"].required = entry is None

    def clean_months(self) -> int | None:
        months: int | None = self.cleaned_data["months"]
        most = int(self.subject.parameter("acceptance_rectification_months"))
        if months and months > most:
            raise ValidationError(_("整改期限不超过 %(months)s 个月。"), params={"months": most})
        return months

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("conclusion") != RECTIFY:
            return data
        if self.subject.acceptance_rectifications:
            self.add_error("conclusion", _("验收整改以一次为限，请提出通过或者不通过的意见。"))
        if not points_of(data.get("points", "")):
            self.add_error("points", _("拟限期整改的，请写明整改要求。"))
        if not data.get("months"):
            self.add_error("months", _("拟限期整改的，请写明期限。"))
        return data


class Acceptance(Execution):
    """Columns and steps of the acceptance. `acceptance_proposal`: `conclusion`, `points`, `months` of the last review."""

    acceptance_proposal = models.JSONField(_("验收拟处理意见"), default=dict, editable=False)

    class Meta:
        abstract = True

    def proposed_rectification(self, act: Act) -> tuple[list[str], dt.date]:
        """The points proposed with the review, and the day so many months after the decision (Shanghai)."""
        months = int(self.acceptance_proposal.get("months") or self.parameter("acceptance_rectification_months"))
        return self.acceptance_proposal["points"], add_months(clock.local(act.at).date(), months)

    @step(
        _("同意提前验收"),
        source=IMPLEMENTING.id,
        target=None,
        by=is_its_handler,
        guards=[guards.midterm_is_settled],
        form=ReasonForm,
        tells=[UNDERTAKER, GUARANTOR],
        help=_("任务已提前完成的，可以同意在规定时间之前申请验收。"),
        confirm=_("承担单位将收到通知，可以立即申请验收。"),
    )
    def consent_to_early_acceptance(self, act: Act) -> None:
        """The handler lets the undertaker apply before the window opens."""
        self.early_acceptance_on = clock.local(act.at).date()

    @step(
        _("申请验收"),
        source=[IMPLEMENTING.id, OVERDUE.id],
        target=ACCEPTANCE_APPLIED.id,
        by=is_its_undertaker,
        guards=[
            guards.midterm_is_settled,
            guards.acceptance_window_is_open,
            guards.acceptance_report_is_complete,
        ],
        form=AcceptanceFilingForm,
        closes=[TERM, REFILING, GRACE, MIDTERM_OPENING],
        opens=[ACCEPTANCE_OPENING],
        papers=[AcceptanceApplication, SelfEvaluationReport],
        tells=[GUARANTOR, HANDLER],
        files_evaluation="acceptance",
        asks=True,
        help=_("填写验收自我评价，上传验收材料后申请；项目保证单位表示意见后组织验收。"),
        confirm=_("提交后自我评价锁定；项目保证单位和经办人将收到通知。"),
        tone="primary",
    )
    def apply_for_acceptance(self, act: Act) -> None:
        """The undertaker applies for acceptance."""
        self.refile_by = self.overdue_since = None

    @step(
        _("退回验收申请"),
        source=ACCEPTANCE_APPLIED.id,
        target=IMPLEMENTING.id,
        by=is_its_handler,
        form=ReasonForm,
        closes=[ACCEPTANCE_OPENING],
        opens=[TERM, REFILING],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("验收材料不完整的，写明理由退回；规定时间内重新申请的，不算逾期。"),
        confirm=_("承担单位和项目保证单位将收到通知和重新申请的期限。"),
    )
    def return_acceptance(self, act: Act) -> None:
        """The application is incomplete; meanwhile the pilot is not overdue."""
        self.refile_by = add_workdays(clock.local(act.at).date(), int(self.parameter("refile_days")))

    @step(
        _("列入验收评审"),
        source=ACCEPTANCE_APPLIED.id,
        target=ACCEPTANCE_REVIEW.id,
        by=is_its_handler,
        closes=[ACCEPTANCE_OPENING],
        tells=[UNDERTAKER, GUARANTOR],
        listed=False,
        tone="primary",
        help=_("列入验收评审时办理，由市市场监督管理局或者受委托单位组织。"),
    )
    def open_acceptance_review(self, act: Act) -> None:
        """The pilot is taken into a round of acceptance."""

    @step(
        _("提请审批验收结果"),
        source=ACCEPTANCE_REVIEW.id,
        target=ACCEPTANCE_DECISION.id,
        by=is_its_handler | guards.is_the_commissioned_body,
        guards=[guards.acceptance_is_judged],
        form=ProposalForm,
        opens=[ACCEPTANCE_DECIDING],
        papers=[AcceptanceReport],
        inside=True,
        settles_rectification=True,
        help=_("评审结束后，提出通过、限期整改或者不通过的拟处理意见；之后拟办呈批件。"),
        tone="primary",
    )
    def conclude_acceptance(self, act: Act) -> None:
        """The reviewed pilot goes to decision with a proposal."""
        self.acceptance_proposal = {
            "conclusion": act.data["conclusion"],
            "points": points_of(act.data.get("points", "")),
            "months": act.data.get("months"),
        }

    @step(
        _("退回验收评审"),
        source=ACCEPTANCE_DECISION.id,
        target=ACCEPTANCE_REVIEW.id,
        by=BY_DOCKET,
        form=OrderedForm,
        closes=[ACCEPTANCE_DECIDING],
        inside=True,
        help=_("审批中不同意拟处理意见的，退回评审，补充论证或者重新评审。"),
    )
    def send_to_acceptance_review(self, act: Act) -> None:
        """The leader did not agree with what was proposed."""

    @step(
        _("通过验收"),
        source=ACCEPTANCE_DECISION.id,
        target=PASSED.id,
        by=BY_DOCKET,
        form=OrderedForm,
        closes=[ACCEPTANCE_DECIDING],
        papers=[Certificate],
        tells=[UNDERTAKER, GUARANTOR],
        discloses=(AcceptanceReport.kind,),
        help=_("印发验收结果文件；按参数颁发证书。"),
    )
    def pass_acceptance(self, act: Act) -> None:
        """The pilot has passed; it gets its certificate."""
        self._ends_with(act)

    @step(
        _("限期整改（验收）"),
        source=ACCEPTANCE_DECISION.id,
        target=ACCEPTANCE_RECTIFY.id,
        by=BY_DOCKET,
        guards=[guards.rectification_is_left, guards.rectification_is_worded],
        form=OrderedForm,
        closes=[ACCEPTANCE_DECIDING],
        tells=[UNDERTAKER, GUARANTOR],
        orders_rectification="acceptance",
        discloses=(AcceptanceReport.kind,),
        help=_("审批同意后出具整改通知书；验收整改以一次为限。"),
    )
    def order_acceptance_rectification(self, act: Act) -> None:
        """Points have to be put right before it can pass; once only."""
        self.acceptance_rectifications += 1

    @step(
        _("提交验收整改报告"),
        source=ACCEPTANCE_RECTIFY.id,
        target=ACCEPTANCE_REVIEW.id,
        by=is_its_undertaker,
        form=ReportForm,
        tells=[GUARANTOR, HANDLER],
        reports_rectification=True,
        help=_("逐条填写整改情况，上传加盖公章的整改报告和佐证材料。"),
        confirm=_("提交后不能修改；经办人组织核查，项目保证单位将收到通知。"),
        tone="primary",
    )
    def report_acceptance_rectification(self, act: Act) -> None:
        """The undertaker reports what it put right."""

    @step(
        _("未通过验收"),
        source=[ACCEPTANCE_DECISION.id, ACCEPTANCE_RECTIFY.id],
        target=FAILED.id,
        by=BY_DOCKET,
        guards=[guards.heard_before("fail_acceptance"), guards.rectification_is_overdue],
        form=OrderedForm,
        closes=[ACCEPTANCE_DECIDING],
        tells=[UNDERTAKER, GUARANTOR],
        discloses=(AcceptanceReport.kind,),
        help=_("陈述申辩程序结束后，印发验收结果文件，写明理由。"),
    )
    def fail_acceptance(self, act: Act) -> None:
        """The pilot has not passed."""
        self._ends_with(act)

    def _ends_with(self, act: Act) -> None:
        """The document that ends it, and its date; it stands still no longer."""
        self.end_pause(clock.local(act.at).date())
        self.result_number = act.data.get("number") or ""
        self.ended_on = act.data.get("dated") or clock.local(act.at).date()
