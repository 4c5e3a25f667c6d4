"""The tab 评审 of a dossier's page: for readers inside the bureau alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.reviews.models.rounds import LATER_READERS
from portal.reviews.queries import entries_seen
from portal.ui.tabs import Tab, register

_READERS = LATER_READERS | {Role.HANDLER}


def _context(dossier: Any, actor: Actor) -> dict[str, Any]:
    entries = list(
        entries_seen(dossier, actor).select_related("round__chair", "sheets_paper").defer("sheets_paper__snapshot")
    )
    return {"entries": [entry for entry in entries if not entry.round.ended or entry.round.state == "concluded"]}


def _shown(dossier: Any, actor: Actor) -> bool:
    return actor.role in _READERS and dossier.accepted_at is not None


register(Tab("review", _("评审"), 42, "reviews/tab.html", _context, shown=_shown))
