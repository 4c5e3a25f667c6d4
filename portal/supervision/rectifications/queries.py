"""Named questions about rectifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.supervision.rectifications.states import LIVE, REPORTED

if TYPE_CHECKING:
    from portal.supervision.models import Rectification


def live_of(dossier: Any) -> Rectification | None:
    """The rectification that is under way, or None."""
    from portal.supervision.models import Rectification

    return Rectification.objects.filter(dossier_id=dossier.pk, state__in=LIVE).order_by("-pk").first()


def latest_of(dossier: Any, kind: str) -> Rectification | None:
    """The latest one of that kind, whatever became of it."""
    from portal.supervision.models import Rectification

    return Rectification.objects.filter(dossier_id=dossier.pk, kind=kind).order_by("-pk").first()


def reported_of(dossier: Any) -> Rectification | None:
    """The one that was reported and waits to be checked, or None."""
    found = live_of(dossier)
    return found if found is not None and found.state == REPORTED.id else None
