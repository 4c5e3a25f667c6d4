"""A pilot from acceptance to the approval document: review, decision by docket, public notice, approval."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.duties import TASK_BOOK
from pilots.ordered import CorrectedForm, OrderedForm
from pilots.result_papers import ResultNotice
from pilots.running_papers import Certificate
from pilots.states import (
    ACTIVE,
    APPROVAL_DECISION,
    APPROVED,
    ENDS,
    NOT_APPROVED,
    NOTICE,
    PROJECT_REVIEW,
)
from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.declaration.states import ACCEPTED, WITHDRAWN
from portal.dossiers.rules import is_its_handler
from portal.execution.running import Running
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_DOCKET
from portal.notices.models import NoticeItem
from portal.notices.queries import latest_item
from portal.reviews.queries import concluded_entry, live_entry

PROJECT = "pilots.project_review"
INTENDED = "pilots.intended"


class ProposalForm(StepForm):
    """The handler's words when a reviewed project goes to decision."""

    opinion_field = "remark"
    remark = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    exclusions_checked = forms.BooleanField(label=_("已核查不得申报的情形"))
    internal_considered = forms.BooleanField(label=_("已考虑“组织内部的标准化建设一般不予立项”的要求"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.subject.internal_only and not data.get("internal_considered"):
            self.add_error("internal_considered", _("本项目属于组织内部的标准化建设，请确认已作考虑并在说明中写明。"))
        return data


@guard(_("重点项目的行业主管部门已认可"))
def key_consent_is_given(pilot: Approval, actor: Actor) -> Text | None:
    from portal.supervision.models import Endorsement

    if not pilot.is_key or pilot.industry_department_id == pilot.recommender_id:  # type: ignore[attr-defined]
        return None
    agreed = Endorsement.objects.filter(dossier_id=pilot.pk, kind="key_consent", state="agreed").exists()
    return None if agreed else _t("重点项目须行业主管部门认可后方可评审。")


@guard(_("评审已结束"))
def review_is_concluded(pilot: Approval, actor: Actor) -> Text | None:
    if live_entry(pilot, PROJECT) is not None:
        return _t("本项目的评审尚未结束。")
    return None if concluded_entry(pilot, PROJECT) else _t("本项目尚未评审。")


@guard(_("调整类别的建议已有结果"))
def no_regrading_is_open(pilot: Approval, actor: Actor) -> Text | None:
    if pilot.regrade not in (Approval.Regrade.ASKED, Approval.Regrade.AGREED):
        return None
    return _t("已建议调整为一般项目，请先办理“调整为一般项目”或者“撤回调整建议”。")


@guard(_("公示已结束，无成立的异议"))
def notice_is_clear(pilot: Approval, actor: Actor) -> Text | None:
    item = latest_item(pilot, INTENDED)
    if item is None:
        return _t("本项目尚未公示。")
    if item.outcome == NoticeItem.Outcome.OPEN:
        return _t("本项目的公示尚未结束。")
    return _t("公示期间的异议成立，须重新审议。") if item.outcome == NoticeItem.Outcome.UPHELD else None


class Approval(Running):
    """Columns and steps between acceptance and approval."""

    approval_number = models.CharField(_("立项文号"), max_length=60, blank=True, editable=False)
    approved_on = models.DateField(_("立项日期"), null=True, editable=False)
    guarantor = models.ForeignKey(
        Body, verbose_name=_("项目保证单位"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class ProjectClass(models.TextChoices):
        GENERAL = "general", _("一般项目")
        KEY = "key", _("重点项目")

    class Regrade(models.TextChoices):
        ASKED = "asked", _("已建议调整为一般项目")
        AGREED = "agreed", _("申报单位同意调整")
        DECLINED = "declined", _("申报单位不同意调整")
        DONE = "done", _("评审中由重点项目调整为一般项目")

    project_class = models.CharField(_("项目类别"), max_length=10, choices=ProjectClass, default=ProjectClass.GENERAL)
    regrade = models.CharField(_("调整类别"), max_length=10, choices=Regrade, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_key(self) -> bool:
        return self.project_class == self.ProjectClass.KEY

    def take_class(self, value: str) -> None:
        """The class that a regrading or a granted change gives it; an empty one leaves it as it is."""
        self.project_class = value or self.project_class

    @step(
        _("列入评审"),
        source=ACCEPTED.id,
        target=PROJECT_REVIEW.id,
        by=is_its_handler,
        guards=[key_consent_is_given],
        tells=[APPLICANT, RECOMMENDER],
        listed=False,
        tone="primary",
        help=_("列入评审时办理，项目进入立项评审。"),
    )
    def open_review(self, act: Act) -> None:
        """The dossier is taken into a review round."""

    @step(
        _("提请审议"),
        source=PROJECT_REVIEW.id,
        target=APPROVAL_DECISION.id,
        by=is_its_handler,
        guards=[review_is_concluded, no_regrading_is_open],
        form=ProposalForm,
        inside=True,
        help=_("评审结束后，核查不得申报的情形，提请审议；之后拟办呈批件。"),
        tone="primary",
        bulk=True,
    )
    def put_forward(self, act: Act) -> None:
        """The reviewed project goes to decision."""

    @step(
        _("拟立项并公示"),
        source=APPROVAL_DECISION.id,
        target=NOTICE.id,
        by=BY_DOCKET,
        form=OrderedForm,
        tells=[APPLICANT, RECOMMENDER],
        help=_("审批同意后，拟立项项目向社会公示。"),
    )
    def intend(self, act: Act) -> None:
        """The project is to be approved; it is shown to the public first."""

    @step(
        _("退回评审"),
        source=APPROVAL_DECISION.id,
        target=PROJECT_REVIEW.id,
        by=BY_DOCKET,
        form=OrderedForm,
        inside=True,
        help=_("审批中不同意拟处理意见的，退回评审，补充论证或者重新评审。"),
    )
    def send_to_review(self, act: Act) -> None:
        """The leader did not agree with what was proposed."""

    @step(
        _("不予立项"),
        source=[APPROVAL_DECISION.id, NOTICE.id],
        target=NOT_APPROVED.id,
        by=BY_DOCKET,
        form=OrderedForm,
        tells=[APPLICANT, RECOMMENDER],
        help=_("审批同意后，列入未列入年度立项计划名单，告知理由。"),
    )
    def reject(self, act: Act) -> None:
        """The project is not in the year's plan."""

    @step(
        _("重新审议"),
        source=NOTICE.id,
        target=APPROVAL_DECISION.id,
        by=BY_DOCKET,
        form=OrderedForm,
        inside=True,
        help=_("公示期间异议成立的，重新审议。"),
    )
    def reconsider(self, act: Act) -> None:
        """An objection was upheld; the project is decided anew."""

    @step(
        _("批准立项"),
        source=NOTICE.id,
        target=APPROVED.id,
        by=BY_DOCKET,
        guards=[notice_is_clear],
        form=OrderedForm,
        opens=[TASK_BOOK],
        tells=[APPLICANT, RECOMMENDER],
        draws_up=True,
        basis=_("沪市监标技〔2023〕139号 四（三）"),
        help=_("印发立项文件；试点期限自立项文件成文之日起计算，推荐单位为项目保证单位。"),
    )
    def approve(self, act: Act) -> None:
        """The project is approved by the document with its list; term and guarantor are set."""
        self._approved_by(act.data["number"], act.data["dated"])
        self.guarantor = self.recommender

    def _approved_by(self, number: str, start: dt.date) -> None:
        """The term begins with the date of the document."""
        self.approval_number, self.approved_on = number, start
        self.term_starts_on = start
        self.reckon()

    @step(
        _("更正"),
        source=[NOT_APPROVED.id, *ACTIVE, *ENDS],
        target=None,
        by=BY_DOCKET,
        form=CorrectedForm,
        papers=[Certificate],
        tells=[APPLICANT, RECOMMENDER],
        moves_dates=True,
        help=_("已公布的处理结果有文字、文号或者日期差错的，经审核更正，另行出具文书，原文书被替换。"),
    )
    def correct(self, act: Act) -> None:
        """An error in what was published is corrected; the record before stays as it was."""
        if act.data.get("title"):
            self.title = act.data["title"]
        if not act.data.get("dated"):
            return
        if act.data.get("paper") == ResultNotice.kind:
            self.result_number, self.ended_on = act.data["number"], act.data["dated"]
        elif self.approved_on:
            self._approved_by(act.data["number"], act.data["dated"])

    @step(
        _("准予撤回"),
        source=[ACCEPTED.id, PROJECT_REVIEW.id, APPROVAL_DECISION.id, NOTICE.id],
        target=WITHDRAWN.id,
        by=is_its_handler,
        form=OrderedForm,
        tells=[APPLICANT, RECOMMENDER],
        note=_("受理后准予撤回"),
        listed=False,
        despite_docket=True,
        help=_("受理后、立项文件印发前，申报单位申请撤回的，准予撤回。"),
    )
    def grant_withdrawal(self, act: Act) -> None:
        """The applicant's request to withdraw was granted."""
