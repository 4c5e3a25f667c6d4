"""The steps of a request, and their forms."""

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
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, NEW, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_TIME, who
from portal.supervision.requests.states import FILED, GRANTED, LAPSED, REFUSED, TAKEN_BACK

if TYPE_CHECKING:
    from portal.supervision.models import Request


ANSWER = Duty(
    "answer_request",
    _("办理申请事项"),
    HANDLER,
    due=lambda request, opened: add_workdays(opened, int(request.dossier.parameter("request_days"))),
    rule=_("办理期限 {request_days} 个工作日"),
    before=(1,),
    after=(1, 5),
    tells_after=(CHIEF,),
)


@who(_("申报单位"), Role.UNIT_ADMIN, Role.UNIT_EDITOR)
def asks(actor: Actor, request: Request) -> bool:
    return actor.unit_id is not None and actor.unit_id == request.dossier.applicant_id


@who(_("经办人（所属领域）"), Role.HANDLER)
def answers(actor: Actor, request: Request) -> bool:
    from portal.dossiers.rules import is_its_handler

    return is_its_handler.relation(actor, request.dossier)


@guard(_("项目处于可以申请的状态"))
def dossier_is_in_reach(request: Request, actor: Actor) -> Text | None:
    dossier = request.dossier
    return None if dossier.state in request.kind_info.sources else _t("项目当前状态不能办理此项申请。")


@guard(_("没有同类申请在办"))
def none_is_open(request: Request, actor: Actor) -> Text | None:
    from portal.supervision.models import Request as Model

    twin = Model.objects.filter(dossier_id=request.dossier_id, kind=request.kind, state=FILED.id)
    return _t("已有同类申请在办。") if twin.exists() else None


class AskForm(StepForm):
    """The reasons and a sealed letter."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("申请理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    letter = AttachmentField(
        slot="request_letter",
        label=_("加盖公章的申请扫描件"),
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = self.subject.kind_info.help


class AnswerForm(StepForm):
    """The handler's opinion."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RequestSteps:
    """The steps of a request. What a grant does to the dossier follows as an effect."""

    if TYPE_CHECKING:
        reason: Any
        answer: Any
        answered_at: Any

    @step(
        _("提出申请"),
        source=NEW,
        target=FILED.id,
        by=asks,
        guards=[dossier_is_in_reach, none_is_open],
        form=AskForm,
        opens=[ANSWER],
        tells=[HANDLER],
        help=_("向市市场监督管理局提出申请，办理前项目的状态不变。"),
        confirm=_("经办人将收到通知；办理前可以撤销申请。"),
        tone="primary",
    )
    def file(self, act: Act) -> None:
        """The applicant asks."""
        self.reason = act.data["reason"]

    @step(
        _("撤销申请"),
        source=FILED.id,
        target=TAKEN_BACK.id,
        by=asks,
        closes=[ANSWER],
        tells=[HANDLER],
        help=_("办理前可以撤销，项目照常办理。"),
        confirm=_("撤销后不再办理，需要时可以重新申请；经办人将收到通知。"),
    )
    def take_back(self, act: Act) -> None:
        """The applicant takes the request back."""

    @step(
        _("同意"),
        source=FILED.id,
        target=GRANTED.id,
        by=answers,
        guards=[dossier_is_in_reach],
        form=AnswerForm,
        closes=[ANSWER],
        tells=[APPLICANT],
        help=_("同意后随即办理。"),
        confirm=_("同意后项目状态随即变更，不能撤销。"),
        tone="primary",
    )
    def grant(self, act: Act) -> None:
        """The handler grants it; the dossier follows at once."""
        self.answer, self.answered_at = act.data["reason"], act.at

    @step(
        _("不同意"),
        source=FILED.id,
        target=REFUSED.id,
        by=answers,
        form=AnswerForm,
        closes=[ANSWER],
        tells=[APPLICANT],
        help=_("写明理由，项目照常办理。"),
        confirm=_("答复后不能修改；申报单位将收到通知和理由。"),
    )
    def refuse(self, act: Act) -> None:
        """The handler refuses it, with reasons."""
        self.answer, self.answered_at = act.data["reason"], act.at

    @step(
        _("不再办理"),
        source=FILED.id,
        target=LAPSED.id,
        by=BY_TIME,
        form=AnswerForm,
        closes=[ANSWER],
        tells=[APPLICANT],
        help=_("项目已有处理结果的，未办理的申请随之终止。"),
    )
    def lapse(self, act: Act) -> None:
        """The dossier went on to where nothing can be granted any more."""
        self.answer, self.answered_at = act.data["reason"], act.at
