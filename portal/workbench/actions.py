"""The workbench's own writes: records about a dossier that change no state, and acts that join several rooms."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted
from portal.calls import actions as calls
from portal.calls.models import Call
from portal.deadlines.actions import recompute
from portal.deadlines.models import Deadline
from portal.dossiers.models import Dossier
from portal.lifecycle import history
from portal.lifecycle.models import Record

#: who keeps notes about a dossier; auditors and administrators only read
NOTE_KEEPERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER})


def may_note(actor: Actor) -> bool:
    """Whether the actor keeps internal notes and call records."""
    return actor.role in NOTE_KEEPERS


def note(dossier: Dossier, *, actor: Actor, text: str) -> Record:
    """Adds an internal note 内部备注 to the dossier's history; only the bureau reads it."""
    return _write(dossier, actor, str(_("内部备注")), text, {"kind": "note"})


def call_record(dossier: Dossier, *, actor: Actor, caller: str, said: str) -> Record:
    """Adds a call record 电话记录: who called, what was said; only the bureau reads it."""
    return _write(dossier, actor, str(_("电话记录")), said, {"kind": "call_record", "caller": caller})


def _write(dossier: Dossier, actor: Actor, label: str, text: str, data: dict[str, str]) -> Record:
    if not may_note(actor):
        raise NotPermitted(_("您当前的身份不能填写内部备注和电话记录。"))
    with transaction.atomic():
        return history.write(dossier, actor=actor, at=clock.now(), label=label, data=data, opinion=text, inside=True)


def prolong(call: Call, *, body: Body, until: dt.date, reason: str, actor: Actor) -> None:
    """Prolongs a recommender's reporting deadline, and the open deadlines that rest on it."""
    with transaction.atomic():
        calls.prolong(call, body=body, until=until, reason=reason, actor=actor)
        resting = Deadline.objects.filter(dossier__call=call, dossier__recommender=body)
        recompute(resting, actor=actor, reason=_("推荐部门报送期限延长"))
