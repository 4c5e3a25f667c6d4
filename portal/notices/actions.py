"""The writes of this room beside its steps: notices begun with their items, items closed, terms prolonged, objections filed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.attachments.actions import claim
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.calls import parameters
from portal.deadlines.actions import recompute
from portal.deadlines.models import Deadline
from portal.documents.actions import issue
from portal.dossiers.models import Dossier
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.states import HANDLER
from portal.messaging.actions import tell
from portal.messaging.models import Category
from portal.messaging.parties import people_of
from portal.notices import mails
from portal.notices.models import Notice, NoticeItem, Objection
from portal.notices.papers import NoticePaper
from portal.notices.states import RUNNING


def start_notice(
    *, items: Iterable[tuple[Dossier, dict[str, Any]]], publish: bool = True, actor: Actor = SYSTEM, **facts: Any
) -> Notice:
    """Begins a notice with its items and publishes it.

    Args:
        items: dossiers with what the public reads of each. facts: columns of the notice; without a `channel` the
        parameter's words stand there, with the telephones of the desks.
    """
    pairs = list(items)
    with transaction.atomic():
        notice = Notice(**facts)
        notice.channel = notice.channel or _channel(notice.programme, [dossier for dossier, _shown in pairs])
        perform(notice, "draft", actor=actor)
        NoticeItem.objects.bulk_create(
            NoticeItem(notice=notice, dossier_id=dossier.pk, position=position, facts=shown)
            for position, (dossier, shown) in enumerate(pairs, 1)
        )
        if publish:
            perform(notice, "publish", actor=actor)
    return notice


def _channel(programme: str, dossiers: list[Dossier]) -> str:
    """The parameter's words, the telephones by field, the postal address of the call."""
    words = str(parameters.value("objection_channel", programme, clock.today()))
    phones: dict[str, list[str]] = {}
    addresses = []
    for dossier in dossiers:
        if dossier.field and dossier.field.desk:
            fields = phones.setdefault(dossier.field.desk.phone, [])
            if dossier.field.name not in fields:
                fields.append(dossier.field.name)
        if dossier.call.postal_address and dossier.call.postal_address not in addresses:
            addresses.append(dossier.call.postal_address)
    if phones:
        listed = "；".join(f"{'、'.join(fields)} {phone}" for phone, fields in phones.items())
        words += _("联系电话：%(listed)s。") % {"listed": listed}
    if addresses:
        words += _("书面材料寄送地址：%(listed)s。") % {"listed": "；".join(addresses)}
    return words


def close_item(key: int) -> bool:
    """Closes one item whose term is over and whose objections are answered; whether it was closed now."""
    today = clock.today()
    with transaction.atomic():
        item = NoticeItem.objects.select_for_update().get(pk=key)
        notice = item.notice
        over = notice.state == RUNNING.id and notice.closes_on is not None and notice.closes_on < today
        unanswered = Objection.objects.filter(item=item).unanswered().exists()
        if item.outcome != NoticeItem.Outcome.OPEN or not over or unanswered:
            return False
        _clear(item)
        history.write(
            notice,
            actor=SYSTEM,
            at=clock.now(),
            label=_("项目公示期满"),
            data={"item": item.pk, "dossier": item.dossier_id},
            opinion=_("%(item)s：%(outcome)s。") % {"item": item, "outcome": item.Outcome.CLEAR.label},
            inside=True,
        )
        if not notice.items.filter(outcome=NoticeItem.Outcome.OPEN).exists():
            _tell_all_closed(notice)
    return True


def _clear(item: NoticeItem) -> None:
    item.outcome, item.closed_at = NoticeItem.Outcome.CLEAR, clock.now()
    item.save(update_fields=["outcome", "closed_at"])


def _tell_all_closed(notice: Notice) -> None:
    """The handler can go on: propose the approval, close the notice with its account."""
    tell(
        people_of(HANDLER, notice),
        key=f"notice:{notice.pk}:closed",
        title=_("公示期满：%(notice)s") % {"notice": notice.describe()},
        text=_("公示期已满，异议均已答复。无成立异议的项目可以拟办呈批件；请写明公示情况，结束公示。"),
        subject=notice,
        category=Category.DEADLINE,
        at=clock.now(),
    )


