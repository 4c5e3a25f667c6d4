"""What is written about a docket beside its steps: what is in it, what is proposed, how items leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, Stale, StepRefused
from portal.documents.actions import issue
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete, true_state
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.lifecycle.states import HANDLER
from portal.messaging.actions import tell
from portal.messaging.parties import people_of
from portal.notices.models import NoticeItem
from portal.supervision.dockets.matters import Matter, matter
from portal.supervision.dockets.queries import notices_of, reviews_of
from portal.supervision.dockets.rules import drafts
from portal.supervision.dockets.states import DECIDED, EDITABLE, SCHEDULED, UNDECIDED
from portal.supervision.models import Docket, DocketItem
from portal.supervision.papers import DocketSheet

#: more items than this are refused: a document with its list must be looked through by people
MOST = 300


@dataclass(frozen=True)
class Proposal:
    """What is proposed for an item: place in the list, the ordered step, one line of grounds."""

    position: int
    step: str
    grounds: str


def begin_docket(
    *, actor: Actor, matter_id: str, title: str, dossiers: Iterable[Dossier]
) -> tuple[Docket, list[tuple[Dossier, str]]]:
    """Begins a docket with dossiers; gives it and those that could not be collected, with the reason."""
    if actor.role != Role.HANDLER or actor.membership is None:
        raise NotPermitted(_("只有经办人可以拟办呈批件。"))
    info = matter(matter_id)
    with transaction.atomic():
        docket = Docket(matter=info.id, title=title, drafter=actor.membership, levels=info.levels_on(clock.today()))
        perform(docket, "draft", actor=actor)
        refused = collect(docket, dossiers, actor=actor)
    return docket, refused


def _locked(docket: Docket, actor: Actor, states: tuple[str, ...]) -> Docket:
    locked = Docket.objects.select_for_update().get(pk=docket.pk)
    if not drafts.admits(actor, locked):
        raise NotPermitted(_("只有拟办的经办人或者其代理人可以修改呈批件。"))
    if locked.state not in states:
        raise StepRefused(_("呈批件当前状态为“%(state)s”，不能修改。") % {"state": locked.state_info.label})
    return locked


def _changed(docket: Docket) -> None:
    """Whoever looks at an older page is told so."""
    docket.revision += 1
    docket.save(update_fields=["revision"])


def collect(docket: Docket, dossiers: Iterable[Dossier], *, actor: Actor) -> list[tuple[Dossier, str]]:
    """Puts dossiers into a docket; gives those that could not be collected, with the reason.

    What is proposed follows from an objection that was upheld, else from the conclusion of the latest review.
    """
    refused: list[tuple[Dossier, str]] = []
    with transaction.atomic():
        locked = _locked(docket, actor, EDITABLE)
        info = locked.matter_info
        wanted = {dossier.pk: dossier for dossier in dossiers}
        visible = Dossier.objects.visible_to(actor).filter(pk__in=wanted).values("pk")
        fresh = Dossier.objects.select_for_update().filter(pk__in=visible).order_by("pk")
        position, entries = _last_position(locked), reviews_of(wanted, info.review)
        shown = notices_of(wanted, info)
        for dossier in fresh:
            reason = _why_not(locked, dossier)
            proposed = _proposed(info, dossier, entries.get(dossier.pk), shown.get(dossier.pk))
            if not reason and not _add(locked, dossier, position + 1, proposed):
                reason = _("已列入其他呈批件。")
            if reason:
                refused.append((dossier, reason))
            else:
                position += 1
        _changed(locked)
    docket.revision = locked.revision
    return refused


def _last_position(docket: Docket) -> int:
    last = docket.items.order_by("-position").values_list("position", flat=True).first()
    return last or 0


def _why_not(docket: Docket, dossier: Dossier) -> str:
    info = docket.matter_info
    if dossier.programme != info.programme or dossier.state not in info.sources:
        facts = {"state": true_state(dossier).label, "matter": info.label}
        return _("当前状态为“%(state)s”，不能列入“%(matter)s”。") % facts
    if docket.items.live().count() >= MOST:
        return _("一件呈批件不超过 %(most)s 项。") % {"most": MOST}
    return str(info.refuses([concrete(dossier)]).get(dossier.pk, "")) if info.refuses else ""


def _proposed(info: Matter, dossier: Dossier, entry: Any, shown: Any) -> tuple[str, str]:
    """The step and the grounds that the latest notice or the conclusion of a review suggests."""
    if info.upheld and shown is not None and shown.outcome == NoticeItem.Outcome.UPHELD:
        return info.upheld[0], str(info.upheld[1])
    if entry is None or entry.conclusion not in info.proposals:
        return (info.usual(concrete(dossier)) if info.usual else info.decisions[0].step), ""
    lines = entry.opinion.strip().splitlines()
    return info.proposals[entry.conclusion], lines[0][:200] if lines else ""


def _data_of(info: Matter, dossier: Dossier) -> dict[str, Any]:
    """What the ordered step is told beside the document."""
    return info.data([concrete(dossier)]).get(dossier.pk, {}) if info.data else {}


def _add(docket: Docket, dossier: Dossier, position: int, proposed: tuple[str, str]) -> bool:
    """Whether the dossier could be put in: it lies in one docket at a time."""
    try:
        with transaction.atomic():
            DocketItem.objects.create(
                docket=docket,
                dossier_id=dossier.pk,
                position=position,
                step=proposed[0],
                grounds=proposed[1],
                state_seen=dossier.state,
                data=_data_of(docket.matter_info, dossier),
            )
    except IntegrityError:
        return False
    return True


def save_items(docket: Docket, rows: Mapping[int, Proposal], *, actor: Actor, seen: int | None = None) -> None:
    """Sets what is proposed for items, and their order.

    Args:
        rows: by key of the item; items that are not named stay as they are. seen: the docket's revision on the page.

    Raises:
        Stale: somebody changed the docket meanwhile. StepRefused: a decision the matter does not know.
    """
    with transaction.atomic():
        locked = _locked(docket, actor, EDITABLE)
        if seen is not None and seen != locked.revision:
            raise Stale(_("呈批件刚刚被修改，页面已更新，请核对后再保存。"))
        info = locked.matter_info
        items = list(locked.items.live().order_by("position", "pk"))
        for item in items:
            row = rows.get(item.pk)
            if row is None:
                continue
            if row.step not in {decision.step for decision in info.decisions_on(item)}:
                raise StepRefused(_("没有这种处理意见。"))
            item.step, item.grounds = row.step, " ".join(row.grounds.split())[:500]
        wanted = {item.pk: (rows[item.pk].position if item.pk in rows else item.position) for item in items}
        _put_in_order(sorted(items, key=lambda item: (wanted[item.pk], item.position, item.pk)))
        _changed(locked)
    docket.revision = locked.revision


def _put_in_order(items: Sequence[DocketItem]) -> None:
    for position, item in enumerate(items, 1):
        item.position = position
    DocketItem.objects.bulk_update(items, ["position", "step", "grounds"])


def sort_items(docket: Docket, key: str, *, actor: Actor) -> None:
    """Puts the items in an order: by "field", "rank" (of the review), "number", "class" or "proposal"."""
    from portal.supervision.dockets.queries import board

    with transaction.atomic():
        locked = _locked(docket, actor, EDITABLE)
        order = [decision.step for decision in locked.matter_info.decisions]
        last = 10**6
        keys: dict[str, Any] = {
            "field": lambda row: (row.dossier.field.position if row.dossier.field else last, row.dossier.number or ""),
            "rank": lambda row: (row.entry.rank if row.entry and row.entry.rank else last, row.dossier.number or ""),
            "number": lambda row: row.dossier.number or "",
            "class": lambda row: (getattr(row.dossier, "class_label", ""), row.dossier.number or ""),
            "proposal": lambda row: (order.index(row.item.step), row.item.position),
        }
        if key not in keys:
            raise StepRefused(_("没有这种排序方式。"))
        _put_in_order([row.item for row in sorted(board(locked, live=True), key=keys[key])])
        _changed(locked)


def take_out(item: DocketItem, *, actor: Actor, reason: str) -> None:
    """The handler takes an item out of a docket that is being drafted, or that is decided and not yet registered.

    Raises:
        StepRefused: no reason given, or it has left already.
    """
    if not reason.strip():
        raise StepRefused(_("请写明移出的原因。"))
    with transaction.atomic():
        locked = _locked(item.docket, actor, (*EDITABLE, DECIDED.id))
        fresh = DocketItem.objects.select_for_update().get(pk=item.pk)
        if not fresh.live:
            raise StepRefused(_("该项目已退出呈批件。"))
        leave(fresh, reason)
        record = _note(locked, fresh.dossier, actor, _("移出项目"), reason)
        _changed(locked)
        _print_again(locked, actor, record)


def drop_live_item(dossier: Dossier, *, actor: Actor, reason: str) -> None:
    """Takes a dossier out of whatever docket it is in, in any state of it (a withdrawal was granted).

    Whoever has the docket before him is told and looks at it anew. A docket that waits for its set date with a sealed
    document goes back to its handler: the document names the dossier.
    """
    item = DocketItem.objects.live().filter(dossier_id=dossier.pk).first()
    if item is None:
        return
    docket = Docket.objects.select_for_update().get(pk=item.docket_id)
    named = docket.state == SCHEDULED.id and docket.needs_document
    leave(item, reason)
    record = _note(docket, dossier, actor, _("项目退出"), reason)
    _changed(docket)
    _print_again(docket, actor, record)
    _tell_of_leaving(docket, dossier, reason, record)
    if named:
        why = _("“%(dossier)s”已退出（%(reason)s），盖章文件所附清单须相应修改。")
        if not docket.items.live().exists():
            why = _("“%(dossier)s”已退出（%(reason)s），呈批件内已没有项目，盖章文件不再发布。")
        perform(docket, "unschedule", actor=SYSTEM, data={"reason": why % {"dossier": dossier, "reason": reason}})


def leave(item: DocketItem, reason: str, result: str = DocketItem.Result.LEFT) -> None:
    """Marks an item as no longer in, with the reason that the docket's page shows."""
    item.live, item.decision, item.note, item.left_at = False, result, reason[:300], clock.now()
    item.save(update_fields=["live", "decision", "note", "left_at"])


