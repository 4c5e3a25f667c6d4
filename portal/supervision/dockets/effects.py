"""What follows from a docket's steps for its items; and the bar that a live item puts on its dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments.actions import holder_label, retire
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import PortalError, StepRefused, Unmet
from portal.documents.actions import issue
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Subject
from portal.lifecycle.registry import Done, bar, effect
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step
from portal.supervision.dockets.actions import leave
from portal.supervision.dockets.queries import live_item
from portal.supervision.models import Docket, DocketItem


@effect("projection")
def follow_docket(done: Done) -> None:
    """A decision marks the items, the registration carries them out, a cancellation frees them."""
    docket = done.subject
    if not isinstance(docket, Docket):
        return
    if done.step.extra.get("decides"):
        _mark(docket, done.act.data["disagreed"], done.act.actor)
    elif done.step.extra.get("carries_out"):
        _carry_out(docket, done)
    elif done.step.name == "unschedule":
        _retire_original(docket, done.act.at)
    elif done.step.name == "cancel":
        docket.items.live().update(
            live=False, decision=DocketItem.Result.LEFT, note=_("呈批件已取消"), left_at=clock.now()
        )


def _retire_original(docket: Docket, at: dt.datetime) -> None:
    """The sealed original of a registration that was taken back is on file in the history, and no longer the docket's."""
    held = Attachment.objects.filter(holder_type=holder_label(Docket), holder_id=docket.pk, slot="sealed_original")
    for file in held.filter(removed_at=None):
        retire(file, at=at)


def _mark(docket: Docket, disagreed: dict[str, str], actor: Actor) -> None:
    for item in docket.items.live().select_related("dossier").order_by("dossier_id"):
        item.docket = docket
        if str(item.pk) not in disagreed:
            item.decision = DocketItem.Result.AGREED
            item.save(update_fields=["decision"])
            continue
        item.decision, item.note = DocketItem.Result.DISAGREED, disagreed[str(item.pk)][:300]
        if docket.matter_info.returned and item.dossier.state == item.state_seen:
            data = {"reason": item.note}
            perform(concrete(item.dossier), docket.matter_info.returned, actor=actor, data=data, warrant=item)
        leave(item, item.note, DocketItem.Result.DISAGREED)


def _carry_out(docket: Docket, done: Done) -> None:
    """Takes the ordered step of every agreed item, by key of the dossier; with a document all pass or none."""
    passed: list[DocketItem] = []
    problems: list[str] = []
    all_or_none = docket.needs_document
    for item in docket.items.agreed().select_related("dossier").order_by("dossier_id"):
        item.docket = docket
        try:
            with transaction.atomic():
                _take(item, docket, done.act.actor)
        except PortalError as error:
            problems.append(f"{item.dossier}：{error.message}")
            if not all_or_none:
                leave(item, error.message)
            continue
        passed.append(item)
    if problems and (all_or_none or not passed):
        raise Unmet(problems)
    passed.sort(key=lambda item: item.position)
    if docket.matter_info.issued:
        docket.matter_info.issued(docket, passed)
    _issue_papers(docket, passed, done)


def _take(item: DocketItem, docket: Docket, actor: Actor) -> None:
    dossier = concrete(item.dossier)
    if dossier.state != item.state_seen:
        raise StepRefused(_("项目状态已变更为“%(state)s”，请移出后重新呈批。") % {"state": dossier.state_info.label})
    data: dict[str, Any] = {
        **item.data,
        "reason": item.grounds,
        "number": docket.number or "",
        "dated": docket.dated.isoformat() if docket.dated else "",
        "docket": docket.pk,
    }
    perform(dossier, item.step, actor=actor, data=data, warrant=item)
    item.live, item.decision = False, DocketItem.Result.DONE
    item.save(update_fields=["live", "decision"])


def _issue_papers(docket: Docket, passed: list[DocketItem], done: Done) -> None:
    """Each paper of the matter once, for all items that it concerns, and linked to them."""
    for paper_class in docket.matter_info.papers:
        items = [item for item in passed if item.step in paper_class.steps]
        if not items:
            continue
        data = {"items": items}
        paper = issue(paper_class, docket, done.act.actor, done.act.at, data, record=done.record)
        for item in items:
            item.papers.add(paper)


@bar
def lies_in_a_docket(subject: Subject, actor: Actor) -> Callable[[Step], Text | None] | None:
    """A live item bars every step that would change its dossier's state, except what the docket itself orders."""
    if not isinstance(subject, Dossier) or subject.pk is None or subject.private:
        return None
    item = live_item(subject)
    if item is None:
        return None
    text = _("本项目正在办理中，暂不能办理此项。")  # outsiders do not learn that it is being decided
    if actor.is_inside:
        text = _("本项目已列入呈批件 %(serial)s（%(state)s，%(where)s）。") % {
            "serial": item.docket.serial,
            "state": item.docket.state_info.label,
            "where": item.docket.whereabouts,
        }

    def reason(step: Step) -> Text | None:
        free = step.target is None or step.by.docket or step.extra.get("despite_docket")
        return None if free else text

    return reason
