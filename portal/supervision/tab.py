"""The tab 征求意见 of a dossier's page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.supervision.models import EndorsementQuerySet
from portal.supervision.queries import of_dossier
from portal.ui.tabs import Tab, register


def _context(dossier: Any, actor: Actor) -> dict[str, Any]:
    return {"endorsements": list(of_dossier(dossier))}


def _count(dossier: Any, actor: Actor) -> EndorsementQuerySet:
    return of_dossier(dossier)


register(Tab("endorsements", _("征求意见"), 45, "supervision/tab.html", _context, _count))
