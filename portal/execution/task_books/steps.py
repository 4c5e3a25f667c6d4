"""The steps of a task book, and their forms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.declaration.step_forms import SCANS, ReasonForm, date_field
from portal.execution.duties import BUREAU_SIGNATURE, GUARANTOR_SIGNATURE
from portal.execution.papers import TaskBookPaper
from portal.execution.rules import handles_it, is_its_guarantor, is_its_undertaker
from portal.execution.states import BUREAU_SIGNING, DRAFTING, GUARANTOR_SIGNING, SIGNED, SIGNING, VOID
from portal.lifecycle.forms import StepForm
from portal.lifecycle.reasons import Reason
from portal.lifecycle.states import GUARANTOR, HANDLER, NEW, UNDERTAKER, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_TIME

if TYPE_CHECKING:
    from portal.execution.models import TaskBook


class SignForm(StepForm):
    """Who signed, when, and the sealed scan."""

    slot = "task_book"
    signer = forms.CharField(label=_("签署人"), max_length=40, help_text=_("在任务书上签字的负责人姓名。"))
    signed_on = date_field(_("签署日期"))
    scan = AttachmentField(
        slot="task_book_scan",
        label=_("签字盖章的任务书扫描件"),
        kinds=SCANS,
        help_text=_("包含任务书全部页面。PDF、OFD 或者清晰的图片。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"signed_on": clock.today(), **self.initial}

    def clean_signed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise ValidationError(_("签署日期不能晚于今天（%(day)s）。"), params={"day": clock.today()})
        return day


@guard(_("计划安排填写完整，各阶段在项目期限之内"))
def plan_is_complete(book: TaskBook, actor: Actor) -> Text | None:
    from portal.execution.task_books.checks import problems

    found = problems(book)
    if not found:
        return None
    text = _t("任务书还有 %(n)s 处需要更正：%(first)s") % {"n": len(found), "first": found[0]}
    return Reason(text, reverse("execution:arrange", args=[book.pk])) if book.pk else text


class TaskBookSteps:
    """The steps of a task book. Its dossier begins to be carried out as an effect of the last signature."""

    if TYPE_CHECKING:
        undertaker_signer: Any
        undertaker_on: Any
        guarantor_signer: Any
        guarantor_on: Any
        bureau_signer: Any
        bureau_on: Any
        returned_reason: Any
        version: Any

    @step(_("生成任务书"), source=NEW, target=DRAFTING.id, by=BY_TIME, help=_("按批准的申报书生成任务书。"))
    def draw_up(self, act: Act) -> None:
        """The approval draws the task book up from the form."""

    @step(
        _("定稿"),
        source=DRAFTING.id,
        target=SIGNING.id,
        by=is_its_undertaker,
        guards=[plan_is_complete],
        papers=[TaskBookPaper],
        help=_("核对计划安排无误后定稿，生成待签署的任务书，一式三份。"),
        confirm=_("定稿后内容锁定；签署前可以退回编制。"),
        tone="primary",
    )
    def settle_text(self, act: Act) -> None:
        """The undertaker fixes the plan; it is printed as the next version."""
        self.version += 1
        self.returned_reason = ""

    @step(
        _("退回编制"),
        source=SIGNING.id,
        target=DRAFTING.id,
        by=is_its_undertaker,
        help=_("发现内容有误的，退回编制后重新定稿。"),
    )
    def reopen_text(self, act: Act) -> None:
        """The undertaker found something to mend before anybody has signed."""

    @step(
        _("承担单位签署"),
        source=SIGNING.id,
        target=GUARANTOR_SIGNING.id,
        by=is_its_undertaker,
        form=SignForm,
        opens=[GUARANTOR_SIGNATURE],
        tells=[GUARANTOR],
        help=_("打印任务书，签字盖章后上传扫描件，送项目保证单位签署。"),
        confirm=_("提交后由项目保证单位签署，项目保证单位将收到通知。"),
        tone="primary",
    )
    def sign_as_undertaker(self, act: Act) -> None:
        """The undertaker has signed and sealed it."""
        self.undertaker_signer, self.undertaker_on = act.data["signer"], act.data["signed_on"]

    @step(
        _("保证单位签署"),
        source=GUARANTOR_SIGNING.id,
        target=BUREAU_SIGNING.id,
        by=is_its_guarantor,
        form=SignForm,
        closes=[GUARANTOR_SIGNATURE],
        opens=[BUREAU_SIGNATURE],
        tells=[UNDERTAKER, HANDLER],
        help=_("核对任务书，签字盖章后上传扫描件，送市市场监督管理局签署。"),
        confirm=_("提交后由市市场监督管理局签署；承担单位和经办人将收到通知。"),
        tone="primary",
    )
    def sign_as_guarantor(self, act: Act) -> None:
        """The guarantor has signed and sealed it."""
        self.guarantor_signer, self.guarantor_on = act.data["signer"], act.data["signed_on"]

    @step(
        _("市市场监督管理局签署"),
        source=BUREAU_SIGNING.id,
        target=SIGNED.id,
        by=handles_it,
        form=SignForm,
        closes=[BUREAU_SIGNATURE],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("上传三方签字盖章的任务书扫描件，项目随即开始实施。"),
        confirm=_("签署后项目开始实施，任务书的阶段和指标作为中期评估和验收的依据。"),
        tone="primary",
    )
    def sign_as_bureau(self, act: Act) -> None:
        """The bureau has signed and sealed it; the project begins."""
        self.bureau_signer, self.bureau_on = act.data["signer"], act.data["signed_on"]

    @step(
        _("退回修改"),
        source=[GUARANTOR_SIGNING.id, BUREAU_SIGNING.id],
        target=DRAFTING.id,
        by=is_its_guarantor | handles_it,
        form=ReasonForm,
        closes=[GUARANTOR_SIGNATURE, BUREAU_SIGNATURE],
        tells=[UNDERTAKER, GUARANTOR],
        help=_("任务书内容有误或者需要调整的，写明理由退回承担单位。"),
        confirm=_("已有的签署作废，承担单位修改后重新定稿、签署。"),
    )
    def send_back(self, act: Act) -> None:
        """The guarantor or the bureau asks for changes; what was signed counts no more."""
        self.returned_reason = act.data["reason"]
        self._drop_signatures()

    @step(
        _("不再签署"),
        source=[DRAFTING.id, SIGNING.id, GUARANTOR_SIGNING.id, BUREAU_SIGNING.id],
        target=VOID.id,
        by=BY_TIME,
        form=ReasonForm,
        closes=[GUARANTOR_SIGNATURE, BUREAU_SIGNATURE],
        help=_("项目终止或者撤销的，未签署的任务书随之作废。"),
    )
    def give_up(self, act: Act) -> None:
        """The project has ended before it began."""

    @step(
        _("恢复签署"),
        source=VOID.id,
        target=DRAFTING.id,
        by=BY_TIME,
        form=ReasonForm,
        help=_("终止、撤销的决定撤回后，任务书重新编制、定稿、签署。"),
    )
    def take_up(self, act: Act) -> None:
        """The project was ended by mistake before it began; what was signed counts no more."""
        self._drop_signatures()

    def _drop_signatures(self) -> None:
        self.undertaker_signer = self.guarantor_signer = ""
        self.undertaker_on = self.guarantor_on = None
