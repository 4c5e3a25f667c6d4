"""What pages and papers ask of dockets: the board of items with opinions and risks, the lists of each role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.memo import kept
from portal.calls import parameters
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import RELATED, programme
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import unmet_guards
from portal.lifecycle.states import Text
from portal.notices.models import NoticeItem
from portal.notices.queries import latest_items
from portal.reviews.models import Entry
from portal.supervision.dockets.matters import Decision, Matter
from portal.supervision.dockets.states import (
    CHIEF_REVIEW,
    DECIDED,
    DRAFTING,
    ISSUED,
    LEADER_REVIEW,
    RETURNED,
    SCHEDULED,
)
from portal.supervision.models import Docket, DocketItem, DocketQuerySet

MINE, TO_REVIEW, TO_DECIDE, PAST, ALL = "mine", "to_review", "to_decide", "past", "all"
#: states in which the handler has to go on
_BACK_WITH_HANDLER = (DRAFTING.id, RETURNED.id, DECIDED.id)


@dataclass
class Row:
    """An item as people who sign it see it.

    Attributes:
        entry: the latest concluded review, or None. opinion: it and what the matter says of the dossier in one line.
        flags: what to look at before agreeing. decisions: the ways to decide it.
    """

    item: DocketItem
    dossier: Dossier
    entry: Entry | None = None
    opinion: str = ""
    flags: list[Text] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


def dossiers_of(keys: Iterable[int], programme_id: str) -> dict[int, Any]:
    """Dossiers as instances of their programme with their neighbours (one query)."""
    model: Any = programme(programme_id).model
    return model.objects.select_related(*RELATED, "district").in_bulk(list(keys))


def reviews_of(keys: Iterable[int], review: str) -> dict[int, Entry]:
    """The latest concluded review of each dossier in a matter, with the number of dossiers in its round (one query)."""
    if not review:
        return {}
    found = Entry.objects.filter(dossier__in=list(keys), round__matter=review, round__state="concluded")
    counted = found.select_related("round").annotate(among=Count("round__entries"))
    return {entry.dossier_id: entry for entry in counted.order_by("round__concluded_at", "pk")}


def in_one_line(entry: Entry | None) -> str:
    """The opinion of a round: mean, place, conclusion."""
    if entry is None:
        return ""
    parts = []
    if entry.mean is not None:
        parts.append(_("平均 %(mean)s 分") % {"mean": entry.mean})
    if entry.rank is not None:
        parts.append(_("第 %(rank)s 名（共 %(among)s 项）") % {"rank": entry.rank, "among": entry.among})  # type: ignore[attr-defined]
    if entry.conclusion:
        parts.append(entry.conclusion_label)
    return "，".join(parts)


def board(docket: Docket, *, live: bool | None = None) -> list[Row]:
    """The items of a docket in order, with opinions and risks (a fixed number of queries).

    Args:
        live: only those still in (True) or that left (False); None for all.
    """
    items = docket.items.order_by("position", "pk")
    if live is not None:
        items = items.filter(live=True) if live else items.filter(decision__in=("left", "disagreed"))
    rows = list(items)
    info = docket.matter_info
    dossiers = dossiers_of([item.dossier_id for item in rows], info.programme)
    entries = reviews_of(dossiers, info.review)
    flags = _flags(info, dossiers, entries)
    said = info.says(list(dossiers.values()), {i.dossier_id: i for i in rows}) if info.says and dossiers else {}
    found = []
    for item in rows:
        item.docket = docket
        dossier, entry = dossiers[item.dossier_id], entries.get(item.dossier_id)
        told = [str(text) for text in (in_one_line(entry), said.get(item.dossier_id, "")) if text]
        row = Row(item, dossier, entry, "；".join(told), list(flags.get(item.dossier_id, ())))
        row.decisions = info.decisions_on(item)
        row.flags += _about_the_proposal(row, info)
        found.append(row)
    return found


def _flags(info: Matter, dossiers: dict[int, Any], entries: dict[int, Entry]) -> dict[int, list[Text]]:
    """The risks of dossiers: what the programme warns of, low scores, wide spreads, upheld objections."""
    found: dict[int, list[Text]] = {key: [] for key in dossiers}
    if info.flags and dossiers:
        for key, texts in info.flags(list(dossiers.values())).items():
            found[key] += texts
    wide = (
        Decimal(str(parameters.value("docket_spread_flag", info.programme, clock.today()))) if entries else Decimal(0)
    )
    for key, entry in entries.items():
        if entry.passed is False:
            found[key].append(_("平均分低于合格线 %(line)s 分") % {"line": entry.pass_line})
        if entry.spread is not None and entry.spread >= wide:
            found[key].append(_("专家评分分差 %(spread)s 分，较大") % {"spread": entry.spread})
    words = {NoticeItem.Outcome.UPHELD: _("公示期间有异议成立"), NoticeItem.Outcome.OPEN: _("公示尚未结束")}
    for key, item in notices_of(dossiers, info).items():
        if item.outcome in words:
            found[key].append(words[NoticeItem.Outcome(item.outcome)])
    return found


def notices_of(keys: Iterable[int], info: Matter) -> dict[int, NoticeItem]:
    """The latest appearance of each dossier on a notice of the matter's kind (one query, none without such a kind)."""
    wanted = list(keys)
    return latest_items(wanted, info.notice) if info.notice and wanted else {}


