"""Who may do what with papers: one sentence each."""

from __future__ import annotations

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.documents.models import IssuedPaper, party_of
from portal.documents.paper import Paper, paper_of
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle.declared import subjects
from portal.lifecycle.models import Subject


def may_manage(actor: Actor, paper: IssuedPaper) -> bool:
    """Handlers and the section chief ask for a failed paper again; which ones they reach is said by `visible_to`."""
    return actor.role in (Role.HANDLER, Role.SECTION_CHIEF)


def may_revoke(actor: Actor, paper: IssuedPaper) -> bool:
    """The same people revoke a valid letter of the bureau."""
    declared = paper_of(paper.kind)
    return bool(declared and declared.revocable) and paper.status == paper.Status.VALID and may_manage(actor, paper)


def may_meet(actor: Actor, paper: type[Paper]) -> bool:
    """Whether a kind of paper can reach this actor: papers of the bureau's own are not named to others."""
    return actor.is_inside or party_of(actor) in {party.id for party in paper.readers}


def subject_of(paper: IssuedPaper) -> Subject:
    """The subject that a paper was issued on, as an instance of its own class."""
    if paper.dossier and paper.subject_type == Dossier.label_of_type():
        dossier: Subject = concrete(paper.dossier)
        return dossier
    return subjects()[paper.subject_type]._default_manager.get(pk=paper.subject_id)
