"""The steps of an enquiry, and their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.dossiers.programmes import true_state
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import APPLICANT, HANDLER, NEW, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_TIME, who
from portal.supervision.enquiries.states import ANSWERED, CLOSED, OPEN

if TYPE_CHECKING:
    from portal.supervision.models import Enquiry

ANSWER = Duty(
    "answer_enquiry",
    _("答复咨询"),
    APPLICANT,
    due=lambda enquiry, opened: add_workdays(opened, int(enquiry.dossier.parameter("enquiry_days"))),
    rule=_("答复期限 {enquiry_days} 个工作日"),
    before=(1,),
    after=(1, 5),
    tells_after=(HANDLER,),
)


@who(_("经办人（所属领域）"), Role.HANDLER)
def asks(actor: Actor, enquiry: Enquiry) -> bool:
    from portal.dossiers.rules import is_its_handler

    return is_its_handler.relation(actor, enquiry.dossier)


@who(_("申报单位"), Role.UNIT_ADMIN, Role.UNIT_EDITOR)
def answers(actor: Actor, enquiry: Enquiry) -> bool:
    return actor.unit_id is not None and actor.unit_id == enquiry.dossier.applicant_id


@guard(_("项目仍在办理"))
def dossier_is_alive(enquiry: Enquiry, actor: Actor) -> Text | None:
    info = true_state(enquiry.dossier)
    return _t("项目已经终止，不再需要沟通。") if info.private or (info.terminal and not info.good) else None


def _files(label: Any) -> AttachmentField:
    return AttachmentField(slot="enquiry", label=label, required=False, multiple=True)


class QuestionForm(StepForm):
    """What the handler wants to know."""

    opinion_field = "question"
    question = forms.CharField(label=_("问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    files = _files(_("附件"))  # type: ignore[assignment]


class AnswerForm(StepForm):
    """The applicant's answer."""

    opinion_field = "answer"
    answer = forms.CharField(label=_("答复"), max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))
    files = _files(_("附件"))  # type: ignore[assignment]


class CloseForm(StepForm):
    """A closing remark."""

    opinion_field = "remark"
    remark = forms.CharField(label=_("备注"), required=False, max_length=500)


class EnquirySteps:
    """The steps of an enquiry."""

    if TYPE_CHECKING:
        question: Any
        answer: Any
        answered_at: Any

    @step(
        _("咨询沟通"),
        source=NEW,
        target=OPEN.id,
        by=asks,
        guards=[dossier_is_alive],
        form=QuestionForm,
        opens=[ANSWER],
        tells=[APPLICANT],
        help=_("请申报单位说明情况，不开放申报书修改；需要修改申报书的，应当要求补正。"),
        confirm=_("申报单位将收到通知，答复后通知您；往来内容写入办理历史。"),
        tone="primary",
    )
    def ask(self, act: Act) -> None:
        """The handler asks the applicant something."""
        self.question = act.data["question"]

    @step(
        _("答复咨询"),
        source=OPEN.id,
        target=ANSWERED.id,
        by=answers,
        form=AnswerForm,
        closes=[ANSWER],
        tells=[HANDLER],
        help=_("说明情况，可以附上材料；不改变申报书。"),
        confirm=_("提交后经办人将收到通知，答复不能修改。"),
        tone="primary",
    )
    def reply(self, act: Act) -> None:
        """The applicant answers."""
        self.answer, self.answered_at = act.data["answer"], act.at

    @step(
        _("结束沟通"),
        source=[OPEN.id, ANSWERED.id],
        target=CLOSED.id,
        by=asks | BY_TIME,
        form=CloseForm,
        closes=[ANSWER],
        help=_("问题已经清楚，或者不再需要答复的，结束本次沟通。"),
    )
    def close(self, act: Act) -> None:
        """The handler has what was wanted, or does not need it any more."""
