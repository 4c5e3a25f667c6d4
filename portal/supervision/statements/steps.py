"""The steps of a statement, and their forms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.declaration.step_forms import SCANS, ReasonForm, date_field, text_area
from portal.execution.rules import handles_it, is_its_undertaker
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import CHIEF, HANDLER, NEW, UNDERTAKER, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_TIME
from portal.supervision.act_papers import PriorNotice, ServiceReceipt
from portal.supervision.statements.states import (
    CONSIDERED,
    DRAWN_UP,
    EXPIRED,
    LIVE,
    SERVED,
    STATED,
    WAIVED,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from portal.supervision.models import Statement

SERVE = Duty(
    "serve_notice",
    _("送达事先告知书"),
    HANDLER,
    due=lambda statement, opened: add_workdays(opened, int(statement.dossier.parameter("service_days"))),
    rule=_("送达期限 {service_days} 个工作日"),
    before=(1,),
    after=(1, 5),
    tells_after=(CHIEF,),
    goes_on=True,
)
STATE = Duty(
    "state",
    _("提出陈述申辩意见"),
    UNDERTAKER,
    due=lambda statement, opened: add_workdays(statement.served_on, int(statement.dossier.parameter("statement_days"))),
    rule=_("自送达之日起 {statement_days} 个工作日"),
    before=(3, 1),
    after=(),
    then="expire",
    goes_on=True,
)
CONSIDER = Duty(
    "consider_statement",
    _("复核陈述申辩意见"),
    HANDLER,
    due=lambda statement, opened: add_workdays(opened, int(statement.dossier.parameter("statement_days"))),
    rule=_("复核期限 {statement_days} 个工作日"),
    before=(1,),
    after=(1, 5),
    tells_after=(CHIEF,),
    goes_on=True,
)


@guard(_("没有同一决定的告知在办"))
def none_is_open(statement: Statement, actor: Actor) -> Text | None:
    from portal.supervision.models import Statement as Model

    twin = Model.objects.filter(dossier_id=statement.dossier_id, step=statement.step, state__in=LIVE)
    return _t("已就同一决定告知，陈述申辩程序尚未结束。") if twin.exists() else None


@guard(_("项目处于可以作出该决定的状态"))
def decision_is_in_reach(statement: Statement, actor: Actor) -> Text | None:
    dossier = statement.dossier
    return None if dossier.state in statement.kind_info.sources else _t("项目当前状态不能作出该决定。")


class DrawUpForm(StepForm):
    """What is intended, why, and on what facts."""

    opinion_field = "facts"
    facts = text_area(_("事实"), max_length=2000, help_text=_("写入事先告知书。写明时间、行为和查明的情况。"))
    grounds = text_area(_("拟作出决定的理由和依据"), max_length=1000, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("grounds", str(self.subject.kind_info.grounds))


class ServeForm(StepForm):
    """送达回证: when and how the notice was served."""

    opinion_field = "method"
    served_on = date_field(_("送达日期"))
    method = forms.ChoiceField(
        label=_("送达方式"),
        choices=[
            (words, words) for words in (_("直接送达"), _("邮寄送达"), _("电子送达"), _("留置送达"), _("公告送达"))
        ],
    )
    receipt = AttachmentField(
        slot="service_receipt",
        label=_("送达回证扫描件"),
        kinds=SCANS,
        help_text=_("签收的送达回证、邮寄签收记录或者电子送达记录。"),
    )

    def clean_served_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["served_on"]
        drawn = clock.local(self.subject.drawn_at).date()
        if not drawn <= day <= clock.today():
            raise ValidationError(_("送达日期应在告知书出具日期 %(first)s 至今天之间。"), params={"first": drawn})
        return day


class StateForm(StepForm):
    """What the party says."""

    opinion_field = "text"
    text = text_area(_("陈述申辩意见"), max_length=4000, rows=8)
    evidence = AttachmentField(
        slot="statement_evidence",
        label=_("证据材料"),
        multiple=True,
        required=False,
        help_text=_("支持陈述申辩意见的材料，可以不传。"),
    )


class FindingForm(StepForm):
    """What came of considering it."""

    opinion_field = "finding"
    finding = text_area(_("复核意见"), max_length=2000, help_text=_("逐条说明意见是否采纳及理由，供审批时参考。"))


class StatementSteps:
    """The steps of a statement."""

    if TYPE_CHECKING:
        facts: Any
        grounds: Any
        drawn_at: Any
        served_on: Any
        method: Any
        text: Any
        stated_at: Any
        finding: Any
        considered_at: Any

    @step(
        _("事先告知"),
        source=NEW,
        target=DRAWN_UP.id,
        by=handles_it,
        guards=[decision_is_in_reach, none_is_open],
        form=DrawUpForm,
        opens=[SERVE],
        papers=[PriorNotice, ServiceReceipt],
        tells=[UNDERTAKER],
        help=_("出具事先告知书和送达回证，告知拟作出的决定、事实、理由，以及陈述申辩的权利。"),
        confirm=_("承担单位将收到事先告知书；陈述申辩期限自送达之日起计算。"),
        tone="danger",
    )
    def draw_up(self, act: Act) -> None:
        """The handler gives notice of an intended decision."""
        self.facts, self.grounds, self.drawn_at = act.data["facts"], act.data["grounds"], act.at

    @step(
        _("登记送达"),
        source=DRAWN_UP.id,
        target=SERVED.id,
        by=handles_it,
        form=ServeForm,
        closes=[SERVE],
        opens=[STATE],
        tells=[UNDERTAKER],
        help=_("登记送达日期、方式并上传送达回证，陈述申辩期限随即开始计算。"),
        confirm=_("登记后不能修改；承担单位将收到陈述申辩的截止日期。"),
        tone="primary",
    )
    def serve(self, act: Act) -> None:
        """The notice was served; the term runs from that day."""
        self.served_on, self.method = act.data["served_on"], act.data["method"]

    @step(
        _("提出陈述申辩"),
        source=SERVED.id,
        target=STATED.id,
        by=is_its_undertaker,
        form=StateForm,
        closes=[STATE],
        opens=[CONSIDER],
        tells=[HANDLER],
        help=_("对拟作出的决定提出意见，可以附证据材料。"),
        confirm=_("提交后不能修改；经办人将收到通知并复核。"),
        tone="primary",
    )
    def state_case(self, act: Act) -> None:
        """The party is heard."""
        self.text, self.stated_at = act.data["text"], act.at

    @step(
        _("放弃陈述申辩"),
        source=SERVED.id,
        target=WAIVED.id,
        by=is_its_undertaker,
        closes=[STATE],
        tells=[HANDLER],
        help=_("不提出意见的，可以声明放弃。"),
        confirm=_("放弃后不能再提出；经办人将收到通知。"),
    )
    def waive(self, act: Act) -> None:
        """The party does not want to be heard."""

    @step(
        _("陈述申辩期满"),
        source=SERVED.id,
        target=EXPIRED.id,
        by=BY_TIME,
        closes=[STATE],
        tells=[UNDERTAKER, HANDLER],
        help=_("期限届满没有提出意见的，视为放弃。"),
    )
    def expire(self, act: Act) -> None:
        """Nothing came in time."""

    @step(
        _("记录复核意见"),
        source=STATED.id,
        target=CONSIDERED.id,
        by=handles_it,
        form=FindingForm,
        closes=[CONSIDER],
        tells=[UNDERTAKER],
        help=_("逐条复核陈述申辩意见；采纳的，撤回告知或者调整拟作出的决定。"),
        confirm=_("记录后不能修改；承担单位将收到复核意见。"),
        tone="primary",
    )
    def consider(self, act: Act) -> None:
        """The handler has considered what was said."""
        self.finding, self.considered_at = act.data["finding"], act.at

    @step(
        _("撤回告知"),
        source=[DRAWN_UP.id, SERVED.id, STATED.id],
        target=WITHDRAWN.id,
        by=handles_it | BY_TIME,
        form=ReasonForm,
        closes=[SERVE, STATE, CONSIDER],
        tells=[UNDERTAKER],
        help=_("不再拟作出所告知的决定，或者项目已有其他处理结果。"),
        confirm=_("撤回后程序终止，需要时应当重新告知；承担单位将收到通知。"),
    )
    def withdraw_notice(self, act: Act) -> None:
        """The decision is no longer intended."""
