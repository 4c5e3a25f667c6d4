"""The life of a rectification."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, UNDERTAKER, Lifecycle, State

ORDERED = State(
    "ordered",
    _("整改中"),
    waits_for=UNDERTAKER,
    help=_("承担单位按整改要求整改，并在期限内提交整改报告。"),
    tone="orange",
)
OVERDUE = State(
    "overdue",
    _("逾期未报告"),
    waits_for=UNDERTAKER,
    help=_("整改期限已过，尚未收到整改报告。仍可提交；也可能依程序终止项目。"),
    tone="red",
)
REPORTED = State("reported", _("已报告，待核查"), waits_for=HANDLER, help=_("整改报告已提交，由经办人组织核查。"))
VERIFIED = State("verified", _("整改合格"), terminal=True, good=True, help=_("经核查，整改符合要求。"), tone="green")
NOT_VERIFIED = State("not_verified", _("整改不合格"), terminal=True, help=_("经核查，整改未达到要求。"), tone="red")
ENDED = State("ended", _("不再整改"), terminal=True, help=_("项目已终止或者撤销，整改随之结束。"), tone="secondary")
LIFECYCLE = Lifecycle(
    "rectification",
    _("限期整改"),
    {s.id: s for s in (ORDERED, OVERDUE, REPORTED, VERIFIED, NOT_VERIFIED, ENDED)},
)
LIVE = (ORDERED.id, OVERDUE.id, REPORTED.id)
