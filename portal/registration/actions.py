"""Writes to a unit's members, invitations and record. Each names who acts and leaves a line in the access log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import mail
from portal.accounts.actors import Actor
from portal.accounts.audit import note
from portal.accounts.models import AuditEvent, Membership, Unit, User
from portal.accounts.roles import APPLICANTS, Role
from portal.base import clock
from portal.base.errors import NotPermitted, Unmet
from portal.registration.models import Invitation

#: days in which an invitation can be accepted
INVITATION_DAYS = 14


def _require_administrator(actor: Actor, unit: Unit) -> None:
    if actor.role != Role.UNIT_ADMIN or actor.unit_id != unit.pk:
        raise NotPermitted(_("只有单位管理员可以办理。"))


def _locked_member(actor: Actor, membership: Membership) -> Membership:
    """The member anew, under the lock of the unit; only its administrators get it."""
    unit = membership.unit
    assert unit is not None
    _require_administrator(actor, unit)
    Unit.objects.select_for_update().get(pk=unit.pk)
    return Membership.objects.select_related("user", "unit").get(pk=membership.pk, role__in=APPLICANTS)


def _require_another_administrator(membership: Membership) -> None:
    others = Membership.objects.filter(
        unit=membership.unit, role=Role.UNIT_ADMIN, active=True, user__is_active=True
    ).exclude(user_id=membership.user_id)
    if membership.role == Role.UNIT_ADMIN and membership.active and not others.exists():
        raise Unmet([_("单位至少保留一名管理员，请先指定另一名管理员。")])


@transaction.atomic
def change_role(membership: Membership, role: Role, *, actor: Actor) -> Membership:
    """Gives a member another role of the unit. Raises NotPermitted, or Unmet for the last administrator."""
    member = _locked_member(actor, membership)
    if member.role == role:
        return member
    _require_another_administrator(member)
    twin = Membership.objects.filter(user_id=member.user_id, unit=member.unit, role=role).first()
    if twin is not None:  # the person holds the wanted role already, perhaps switched off
        member.active = False
        member.save(update_fields=["active"])
        twin.active = True
        twin.save(update_fields=["active"])
        member = twin
    else:
        member.role = role
        member.save(update_fields=["role"])
    _log(actor, _("%(name)s 改任%(role)s") % {"name": member.user.name, "role": member.get_role_display()})
    return member


@transaction.atomic
def set_active(membership: Membership, active: bool, *, actor: Actor) -> Membership:
    """Switches a member off or on again. Raises NotPermitted, or Unmet for the last administrator."""
    member = _locked_member(actor, membership)
    if not active:
        _require_another_administrator(member)
    member.active = active
    member.save(update_fields=["active"])
    text = _("恢复 %(name)s 的%(role)s") if active else _("停用 %(name)s 的%(role)s")
    _log(actor, text % {"name": member.user.name, "role": member.get_role_display()})
    return member


@transaction.atomic
def invite(unit: Unit, *, email: str, role: str, actor: Actor) -> Invitation:
    """Invites somebody by e-mail; an open invitation of the same address is replaced."""
    _require_administrator(actor, unit)
    assert actor.user is not None
    now = clock.now()
    Invitation.objects.filter(unit=unit, email__iexact=email, closed_at=None).update(closed_at=now)
    invitation = Invitation.objects.create(
        unit=unit,
        email=email,
        role=role,
        invited_by=actor.user,
        created_at=now,
        expires_at=now + dt.timedelta(days=INVITATION_DAYS),
    )
    values = {
        "invitation": invitation,
        "url": settings.PORTAL_URL + reverse("registration:invitation", args=[invitation.token]),
        "until": clock.local(invitation.expires_at).date(),
        "portal_url": settings.PORTAL_URL,
    }
    mail.send(
        key=f"invitation:{invitation.pk}",
        to=email,
        subject=_("邀请您加入“%(unit)s”") % {"unit": unit.name},
        text=render_to_string("mail/invitation.txt", values),
    )
    _log(actor, _("邀请 %(email)s 任%(role)s") % {"email": email, "role": invitation.get_role_display()})
    return invitation


def cancel_invitation(invitation: Invitation, *, actor: Actor) -> None:
    """Takes an open invitation back."""
    _require_administrator(actor, invitation.unit)
    if Invitation.objects.filter(pk=invitation.pk, closed_at=None).update(closed_at=clock.now()):
        _log(actor, _("取消邀请 %(email)s") % {"email": invitation.email})


@transaction.atomic
def accept_invitation(invitation: Invitation, *, user: User, actor: Actor) -> Membership:
    """Makes the person a member; an invitation works once. Raises Unmet when it is used up or expired."""
    locked = Invitation.objects.select_for_update().select_related("unit").get(pk=invitation.pk)
    if not locked.is_open:
        raise Unmet([_("邀请已使用、已取消或已过期，请联系单位管理员重新邀请。")])
    membership, _created = Membership.objects.get_or_create(
        user=user, unit=locked.unit, role=locked.role, defaults={"active": True}
    )
    if not membership.active:
        membership.active = True
        membership.save(update_fields=["active"])
    locked.accepted_by, locked.closed_at = user, clock.now()
    locked.save(update_fields=["accepted_by", "closed_at"])
    _log(actor, _("接受邀请：%(role)s") % {"role": membership})
    return membership


def edit_unit(form: Any, *, actor: Actor) -> Unit:
    """Saves the unit's record from a valid form; the log names what was changed."""
    unit: Unit = form.instance
    _require_administrator(actor, unit)
    changed = "、".join(str(form.fields[name].label) for name in form.changed_data)
    form.save()
    if changed:
        text = _("修改单位信息：%(fields)s") % {"fields": changed}
        note(AuditEvent.Kind.UNIT, actor=actor, label=text)
    return unit


def _log(actor: Actor, label: str) -> None:
    place = f"（{actor.place}）" if actor.place else ""
    note(AuditEvent.Kind.MEMBERSHIP, actor=actor, label=label + place)
