"""The declared life of a municipal pilot, as far as the portal carries it: from the empty form to the approval document."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilots.states import APPROVAL_STAGES, APPROVAL_STATES
from portal.declaration.states import ACCEPTED, FRONT_END, STAGES
from portal.lifecycle.states import Lifecycle

_IN_ORDER = (*FRONT_END[: FRONT_END.index(ACCEPTED) + 1], *APPROVAL_STATES, *FRONT_END[FRONT_END.index(ACCEPTED) + 1 :])

LIFECYCLE = Lifecycle("pilots", _("市级标准化试点"), {s.id: s for s in _IN_ORDER}, stages=(*STAGES, *APPROVAL_STAGES))
