"""Who may see the acts around a dossier: the bureau with the dossier, the applicant its own; others where it is said."""

from __future__ import annotations

from django.db.models import Q

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.models import Dossier

#: roles of the bureau that work with dossiers
STAFF = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


def of_parties(actor: Actor, *, recommender: bool = False) -> Q:
    """The acts (with a column `dossier`) that this actor may see.

    Args:
        recommender: whether the body that recommended the dossier sees them too.
    """
    if actor.system:
        return Q()
    if actor.is_applicant and actor.unit_id:
        return Q(dossier__applicant_id=actor.unit_id)
    if recommender and actor.role == Role.RECOMMENDER and actor.body_id:
        return Q(dossier__recommender_id=actor.body_id, dossier__private=False)
    if actor.role in STAFF:
        return Q(dossier__in=Dossier.objects.visible_to(actor).order_by().values("pk"))
    return Q(pk__in=())
