"""The declared life of a municipal pilot: from the empty form to the certificate, and every other end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilots import states
from portal.declaration.states import ACCEPTED, FRONT_END, STAGES
from portal.lifecycle.states import Lifecycle

_SPLIT = FRONT_END.index(ACCEPTED) + 1
_IN_ORDER = (*FRONT_END[:_SPLIT], *states.APPROVAL_STATES, *states.RUNNING_STATES, *FRONT_END[_SPLIT:])

LIFECYCLE = Lifecycle("pilots", _("市级标准化试点"), {s.id: s for s in _IN_ORDER}, stages=(*STAGES, *states.STAGES))
