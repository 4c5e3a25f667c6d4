"""The declared life of a municipal pilot, as far as the portal carries it: from the empty form to acceptance."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from portal.declaration.states import ACCEPTED, FRONT_END, STAGES
from portal.lifecycle.states import Lifecycle

LIFECYCLE = Lifecycle(
    "pilots",
    _("市级标准化试点"),
    {s.id: replace(s, terminal=True, good=True) if s.id == ACCEPTED.id else s for s in FRONT_END},
    stages=STAGES,
)
