"""Papers of dockets: the sheet with its opinions, and the lists that a docket issues once for all its items.

Their wording stands in `templates/papers/`; a programme declares what its lists say of a dossier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.documents.paper import Paper, Snapshot, register
from portal.dossiers.programmes import programme
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from portal.supervision.models import Docket, DocketItem


@register
class DocketSheet(Paper):
    """呈批件: items, proposals, opinions and signatures; issued anew whenever somebody signed."""

    kind = "docket_sheet"
    label = _("呈批件")
    prefix = "QB"
    template = "docket_sheet.html"
    style = "docket"
    single = True

    def snapshot(self, docket: Docket, act: Act) -> Snapshot:  # type: ignore[override]
        return sheet_facts(docket)


def sheet_facts(docket: Docket) -> Snapshot:
    """Everything that stands on the sheet of a docket, as it is now."""
    from portal.supervision.dockets.queries import board

    info = docket.matter_info
    rows = board(docket)
    return {
        "programme": {"id": info.programme, "label": str(programme(info.programme).label)},
        "docket": {
            "serial": docket.serial,
            "title": docket.title,
            "matter": str(info.label),
            "opinion_head": str(info.opinion_head),
            "drafted_on": clock.local(docket.created_at).date(),
            "levels": docket.levels,
            "number": docket.number or "",
            "dated": docket.dated,
            "publish_on": docket.publish_on,
            "state": str(docket.state_info.label),
        },
        "opinions": _opinions(docket),
        "deliberation": {
            "legal": docket.legal_opinion,
            "meeting": docket.meeting,
            "meeting_on": docket.meeting_on,
            "minutes": docket.meeting_minutes,
            "conclusion": docket.meeting_conclusion,
        },
        "decisions": _counted(row.item for row in rows if row.item.decision not in ("left", "disagreed")),
        "rows": [
            {
                "position": row.item.position,
                "number": row.dossier.number or "",
                "title": row.dossier.title,
                "unit": row.dossier.applicant.name,
                "field": str(row.dossier.field or ""),
                "class": str(getattr(row.dossier, "class_label", "")),
                "opinion": row.opinion,
                "proposal": str(row.item.proposal),
                "grounds": row.item.grounds,
                "flags": [str(flag) for flag in row.flags],
                "result": str(row.item.get_decision_display()),
                "note": row.item.note,
            }
            for row in rows
        ],
    }


def _opinions(docket: Docket) -> list[Snapshot]:
    """The columns 拟办意见, 审核意见, 批示 with their signers, as far as the levels go."""

    def day(instant: Any) -> Any:
        return clock.local(instant).date() if instant else None

    found = [
        {
            "head": str(_("拟办意见")),
            "text": docket.drafter_remark,
            "name": docket.sender_name,
            "on": day(docket.drafter_at),
        },
        {
            "head": str(_("审核意见")),
            "text": docket.chief_remark,
            "name": docket.chief_name,
            "on": day(docket.chief_at),
        },
    ]
    if docket.levels >= 3:
        leader = {"text": docket.leader_remark, "name": docket.leader_name, "on": day(docket.leader_at)}
        found.append({"head": str(_("批示")), **leader})
    return found


def _counted(items: Any) -> list[list[Any]]:
    """How many items each proposal has, in the order of the matter."""
    counts: dict[str, int] = {}
    for item in items:
        counts[str(item.proposal)] = counts.get(str(item.proposal), 0) + 1
    return [[label, number] for label, number in counts.items()]


class DocketList(Paper):
    """A paper with one list of dossiers that a docket issues once.

    Class attributes:
        steps: the ordered steps whose items stand in the list. columns: (name, head, share of the width in percent).
        wording: template of its text, a sequence of paragraphs; also the draft for the office system is made of it.
        numbered: whether it bears the 文号 of the document.
    """

    steps: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[tuple[str, Text, int], ...]]
    wording: ClassVar[str]
    numbered: ClassVar[bool] = False

    def row(self, dossier: Any, item: DocketItem) -> dict[str, str]:
        """What the list says of a (concrete) dossier, by name of the column."""
        raise NotImplementedError

    def facts(self, docket: Docket, dossiers: Sequence[Any]) -> Snapshot:
        """What the text says beside the list."""
        return {}

    def snapshot(self, docket: Docket, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.supervision.dockets.queries import dossiers_of

        items: list[DocketItem] = act.data["items"]
        dossiers = dossiers_of([item.dossier_id for item in items], docket.matter_info.programme)
        rows = act.data.get("rows") or [self.row(dossiers[item.dossier_id], item) for item in items]
        return {
            "programme": {
                "id": docket.matter_info.programme,
                "label": str(programme(docket.matter_info.programme).label),
            },
            "docket": {"serial": docket.serial, "number": docket.number or "", "dated": docket.dated},
            "columns": [[name, str(head), share] for name, head, share in self.columns],
            "rows": [[row[name] for name, _head, _share in self.columns] for row in rows],
            "dossiers": [item.dossier_id for item in items],
            "wording": self.wording,
            "corrects": act.data.get("corrects"),
            **self.facts(docket, [dossiers[item.dossier_id] for item in items]),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        docket = snapshot["docket"]
        return [
            *([(_("文号"), docket["number"]), (_("成文日期"), docket["dated"] or "")] if self.numbered else []),
            (_("列入项目数"), str(len(snapshot["rows"]))),
        ]
