"""A recommender's side of a call as a whole: its list, the order on it, the sealed list, its own earlier deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.attachments import access
from portal.attachments.actions import claim
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, PortalError
from portal.calls.models import Call, CallRecommender
from portal.declaration.papers import issue_recommendation_list
from portal.declaration.states import ACCEPTED, CORRECTION, RECOMMENDED, SUBMITTED
from portal.documents.models import IssuedPaper
from portal.dossiers.models import DossierQuerySet
from portal.dossiers.programmes import programme
from portal.lifecycle import history
from portal.lifecycle.engine import perform

SEALED_LIST = "recommendation_list"
HOLDER = "calls.callrecommender"
#: states in which a declaration stands on its recommender's list
_LISTED = (RECOMMENDED.id, CORRECTION.id, ACCEPTED.id)


def body_of(actor: Actor) -> Body:
    """The body the actor recommends for; NotPermitted for everybody else."""
    if actor.role != Role.RECOMMENDER or actor.membership is None or actor.membership.body is None:
        raise NotPermitted(_("只有推荐单位可以办理推荐汇总。"))
    return actor.membership.body


def listed(call: Call, body: Body, actor: Actor) -> DossierQuerySet:
    """What stands on the list of a body under a call, in its order; declarations without a rank come last."""
    model = programme(call.programme).model
    mine = model.objects.visible_to(actor).filter(call=call, recommender=body, state__in=_LISTED)
    return mine.for_rows().order_by(*_by_rank())


def candidates(call: Call, body: Body, actor: Actor) -> DossierQuerySet:
    """What may still be put in order: submitted and recommended ones."""
    model = programme(call.programme).model
    mine = model.objects.visible_to(actor).filter(call=call, recommender=body, state__in=(SUBMITTED.id, *_LISTED))
    return mine.for_rows().order_by(*_by_rank())


def _by_rank() -> tuple[Any, ...]:
    from django.db.models import F

    return (F("rank").asc(nulls_last=True), "number")


def set_ranks(ranks: Iterable[tuple[Any, int]], *, actor: Actor) -> list[tuple[Any, str]]:
    """Puts declarations in order, each through the door.

    Args:
        ranks: pairs of a concrete dossier and its new place; unchanged ones are passed over.

    Returns:
        The dossiers that could not be moved, with the reason.
    """
    refused = []
    for dossier, rank in ranks:
        if dossier.rank == rank:
            continue
        try:
            perform(dossier, "set_rank", actor=actor, data={"rank": rank}, seen=dossier.revision)
        except PortalError as error:
            refused.append((dossier, error.message))
    return refused


def issue_list(call: Call, *, actor: Actor) -> IssuedPaper:
    """Issues the 推荐汇总表 of the actor's body; PortalError when nothing has been recommended."""
    body = body_of(actor)
    dossiers = list(listed(call, body, actor))
    if not dossiers:
        raise PortalError(_("尚无已推荐的项目，不能生成推荐汇总表。"))
    return issue_recommendation_list(call, body, dossiers, actor=actor)


def send_sealed_list(call: Call, files: list[Attachment], *, actor: Actor) -> CallRecommender:
    """Records the sealed list (with the letter of recommendation) that goes to the bureau along with the papers."""
    body = body_of(actor)
    with transaction.atomic():
        row, _made = CallRecommender.objects.get_or_create(call=call, body=body)
        now = clock.now()
        claimed = claim(files, holder=row, at=now)
        row.list_received_at = now
        row.save(update_fields=["list_received_at"])
        history.write(
            call,
            actor=actor,
            at=now,
            label=_("报送盖章推荐汇总表"),
            data={"body": body.pk},
            attachments=[{"key": str(f.key), "slot": f.slot, "name": f.name, "sha256": f.sha256} for f in claimed],
            inside=True,
        )
    return row


def set_internal_deadline(call: Call, day: dt.date | None, *, actor: Actor) -> CallRecommender:
    """Sets the body's own, earlier day by which it wants the declarations (None takes it back).

    Raises:
        ValidationError: the day is later than the body's reporting deadline.
    """
    body = body_of(actor)
    limit = call.reporting_deadline_of(body)
    if day and day > limit:
        raise ValidationError(_("本单位期限不能晚于推荐部门报送截止日 %(day)s。"), params={"day": limit})
    with transaction.atomic():
        row, _made = CallRecommender.objects.get_or_create(call=call, body=body)
        row.internal_closes_on = day
        row.save(update_fields=["internal_closes_on"])
        history.write(
            call,
            actor=actor,
            at=clock.now(),
            label=_("设定本单位初审受理截止日期"),
            data={"body": body.pk, "day": day.isoformat() if day else ""},
        )
    return row


def internal_deadline(call: Call, body_id: int | None) -> dt.date | None:
    """The day by which a body wants the declarations of this call, where it set one."""
    if body_id is None:
        return None
    own = CallRecommender.objects.filter(call=call, body_id=body_id)
    return own.values_list("internal_closes_on", flat=True).first()


def sealed_lists(row: CallRecommender | None) -> list[Attachment]:
    """The sealed lists that were sent, the newest first."""
    if row is None:
        return []
    return list(Attachment.objects.filter(holder_type=HOLDER, holder_id=row.pk, removed_at=None).order_by("-pk"))


def _may_read(actor: Actor, holder_id: int, attachment: Attachment) -> bool:
    return actor.is_inside or CallRecommender.objects.filter(pk=holder_id, body_id=actor.body_id or 0).exists()


access.register(HOLDER, _may_read)