def _print_again(docket: Docket, actor: Actor, record: Record) -> None:
    """The sheet of a docket that was sent up says what left it; that of a draft is printed when it is sent up."""
    if docket.state not in EDITABLE:
        issue(DocketSheet, docket, actor, record.at, record=record)


def _tell_of_leaving(docket: Docket, dossier: Dossier, reason: str, record: Record) -> None:
    """Its handler, and those in whose hands it lies."""
    meant = {docket.responsible.user, *people_of(docket.state_info.waits_for or HANDLER, docket)}
    rest = docket.items.live().count()
    text = _("“%(dossier)s”已退出呈批件 %(serial)s，原因：%(reason)s。") + (
        _("其余 %(rest)s 项照常办理。") if rest else _("呈批件内已没有项目。")
    )
    facts = {"dossier": dossier, "serial": docket.serial, "reason": reason.rstrip("。"), "rest": rest}
    title = _("呈批件内的项目退出：%(docket)s") % {"docket": docket.title}
    tell(meant, key=f"docket-left:{record.pk}", title=title, text=text % facts, subject=docket, at=record.at)


def _note(docket: Docket, dossier: Dossier, actor: Actor, label: str, reason: str) -> Record:
    return history.write(
        docket,
        actor=actor,
        at=clock.now(),
        label=label,
        opinion=f"{dossier}：{reason}",
        data={"dossier": dossier.pk},
        inside=True,
    )


def record_deliberation(docket: Docket, *, actor: Actor, **facts: Any) -> None:
    """Records the legal division's opinion and a meeting's deliberation while the docket has not been decided.

    Args:
        facts: any of legal_opinion, meeting, meeting_on, meeting_minutes, meeting_conclusion.
    """
    with transaction.atomic():
        locked = _locked(docket, actor, UNDECIDED)
        names = ("legal_opinion", "meeting", "meeting_on", "meeting_minutes", "meeting_conclusion")
        for name in names:
            if name in facts:
                setattr(locked, name, facts[name])
        locked.save(update_fields=list(names))
        history.write(
            locked,
            actor=actor,
            at=clock.now(),
            label=_("登记法制审核和会议审议"),
            data={name: str(getattr(locked, name) or "") for name in names},
            opinion=locked.meeting_conclusion or locked.legal_opinion,
            inside=True,
        )