def close_due_items() -> int:
    """Closes all items that are due; gives their number. The sweep does the same one by one."""
    from portal.notices.queries import due_items

    return sum(close_item(item.pk) for item in due_items(clock.today()))


def prolong(key: int) -> bool:
    """Counts the term of a running notice anew after an edit of the calendar; whether it became longer.

    A date that was announced is never shortened. A longer term is recorded, the paper of the notice is issued anew, and
    the handler is told.
    """
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=key)
        before = notice.closes_on
        if notice.state != RUNNING.id or notice.opens_on is None or before is None or before < clock.today():
            return False
        after = add_workdays(notice.opens_on, notice.days)
        if after <= before:
            return False
        notice.closes_on, notice.revision = after, notice.revision + 1
        notice.save(update_fields=["closes_on", "revision"])
        _record_prolonged(notice, before, after)
        issue(NoticePaper, notice, SYSTEM, clock.now())
    own = Deadline.objects.filter(subject_type=notice.label_of_type(), subject_id=notice.pk)
    recompute(own, actor=SYSTEM, reason=_("公示截止日期顺延。"))
    return True


def _record_prolonged(notice: Notice, before: dt.date, after: dt.date) -> None:
    words = _("工作日历已更新，公示截止日期由 %(before)s 顺延至 %(after)s。") % {"before": before, "after": after}
    history.write(
        notice,
        actor=SYSTEM,
        at=clock.now(),
        label=_("公示期顺延"),
        data={"from": before.isoformat(), "to": after.isoformat()},
        opinion=words,
    )
    tell(
        people_of(HANDLER, notice),
        key=f"notice:{notice.pk}:until:{after}",
        title=_("公示期顺延：%(notice)s") % {"notice": notice.describe()},
        text=words,
        subject=notice,
        category=Category.DEADLINE,
        at=clock.now(),
    )


def enter_letter(item: NoticeItem, *, actor: Actor, files: Iterable[Attachment], **facts: Any) -> Objection:
    """Enters an objection that came by letter; a second handler checks it before it is dealt with.

    The record says who entered it and names no objector. An item that was closed because its term is over is open again:
    the letter came in time.

    Raises:
        Unmet, NotPermitted: see `portal.base.errors`.
    """
    kept = list(files)
    with transaction.atomic():
        held = NoticeItem.objects.select_for_update().get(pk=item.pk)
        objection = Objection(item=held, filed_at=clock.now(), entered_by=actor.membership, **facts)
        perform(objection, "enter", actor=actor)
        if held.outcome == NoticeItem.Outcome.CLEAR:
            held.outcome, held.closed_at = NoticeItem.Outcome.OPEN, None
            held.save(update_fields=["outcome", "closed_at"])
        _keep(kept, objection, _("来函"))
    return objection


def _keep(files: list[Attachment], objection: Objection, name: str) -> None:
    """Claims the files without the names they came with: lists and logs show names of files."""
    for number, attachment in enumerate(files, 1):
        attachment.name = f"{name}{number}.{attachment.kind}"
        attachment.save(update_fields=["name"])
    claim(files, holder=objection, at=clock.now())


def file_objection(item: NoticeItem, *, files: Iterable[Attachment] = (), **facts: Any) -> Objection:
    """Files an objection of a member of the public. Unmet when the notice is not running.

    Who sends it is not looked at, even when a person is signed in: the record names nobody. Files lose the names they
    came with, because lists and logs show names of files and people name files after themselves.
    """
    kept = list(files)
    with transaction.atomic():
        held = NoticeItem.objects.select_for_update().get(pk=item.pk)  # the sweep waits, or has closed it already
        objection = Objection(item=held, filed_at=clock.now(), **facts)
        perform(objection, "file", actor=SYSTEM)
        _keep(kept, objection, _("证明材料"))
        mails.order_receipt(objection)
    return objection
