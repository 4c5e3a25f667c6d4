"""What this room adds to others: what follows from steps, who is meant, who may read, what time does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments import access
from portal.attachments.actions import discard
from portal.attachments.models import Attachment
from portal.base import clock
from portal.calls.models import CallField
from portal.deadlines import chores
from portal.documents.sharing import share, withhold
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle import history
from portal.lifecycle.registry import Done, effect
from portal.lifecycle.states import HANDLER
from portal.messaging.parties import people
from portal.notices import mails
from portal.notices.actions import close_item
from portal.notices.models import Notice, NoticeItem, Objection
from portal.notices.queries import due_items
from portal.notices.states import CLOSED

#: the slot of what an objector sends
FILES = "objection"
#: hours after which uploads of a public form that was never sent are forgotten
FORGET_HOURS = 24


# --- what follows from steps --------------------------------------------------------------------
@effect("projection")
def follow_objection(done: Done) -> None:
    """An upheld objection takes its item off the notice, and the dossier's history says so inside the bureau."""
    objection = done.subject
    if not isinstance(objection, Objection):
        return
    if objection.answered_at is not None and objection.state_info.terminal:
        mails.order_answer(objection)
    if done.step.name == "confirm":
        mails.order_receipt(objection)
    if done.step.name != "uphold":
        return
    NoticeItem.objects.filter(pk=objection.item_id).exclude(outcome=NoticeItem.Outcome.LEFT).update(
        outcome=NoticeItem.Outcome.UPHELD, closed_at=done.act.at
    )
    history.write(
        concrete(objection.dossier),
        actor=done.act.actor,
        at=done.act.at,
        label=_t("公示异议成立"),
        data={"objection": objection.reference, "notice": objection.item.notice.number},
        opinion=objection.finding,
        inside=True,
    )


@effect("projection")
def follow_notice(done: Done) -> None:
    """Closing a notice closes what the sweep has not closed yet."""
    if isinstance(done.subject, Notice) and done.step.target == CLOSED.id:
        done.subject.items.filter(outcome=NoticeItem.Outcome.OPEN).update(
            outcome=NoticeItem.Outcome.CLEAR, closed_at=done.act.at
        )


@effect("projection")
def follow_dossier(done: Done) -> None:
    """When a dossier that was on notice moves on, the public reads the result: the state it went on to, or that it left."""
    dossier = done.subject
    if not isinstance(dossier, Dossier) or done.is_new or done.step.target in (None, done.record.from_state):
        return
    found = NoticeItem.objects.published().filter(dossier_id=dossier.pk, left_on=None)
    items = NoticeItem.objects.filter(pk__in=list(found.values_list("pk", flat=True)))
    info = dossier.state_info
    good = (info.good or not info.terminal) and info.shown_id == dossier.state
    day = clock.local(done.act.at).date()
    items.filter(outcome=NoticeItem.Outcome.OPEN).update(outcome=NoticeItem.Outcome.LEFT, closed_at=done.act.at)
    items.update(left_on=day, result_state=dossier.state if good else "")


# --- people -------------------------------------------------------------------------------------
@people(HANDLER, Notice)
def responsible_for(notice: Notice) -> QuerySet[Membership]:
    """Whoever proposed it."""
    return Membership.objects.filter(pk=notice.responsible_id)


# --- files and papers ---------------------------------------------------------------------------
def may_read_file(actor: Actor, objection_id: int, attachment: Attachment) -> bool:
    """What the objector sent is read by the dossier's handler alone, the evidence by whoever reads the objection."""
    found = Objection.objects.visible_to(actor).filter(pk=objection_id).select_related("item__dossier").first()
    if found is None:
        return False
    return attachment.slot != FILES or found.shows_identity_to(actor)


access.register(Objection._meta.label_lower, may_read_file)


@share
def papers_of_notices(dossiers: Any) -> Q:
    """A notice is a paper of every dossier on it."""
    items = NoticeItem.objects.published().filter(dossier__in=dossiers)
    return Q(subject_type=Notice.label_of_type(), subject_id__in=items.order_by().values("notice_id"))


@withhold
def letters_to_objectors(actor: Actor) -> Q:
    """The answer names the objector: only handlers of the dossier's field find it among the papers."""
    letters = Q(subject_type=Objection.label_of_type())
    if actor.role != Role.HANDLER or actor.membership is None:
        return letters
    desks = CallField.objects.filter(desk__handlers=actor.membership)
    own = Objection.objects.filter(Q(item__dossier__field__in=desks) | Q(item__dossier__handler=actor.membership))
    return letters & ~Q(subject_id__in=own.order_by().values("pk"))


# --- time ---------------------------------------------------------------------------------------
def _forgotten(today: dt.date) -> Iterable[Attachment]:
    before = min(clock.now(), clock.end_of(today)) - dt.timedelta(hours=FORGET_HOURS)
    return Attachment.objects.filter(uploader=None, claimed_at=None, uploaded_at__lt=before).exclude(visitor="")


def _close(item: NoticeItem) -> None:
    close_item(item.pk)


chores.register(chores.Chore("notice_items", _("项目公示期满"), due_items, _close))
chores.register(chores.Chore("public_uploads", _("清理未提交的公众上传"), _forgotten, discard))
