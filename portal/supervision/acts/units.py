"""A unit is renamed, or merged into another one: its dossiers follow, the name before is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent, Membership, Unit
from portal.accounts.roles import Role
from portal.attachments.actions import claim
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle import history
from portal.messaging.actions import tell
from portal.supervision.models import UnitChange


def _check(actor: Actor, reason: str, evidence: Iterable[Attachment]) -> None:
    if actor.role != Role.HANDLER or actor.user is None:
        raise NotPermitted(_("只有经办人可以办理单位更名和合并。"))
    if not reason.strip() or not list(evidence):
        raise StepRefused(_("请写明原因并上传证明材料。"))


def rename(
    unit: Unit, new_name: str, *, reason: str, effective_on: dt.date, evidence: list[Attachment], actor: Actor
) -> UnitChange:
    """Gives a unit its new name; each of its dossiers gets a record. Papers issued under the old name stay as they are."""
    _check(actor, reason, evidence)
    with transaction.atomic():
        locked = Unit.objects.select_for_update().get(pk=unit.pk)
        old = locked.name
        if new_name == old:
            raise StepRefused(_("新名称与现名称相同。"))
        locked.name = new_name
        locked.save(update_fields=["name"])
        text = _("申报单位由“%(old)s”更名为“%(new)s”，自 %(day)s 起。%(reason)s")
        facts = {"old": old, "new": new_name, "day": effective_on.isoformat(), "reason": reason}
        dossiers = _records(locked, _("单位更名"), text % facts, facts, actor)
        change = _keep(UnitChange.Kind.RENAMED, locked, old, new_name, None, reason, effective_on, dossiers, actor)
        claim(evidence, holder=change, at=clock.now())
        _tell(change, _members(locked))
    unit.name = new_name
    return change


def merge(
    unit: Unit, into: Unit, *, reason: str, effective_on: dt.date, evidence: list[Attachment], actor: Actor
) -> UnitChange:
    """Lets a unit's dossiers and people follow into the unit that took it over; the old unit declares nothing any more."""
    _check(actor, reason, evidence)
    if unit.pk == into.pk:
        raise StepRefused(_("承接单位不能是本单位。"))
    with transaction.atomic():
        both = {u.pk: u for u in Unit.objects.select_for_update().filter(pk__in=(unit.pk, into.pk)).order_by("pk")}
        source, target = both[unit.pk], both[into.pk]
        told = _members(source) + _members(target)
        text = _("申报单位“%(old)s”并入“%(new)s”，自 %(day)s 起，由其承接。%(reason)s")
        facts = {"old": source.name, "new": target.name, "day": effective_on.isoformat(), "reason": reason}
        rows = Dossier.objects.select_for_update().filter(applicant=source).order_by("pk")
        for dossier in rows:
            dossier.applicant = target
            dossier.save(update_fields=["applicant"])
        moved = [dossier.pk for dossier in rows]
        number = _records(target, _("单位合并"), text % facts, facts, actor, only=moved)
        _move_people(source, target)
        change = _keep(
            UnitChange.Kind.MERGED, source, source.name, target.name, target, reason, effective_on, number, actor
        )
        claim(evidence, holder=change, at=clock.now())
        _tell(change, told)
    return change


def _records(
    unit: Unit, label: str, text: str, facts: dict[str, str], actor: Actor, only: list[int] | None = None
) -> int:
    rows = Dossier.objects.filter(applicant=unit).order_by("pk")
    if only is not None:
        rows = rows.filter(pk__in=only)
    number = 0
    for dossier in rows:
        history.write(concrete(dossier), actor=actor, at=clock.now(), label=label, opinion=text, data=facts)
        number += 1
    return number


def _members(unit: Unit) -> list[Membership]:
    return list(Membership.objects.filter(unit=unit, active=True).select_related("user"))


def _move_people(source: Unit, target: Unit) -> None:
    """The members follow as editors: who administers the target unit is that unit's affair."""
    for membership in Membership.objects.filter(unit=source, active=True).order_by("pk"):
        held = Membership.objects.filter(user=membership.user_id, unit=target)
        if not held.exists():
            Membership.objects.create(user=membership.user, role=Role.UNIT_EDITOR, unit=target)
        membership.active = False
        membership.save(update_fields=["active"])


def _keep(
    kind: UnitChange.Kind,
    unit: Unit,
    old: str,
    new: str,
    into: Unit | None,
    reason: str,
    effective_on: dt.date,
    dossiers: int,
    actor: Actor,
) -> UnitChange:
    assert actor.user is not None
    change = UnitChange.objects.create(
        kind=kind,
        unit=unit,
        old_name=old,
        new_name=new,
        into=into,
        reason=reason,
        effective_on=effective_on,
        dossiers=dossiers,
        done_by=actor.user,
    )
    audit.note(AuditEvent.Kind.UNIT, actor=actor, label=f"{change.get_kind_display()}：{change}")
    return change


def _tell(change: UnitChange, people: list[Membership]) -> None:
    text = _("%(kind)s：%(change)s，自 %(day)s 起。本单位项目随之变更，已出具的文书仍然有效。")
    facts = {"kind": change.get_kind_display(), "change": change, "day": change.effective_on}
    tell(people, key=f"unit-change:{change.pk}", title=_("单位信息变更"), text=text % facts, at=change.done_at)
