"""The life of an enquiry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import APPLICANT, HANDLER, Lifecycle, State

OPEN = State("open", _("待答复"), waits_for=APPLICANT, help=_("经办人有问题请申报单位说明，不属于补正，申报书不变。"))
ANSWERED = State(
    "answered",
    _("已答复"),
    waits_for=HANDLER,
    help=_("申报单位已答复，经办人可以结束沟通，或者继续询问。"),
    tone="yellow",
)
CLOSED = State("closed", _("已结束"), terminal=True, good=True, help=_("沟通已结束，往来内容留存。"), tone="green")

LIFECYCLE = Lifecycle("enquiry", _("咨询沟通"), {s.id: s for s in (OPEN, ANSWERED, CLOSED)})
