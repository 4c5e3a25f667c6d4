"""The steps of a docket: 经办人 → 处室负责人 → 局领导 → 发文登记."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.base.counters import next_serial
from portal.lifecycle.states import CHIEF, HANDLER, LEADER, NEW
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME
from portal.supervision.dockets import forms, rules
from portal.supervision.dockets.states import (
    CANCELLED,
    CHIEF_REVIEW,
    DECIDED,
    DRAFTING,
    ISSUED,
    LEADER_REVIEW,
    RETURNED,
    SCHEDULED,
)
from portal.supervision.papers import DocketSheet


class DocketSteps:
    """The steps of a docket. Its items follow as an effect (`dockets.effects`)."""

    if TYPE_CHECKING:
        serial: Any
        drafter: Any
        responsible: Any
        sender: Any
        drafter_remark: Any
        drafter_at: Any
        chief_at: Any
        leader_at: Any
        chief_remark: Any
        leader_remark: Any
        number: Any
        dated: Any
        publish_on: Any
        issued_at: Any
        held_since: Any
        chief: Any
        leader: Any

    @step(
        _("拟办"),
        source=NEW,
        target=DRAFTING.id,
        by=rules.drafts,
        help=_("列入项目，逐项拟定处理意见，之后报审。"),
    )
    def draft(self, act: Act) -> None:
        """A docket is begun."""
        self.serial = next_serial("CP", clock.local(act.at).date().year)
        self.responsible = self.drafter
        self.held_since = act.at

    @step(
        _("报审"),
        source=[DRAFTING.id, RETURNED.id],
        target=CHIEF_REVIEW.id,
        by=rules.drafts,
        guards=[rules.is_ready],
        form=forms.RemarkForm,
        papers=[DocketSheet],
        tells=[CHIEF],
        help=_("填写拟办意见，报处室负责人审核。"),
        confirm=_("报审后项目和处理意见锁定，退回后方可修改。"),
        tone="primary",
    )
    def send_up(self, act: Act) -> None:
        """The handler sends the docket to the section chief."""
        self.drafter_remark, self.drafter_at, self.held_since = act.data["remark"], act.at, act.at
        self.sender = act.actor.membership
        self.chief, self.chief_remark, self.chief_at = None, "", None
        self.leader, self.leader_remark, self.leader_at = None, "", None

    @step(
        _("同意报批"),
        source=CHIEF_REVIEW.id,
        target=LEADER_REVIEW.id,
        by=rules.signs_as_chief,
        guards=[rules.needs_leader, rules.has_items],
        form=forms.RemarkForm,
        papers=[DocketSheet],
        tells=[LEADER],
        help=_("填写审核意见，报局领导审批。"),
        tone="primary",
    )
    def pass_on(self, act: Act) -> None:
        """The section chief agrees and sends the docket to the leader."""
        self.chief_remark, self.chief_at, self.held_since = act.data["remark"], act.at, act.at
        self.chief = act.actor.membership

    @step(
        _("审批"),
        source=CHIEF_REVIEW.id,
        target=DECIDED.id,
        by=rules.signs_as_chief,
        guards=[rules.chief_decides, rules.has_items],
        form=forms.DecideForm,
        papers=[DocketSheet],
        tells=[HANDLER],
        decides=True,
        help=_("逐项审批；不同意的项目退出呈批件。"),
        tone="primary",
    )
    def decide_as_chief(self, act: Act) -> None:
        """The section chief decides a matter that ends with him."""
        self.chief_remark, self.chief_at, self.held_since = act.data["remark"], act.at, act.at
        self.chief = act.actor.membership

    @step(
        _("审批"),
        source=LEADER_REVIEW.id,
        target=DECIDED.id,
        by=rules.signs_as_leader,
        guards=[rules.another_person_decides, rules.has_items],
        form=forms.DecideForm,
        papers=[DocketSheet],
        tells=[HANDLER, CHIEF],
        decides=True,
        help=_("逐项审批；不同意的项目退出呈批件，其余照办。"),
        confirm=_("审批后由经办人办理发文登记；发文登记前申报单位看不到结果。"),
        tone="primary",
        bulk=True,
    )
    def decide(self, act: Act) -> None:
        """The leader decides, item by item."""
        self.leader_remark, self.leader_at, self.held_since = act.data["remark"], act.at, act.at
        self.leader = act.actor.membership

    @step(
        _("退回经办"),
        source=[CHIEF_REVIEW.id, LEADER_REVIEW.id],
        target=RETURNED.id,
        by=rules.signs_now,
        form=forms.ReturnForm,
        tells=[HANDLER],
        help=_("写明意见，退回经办人修改。"),
        confirm=_("退回后经办人可以增减项目、修改意见，重新报审。"),
    )
    def send_back(self, act: Act) -> None:
        """The docket goes back to its drafter with remarks."""
        self.held_since = act.at

    @step(
        _("发文登记"),
        source=DECIDED.id,
        target=ISSUED.id,
        by=rules.drafts,
        guards=[rules.something_was_agreed],
        form=forms.RegisterForm,
        papers=[DocketSheet],
        carries_out=True,
        help=_("办理登记，各项目随之办理、告知；须印发文件的，登记文号、成文日期和盖章原件。"),
        confirm=_("登记后各项目状态变更，应当告知的单位将收到通知；不能撤销，只能另行更正。"),
        tone="primary",
    )
    def register(self, act: Act) -> None:
        """The document is registered and every item passes the door."""
        self._register(act)
        self.issued_at = act.at

    @step(
        _("登记并定期发布"),
        source=DECIDED.id,
        target=SCHEDULED.id,
        by=rules.drafts,
        guards=[rules.something_was_agreed],
        form=forms.ScheduleForm,
        papers=[DocketSheet],
        help=_("先办理登记，到设定日期自动发布。"),
        confirm=_("到设定日期前申报单位看不到结果。"),
    )
    def schedule(self, act: Act) -> None:
        """The document is registered; the items pass the door on the set date."""
        self._register(act)

    @step(
        _("到期发布"),
        source=SCHEDULED.id,
        target=ISSUED.id,
        by=BY_TIME,
        guards=[rules.date_has_come],
        papers=[DocketSheet],
        carries_out=True,
        help=_("设定日期到达，各项目随之办理、告知。"),
    )
    def issue_on_date(self, act: Act) -> None:
        """The set date has come: every item passes the door."""
        self.issued_at = act.at

    @step(
        _("退回登记"),
        source=SCHEDULED.id,
        target=DECIDED.id,
        by=BY_TIME | rules.drafts,
        form=forms.UnscheduleForm,
        tells=[HANDLER],
        help=_("定期发布未能完成，或者需要改期的，退回发文登记。"),
    )
    def unschedule(self, act: Act) -> None:
        """The set date could not be kept; the handler registers again."""
        self.number, self.dated, self.publish_on, self.held_since = None, None, None, act.at

    @step(
        _("取消呈批件"),
        source=[DRAFTING.id, RETURNED.id, DECIDED.id],
        target=CANCELLED.id,
        by=rules.drafts,
        form=forms.CancelForm,
        help=_("取消后各项目恢复原办理，可以另行呈批。"),
        confirm=_("取消后不能恢复；各项目可以另行呈批。"),
        tone="danger",
    )
    def cancel(self, act: Act) -> None:
        """The docket is given up; its items are free again."""

    def _register(self, act: Act) -> None:
        self.number = act.data.get("number") or None
        self.dated = act.data.get("dated") or clock.local(act.at).date()
        self.publish_on = act.data.get("publish_on")
        self.held_since = act.at
