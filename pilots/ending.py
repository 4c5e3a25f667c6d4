"""The other ends of a pilot, and what is asked for meanwhile: overdue, termination, revocation, requests, archive."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilots import guards
from pilots.acceptance import Acceptance
from pilots.duties import GRACE, MIDTERM_CHECK, MIDTERM_OPENING, MIDTERM_REPORT, REFILING, TERM
from pilots.ending_papers import ArchiveIndex, RevocationDecision, TerminationDecision
from pilots.ordered import ChangeForm, ExtendForm, OrderedForm
from pilots.states import (
    ACTIVE,
    APPROVAL_REVOKED,
    ENDS,
    IMPLEMENTING,
    IN_TERM,
    OVERDUE,
    PASSED,
    RESULT_REVOKED,
    TERMINATED,
)
from portal.base import clock
from portal.declaration.step_forms import date_field, text_area
from portal.dossiers.rules import is_its_handler
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import GUARANTOR, HANDLER, UNDERTAKER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_DOCKET, BY_TIME

#: where a term can still be extended before it is over
EXTENDABLE = tuple(state for state in ACTIVE if state != OVERDUE.id)


class ArchiveForm(StepForm):
    """Where the file lies and for how long."""

    opinion_field = "remark"
    box = forms.CharField(label=_("档案盒号"), max_length=40)
    retention = forms.ChoiceField(
        label=_("保管期限"), choices=[(words, words) for words in (_("永久"), _("30年"), _("10年"))]
    )
    on = date_field(_("归档日期"))
    remark = text_area(_("备注"), required=False, max_length=300, rows=2)

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > clock.today():
            raise ValidationError(_("归档日期不能晚于今天（%(day)s）。"), params={"day": clock.today()})
        return day


class Ending(Acceptance):
    """Steps of requests, of overdue pilots, of termination and revocation, and of the archive."""

    class Meta:
        abstract = True

    # --- what time does --------------------------------------------------------------------------
    @step(
        _("逾期未验收"),
        source=IN_TERM,
        target=OVERDUE.id,
        by=BY_TIME,
        guards=[guards.term_is_over],
        closes=[TERM, REFILING, MIDTERM_OPENING, MIDTERM_REPORT, MIDTERM_CHECK],
        opens=[GRACE],
        tells=[UNDERTAKER, GUARANTOR, HANDLER],
        ends_rectification=True,
        note=_("期限届满未申请验收"),
        help=_("试点期限（含延期）届满未申请验收的，自动转为逾期。"),
    )
    def fall_overdue(self, act: Act) -> None:
        """The term is over and nobody applied for acceptance."""
        self.overdue_since, self.refile_by = clock.local(act.at).date(), None

    # --- requests that a docket granted ----------------------------------------------------------
    @step(
        _("同意延期"),
        source=EXTENDABLE,
        target=None,
        by=BY_DOCKET,
        guards=[guards.extension_is_left],
        form=ExtendForm,
        tells=[UNDERTAKER, GUARANTOR],
        moves_dates=True,
        basis=_("沪市监标技〔2023〕139号 四（三）"),
        help=_("审批同意后，试点期限延长，出具复函；延期以一次为限。"),
    )
    def extend(self, act: Act) -> None:
        """The term is extended; once."""
        self._extend(act)

    @step(
        _("同意延期（逾期后）"),
        source=OVERDUE.id,
        target=IMPLEMENTING.id,
        by=BY_DOCKET,
        guards=[guards.extension_is_left],
        form=ExtendForm,
        closes=[GRACE],
        opens=[MIDTERM_OPENING, TERM],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("逾期后确有特殊原因的，经审批同意可以延期，恢复实施。"),
    )
    def extend_late(self, act: Act) -> None:
        """The term is extended although it is over."""
        self._extend(act)
        self.overdue_since = None

    def _extend(self, act: Act) -> None:
        self.extended_months += act.data["months"]
        self.reckon()

    @step(
        _("同意变更"),
        source=ACTIVE,
        target=None,
        by=BY_DOCKET,
        form=ChangeForm,
        tells=[UNDERTAKER, GUARANTOR],
        help=_("审批同意后，变更内容写入任务书，作为中期评估和验收的依据。"),
    )
    def change(self, act: Act) -> None:
        """What the request names is altered; the plan follows as an effect."""
        changes = act.data["changes"]
        self.title = changes.get("title", self.title)
        self.take_class(changes.get("class", ""))

    @step(
        _("暂停"),
        source=ACTIVE,
        target=None,
        by=BY_DOCKET,
        guards=[guards.is_not_suspended],
        form=OrderedForm,
        tells=[UNDERTAKER, GUARANTOR],
        suspends=True,
        help=_("审批同意后，项目暂停，各项期限停止计算。"),
    )
    def suspend(self, act: Act) -> None:
        """The pilot stands still; its clocks stop."""
        self.suspended_on = clock.local(act.at).date()

    @step(
        _("恢复"),
        source=ACTIVE,
        target=None,
        by=BY_DOCKET,
        guards=[guards.is_suspended],
        form=OrderedForm,
        tells=[UNDERTAKER, GUARANTOR],
        resumes=True,
        help=_("审批同意后，项目恢复，各项期限按暂停天数顺延；暂停之前已届满的试点期限不再延长。"),
    )
    def resume(self, act: Act) -> None:
        """The pilot goes on; a term that was not over is longer by the days it stood still."""
        self.end_pause(clock.local(act.at).date())

    @step(
        _("不同意申请"),
        source=ACTIVE,
        target=None,
        by=BY_DOCKET,
        form=OrderedForm,
        inside=True,
        refuses_request=True,
        help=_("审批不予同意的，写明理由答复，项目照常实施。"),
    )
    def refuse_request(self, act: Act) -> None:
        """The request is refused; the pilot goes on as before."""

    # --- ends ------------------------------------------------------------------------------------
    @step(
        _("终止"),
        source=ACTIVE,
        target=TERMINATED.id,
        by=BY_DOCKET,
        guards=[guards.heard_before("terminate")],
        form=OrderedForm,
        papers=[TerminationDecision],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("承担单位申请终止，或者任务书未签署、整改逾期、逾期未验收等，经陈述申辩后，审批决定终止。"),
    )
    def terminate(self, act: Act) -> None:
        """The pilot is terminated, on request or after the statement."""
        self._ends_with(act)

    @step(
        _("撤销立项"),
        source=ACTIVE,
        target=APPROVAL_REVOKED.id,
        by=BY_DOCKET,
        guards=[guards.heard_before("revoke_approval")],
        form=OrderedForm,
        papers=[RevocationDecision],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("弄虚作假、发生重大质量安全环境事故、受到处罚的，经陈述申辩后，审批决定撤销立项。"),
    )
    def revoke_approval(self, act: Act) -> None:
        """The approval is revoked."""
        self._ends_with(act)

    @step(
        _("撤销验收结论"),
        source=PASSED.id,
        target=RESULT_REVOKED.id,
        by=BY_DOCKET,
        guards=[guards.heard_before("revoke_result")],
        form=OrderedForm,
        papers=[RevocationDecision],
        tells=[UNDERTAKER, GUARANTOR],
        revokes=("certificate",),
        help=_("验收后查实弄虚作假等情形的，经陈述申辩后，审批决定撤销验收结论，证书同时失效。"),
    )
    def revoke_result(self, act: Act) -> None:
        """The result is revoked, and with it the certificate."""
        self._ends_with(act)

    # --- archive ---------------------------------------------------------------------------------
    @step(
        _("归档"),
        source=ENDS,
        target=None,
        by=is_its_handler,
        guards=[guards.is_not_archived],
        form=ArchiveForm,
        papers=[ArchiveIndex],
        help=_("登记档案盒号、保管期限，生成卷内目录。"),
        bulk=True,
    )
    def archive(self, act: Act) -> None:
        """The file is in the archive."""
        self.archived_on, self.archive_box = act.data["on"], act.data["box"]
