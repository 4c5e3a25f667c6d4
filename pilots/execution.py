"""A pilot from the task book to the mid-term evaluation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots import guards
from pilots.duties import MIDTERM_CHECK, MIDTERM_OPENING, MIDTERM_REPORT, TASK_BOOK, TERM
from pilots.regrading import Regrading
from pilots.running_papers import MidtermReport, MidtermResult
from pilots.states import (
    ACCEPTANCE_APPLIED,
    ACCEPTANCE_DECISION,
    ACCEPTANCE_REVIEW,
    APPROVAL,
    APPROVED,
    FURTHER,
    IMPLEMENTATION,
    IMPLEMENTING,
    MIDTERM,
    MIDTERM_DUE,
    MIDTERM_RECTIFY,
    MIDTERM_REVIEW,
    OVERDUE,
)
from portal.attachments.fields import AttachmentField
from portal.attachments.kinds import DOCUMENTS, TABLES
from portal.base import clock
from portal.declaration.step_forms import SCANS, ReasonForm, text_area
from portal.dossiers.rules import is_its_handler
from portal.execution.rules import is_its_undertaker
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import GUARANTOR, HANDLER, UNDERTAKER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME
from portal.supervision.rectifications.forms import OrderForm, ReportForm, VerifyField
from portal.supervision.rectifications.queries import reported_of


class MidtermFilingForm(StepForm):
    """The sealed self-evaluation and the ticks under it; its content is the page 中期自我评价."""

    scan = AttachmentField(
        slot="midterm_report",
        label=_("加盖公章的中期自我评价报告扫描件"),
        kinds=SCANS,
        required=False,
        help_text=_("可以先提交，打印系统生成的中期评估报告，盖章后办理“补传材料”。"),
    )
    evidence = AttachmentField(
        slot="midterm_evidence", label=_("佐证材料"), multiple=True, required=False, help_text=_("可以不传。")
    )
    truthful = forms.BooleanField(label=_("承诺所填内容真实、准确"))
    no_secrets = forms.BooleanField(label=_("确认不含国家秘密、工作秘密（本系统为非涉密系统）"))


class LaterMaterialForm(StepForm):
    """Files that are handed in after the filing."""

    opinion_field = "note"
    note = text_area(_("材料说明"), max_length=300, rows=2, help_text=_("如：中期评估报告盖章扫描件。"))
    handed_in = AttachmentField(slot="later_material", label=_("材料"), multiple=True, kinds=DOCUMENTS | TABLES | SCANS)


class MidtermPassForm(StepForm):
    """The opinion that goes into the result; what the check of a rectification found."""

    opinion_field = "remark"
    remark = text_area(_("意见和建议"), required=False, max_length=1000, rows=3, help_text=_("写入中期评估结果通知。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reported_of(self.subject) is not None:
            self.fields["verification"] = VerifyField()
            self.fields["verification"].required = guards.judged(self.subject, guards.MIDTERM_ROUND) is None


class MidtermOrderForm(OrderForm):
    """What has to be put right after the mid-term."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reported_of(self.subject) is not None:
            self.fields["verification"] = VerifyField()


