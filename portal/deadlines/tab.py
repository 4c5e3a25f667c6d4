"""The tab 期限 of a dossier's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.deadlines import queries
from portal.deadlines.models import Deadline
from portal.deadlines.nudges import targets
from portal.dossiers import programmes
from portal.dossiers.models import Dossier
from portal.ui.tabs import Tab, register


def context(dossier: Dossier, actor: Actor) -> dict[str, Any]:
    """Open duties first due first, closed ones newest first, what was reminded and nudged."""
    sent = Q(reminders__sent=True)
    rows = list(
        queries.shown_of(dossier, actor).annotate(
            reminded=Count("reminders", filter=sent), reminded_on=Max("reminders__on", filter=sent)
        )
    )
    return {
        "open": sorted((row for row in rows if row.is_open), key=lambda row: (row.due_on, row.pk)),
        "closed": [row for row in rows if not row.is_open],
        "nudges": list(queries.nudges_of(dossier, actor).select_related("user")[:20]),
        "targets": targets(programmes.concrete(dossier), actor),
        "today": clock.today(),
    }


def count(dossier: Dossier, actor: Actor) -> QuerySet[Deadline]:
    """The open duties, for the number beside the tab."""
    return queries.shown_of(dossier, actor).open()


register(Tab("deadlines", _("期限"), 60, "deadlines/tab.html", context, count))
