"""The steps of a claim and of a request to join. Each class declares its own: a step belongs to one state column."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import UNIT_FACTS
from portal.lifecycle.states import NEW
from portal.lifecycle.steps import Act, step
from portal.registration import rules
from portal.registration.forms import ClaimForm, ConfirmClaimForm, ConfirmJoinForm, JoinForm, ReasonsForm
from portal.registration.states import CLAIMANT, CONFIRMER, UNIT_ADMINISTRATOR

_DECIDES = rules.is_its_district_bureau | rules.is_a_handler
_LETS_IN = rules.administers_the_unit | rules.stands_in_for_the_unit
_WITHDRAW_CONFIRM = _("撤回后不再办理，需要时可重新申请。")


class ClaimSteps:
    """The steps of a unit's claim."""

    code_override_reason: Any
    decided_at: Any

    @step(
        _("申请登记"),
        source=NEW,
        target="submitted",
        by=rules.is_the_claimant,
        guards=[rules.has_no_other_claim],
        form=ClaimForm,
        tells=[CONFIRMER],
        help=_("登记单位信息，由所在区市场监管局或市局经办人确认。"),
    )
    def submit(self, act: Act) -> None:
        """A person files a unit's record."""
        _take_over(self, act)

    @step(
        _("修改后重新提交"),
        source="returned",
        target="submitted",
        by=rules.is_the_claimant,
        form=ClaimForm,
        tells=[CONFIRMER],
        help=_("按退回理由修改单位信息后重新提交。"),
        tone="primary",
    )
    def resubmit(self, act: Act) -> None:
        """The person mends a returned claim."""
        _take_over(self, act)

    @step(
        _("确认"),
        source="submitted",
        target="confirmed",
        by=_DECIDES,
        guards=[rules.unit_is_not_registered, rules.code_is_in_order_or_a_handler_acts],
        form=ConfirmClaimForm,
        tells=[CLAIMANT],
        help=_("单位予以登记，申请人成为单位管理员。"),
        confirm=_("确认后单位即可申报项目，申请人将收到通知；单位名称和信用代码此后由系统管理员更正。"),
        tone="primary",
    )
    def confirm(self, act: Act) -> None:
        """The unit is registered and the person becomes its administrator."""
        self.code_override_reason = act.data.get("code_override_reason", "")
        self.decided_at = act.at

    @step(
        _("退回修改"),
        source="submitted",
        target="returned",
        by=_DECIDES,
        form=ReasonsForm,
        tells=[CLAIMANT],
        help=_("单位信息有误或不完整，退回申请人修改。"),
        confirm=_("退回后申请人将收到通知，可修改后重新提交。"),
    )
    def send_back(self, act: Act) -> None:
        """The record has to be mended."""

    @step(
        _("不予确认"),
        source="submitted",
        target="refused",
        by=_DECIDES,
        form=ReasonsForm,
        tells=[CLAIMANT],
        help=_("单位信息不属实或不符合登记条件。"),
        confirm=_("不予确认后本申请终结，申请人将收到通知，可重新申请。"),
        tone="danger",
    )
    def refuse(self, act: Act) -> None:
        """The claim is not accepted."""
        self.decided_at = act.at

    @step(
        _("撤回申请"),
        source=("submitted", "returned"),
        target="withdrawn",
        by=rules.is_the_claimant,
        help=_("不再申请登记。"),
        confirm=_WITHDRAW_CONFIRM,
    )
    def withdraw(self, act: Act) -> None:
        """The person takes the claim back."""
        self.decided_at = act.at


class JoinSteps:
    """The steps of a request to join a unit."""

    note: Any
    role: Any
    submitted_at: Any
    decided_at: Any

    @step(
        _("申请加入"),
        source=NEW,
        target="submitted",
        by=rules.is_the_claimant,
        guards=[rules.may_ask_to_join],
        form=JoinForm,
        tells=[UNIT_ADMINISTRATOR],
        help=_("申请加入已登记的单位，由单位管理员确认。"),
    )
    def ask(self, act: Act) -> None:
        """A person asks to join."""
        self.note, self.submitted_at = act.data["note"], act.at

    @step(
        _("修改后重新提交"),
        source="returned",
        target="submitted",
        by=rules.is_the_claimant,
        guards=[rules.may_ask_to_join],
        form=JoinForm,
        tells=[UNIT_ADMINISTRATOR],
        help=_("补充说明后重新提交。"),
        tone="primary",
    )
    def ask_again(self, act: Act) -> None:
        """The person answers what the administrator asked."""
        self.note, self.submitted_at = act.data["note"], act.at

    @step(
        _("同意加入"),
        source="submitted",
        target="confirmed",
        by=_LETS_IN,
        form=ConfirmJoinForm,
        tells=[CLAIMANT],
        help=_("申请人成为单位成员。"),
        confirm=_("同意后申请人即可代表本单位办理，申请人将收到通知；以后可在“单位与成员”中调整或停用。"),
        tone="primary",
    )
    def admit(self, act: Act) -> None:
        """The person becomes a member."""
        self.role, self.decided_at = act.data["role"], act.at

    @step(
        _("退回修改"),
        source="submitted",
        target="returned",
        by=_LETS_IN,
        form=ReasonsForm,
        tells=[CLAIMANT],
        help=_("说明不清楚，请申请人补充。"),
    )
    def send_back(self, act: Act) -> None:
        """The administrator wants to know more."""

    @step(
        _("不同意加入"),
        source="submitted",
        target="refused",
        by=_LETS_IN,
        form=ReasonsForm,
        tells=[CLAIMANT],
        help=_("申请人不是本单位人员等。"),
        confirm=_("申请人将收到通知和理由。"),
        tone="danger",
    )
    def refuse(self, act: Act) -> None:
        """The person is not let in."""
        self.decided_at = act.at

    @step(
        _("撤回申请"),
        source=("submitted", "returned"),
        target="withdrawn",
        by=rules.is_the_claimant,
        help=_("不再申请加入。"),
        confirm=_WITHDRAW_CONFIRM,
    )
    def withdraw(self, act: Act) -> None:
        """The person takes the request back."""
        self.decided_at = act.at


def _take_over(claim: Any, act: Act) -> None:
    for name in (*UNIT_FACTS, "manual_check", "manual_reason"):
        setattr(claim, name, act.data[name])
    claim.submitted_at = act.at
