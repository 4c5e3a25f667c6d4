"""The writes on the panel of a round: who sits on it, who leads it, who is asked about what."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.messaging.actions import tell
from portal.reviews.choosing import candidates
from portal.reviews.commissions import may_run
from portal.reviews.conflicts import conflicts_in, tidy
from portal.reviews.drawing import METHOD, draw_lots
from portal.reviews.models import Assignment, Draw, Entry, Expert, Round, Seat
from portal.reviews.redrawing import digest_of
from portal.reviews.seats import gone_from


def locked_round(round_: Round, actor: Actor, states: tuple[str, ...], *, by_body: bool = False) -> Round:
    """The round anew under its lock, for a handler, as long as it is in one of the states.

    Args:
        by_body: whether the commissioned body may do it too.

    Raises:
        NotPermitted, StepRefused.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    if not (may_run(actor, locked) if by_body else actor.role == Role.HANDLER):
        raise NotPermitted(_("只有经办人可以组织评审。"))
    if locked.state not in states:
        raise StepRefused(_("评审当前状态为“%(state)s”，不能调整。") % {"state": locked.state_info.label})
    return locked


@transaction.atomic
def set_panel(round_: Round, experts: Iterable[Expert], *, actor: Actor) -> None:
    """Sets the panel before the invitations go out; afterwards experts are added by `add_expert`."""
    locked = locked_round(round_, actor, ("preparing",))
    chosen = list({expert.pk: expert for expert in experts}.values())
    locked.seats.exclude(expert__in=chosen).delete()
    have = set(locked.seats.values_list("expert_id", flat=True))
    Seat.objects.bulk_create(Seat(round=locked, expert=expert) for expert in chosen if expert.pk not in have)
    if locked.chair_id and locked.chair_id not in {expert.pk for expert in chosen}:
        locked.chair = None
        locked.save(update_fields=["chair"])
    _note(locked, actor, _("选定专家"), {"experts": sorted(expert.pk for expert in chosen)})


@transaction.atomic
def draw(round_: Round, number: int, *, actor: Actor, replaces: Expert | None = None) -> list[Expert]:
    """抽取专家: draws by lot (`portal.reviews.drawing`) among those who can be chosen, into the panel. Seed, list and
    result are kept, so that the draw can be repeated; their digest goes into the history.
    Once the invitations are out it is the redraw after a refusal: who is drawn is invited at once.

    Args:
        number: how many. replaces: who declined or stepped out and is replaced. Returns: who was drawn, perhaps fewer.
    """
    locked = locked_round(round_, actor, ("preparing", "inviting", "scoring"))
    assert actor.membership is not None
    have = set(locked.seats.values_list("expert_id", flat=True))
    crowd = Counter(tidy(expert.employer) for expert in locked.experts.exclude(pk__in=gone_from(locked)))
    free = {c.expert.pk: c for c in candidates(locked) if c.free and c.expert.pk not in have}
    kept = Draw(
        round=locked,
        method=METHOD,
        seed=secrets.token_hex(16),
        pool=[[key, bool(c.hits), tidy(c.expert.employer)] for key, c in sorted(free.items())],
        taken=dict(sorted(crowd.items())),
        most=int(locked.rule.get("same_employer_most", 1)),
        asked=number,
        replaces=replaces,
        drawn_by=actor.membership,
        drawn_at=clock.now(),
    )
    kept.drawn = draw_lots(kept.seed, kept.lots, number, taken=kept.taken, most=kept.most)
    facts = {"asked": number, "pool": sorted(free), "drawn": kept.drawn, "seed": kept.seed, "digest": digest_of(kept)}
    kept.record = _note(locked, actor, _("随机抽取专家"), facts)
    kept.save()
    drawn = [free[key].expert for key in kept.drawn]
    Seat.objects.bulk_create(Seat(round=locked, expert=expert) for expert in drawn)
    if drawn and locked.state != "preparing":
        invite_for(locked, list(locked.entries.all()), drawn, actor)
        keep_selection(locked, actor)
    return drawn


def keep_selection(round_: Round, actor: Actor) -> None:
    """Issues the record of the selection anew after the panel has changed; it takes the place of the one before."""
    from portal.documents.actions import issue
    from portal.reviews.papers_selection import SelectionRecord

    issue(SelectionRecord, round_, actor, clock.now())


