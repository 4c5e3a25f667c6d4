"""The writes on rounds that change no state of a lifecycle: what is in a round, what its sheets ask, drafts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.dossiers.models import Dossier
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.reviews.commissions import renew_letter
from portal.reviews.models import Assignment, Entry, Round
from portal.reviews.panels import add_expert, draw, invite_for, locked_round, remove_expert, set_chair, set_panel
from portal.reviews.queries import live_entry
from portal.reviews.registry import matter, pass_line, rule_of
from portal.reviews.states import OPEN

__all__ = [
    "add_expert",
    "draw",
    "drop_items",
    "edit_round",
    "invite_panel",
    "leave_out",
    "note_conclusions",
    "remove_expert",
    "repeat_round",
    "save_draft",
    "set_chair",
    "set_panel",
    "set_up_round",
    "take_in",
]
_OPEN = ("preparing", "inviting")
_LIVE = ("preparing", "inviting", "scoring")
#: how the fields of a sheet begin
_TYPED = ("score-", "comment-", "veto-", "ground-", "opinion")


def set_up_round(*, actor: Actor, matter_id: str, title: str, held_on: Any, **facts: Any) -> Round:
    """Sets a round up; its rule is pinned from the parameters in force today.

    Args:
        matter_id: a registered matter. title, held_on: its name and date (Shanghai). facts: `place`, `intended`, `repeats`.
    """
    found = matter(matter_id)
    if actor.role != Role.HANDLER or actor.membership is None:
        raise NotPermitted(_("只有经办人可以组织评审。"))
    round_ = Round(
        programme=found.programme,
        matter=matter_id,
        title=title,
        held_on=held_on,
        rule=rule_of(found, clock.today()),
        organiser=actor.membership,
        **facts,
    )
    perform(round_, "set_up", actor=actor)
    return round_


@transaction.atomic
def edit_round(round_: Round, *, actor: Actor, **facts: Any) -> None:
    """Changes title, date, place or intended number as long as the round has not ended; the history keeps what was."""
    locked = locked_round(round_, actor, _LIVE)
    changed = {name: [str(getattr(locked, name) or ""), str(value or "")] for name, value in facts.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if not changed:
        return
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(facts))
    history.write(locked, actor=actor, at=clock.now(), label=_("修改评审安排"), data={"changed": changed}, inside=True)


@transaction.atomic
def repeat_round(void: Round, *, actor: Actor, title: str, held_on: Any, keep_panel: bool, **facts: Any) -> Round:
    """重新组织: a new round with the dossiers of a void one, under the rule of today; with its panel when wanted."""
    if void.state != "void":
        raise StepRefused(_("只有评审无效的，才能重新组织。"))
    if void.repeated_by.exclude(state="void").exists():
        raise StepRefused(_("本次评审已重新组织。"))
    again = set_up_round(actor=actor, matter_id=void.matter, title=title, held_on=held_on, repeats=void, **facts)
    model = matter_model(again)
    rows = model.objects.filter(review_entries__round=void, review_entries__left_at=None)
    take_in(again, rows.select_related("call").order_by("review_entries__position"), actor=actor)
    if keep_panel:
        set_panel(again, void.experts.filter(active=True).order_by("seats__pk"), actor=actor)
    return again


def matter_model(round_: Round) -> Any:
    """The class of the dossiers of a round."""
    from portal.dossiers.programmes import programme

    return programme(round_.programme).model


def take_in(round_: Round, dossiers: Iterable[Dossier], *, actor: Actor) -> list[tuple[Dossier, str]]:
    """Takes dossiers into a round; each that needs it is taken into review through the door.

    Returns:
        The dossiers that could not be taken in, with the reason.
    """
    refused, taken = [], 0
    for dossier in dossiers:
        try:
            with transaction.atomic():
                _take_one(round_, dossier, actor)
            taken += 1
        except StepRefused as error:
            refused.append((dossier, error.message))
    if taken:
        renew_letter(Round.objects.get(pk=round_.pk), actor)
    return refused


def _take_one(round_: Round, dossier: Dossier, actor: Actor) -> None:
    found = matter(round_.matter)
    Dossier.objects.select_for_update().filter(pk=dossier.pk).values_list("pk").first()  # dossiers before rounds
    locked = locked_round(round_, actor, _OPEN)
    if dossier.programme != found.programme:
        raise StepRefused(_("项目类型与评审事项不符。"))
    if (live := live_entry(dossier, round_.matter)) is not None:
        raise StepRefused(_("已列入“%(round)s”。") % {"round": live.round})
    if dossier.state not in found.sources:
        raise StepRefused(_("当前状态不能列入评审。"))
    last = Entry.everything.filter(round=locked).aggregate(last=Max("position"))["last"] or 0
    entry = Entry.objects.create(
        round=locked, dossier_id=dossier.pk, position=last + 1, pass_line=pass_line(locked, dossier)
    )
    if found.opens and dossier.state != _target(dossier, found.opens):
        perform(dossier, found.opens, actor=actor, seen=dossier.revision)
    if locked.state == "inviting":
        invite_for(locked, [entry], list(locked.experts.order_by("seats__pk")), actor)


def _target(dossier: Dossier, step: str) -> str | None:
    from portal.lifecycle.declared import step_of

    return step_of(type(dossier), step).target


@transaction.atomic
def leave_out(entry: Entry, *, actor: Actor, reason: str) -> None:
    """Takes a dossier out of a round that has not ended; its assignments are cancelled."""
    locked_round(entry.round, actor, _LIVE)
    let_go(entry, actor=actor, reason=reason)


def let_go(entry: Entry, *, actor: Actor, reason: str) -> None:
    """The same without asking who does it: for a dossier that ended by itself. Inside a transaction."""
    round_ = Round.objects.select_for_update().get(pk=entry.round_id)
    for assignment in entry.assignments.filter(state__in=OPEN).order_by("pk"):
        perform(assignment, "cancel", actor=SYSTEM)
    entry.left_at, entry.left_reason = clock.now(), reason
    entry.save(update_fields=["left_at", "left_reason"])
    history.write(
        round_,
        actor=actor,
        at=clock.now(),
        label=_("移出评审项目"),
        opinion=reason,
        data={"dossier": entry.dossier_id},
        inside=True,
    )
    renew_letter(round_, actor)


@transaction.atomic
def drop_items(entry: Entry, items: Iterable[str], *, actor: Actor) -> None:
    """Fixes, before scoring, which items of the sheet do not apply to a dossier; the rest is scaled."""
    locked = locked_round(entry.round, actor, _OPEN)
    wanted = set(items)
    dropped = [item.id for item in locked.sheet.base if item.id in wanted]
    if len(dropped) == len(locked.sheet.base):
        raise StepRefused(_("至少保留一个评分项。"))
    if dropped == entry.dropped:
        return
    entry.dropped = dropped
    entry.save(update_fields=["dropped"])
    history.write(
        locked,
        actor=actor,
        at=clock.now(),
        label=_("确定不适用的评分项"),
        data={"dossier": entry.dossier_id, "items": dropped},
        inside=True,
    )


def invite_panel(round_: Round, actor: Actor) -> None:
    """Invites every expert to every dossier without a known conflict (the effect of a round's invitation)."""
    invite_for(round_, list(round_.entries.all()), list(round_.experts.order_by("seats__pk")), actor)


@transaction.atomic
def note_conclusions(
    round_: Round,
    typed: Mapping[int, tuple[str, str]],
    *,
    actor: Actor,
    opinion: str,
    minutes: str,
    vetoes: Mapping[int, Collection[str]] | None = None,
) -> None:
    """暂存结论: keeps what the chair came to so far, before the round is concluded.

    Args:
        typed: conclusion and opinion by entry. opinion, minutes: of the round as a whole.
        vetoes: those found to hold, by entry.
    """
    locked = locked_round(round_, actor, ("scoring",), by_body=True)
    locked.conclusion, locked.minutes = opinion[:3000], minutes[:60]
    locked.save(update_fields=["conclusion", "minutes"])
    changed, known = [], matter(locked.matter).conclusions
    for entry in locked.entries.filter(pk__in=typed):
        conclusion, words = typed[entry.pk]
        held = (vetoes or {}).get(entry.pk, ())
        entry.conclusion = conclusion if conclusion in known else ""
        entry.opinion = words[:1000]
        entry.vetoes = [veto.id for veto in locked.sheet.vetoes if veto.id in held]
        changed.append(entry)
    Entry.objects.bulk_update(changed, ["conclusion", "opinion", "vetoes"], batch_size=100)


def save_draft(assignment: Assignment, typed: dict[str, str], *, actor: Actor) -> dt.datetime:
    """暂存: keeps what the expert has typed so far, whatever it is. Gives the instant (UTC)."""
    if actor.user is None or assignment.expert.user_id != actor.user.pk or assignment.state != "rating":
        raise NotPermitted(_("只能暂存本人正在填写的评审表。"))
    kept = {key: str(value)[:2000] for key, value in typed.items() if key.startswith(_TYPED)}
    kept = dict(list(kept.items())[:200])
    if not Assignment.objects.filter(pk=assignment.pk, state="rating").update(draft=kept):
        raise StepRefused(_("评审表已提交或者评审已结束，不能暂存。"))
    return clock.now()
