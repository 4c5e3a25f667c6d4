"""The life of a statement 陈述申辩."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, UNDERTAKER, Lifecycle, State

DRAWN_UP = State(
    "drawn_up",
    _("已告知，待送达登记"),
    waits_for=HANDLER,
    help=_("事先告知书已出具。送达后登记送达回证，陈述申辩期限自送达之日起计算。"),
)
SERVED = State(
    "served",
    _("陈述申辩期"),
    waits_for=UNDERTAKER,
    help=_("可以在期限内提出陈述申辩意见，也可以声明放弃；期满未提出的，视为放弃。"),
    tone="orange",
)
STATED = State(
    "stated", _("已陈述申辩，待复核"), waits_for=HANDLER, help=_("陈述申辩意见已提交，经办人复核并记录复核意见。")
)
CONSIDERED = State(
    "considered", _("已复核"), terminal=True, good=True, help=_("陈述申辩意见已复核，可以依程序作出决定。")
)
WAIVED = State("waived", _("已放弃"), terminal=True, good=True, help=_("当事人声明放弃陈述申辩。"), tone="secondary")
EXPIRED = State(
    "expired", _("期满未提出"), terminal=True, good=True, help=_("期限内没有提出陈述申辩意见。"), tone="secondary"
)
WITHDRAWN = State(
    "withdrawn", _("已撤回告知"), terminal=True, help=_("不再拟作出所告知的决定，告知撤回。"), tone="secondary"
)
LIFECYCLE = Lifecycle(
    "statement",
    _("陈述申辩"),
    {s.id: s for s in (DRAWN_UP, SERVED, STATED, CONSIDERED, WAIVED, EXPIRED, WITHDRAWN)},
)
LIVE = (DRAWN_UP.id, SERVED.id, STATED.id)
#: states in which the party has been heard, or did not want to be
HEARD = (CONSIDERED.id, WAIVED.id, EXPIRED.id)
