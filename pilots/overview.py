"""The bureau's overview of running pilots."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot
from pilots.states import ACTIVE, OVERDUE
from portal.statistics import overviews

overviews.register(overviews.Overview("pilots", _("标准化试点"), Pilot, ACTIVE, (OVERDUE.id,)))
