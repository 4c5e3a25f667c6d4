"""The life of a correction."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import CHIEF, Lifecycle, State

PROPOSED = State(
    "proposed", _("待审核"), waits_for=CHIEF, help=_("经办人提出更正，等待处室负责人审核；审核前原文书继续有效。")
)
CONFIRMED = State(
    "confirmed", _("已更正"), terminal=True, good=True, help=_("新的文书已出具，原文书被替换。"), tone="green"
)
REFUSED = State("refused", _("不同意更正"), terminal=True, help=_("原文书继续有效。"), tone="red")
TAKEN_BACK = State("taken_back", _("已撤销"), terminal=True, help=_("经办人撤销，原文书继续有效。"), tone="secondary")

LIFECYCLE = Lifecycle("correction", _("更正"), {s.id: s for s in (PROPOSED, CONFIRMED, REFUSED, TAKEN_BACK)})
