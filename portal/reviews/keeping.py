"""The writes on the register of experts. Each names who acts and leaves a line in the access log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import audit, mail
from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent, Membership, User
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, Unmet
from portal.reviews.models import Assignment, Expert
from portal.reviews.states import OPEN


def may_keep(actor: Actor) -> bool:
    """Handlers keep the register."""
    return actor.role == Role.HANDLER


def is_own(actor: Actor, expert: Expert) -> bool:
    """An expert keeps the own entry up to date."""
    return actor.role == Role.EXPERT and actor.user is not None and expert.user_id == actor.user.pk


def _require_handler(actor: Actor) -> None:
    if not may_keep(actor):
        raise NotPermitted(_("只有经办人可以维护专家库。"))


@transaction.atomic
def save_expert(form: Any, tables: Iterable[Any], *, actor: Actor) -> Expert:
    """Saves an entry from a valid form and its valid tables.

    Raises:
        NotPermitted: neither a handler nor the expert.
    """
    expert: Expert = form.instance
    if not may_keep(actor) and not (expert.pk and is_own(actor, expert)):
        raise NotPermitted(_("只有经办人可以维护专家库。"))
    new = expert.pk is None
    changed = [str(form.fields[name].label) for name in form.changed_data]
    expert.updated_at = clock.now()
    form.save()
    for table in tables:
        table.instance = expert
        table.save()
        if table.has_changed():
            changed.append(str(table.heading))
    if new:
        _log(actor, _("专家入库：%(name)s") % {"name": expert.name})
    elif changed:
        _log(actor, _("修改专家%(name)s的信息：%(what)s") % {"name": expert.name, "what": "、".join(changed)})
    return expert


@transaction.atomic
def give_account(expert: Expert, *, actor: Actor) -> tuple[User, bool]:
    """Gives an expert an account: the one that has the expert's address, or a new one, which is told by mail how to set
    a password.

    Returns:
        The account, and whether it is a new one.

    Raises:
        NotPermitted, Unmet: the entry has an account already, or the address belongs to another expert's.
    """
    _require_handler(actor)
    locked = Expert.objects.select_for_update().get(pk=expert.pk)
    if locked.user_id:
        raise Unmet([_("该专家已有账号。")])
    user = User.objects.filter(email__iexact=locked.email).first()
    new = user is None
    if user is None:
        user = User(username=_free_name(locked.email), email=locked.email, name=locked.name, phone=locked.phone)
        user.set_unusable_password()
        user.save()
    elif Expert.objects.filter(user=user).exists():
        raise Unmet([_("该电子邮箱的账号已属于另一位专家，请核对。")])
    Membership.objects.update_or_create(
        user=user, role=Role.EXPERT, unit=None, body=None, defaults={"active": locked.active}
    )
    locked.user = user
    locked.save(update_fields=["user"])
    expert.user = user
    _send_welcome(locked, user, new)
    what = _("为专家%(name)s开通账号") if new else _("为专家%(name)s关联已有账号")
    _log(actor, what % {"name": locked.name})
    return user, new


def _free_name(email: str) -> str:
    """A login that nobody has: the part before the sign, with a number where it is taken."""
    base = "".join(sign for sign in email.split("@")[0] if sign.isalnum() or sign in "._-")[:100] or "expert"
    name, number = base, 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{base}{number}"
    return name


def _send_welcome(expert: Expert, user: User, new: bool) -> None:
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}" if new else ""
    address = reverse("account_reset_password_from_key", args=key.split("-", 1)) if key else reverse("account_login")
    values = {"expert": expert, "user": user, "new": new, "url": settings.PORTAL_URL + address}
    values["portal_url"] = settings.PORTAL_URL
    mail.send(
        key=f"expert:{expert.pk}:{user.pk}:{clock.now():%Y%m%d%H%M%S}",
        to=user.email,
        subject=_("邀请您使用上海市标准化项目全生命周期管理平台"),
        text=render_to_string("reviews/mail_account.txt", values),
    )


@transaction.atomic
def set_active(expert: Expert, active: bool, *, actor: Actor, reason: str = "") -> None:
    """Takes an expert out of the register, or back in; the expert's role is switched with it.

    Raises:
        NotPermitted, Unmet: the expert still sits in a round.
    """
    _require_handler(actor)
    locked = Expert.objects.select_for_update().get(pk=expert.pk)
    if not active:
        busy = Assignment.objects.filter(expert=locked, state__in=OPEN).count()
        if busy:
            raise Unmet([_("该专家还有 %(n)s 项未结束的评审，请先更换专家或者结束评审。") % {"n": busy}])
    locked.active, locked.inactive_reason = active, "" if active else reason[:200]
    locked.updated_at = clock.now()
    locked.save(update_fields=["active", "inactive_reason", "updated_at"])
    if locked.user_id:
        Membership.objects.filter(user_id=locked.user_id, role=Role.EXPERT).update(active=active)
    what = _("专家%(name)s恢复在库") if active else _("专家%(name)s退出专家库")
    _log(actor, what % {"name": locked.name})


def _log(actor: Actor, label: str) -> None:
    audit.note(AuditEvent.Kind.MEMBERSHIP, actor=actor, label=label)
