"""The steps of a request, and their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, NEW, RECOMMENDER, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_TIME, who
from portal.supervision.act_papers import RequestPaper, RequestReply
from portal.supervision.requests.layout import Part, parts_of
from portal.supervision.requests.states import (
    DRAFT,
    ENDORSED,
    FILED,
    GRANTED,
    LAPSED,
    LIVE,
    REFUSED,
    TAKEN_BACK,
)

if TYPE_CHECKING:
    from portal.supervision.models import Request


ANSWER = Duty(
    "answer_request",
    _("办理申请事项"),
    HANDLER,
    due=lambda request, opened: add_workdays(opened, int(request.answer_days)),
    rule=_("办理期限 {answer_days} 个工作日"),
    before=(3, 1),
    after=(1, 5),
    tells_after=(CHIEF,),
    goes_on=True,
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

    twins = Model.objects.filter(dossier_id=request.dossier_id, kind=request.kind, state__in=LIVE)
    return _t("已有同类申请在办。") if twins.exclude(pk=request.pk).exists() else None


@guard(_("符合此项申请的条件"))
def conditions_are_met(request: Request, actor: Actor) -> Text | None:
    return next((reason for check in request.kind_info.guards if (reason := check(request))), None)


@guard(_("此项申请由经办人办理"))
def handler_decides(request: Request, actor: Actor) -> Text | None:
    return _t("此项申请须拟办呈批件，经审批后办理。") if request.kind_info.matter else None


class AskForm(StepForm):
    """The reasons, what the kind needs beside them, and a sealed letter."""

    template_name = "supervision/ask_form.html"
    opinion_field = "reason"
    reason = forms.CharField(label=_("申请理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    letter = AttachmentField(
        slot="request_letter",
        label=_("加盖公章的申请扫描件"),
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.subject
        self.needed = request.kind_info.needs(request)
        own = {"reason": self.fields.pop("reason")}
        self.fields = {**self.needed, **own, **self.fields}
        self.fields["reason"].help_text = request.kind_info.help
        self.wide = bool(request.kind_info.extra.get("wide"))
        if request.state == DRAFT.id:
            self.initial = {**request.data.get("typed", {}), "reason": request.reason, **self.initial}

    def parts(self) -> list[Part]:
        """For the template: what the kind asks for."""
        return parts_of(self, self.subject.kind_info.extra.get("labels", {}))

    def rest(self) -> list[forms.BoundField]:
        """For the template: the reasons and the letter."""
        return [self[name] for name in self.fields if name not in self.needed]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors.keys() & set(self.needed):
            try:
                data["payload"] = self.subject.kind_info.keep(self.subject, data)
            except ValidationError as error:
                self.add_error(None, error)
        return data

    def record_data(self) -> dict[str, Any]:
        """The payload once, not field by field."""
        return {name: value for name, value in super().record_data().items() if name not in self.needed}


class AnswerForm(StepForm):
    """The decider's opinion."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class OrderedAnswerForm(StepForm):
    """What the registration of a docket passes on."""

    opinion_field = "reason"
    reason = forms.CharField(required=False)
    number = forms.CharField(required=False)
    dated = forms.DateField(required=False)


class RequestSteps:
    """The steps of a request. What a grant does to the dossier follows as an effect."""

    if TYPE_CHECKING:
        reason: Any
        answer: Any
        answered_at: Any
        filed_at: Any
        data: Any

    @step(
        _("开始填写"),
        source=NEW,
        target=DRAFT.id,
        by=asks,
        guards=[dossier_is_in_reach, none_is_open],
        help=_("保存为草稿，可以继续填写。"),
    )
    def begin(self, act: Act) -> None:
        """The applicant begins a request that is not filed yet."""

    @step(
        _("提出申请"),
        source=[NEW, DRAFT.id],
        target=FILED.id,
        by=asks,
        guards=[dossier_is_in_reach, none_is_open, conditions_are_met],
        form=AskForm,
        opens=[ANSWER],
        papers=[RequestPaper],
        tells=[HANDLER, RECOMMENDER],
        help=_("向市市场监督管理局提出申请，办理前项目的状态不变。"),
        confirm=_("经办人将收到通知；办理前可以撤销申请。"),
        tone="primary",
    )
    def file(self, act: Act) -> None:
        """The applicant asks."""
        self.reason, self.data, self.filed_at = act.data["reason"], act.data["payload"], act.at

    @step(
        _("删除草稿"),
        source=DRAFT.id,
        target=TAKEN_BACK.id,
        by=asks,
        help=_("不再提出申请。"),
        confirm=_("草稿删除后不能恢复，需要时可以重新填写。"),
    )
    def discard(self, act: Act) -> None:
        """The draft is given up."""
        self.data = {}

    @step(
        _("撤销申请"),
        source=[FILED.id, ENDORSED.id],
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
        _("保证单位表示意见"),
        source=FILED.id,
        target=ENDORSED.id,
        by=BY_TIME,
        help=_("项目保证单位同意、不同意或者逾期未答复的，均转办理，意见供办理时参考。"),
    )
    def note_endorsement(self, act: Act) -> None:
        """The guarantor has answered, or nobody waits for its answer any more."""

    @step(
        _("同意"),
        source=[FILED.id, ENDORSED.id],
        target=GRANTED.id,
        by=answers,
        guards=[handler_decides, dossier_is_in_reach],
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
        source=[FILED.id, ENDORSED.id],
        target=REFUSED.id,
        by=answers,
        guards=[handler_decides],
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
        _("批准申请"),
        source=[FILED.id, ENDORSED.id],
        target=GRANTED.id,
        by=BY_TIME,
        form=OrderedAnswerForm,
        closes=[ANSWER],
        papers=[RequestReply],
        tells=[APPLICANT, RECOMMENDER],
        fulfils=True,
        help=_("呈批件审批同意并发文登记后办理，出具复函。"),
    )
    def grant_ordered(self, act: Act) -> None:
        """A docket granted it, with the step on the dossier."""
        self.answer, self.answered_at = act.data["reason"], act.at

    @step(
        _("不予批准申请"),
        source=[FILED.id, ENDORSED.id],
        target=REFUSED.id,
        by=BY_TIME,
        form=OrderedAnswerForm,
        closes=[ANSWER],
        tells=[APPLICANT, RECOMMENDER],
        fulfils=True,
        help=_("呈批件审批不予同意，写明理由。"),
    )
    def refuse_ordered(self, act: Act) -> None:
        """A docket refused it, with reasons."""
        self.answer, self.answered_at = act.data["reason"], act.at

    @step(
        _("不再办理"),
        source=[DRAFT.id, FILED.id, ENDORSED.id],
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
