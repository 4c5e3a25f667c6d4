"""The only writes to calls beside their steps: drafts, and the prolonged deadline of one recommender."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.attachments import actions as attachments
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, Stale, WrongState
from portal.base.workdays import add_months
from portal.calls.lifecycle import DRAFT, manages_calls
from portal.calls.models import Call, CallDownload, CallField, CallRecommender, Desk, KeyDirection
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record

#: the slot of files that are offered with a call
DOWNLOAD_SLOT = "call_download"


def begin(call: Call, *, actor: Actor) -> Call:
    """Begins a call as a draft; `call` is an unsaved one with its columns filled."""
    perform(call, "draft", actor=actor)
    return call


def copy_as_draft(source: Call, *, actor: Actor) -> Call:
    """A draft for the following year with the texts, desks, fields, key directions and downloads of an earlier call."""
    call = Call(
        programme=source.programme,
        year=source.year + 1,
        title=source.title.replace(str(source.year), str(source.year + 1)),
        opens_on=add_months(source.opens_on, 12),
        closes_on=add_months(source.closes_on, 12),
        reporting_closes_on=add_months(source.reporting_closes_on, 12),
        form_version=source.form_version,
        addressees=source.addressees,
        text=source.text,
        postal_address=source.postal_address,
    )
    with transaction.atomic():
        begin(call, actor=actor)
        desks = {desk.pk: _copy_desk(desk, call) for desk in source.desks.prefetch_related("handlers")}
        for field in source.fields.prefetch_related("directions"):
            _copy_field(field, call, desks)
        for download in source.downloads.select_related("attachment"):
            copy = attachments.copy_pending(download.attachment)
            offer(call, copy, title=download.title, position=download.position)
    return call


def _copy_desk(desk: Desk, call: Call) -> Desk:
    copy = Desk.objects.create(call=call, contact_name=desk.contact_name, phone=desk.phone, position=desk.position)
    copy.handlers.set([handler for handler in desk.handlers.all() if handler.active])
    return copy


def _copy_field(field: CallField, call: Call, desks: dict[int, Desk]) -> None:
    copy = CallField.objects.create(
        call=call,
        code=field.code,
        name=field.name,
        desk=desks.get(field.desk_id) if field.desk_id else None,
        traits=field.traits,
        other_allowed=field.other_allowed,
        position=field.position,
    )
    set_directions(copy, [direction.name for direction in field.directions.all()])


def set_directions(field: CallField, names: list[str]) -> None:
    """Gives a field these key directions, in this order."""
    field.directions.all().delete()
    KeyDirection.objects.bulk_create(KeyDirection(field=field, name=name, position=n) for n, name in enumerate(names))


def offer(call: Call, attachment: Attachment, *, title: str, position: int) -> CallDownload:
    """Offers a pending upload with a call."""
    attachments.claim([attachment], holder=call, at=clock.now())
    return CallDownload.objects.create(call=call, title=title, attachment=attachment, position=position)


def withdraw(download: CallDownload) -> None:
    """Takes a file out of a draft; nothing else names it."""
    download.delete()
    attachments.discard(download.attachment)


def lock_draft(call: Call, *, actor: Actor, seen: int) -> Call:
    """Locks a draft for editing; must run inside a transaction.

    Raises:
        NotPermitted, NotVisible, WrongState, Stale: as the door does.
    """
    if not manages_calls.admits(actor, call):
        raise NotPermitted(_("您当前的身份不能编辑申报通知。"))
    locked = Call.objects.visible_to(actor).select_for_update().filter(pk=call.pk).first()
    if locked is None:
        raise NotVisible(_("没有找到该申报通知。"))
    if locked.state != DRAFT.id:
        raise WrongState(_("申报通知已发布，领域和起止日期不能再修改。"))
    if locked.revision != seen:
        raise Stale(_("该申报通知刚刚被他人修改，页面已更新，请核对后再修改。"))
    return locked


def note_edit(call: Call, *, actor: Actor) -> Record:
    """Counts an edit of a draft and writes it to its history; in the same transaction as the edit."""
    call.revision += 1
    call.save(update_fields=["revision"])
    return history.write(call, actor=actor, at=clock.now(), label=_("修改草稿"), inside=True)


def prolong(call: Call, *, body: Body, until: dt.date, reason: str, actor: Actor) -> CallRecommender:
    """Prolongs the reporting deadline of one recommender; the reason stands in the call's history.

    Args:
        until: the new last day (Shanghai, inclusive).
    """
    if not manages_calls.admits(actor, call):
        raise NotPermitted(_("您当前的身份不能延长报送期限。"))
    with transaction.atomic():
        locked = Call.objects.select_for_update().get(pk=call.pk)
        if locked.state == DRAFT.id:
            raise WrongState(_("申报通知尚未发布，请直接修改报送截止日期。"))
        row, _created = CallRecommender.objects.update_or_create(
            call=locked, body=body, defaults={"reporting_closes_on": until, "prolong_reason": reason}
        )
        history.write(
            locked,
            actor=actor,
            at=clock.now(),
            label=_("延长推荐报送期限"),
            data={"body": body.pk, "until": until.isoformat()},
            opinion=_("%(body)s延长至 %(until)s（含当日）：%(reason)s")
            % {"body": body.name, "until": until.isoformat(), "reason": reason},
            inside=True,
        )
    return row
