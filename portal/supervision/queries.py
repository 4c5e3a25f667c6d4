"""Named questions about endorsements."""

from __future__ import annotations

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base.memo import kept
from portal.dossiers.models import Dossier
from portal.supervision.models import Endorsement, EndorsementQuerySet
from portal.supervision.states import ASKED


def asked_of(actor: Actor) -> EndorsementQuerySet:
    """征求意见: what the actor's body was or is asked, open ones first."""
    found = Endorsement.objects.visible_to(actor)
    if actor.role != Role.RECOMMENDER or not actor.body_id:
        return found.none()
    return found.filter(body_id=actor.body_id).select_related("dossier__applicant", "dossier__call", "body")


def waiting_for(actor: Actor) -> EndorsementQuerySet:
    """The questions that wait for the actor's body."""
    if actor.role != Role.RECOMMENDER or not actor.body_id:
        return Endorsement.objects.none()
    return Endorsement.objects.filter(body_id=actor.body_id, state=ASKED.id)


def of_dossier(dossier: Dossier, actor: Actor) -> EndorsementQuerySet:
    """The endorsements of a dossier that the actor may see, newest first. The caller may see the dossier."""
    found = Endorsement.objects.filter(dossier_id=dossier.pk).select_related("body", "dossier")
    return found if actor.is_inside else found.filter(inside=False)


@kept
def latest_by_kind(dossier: Dossier) -> dict[str, Endorsement]:
    """The latest endorsement of each kind of a dossier; looked up once by a page."""
    found = Endorsement.objects.filter(dossier_id=dossier.pk).select_related("body").order_by("pk")
    return {endorsement.kind: endorsement for endorsement in found}