def _about_the_proposal(row: Row, info: Matter) -> list[Text]:
    found: list[Text] = []
    if row.item.live and row.dossier.state != row.item.state_seen:
        found.append(_("项目状态已变更为“%(state)s”") % {"state": row.dossier.state_info.label})
    if info.review and row.entry is None:
        found.append(_("没有已结束的评审"))
    elif row.entry and row.entry.conclusion:
        wanted = info.proposals.get(row.entry.conclusion)
        if wanted and wanted != row.item.step:
            found.append(_("拟处理意见与专家组结论不一致"))
    return found


def obstacles(docket: Docket, actor: Actor) -> list[tuple[DocketItem, list[str]]]:
    """What would keep agreed items from passing if the docket were registered now; a few queries per item."""
    items = list(docket.items.agreed().order_by("position"))
    dossiers = dossiers_of([item.dossier_id for item in items], docket.matter_info.programme)
    found = []
    for item in items:
        dossier = dossiers[item.dossier_id]
        item.docket, item.dossier = docket, dossier
        if dossier.state != item.state_seen:
            reasons = [_("项目状态已变更为“%(state)s”") % {"state": dossier.state_info.label}]
        else:
            reasons = [str(text) for text in unmet_guards(dossier, step_of(type(dossier), item.step), actor)]
        if reasons:
            found.append((item, reasons))
    return found


def rows_of(kind: str, actor: Actor) -> DocketQuerySet:
    """The dockets of one list."""
    rows: DocketQuerySet = Docket.objects.visible_to(actor)
    if kind == MINE:
        return rows.filter(pk__in=Docket.objects.drafted_by(actor).values("pk"))
    if kind == TO_REVIEW:
        return rows.filter(state=CHIEF_REVIEW.id)
    if kind == TO_DECIDE:
        return rows.filter(state=LEADER_REVIEW.id)
    if kind == PAST:
        return rows.filter(state__in=(DECIDED.id, SCHEDULED.id, ISSUED.id))
    return rows


def waiting(actor: Actor) -> DocketQuerySet:
    """The dockets that wait for this actor."""
    if actor.role == Role.HANDLER:
        return Docket.objects.drafted_by(actor).filter(state__in=_BACK_WITH_HANDLER)
    if actor.role == Role.SECTION_CHIEF:
        return rows_of(TO_REVIEW, actor)
    return rows_of(TO_DECIDE, actor) if actor.role == Role.LEADER else Docket.objects.none()


@kept
def live_item(dossier: Dossier) -> DocketItem | None:
    """The item by which a dossier lies in a docket now (one query)."""
    found = DocketItem.objects.live().filter(dossier_id=dossier.pk)
    return found.select_related("docket__responsible__user").first()
