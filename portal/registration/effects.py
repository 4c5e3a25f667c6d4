"""What the steps of registration bring about: the unit and the member; who is told."""

from __future__ import annotations

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts import credit_code
from portal.accounts.audit import note
from portal.accounts.models import UNIT_FACTS, AuditEvent, Body, Membership, Unit
from portal.accounts.roles import Role
from portal.base.errors import Unmet
from portal.lifecycle import registry
from portal.lifecycle.registry import Done
from portal.messaging import texts
from portal.messaging.actions import tell
from portal.messaging.parties import people
from portal.registration.models import Claim, Join
from portal.registration.states import CLAIMANT, CONFIRMER, UNIT_ADMINISTRATOR


@registry.effect("projection")
def register_unit(done: Done) -> None:
    """A confirmed claim becomes the unit, and its person the unit's administrator."""
    claim = done.subject
    if not isinstance(claim, Claim) or done.step.name != "confirm":
        return
    try:
        unit = Unit.objects.create(
            **{name: getattr(claim, name) for name in UNIT_FACTS},
            code_override_reason=claim.code_override_reason,
            confirmed_at=done.act.at,
        )
    except IntegrityError as error:  # two claims of one code, confirmed at once
        raise Unmet([_("该统一社会信用代码的单位刚刚登记，请退回申请人，改为申请加入该单位。")]) from error
    claim.unit = unit
    Claim.objects.filter(pk=claim.pk).update(unit=unit)
    _grant(done, Membership(user=claim.user, unit=unit, role=Role.UNIT_ADMIN))


@registry.effect("projection")
def admit_member(done: Done) -> None:
    """A confirmed request makes the person a member in the role that was chosen."""
    join = done.subject
    if isinstance(join, Join) and done.step.name == "admit":
        _grant(done, Membership(user=join.user, unit=join.unit, role=join.role))


def _grant(done: Done, wanted: Membership) -> None:
    membership, created = Membership.objects.get_or_create(user=wanted.user, unit=wanted.unit, role=wanted.role)
    if not created and not membership.active:
        membership.active = True
        membership.save(update_fields=["active"])
    label = _("授予 %(name)s：%(role)s") % {"name": wanted.user.name, "role": membership}
    note(AuditEvent.Kind.MEMBERSHIP, actor=done.act.actor, label=label)


@registry.effect("messages")
def tell_claimant(done: Done) -> None:
    """The person who asked is told, who may hold no role yet and is therefore no party of the common effect."""
    subject = done.subject
    if isinstance(subject, Claim | Join) and CLAIMANT in done.step.tells:
        title, text = texts.of_step(done, CLAIMANT, inside=False, duties=[])
        tell([subject.user], key=f"step:{done.record.pk}", title=title, text=text, subject=subject, at=done.record.at)


@people(CONFIRMER, Claim)
def _confirmers(claim: Claim) -> QuerySet[Membership]:
    """The district's bureau; the bureau's handlers where it has nobody, or where the code needs a manual check."""
    district = Membership.objects.filter(
        role=Role.RECOMMENDER,
        body__kind=Body.Kind.DISTRICT_BUREAU,
        body__district=claim.district_id,
        active=True,
        user__is_active=True,
    )
    if credit_code.is_valid(claim.credit_code) and district.exists():
        return district
    return Membership.objects.filter(role=Role.HANDLER)


@people(UNIT_ADMINISTRATOR, Join)
def _administrators(join: Join) -> QuerySet[Membership]:
    """The unit's administrators; the bureau's handlers where there is none."""
    found = join.unit.memberships.filter(role=Role.UNIT_ADMIN, active=True, user__is_active=True)
    return found if found.exists() else Membership.objects.filter(role=Role.HANDLER)
