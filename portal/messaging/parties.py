"""Parties and the people behind them: who is meant by "the applicant" of a subject.

Rooms and programmes add their own with `@people(PARTY, SubjectClass)`. The most special class wins; a subject that
belongs to a dossier falls back on the dossier. People whose account or role is switched off are never meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.models import Membership, User
from portal.accounts.roles import APPLICANTS, Role
from portal.dossiers.models import Dossier
from portal.lifecycle.models import Subject
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, LEADER, RECOMMENDER, Party
from portal.messaging.refs import dossier_of

Finder = Callable[[Any], "QuerySet[Membership]"]

#: parties that work inside the bureau and may read what has not been announced
INSIDE = {HANDLER.id, CHIEF.id, LEADER.id}  # rooms above add their own
#: roles in which a person acts for a party
ROLES: dict[str, frozenset[Role]] = {
    APPLICANT.id: APPLICANTS,
    RECOMMENDER.id: frozenset({Role.RECOMMENDER}),
    HANDLER.id: frozenset({Role.HANDLER}),
    CHIEF.id: frozenset({Role.SECTION_CHIEF}),
    LEADER.id: frozenset({Role.LEADER}),
}
_finders: dict[tuple[str, type[Subject]], Finder] = {}


def people(party: Party, of: type[Subject]) -> Callable[[Finder], Finder]:
    """Decorator: registers how the memberships of a party are found from a subject of that class."""

    def wrap(finder: Finder) -> Finder:
        _finders[party.id, of] = finder
        return finder

    return wrap


StandIns = Callable[["QuerySet[Membership]"], "QuerySet[Membership]"]
_stand_ins: list[StandIns] = []


def stand_ins(finder: StandIns) -> StandIns:
    """Decorator: registers who stands in today for absent people of the bureau, and is told what they are told."""
    if finder not in _stand_ins:
        _stand_ins.append(finder)
    return finder


def memberships_of(party: Party, subject: Subject) -> QuerySet[Membership]:
    """The active roles behind a party of this subject; none when the subject has no such party."""
    for cls in type(subject).__mro__:
        if finder := _finders.get((party.id, cls)):
            found = finder(subject)
            break
    else:
        dossier = dossier_of(subject)
        if dossier is None or dossier is subject:
            return Membership.objects.none()
        found = memberships_of(party, dossier)
    meant = found.filter(active=True, user__is_active=True)
    for finder in _stand_ins if party.id in INSIDE else ():
        also = finder(meant).filter(active=True, user__is_active=True)
        meant = Membership.objects.filter(Q(pk__in=meant.order_by().values("pk")) | Q(pk__in=also.values("pk")))
    return meant


def people_of(party: Party, subject: Subject) -> list[User]:
    """The people behind a party of this subject, each once."""
    return list(User.objects.filter(pk__in=memberships_of(party, subject).values("user")).order_by("pk"))


@people(APPLICANT, Dossier)
def _applicants(dossier: Dossier) -> QuerySet[Membership]:
    return Membership.objects.filter(unit_id=dossier.applicant_id, role__in=APPLICANTS)


@people(RECOMMENDER, Dossier)
def _recommenders(dossier: Dossier) -> QuerySet[Membership]:
    if dossier.recommender_id is None:
        return Membership.objects.none()
    return Membership.objects.filter(body_id=dossier.recommender_id, role=Role.RECOMMENDER)


@people(HANDLER, Dossier)
def _handlers(dossier: Dossier) -> QuerySet[Membership]:
    """Its handler, else the handlers of its desk, else the section chiefs: a message to the bureau never gets lost."""
    its_own = {dossier.handler_id} if dossier.handler_id else set()
    at_hand = Membership.objects.filter(role=Role.HANDLER, active=True, user__is_active=True)
    found = set(at_hand.filter(pk__in=its_own | dossier.desk_handler_ids).values_list("pk", flat=True))
    if not found:
        return _chiefs(dossier)
    return Membership.objects.filter(pk__in=found & its_own or found)


@people(LEADER, Subject)
def _leaders(subject: Subject) -> QuerySet[Membership]:
    return Membership.objects.filter(role=Role.LEADER)


@people(CHIEF, Subject)
def _chiefs(subject: Subject) -> QuerySet[Membership]:
    return Membership.objects.filter(role=Role.SECTION_CHIEF)