@transaction.atomic
def remove_expert(round_: Round, expert: Expert, *, actor: Actor) -> None:
    """Takes an expert off the panel before the invitations go out."""
    locked = locked_round(round_, actor, ("preparing",))
    locked.seats.filter(expert=expert).delete()
    if locked.chair_id == expert.pk:
        locked.chair = None
        locked.save(update_fields=["chair"])
    _note(locked, actor, _("移出专家"), {"expert": expert.pk})


@transaction.atomic
def add_expert(round_: Round, expert: Expert, *, actor: Actor) -> None:
    """Invites a further expert (after a refusal or a recusal)."""
    locked = locked_round(round_, actor, ("inviting", "scoring"))
    found = next((c for c in candidates(locked) if c.expert.pk == expert.pk), None)
    if found is None or not found.free:
        raise StepRefused(_("该专家不能参加本次评审：%(why)s。") % {"why": "；".join(found.reasons) if found else ""})
    if locked.seats.filter(expert=expert).exists():
        raise StepRefused(_("该专家已在专家组中。"))
    Seat.objects.create(round=locked, expert=expert)
    _note(locked, actor, _("增补专家"), {"expert": expert.pk})
    invite_for(locked, list(locked.entries.all()), [expert], actor)
    keep_selection(locked, actor)


@transaction.atomic
def set_chair(round_: Round, expert: Expert | None, *, actor: Actor) -> None:
    """Names the chair, one of the panel."""
    locked = locked_round(round_, actor, ("preparing", "inviting", "scoring"))
    if expert is not None and not locked.seats.filter(expert=expert).exists():
        raise StepRefused(_("组长应当是本次评审的专家。"))
    if expert is not None and expert.pk in gone_from(locked):
        raise StepRefused(_("该专家已谢绝或者回避全部项目，不能定为组长。"))
    if locked.chair_id == (expert.pk if expert else None):
        return
    locked.chair = expert
    locked.save(update_fields=["chair"])
    _note(locked, actor, _("确定专家组组长"), {"expert": expert.pk if expert else None})


def invite_for(round_: Round, entries: list[Entry], experts: list[Expert], actor: Actor) -> None:
    """Invites these experts to these dossiers: no one to what a known conflict bars, nobody twice.

    Each expert gets one message and one letter, however many dossiers there are.
    """
    barred = conflicts_in(round_, Expert.objects.filter(pk__in=[expert.pk for expert in experts]))
    have = set(
        Assignment.objects.filter(entry__in=entries).exclude(state="cancelled").values_list("entry_id", "expert_id")
    )
    seats = {seat.expert_id: seat for seat in round_.seats.filter(expert__in=experts)}
    for expert in experts:
        made, excluded = 0, barred.get(expert.pk, {})
        for entry in entries:
            if entry.dossier_id in excluded or (entry.pk, expert.pk) in have:
                continue
            asked = Assignment(entry=entry, expert=expert, chain_id=round_.chain_id)
            perform(asked, "invite", actor=actor)
            made += 1
        if made:
            _send_letter(round_, seats[expert.pk], actor, {"expert": expert, "barred": excluded})
            _tell_invited(round_, expert, made)


def _send_letter(round_: Round, seat: Seat, actor: Actor, data: dict[str, Any]) -> None:
    """The letter of invitation, once per expert and round."""
    from portal.documents.actions import issue
    from portal.reviews.papers import InvitationLetter

    if seat.letter_id is None:
        seat.letter = issue(InvitationLetter, round_, actor, clock.now(), data)
        seat.save(update_fields=["letter"])


def _tell_invited(round_: Round, expert: Expert, number: int) -> None:
    people = Membership.objects.filter(role=Role.EXPERT, active=True, user__expert=expert.pk).select_related("user")
    total = Assignment.objects.filter(entry__round=round_, expert=expert).count()
    tell(
        people,
        key=f"review:{round_.pk}:{expert.pk}:invited:{total}",
        title=_("评审邀请：%(round)s") % {"round": round_},
        text=_(
            "邀请您参加 %(day)s 的评审“%(round)s”，本次邀请涉及 %(n)s 个项目。请在“我的评审”中答复，不能参加或者需要回避的请注明原因。"
        )
        % {"day": round_.held_on.isoformat(), "round": round_, "n": number},
        subject=round_,
        at=clock.now(),
    )


def _note(round_: Round, actor: Actor, label: str, data: dict[str, Any]) -> Record:
    return history.write(round_, actor=actor, at=clock.now(), label=label, data=data, inside=True)
