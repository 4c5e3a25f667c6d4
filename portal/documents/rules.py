"""Who may do what with papers: one sentence each."""

from __future__ import annotations

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.documents.models import IssuedPaper
from portal.dossiers.programmes import concrete
from portal.lifecycle.declared import subjects
from portal.lifecycle.models import Subject


def may_manage(actor: Actor, paper: IssuedPaper) -> bool:
    """Handlers and the section chief ask for a paper again or revoke it; which ones they reach is said by `visible_to`."""
    return actor.role in (Role.HANDLER, Role.SECTION_CHIEF)


def subject_of(paper: IssuedPaper) -> Subject:
    """The subject that a paper was issued on, as an instance of its own class."""
    if paper.dossier:
        dossier: Subject = concrete(paper.dossier)
        return dossier
    return subjects()[paper.subject_type]._default_manager.get(pk=paper.subject_id)
