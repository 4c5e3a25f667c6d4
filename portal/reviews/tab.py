"""What this room adds to a dossier's page: the tab 评审 for readers inside the bureau, the way into a round."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.rules import is_its_handler
from portal.lifecycle.declared import step_of
from portal.reviews.models.rounds import LATER_READERS
from portal.reviews.queries import entries_seen
from portal.reviews.registry import matter_for
from portal.ui.extras import Deed, deeds
from portal.ui.tabs import Tab, register

_READERS = LATER_READERS | {Role.HANDLER}


def _context(dossier: Any, actor: Actor) -> dict[str, Any]:
    entries = list(
        entries_seen(dossier, actor).select_related("round__chair", "sheets_paper").defer("sheets_paper__snapshot")
    )
    return {"entries": [entry for entry in entries if not entry.round.ended or entry.round.state == "concluded"]}


def _shown(dossier: Any, actor: Actor) -> bool:
    return actor.role in _READERS and dossier.accepted_at is not None


@deeds
def into_a_round(dossier: Any, actor: Actor) -> list[Deed]:
    """列入评审, where a dossier waits for its round; no query."""
    matter = matter_for(dossier)
    if matter is None or not matter.opens or not is_its_handler.admits(actor, dossier):
        return []
    step = step_of(type(dossier), matter.opens)
    if not step.leads_from(dossier.state):
        return []
    return [
        Deed(step.label, f"{reverse('reviews:selected')}?id={dossier.pk}", step.help, main=True, leads_to=step.name)
    ]


register(Tab("review", _("评审"), 42, "reviews/tab.html", _context, shown=_shown))
