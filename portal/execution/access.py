"""Who may see what belongs to a running project: whoever may see the project, but for experts only what they review."""

from __future__ import annotations

from django.db.models import Q

from portal.accounts.actors import Actor
from portal.dossiers.models import Dossier


def of_visible(actor: Actor) -> Q:
    """The rows (with a column `dossier`) of dossiers that this actor may see."""
    return Q() if actor.system else Q(dossier__in=Dossier.objects.visible_to(actor).order_by().values("pk"))
