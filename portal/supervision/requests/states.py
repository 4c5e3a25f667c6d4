"""The life of a request."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, Lifecycle, State

FILED = State("filed", _("已提出，待办理"), waits_for=HANDLER, help=_("申请已提出，项目的状态不变，等待经办人办理。"))
GRANTED = State("granted", _("已同意"), terminal=True, good=True, help=_("申请已同意并办理。"), tone="green")
REFUSED = State("refused", _("不同意"), terminal=True, help=_("申请未获同意，理由见意见。"), tone="red")
TAKEN_BACK = State("taken_back", _("已撤销申请"), terminal=True, help=_("申请单位撤销了申请。"), tone="secondary")

LAPSED = State("lapsed", _("不再办理"), terminal=True, help=_("项目已有处理结果，申请不再办理。"), tone="secondary")

LIFECYCLE = Lifecycle("request", _("申请事项"), {s.id: s for s in (FILED, GRANTED, REFUSED, TAKEN_BACK, LAPSED)})
