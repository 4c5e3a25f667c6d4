"""The lives of a unit's claim and of a request to join a unit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import Lifecycle, Party, State

CLAIMANT = Party("claimant", _("申请人"))
CONFIRMER = Party("confirmer", _("区市场监管局、市局经办人"))
UNIT_ADMINISTRATOR = Party("unit_administrator", _("单位管理员"))

_RETURNED_HELP = _("材料需要修改，修改后可重新提交。")
_WITHDRAWN_HELP = _("申请人已撤回。")

CLAIM = Lifecycle(
    "unit_claim",
    _("单位登记"),
    {
        state.id: state
        for state in (
            State(
                "submitted",
                _("待确认"),
                waits_for=CONFIRMER,
                help=_(
                    "由单位所在区市场监管局或市局经办人核对单位信息后确认。确认后申请人成为单位管理员，即可申报项目。"
                ),
            ),
            State("returned", _("退回修改"), waits_for=CLAIMANT, help=_RETURNED_HELP, tone="orange"),
            State("confirmed", _("已确认"), help=_("单位已登记。"), terminal=True, good=True, tone="green"),
            State("refused", _("不予确认"), help=_("单位信息不属实或不符合登记条件。"), terminal=True, tone="red"),
            State("withdrawn", _("已撤回"), help=_WITHDRAWN_HELP, terminal=True, tone="secondary"),
        )
    },
)

JOIN = Lifecycle(
    "unit_join",
    _("加入单位"),
    {
        state.id: state
        for state in (
            State(
                "submitted",
                _("待确认"),
                waits_for=UNIT_ADMINISTRATOR,
                help=_("由单位管理员确认，并指定其在本单位的角色。单位没有管理员的，由市局经办人确认。"),
            ),
            State("returned", _("退回修改"), waits_for=CLAIMANT, help=_RETURNED_HELP, tone="orange"),
            State("confirmed", _("已加入"), help=_("申请人已成为单位成员。"), terminal=True, good=True, tone="green"),
            State("refused", _("未同意加入"), help=_("单位未同意加入。"), terminal=True, tone="red"),
            State("withdrawn", _("已撤回"), help=_WITHDRAWN_HELP, terminal=True, tone="secondary"),
        )
    },
)
