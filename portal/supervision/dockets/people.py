"""Who is meant by the parties of a docket, and who stands in for absent people."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import CallField
from portal.dossiers import scopes
from portal.lifecycle.states import HANDLER
from portal.messaging.parties import people, stand_ins
from portal.supervision.models import Deputy, Docket


@people(HANDLER, Docket)
def its_handler(docket: Docket) -> QuerySet[Membership]:
    """The handler who answers for the docket, not everybody at the desks of its items."""
    return Membership.objects.filter(pk=docket.responsible_id)


@stand_ins
def deputies_of_people(meant: QuerySet[Membership]) -> QuerySet[Membership]:
    """Who stands in today for those who are meant."""
    today = Deputy.objects.on(clock.today()).filter(absent__in=meant.order_by().values("pk"))
    return Membership.objects.filter(pk__in=today.values("deputy"))


@scopes.stand_ins
def deputies_of_keys(memberships: frozenset[int]) -> frozenset[int]:
    """The same for keys of memberships."""
    today = Deputy.objects.on(clock.today()).filter(absent__in=memberships)
    return frozenset(today.values_list("deputy_id", flat=True))


@scopes.scope
def dossiers_of_the_absent(actor: Actor) -> Q | None:
    """A handler who stands in for another one sees what the other sees."""
    if actor.role != Role.HANDLER or actor.membership is None:
        return None
    absent = Deputy.objects.on(clock.today()).filter(deputy=actor.membership).values("absent")
    desks = CallField.objects.filter(desk__handlers__in=absent).values("pk")
    return Q(field__in=desks, private=False) | Q(handler__in=absent, private=False)
