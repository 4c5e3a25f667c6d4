"""个人评审意见表: the individual sheets on a dossier, as papers and as facts of other papers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.documents.paper import Snapshot, register
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act
from portal.reviews.papers import RoundPaper, dossier_facts, expert_facts, plain, round_facts
from portal.reviews.states import VALID

if TYPE_CHECKING:
    from portal.lifecycle.models import Record
    from portal.reviews.models import Assignment, Entry, Round
    from portal.reviews.scoring import Sheet


@register
class ReviewSheets(RoundPaper):
    """个人评审意见表: the valid sheets on one dossier, a page each. `act.data`: `entry`, `dossier`, `assignments`."""

    kind = "review_sheets"
    label = _("个人评审意见表")
    prefix = "PS"
    template = "review_sheets.html"
    style = "form review_form"

    def snapshot(self, round_: Round, act: Act) -> Snapshot:  # type: ignore[override]
        entry, assignments = act.data["entry"], act.data["assignments"]
        sheet = round_.sheet.without(entry.dropped)
        return {
            **round_facts(round_),
            "project": dossier_facts(act.data["dossier"]),
            "sheet": sheet_facts(round_.sheet, sheet),
            "sheets": [filled(assignment, sheet) for assignment in assignments],
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        project = snapshot["project"]
        return [
            *super().verify_facts(snapshot),
            (_("项目编号"), project["number"]),
            (_("项目名称"), project["title"]),
            (_("评审表份数"), str(len(snapshot["sheets"]))),
        ]


def sheet_facts(full: Sheet, sheet: Sheet) -> Snapshot:
    """The lines of a sheet as a paper prints them."""
    return {
        "items": [
            {"label": str(i.label), "hint": str(i.hint), "highest": plain(i.highest), "bonus": i.bonus}
            for i in sheet.items
        ],
        "bonus_cap": plain(sheet.bonus_cap) if sheet.bonuses else "",
        "vetoes": [{"label": veto.label, "hint": veto.hint} for veto in sheet.vetoes],
        "highest": plain(sheet.highest),
        "full": plain(full.highest),
        "scaled": full.highest != sheet.highest,
        "step": plain(sheet.step),
        "comment_below": sheet.comment_below,
    }


def filled(assignment: Assignment, sheet: Sheet) -> Snapshot:
    """One expert's sheet."""
    return {
        "expert": expert_facts(assignment.expert),
        "lines": [
            {
                "label": str(item.label),
                "highest": plain(item.highest),
                "bonus": item.bonus,
                "score": plain(assignment.scores.get(item.id, "")),
                "comment": assignment.comments.get(item.id, ""),
            }
            for item in sheet.items
        ],
        "vetoes": [
            {"label": veto.label, "raised": veto.id in assignment.vetoes, "ground": assignment.vetoes.get(veto.id, "")}
            for veto in sheet.vetoes
        ],
        "total": plain(assignment.total),
        "opinion": assignment.opinion,
        "submitted_on": clock.local(assignment.submitted_at).date() if assignment.submitted_at else None,
        "on_behalf": assignment.on_behalf,
    }


def issue_sheets(round_: Round, act: Act, record: Record) -> None:
    """Issues the individual sheets of a concluded round, one paper for each dossier."""
    from portal.documents.actions import issue
    from portal.reviews.conflicts import dossiers_of
    from portal.reviews.models import Assignment, Entry
    from portal.reviews.seats import panel_of

    sheets: dict[int, list[Assignment]] = defaultdict(list)
    places = {expert.pk: place for place, expert in enumerate(panel_of(round_))}
    valid = Assignment.objects.filter(entry__round=round_, state__in=VALID).select_related("expert")
    for assignment in sorted(valid.defer("draft"), key=lambda found: places.get(found.expert_id, 0)):
        sheets[assignment.entry_id].append(assignment)
    dossiers = {dossier.pk: dossier for dossier in dossiers_of(round_)}
    changed: list[Entry] = []
    for entry in round_.entries.all():
        if entry.pk in sheets:
            data = {"entry": entry, "dossier": dossiers[entry.dossier_id], "assignments": sheets[entry.pk]}
            entry.sheets_paper = issue(ReviewSheets, round_, act.actor, act.at, data, record=record)
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["sheets_paper"], batch_size=100)
