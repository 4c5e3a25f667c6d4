"""The life of a docket."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import CHIEF, HANDLER, LEADER, Lifecycle, State

DRAFTING = State(
    "drafting", _("拟办中"), waits_for=HANDLER, help=_("经办人正在拟办，可以增减项目、填写理由。"), tone="secondary"
)
RETURNED = State(
    "returned", _("退回经办"), waits_for=HANDLER, help=_("审核或者审批中退回，修改后重新报审。"), tone="orange"
)
CHIEF_REVIEW = State("chief_review", _("处室审核"), waits_for=CHIEF, help=_("等待处室负责人审核。"))
LEADER_REVIEW = State("leader_review", _("局领导审批"), waits_for=LEADER, help=_("等待局领导逐项审批。"))
DECIDED = State(
    "decided", _("已审批，待发文登记"), waits_for=HANDLER, help=_("审批完成；发文登记后各项目的状态方才变更并告知。")
)
SCHEDULED = State("scheduled", _("已登记，待发布"), waits_for=HANDLER, help=_("已发文登记，到设定日期自动发布。"))
ISSUED = State("issued", _("已发文"), terminal=True, good=True, help=_("已发文登记，各项目已办理。"), tone="green")
CANCELLED = State("cancelled", _("已取消"), terminal=True, help=_("呈批件已取消，各项目恢复原办理。"), tone="secondary")

LIFECYCLE = Lifecycle(
    "docket",
    _("呈批件"),
    {s.id: s for s in (DRAFTING, RETURNED, CHIEF_REVIEW, LEADER_REVIEW, DECIDED, SCHEDULED, ISSUED, CANCELLED)},
)
#: states in which the items bar other steps of their dossiers
LIVE = (DRAFTING.id, RETURNED.id, CHIEF_REVIEW.id, LEADER_REVIEW.id, DECIDED.id, SCHEDULED.id)
EDITABLE = (DRAFTING.id, RETURNED.id)
UNDECIDED = (DRAFTING.id, RETURNED.id, CHIEF_REVIEW.id, LEADER_REVIEW.id)
