"""Named reads of registration."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Unit, User
from portal.accounts.roles import APPLICANTS, Role
from portal.registration.models import Claim, Invitation, Join
from portal.registration.rules import LIVE, district_of


def decides_claims(actor: Actor) -> bool:
    """Whether the actor's role decides on claims of units."""
    return actor.role == Role.HANDLER or district_of(actor) is not None


def sees_claims(actor: Actor) -> bool:
    """Whether the actor has the list of claims: those who decide, and the bureau's other roles to read."""
    return decides_claims(actor) or actor.is_inside


def claims_waiting(actor: Actor) -> QuerySet[Claim]:
    """The claims that wait for this actor's decision."""
    if not decides_claims(actor):
        return Claim.objects.none()
    return Claim.objects.visible_to(actor).waiting().exclude(user=actor.user)


def joins_waiting(actor: Actor) -> QuerySet[Join]:
    """The requests to join that wait for this administrator."""
    if actor.role != Role.UNIT_ADMIN:
        return Join.objects.none()
    return Join.objects.filter(unit=actor.unit_id).waiting()


def claim_rows(actor: Actor, state: str) -> QuerySet[Claim]:
    """Claims for the list, with what a row shows; `rival` says that another live claim names the same code.

    A person's own claims are left out: they stand on the person's registration page.
    """
    rivals = Claim.objects.filter(credit_code=OuterRef("credit_code"), state__in=LIVE).exclude(pk=OuterRef("pk"))
    rows = Claim.objects.visible_to(actor).exclude(user=actor.user).select_related("user", "district")
    if state:
        rows = rows.filter(state=state)
    return rows.annotate(rival=Exists(rivals))


def rivals_of(claim: Claim) -> QuerySet[Claim]:
    """Other live claims of the same code."""
    return Claim.objects.filter(credit_code=claim.credit_code, state__in=LIVE).exclude(pk=claim.pk)


def own_matters(user: User) -> list[Claim | Join]:
    """The person's own claims and requests, live ones first, then the newest."""
    claims = Claim.objects.filter(user=user).select_related("district")
    joins = Join.objects.filter(user=user).select_related("unit", "user")
    both: list[Claim | Join] = [*claims, *joins]
    return sorted(both, key=lambda matter: (matter.state not in LIVE, -matter.submitted_at.timestamp()))


def members_of(unit: Unit) -> QuerySet[Membership]:
    """The unit's members, active ones first."""
    return unit.memberships.filter(role__in=APPLICANTS).select_related("user").order_by("-active", "pk")


def open_invitations(unit: Unit) -> QuerySet[Invitation]:
    """Invitations that were neither accepted nor taken back."""
    return Invitation.objects.filter(unit=unit, closed_at=None)
