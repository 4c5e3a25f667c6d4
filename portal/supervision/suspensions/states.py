"""The life of a suspension."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, Lifecycle, State

OPEN = State(
    "open",
    _("暂停中"),
    waits_for=HANDLER,
    help=_("项目暂停，各项期限停止计算；恢复后顺延。暂停期间可以申请恢复或者终止。"),
    tone="orange",
)
ENDED = State("ended", _("已恢复"), terminal=True, good=True, help=_("暂停已结束，各项期限相应顺延。"), tone="green")
LIFECYCLE = Lifecycle("suspension", _("暂停"), {s.id: s for s in (OPEN, ENDED)})
