"""The lives of a public notice and of an objection."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, Lifecycle, Party, State

PUBLIC = Party("public", _("社会公众"))

DRAFT = State("draft", _("起草中"), waits_for=HANDLER, help=_("公示正在起草，仅内部可见。"), tone="secondary")
RUNNING = State("running", _("公示中"), waits_for=PUBLIC, help=_("公示期内，任何单位和个人可以实名提出异议。"))
CLOSED = State(
    "closed",
    _("公示结束"),
    terminal=True,
    good=True,
    help=_("公示期已满，各项公示已经结束。"),
    tone="green",
)
NOTICE = Lifecycle("notice", _("公示"), {s.id: s for s in (DRAFT, RUNNING, CLOSED)})

ENTERED = State(
    "entered",
    _("来函待复核"),
    waits_for=HANDLER,
    help=_("来函已登记，须由登记人以外的本领域经办人对照原件复核；只有一名经办人的，由处室负责人指定代理人复核。"),
)
DISCARDED = State(
    "discarded",
    _("登记退回"),
    terminal=True,
    help=_("登记与来函原件不符，未作为异议办理，须重新登记。"),
    tone="secondary",
)
FILED = State("filed", _("已提出"), waits_for=HANDLER, help=_("异议已收到，等待审查是否受理。"))
ADMITTED = State("admitted", _("已受理"), waits_for=HANDLER, help=_("异议已受理，正在核实。"))
INADMISSIBLE = State(
    "inadmissible",
    _("不予受理"),
    terminal=True,
    help=_("异议不是实名提出、没有具体理由或者与公示内容无关。"),
    tone="secondary",
)
UPHELD = State("upheld", _("异议成立"), terminal=True, help=_("经核实异议成立，该项目退回重新审议。"), tone="red")
REJECTED = State(
    "rejected", _("异议不成立"), terminal=True, good=True, help=_("经核实异议不成立，已书面答复。"), tone="green"
)
OBJECTION = Lifecycle(
    "objection",
    _("公示异议"),
    {s.id: s for s in (ENTERED, DISCARDED, FILED, ADMITTED, INADMISSIBLE, UPHELD, REJECTED)},
)