class Execution(Regrading):
    """Steps from the task book to the mid-term evaluation."""

    class Meta:
        abstract = True

    def settle(self, act: Act) -> None:
        """A pilot that is carried on after its mid-term lies in a later stage than before it."""
        super().settle(act)
        if self.state == IMPLEMENTING.id and self.midterm_outcome:
            self.stage = FURTHER.id

    def rectification_terms(self, act: Act) -> tuple[Any, Any]:
        """Points and due date of a rectification that a step orders: typed in, or proposed with the acceptance's review."""
        if "points" in act.data:
            return act.data["points"], act.data["due_on"]
        return self.proposed_rectification(act)

    def proposed_rectification(self, act: Act) -> tuple[Any, Any]:
        raise NotImplementedError

    def stage_days(self) -> dict[str, dt.date]:
        """The mid-term that was waived, the approval of an imported pilot, the date of the document that ended it."""
        found = super().stage_days()
        if self.midterm_outcome == self.Midterm.WAIVED and self.midterm_settled_on:
            found |= dict.fromkeys((IMPLEMENTATION.id, MIDTERM.id), self.midterm_settled_on)
        if self.is_imported and self.approved_on:
            found[APPROVAL.id] = self.approved_on
        stage = self.state_info.stage
        if self.ended_on and self.state_info.terminal and stage is not None:
            found[stage.id] = self.ended_on
        return found

    @step(
        _("启动实施"),
        source=APPROVED.id,
        target=IMPLEMENTING.id,
        by=is_its_undertaker | BY_TIME,
        guards=[guards.task_book_is_signed],
        closes=[TASK_BOOK],
        opens=[MIDTERM_OPENING, TERM],
        tells=[GUARANTOR, HANDLER],
        help=_("任务书三方签署完成后自动启动；未要求签订任务书的，由承担单位启动。"),
        fulfils=True,
        tone="primary",
    )
    def begin_work(self, act: Act) -> None:
        """The task book is signed by the three parties; the work begins."""

    @step(
        _("进入中期评估"),
        source=IMPLEMENTING.id,
        target=MIDTERM_DUE.id,
        by=is_its_handler | BY_TIME,
        guards=[guards.midterm_was_not_held, guards.midterm_day_has_come],
        closes=[MIDTERM_OPENING],
        opens=[MIDTERM_REPORT],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("试点期限过半自动进入；经办人可以提前。承担单位填写并提交中期自我评价。"),
        confirm=_("承担单位和项目保证单位将收到通知，承担单位应在期限内提交中期自我评价。"),
        bulk=True,
    )
    def open_midterm(self, act: Act) -> None:
        """Half of the term is over, or the handler opens it earlier."""

    @step(
        _("免中期评估"),
        source=[IMPLEMENTING.id, MIDTERM_DUE.id],
        target=IMPLEMENTING.id,
        by=is_its_handler,
        guards=[guards.midterm_was_not_held],
        form=ReasonForm,
        closes=[MIDTERM_OPENING, MIDTERM_REPORT],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("试点期限较短、已具备验收条件等情形，可以免予中期评估，写明理由。"),
        confirm=_("免予中期评估后不再组织；承担单位和项目保证单位将收到通知。"),
    )
    def waive_midterm(self, act: Act) -> None:
        """The handler does without a mid-term evaluation, with a reason."""
        self._settle_midterm(self.Midterm.WAIVED, act)

    @step(
        _("免中期评估（逾期项目）"),
        source=OVERDUE.id,
        target=None,
        by=is_its_handler,
        guards=[guards.midterm_was_not_held],
        form=ReasonForm,
        tells=[UNDERTAKER, GUARANTOR],
        help=_("期限届满时尚未完成中期评估的，免予中期评估后，承担单位可以申请验收。"),
        confirm=_("免予中期评估后不再组织；承担单位和项目保证单位将收到通知。"),
    )
    def waive_midterm_of_overdue(self, act: Act) -> None:
        """The term ran out before the mid-term was settled; the way to the acceptance is opened."""
        self._settle_midterm(self.Midterm.WAIVED, act)

    @step(
        _("补传材料"),
        # also while the result is being decided: a step that went away would tell that it is
        source=[MIDTERM_REVIEW.id, ACCEPTANCE_APPLIED.id, ACCEPTANCE_REVIEW.id, ACCEPTANCE_DECISION.id],
        target=None,
        by=is_its_undertaker,
        form=LaterMaterialForm,
        tells=[HANDLER],
        help=_("补传盖章后的报告、申请表，或者评审中要求补充的材料；已提交的材料留存。"),
    )
    def add_material(self, act: Act) -> None:
        """What was sealed after the filing, or asked for in the review, is handed in later."""

    @step(
        _("提交中期材料"),
        source=MIDTERM_DUE.id,
        target=MIDTERM_REVIEW.id,
        by=is_its_undertaker,
        guards=[guards.midterm_report_is_complete],
        form=MidtermFilingForm,
        closes=[MIDTERM_REPORT],
        opens=[MIDTERM_CHECK],
        papers=[MidtermReport],
        tells=[GUARANTOR, HANDLER],
        files_evaluation="midterm",
        help=_("填写中期自我评价后提交，系统生成中期评估报告。"),
        confirm=_("提交后自我评价锁定；经办人和项目保证单位将收到通知。"),
        tone="primary",
    )
    def file_midterm(self, act: Act) -> None:
        """The undertaker files its self-evaluation."""

    @step(
        _("按现有情况评估"),
        source=MIDTERM_DUE.id,
        target=MIDTERM_REVIEW.id,
        by=is_its_handler,
        guards=[guards.midterm_report_is_late],
        form=ReasonForm,
        closes=[MIDTERM_REPORT],
        opens=[MIDTERM_CHECK],
        tells=[UNDERTAKER, GUARANTOR],
        files_evaluation="midterm",
        help=_("承担单位逾期未提交中期材料的，按已报告的进展和已登记的成果组织评估。"),
        confirm=_("承担单位不能再提交中期自我评价；已填写的内容按现状留存。"),
    )
    def take_midterm(self, act: Act) -> None:
        """Nothing came in time: it is evaluated as it stands."""

    @step(
        _("中期评估通过"),
        source=MIDTERM_REVIEW.id,
        target=IMPLEMENTING.id,
        by=is_its_handler,
        guards=[guards.midterm_is_judged, guards.midterm_was_good],
        form=MidtermPassForm,
        closes=[MIDTERM_CHECK],
        papers=[MidtermResult],
        tells=[UNDERTAKER, GUARANTOR],
        settles_rectification=True,
        help=_("专家组结论为通过，或者整改经核查合格的，出具中期评估结果通知，项目继续实施。"),
        confirm=_("承担单位和项目保证单位将收到中期评估结果。"),
        tone="primary",
        bulk=True,
    )
    def pass_midterm(self, act: Act) -> None:
        """The mid-term is passed."""
        self._settle_midterm(self.Midterm.PASSED, act)

    @step(
        _("要求中期整改"),
        source=MIDTERM_REVIEW.id,
        target=MIDTERM_RECTIFY.id,
        by=is_its_handler,
        guards=[guards.midterm_is_judged, guards.midterm_was_bad],
        form=MidtermOrderForm,
        closes=[MIDTERM_CHECK],
        tells=[UNDERTAKER, GUARANTOR],
        orders_rectification="midterm",
        help=_("专家组结论为限期整改，或者整改经核查不合格的，出具整改通知书。"),
        confirm=_("承担单位和项目保证单位将收到整改通知书。"),
    )
    def order_midterm_rectification(self, act: Act) -> None:
        """The mid-term is not passed; points have to be put right."""

    @step(
        _("提交中期整改报告"),
        source=MIDTERM_RECTIFY.id,
        target=MIDTERM_REVIEW.id,
        by=is_its_undertaker,
        form=ReportForm,
        opens=[MIDTERM_CHECK],
        tells=[GUARANTOR, HANDLER],
        reports_rectification=True,
        help=_("逐条填写整改情况，上传加盖公章的整改报告和佐证材料。"),
        confirm=_("提交后不能修改；经办人组织核查，项目保证单位将收到通知。"),
        tone="primary",
    )
    def report_midterm_rectification(self, act: Act) -> None:
        """The undertaker reports what it put right."""

    def _settle_midterm(self, outcome: str, act: Act) -> None:
        self.midterm_outcome, self.midterm_settled_on = outcome, clock.local(act.at).date()
