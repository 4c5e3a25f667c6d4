"""The life of an endorsement."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import Lifecycle, Party, State

ENDORSER = Party("endorser", _("被征求意见单位"))

ASKED = State(
    "asked", _("待答复"), waits_for=ENDORSER, help=_("已向有关单位征求意见，等待答复并上传盖章扫描件。"), tone="blue"
)
AGREED = State("agreed", _("同意"), terminal=True, good=True, help=_("有关单位已同意。"), tone="green")
DISAGREED = State("disagreed", _("不同意"), terminal=True, help=_("有关单位不同意，理由见意见。"), tone="red")
EXPIRED = State(
    "expired", _("未答复"), terminal=True, help=_("期限内未答复，或者事项已有结果、不再需要答复。"), tone="secondary"
)

LIFECYCLE = Lifecycle("endorsement", _("征求意见"), {s.id: s for s in (ASKED, AGREED, DISAGREED, EXPIRED)})
