"""The life of a request."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import APPLICANT, HANDLER, Lifecycle, State

DRAFT = State(
    "draft",
    _("草稿"),
    waits_for=APPLICANT,
    private=True,
    help=_("申请正在填写，仅本单位可见；提出后方开始办理。"),
    tone="secondary",
)
FILED = State("filed", _("已提出，待办理"), waits_for=HANDLER, help=_("申请已提出，项目的状态不变，等待办理。"))
ENDORSED = State(
    "endorsed",
    _("保证单位已表示意见，待办理"),
    waits_for=HANDLER,
    help=_("项目保证单位已表示意见，等待市市场监督管理局办理。"),
)
GRANTED = State("granted", _("已同意"), terminal=True, good=True, help=_("申请已同意并办理。"), tone="green")
REFUSED = State("refused", _("不同意"), terminal=True, help=_("申请未获同意，理由见意见。"), tone="red")
TAKEN_BACK = State("taken_back", _("已撤销申请"), terminal=True, help=_("申请单位撤销了申请。"), tone="secondary")

LAPSED = State("lapsed", _("不再办理"), terminal=True, help=_("项目已有处理结果，申请不再办理。"), tone="secondary")

LIFECYCLE = Lifecycle(
    "request", _("申请事项"), {s.id: s for s in (DRAFT, FILED, ENDORSED, GRANTED, REFUSED, TAKEN_BACK, LAPSED)}
)
#: states in which it waits to be decided; in which it is under way at all
WAITING = (FILED.id, ENDORSED.id)
LIVE = (DRAFT.id, FILED.id, ENDORSED.id)
