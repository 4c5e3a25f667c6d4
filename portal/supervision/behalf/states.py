"""The life of an entry on behalf."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import Lifecycle, Party, State

CHECKER = Party("checker", _("复核人"))

ENTERED = State(
    "entered", _("待复核"), waits_for=CHECKER, help=_("已代录，须由代录人以外的经办人或者处室负责人对照原件复核。")
)
DONE = State("done", _("已复核办理"), terminal=True, good=True, help=_("复核无误，已经办理。"), tone="green")
SENT_BACK = State("sent_back", _("复核退回"), terminal=True, help=_("与原件不符，未办理，须重新代录。"), tone="red")
TAKEN_BACK = State("taken_back", _("已撤销"), terminal=True, help=_("代录人撤销，未办理。"), tone="secondary")

LIFECYCLE = Lifecycle("on_behalf", _("代录"), {s.id: s for s in (ENTERED, DONE, SENT_BACK, TAKEN_BACK)})
