"""The writes on site visits: recorded by whoever runs the round, withdrawn where there was a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments.actions import claim
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import StepRefused
from portal.documents.actions import invalidate, issue
from portal.lifecycle import history
from portal.reviews.models import Entry, Visit
from portal.reviews.panels import locked_round
from portal.reviews.papers_visits import VisitRecord
from portal.reviews.registry import matter

_LIVE = ("preparing", "inviting", "scoring")


@transaction.atomic
def record_visit(entry: Entry, facts: Mapping[str, Any], files: Iterable[Attachment] = (), *, actor: Actor) -> Visit:
    """Records a visit on the round's chain and issues its paper.

    Args:
        facts: `visited_on`, `place`, `people`, `points`, `conclusion`. files: pending uploads of the actor.

    Raises:
        NotPermitted, StepRefused: the round has ended, or its matter knows no visits.
    """
    round_ = locked_round(entry.round, actor, _LIVE, by_body=True)
    if not matter(round_.matter).visits:
        raise StepRefused(_("该评审事项不作现场检查记录。"))
    assert actor.membership is not None
    at = clock.now()
    visit = Visit.objects.create(entry=entry, recorded_by=actor.membership, recorded_at=at, **facts)
    kept = claim(files, holder=visit, at=at)
    record = history.write(
        round_,
        actor=actor,
        at=at,
        label=_("记录现场检查"),
        data={
            "dossier": entry.dossier_id,
            "visit": visit.pk,
            "visited_on": visit.visited_on.isoformat(),
            "missing": visit.missing,
        },
        attachments=[{"key": str(f.key), "slot": f.slot, "name": f.name, "sha256": f.sha256} for f in kept],
        inside=True,
    )
    visit.paper = issue(VisitRecord, round_, actor, at, {"visit": visit, "entry": entry}, record=record)
    visit.save(update_fields=["paper"])
    return visit


@transaction.atomic
def withdraw_visit(visit: Visit, *, actor: Actor, reason: str) -> None:
    """作废: the record was made by mistake; it stays to be read, its paper is not valid any more."""
    round_ = locked_round(visit.entry.round, actor, _LIVE, by_body=True)
    if visit.withdrawn_at is not None:
        raise StepRefused(_("该现场检查记录已作废。"))
    visit.withdrawn_at, visit.withdrawn_reason = clock.now(), reason[:300]
    visit.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    history.write(
        round_,
        actor=actor,
        at=clock.now(),
        label=_("作废现场检查记录"),
        opinion=reason,
        data={"dossier": visit.entry.dossier_id, "visit": visit.pk},
        inside=True,
    )
    if visit.paper is not None:
        invalidate(visit.paper, reason=reason, at=clock.now())
