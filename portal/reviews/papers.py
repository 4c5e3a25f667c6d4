"""The papers of a round: letter of invitation, sign-in sheet, individual sheets, opinion of the panel, summary."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.documents.paper import Paper, Snapshot, register
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act
from portal.reviews.registry import matter
from portal.reviews.states import EXPERT, VALID

if TYPE_CHECKING:
    from portal.lifecycle.models import Record
    from portal.reviews.models import Assignment, Entry, Expert, Round
    from portal.reviews.queries import Line
    from portal.reviews.scoring import Sheet


def round_facts(round_: Round) -> Snapshot:
    """What every paper of a round says of it."""
    from portal.dossiers.programmes import programme

    found, about = programme(round_.programme), matter(round_.matter)
    return {
        "programme": {"id": found.id, "label": str(found.label), "short_label": str(found.short_label)},
        "round": {
            "title": round_.title,
            "matter": str(about.label),
            "opinion": str(about.opinion),
            "comparative": about.comparative,
            "held_on": round_.held_on,
            "place": round_.place,
            "intended": round_.intended,
            "minutes": round_.minutes,
            "chair": round_.chair.name if round_.chair else "",
        },
        "organiser": {"name": round_.organiser.user.name, "phone": round_.organiser.user.phone},
    }


def expert_facts(expert: Expert) -> Snapshot:
    """An expert on a paper: no telephone number, no address."""
    return {
        "name": expert.name,
        "employer": expert.employer,
        "post": "、".join(filter(None, [expert.post, expert.title])),
        "standards_expert": expert.standards_expert,
    }


def dossier_facts(dossier: Any) -> Snapshot:
    """A (concrete) dossier on a paper of a round."""
    return {
        "number": dossier.number or "",
        "title": dossier.title,
        "unit": dossier.applicant.name,
        "field": str(dossier.field or ""),
        "class": str(getattr(dossier, "class_label", "")),
        "recommender": str(dossier.recommender or ""),
        "rank": dossier.rank,
    }


class RoundPaper(Paper):
    """A paper on a round; strangers who hold it may compare name and date."""

    def snapshot(self, round_: Round, act: Act) -> Snapshot:  # type: ignore[override]
        return round_facts(round_)

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [(_("评审名称"), snapshot["round"]["title"]), (_("评审日期"), snapshot["round"]["held_on"])]


@register
class InvitationLetter(RoundPaper):
    """专家邀请函: one for each expert. It names no project: these are read after signing in.

    `act.data`: `expert`; `barred`, the dossiers of the round that the expert is not given.
    """

    kind = "review_invitation"
    label = _("专家邀请函")
    prefix = "YQ"
    template = "review_invitation.html"
    readers = (EXPERT,)
    revocable = True

    def snapshot(self, round_: Round, act: Act) -> Snapshot:  # type: ignore[override]
        return {
            **round_facts(round_),
            "expert": expert_facts(act.data["expert"]),
            "projects": round_.entries.count() - len(act.data["barred"]),
        }


@register
class SignInSheet(RoundPaper):
    """签到表: the panel, with room for signatures and for others who attend."""

    kind = "review_sign_in"
    label = _("评审会签到表")
    prefix = "QD"
    template = "review_sign_in.html"
    style = "list review_list"
    single = True

    def snapshot(self, round_: Round, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.reviews.seats import members_of

        chair = round_.chair_id
        experts = [{**expert_facts(e), "chair": e.pk == chair} for e in members_of(round_)]
        return {**round_facts(round_), "experts": experts}


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


def plain(value: Any) -> str:
    """A number without needless zeros: 25, 12.5."""
    text = f"{value:f}" if not isinstance(value, str) else value
    return text.rstrip("0").rstrip(".") if "." in text else text


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


@register
class PanelOpinion(RoundPaper):
    """专家组意见: what the panel came to, signed by its chair and members."""

    kind = "review_opinion"
    label = _("专家组意见")
    prefix = "YJ"
    template = "review_opinion.html"
    style = "form review_form"
    single = True

    def title(self, round_: Round) -> str:  # type: ignore[override]
        return str(matter(round_.matter).opinion)

    def snapshot(self, round_: Round, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.reviews.seats import members_of

        rows = _rows(round_)
        groups = [
            {"id": value, "label": str(label), "rows": _by_place([r for r in rows if r["conclusion"] == value])}
            for value, label in matter(round_.matter).conclusions.items()
        ]
        return {
            **round_facts(round_),
            "opinion": act.data["conclusion"],
            "groups": groups,
            "total": len(rows),
            "experts": [expert_facts(expert) for expert in members_of(round_)],
        }


@register
class ReviewSummary(RoundPaper):
    """评审汇总表: each dossier with the totals of the experts, mean, spread, place and conclusion."""

    kind = "review_summary"
    label = _("评审汇总表")
    prefix = "PH"
    template = "review_summary.html"
    style = "list review_list"
    single = True

    def snapshot(self, round_: Round, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.reviews.seats import members_of

        return {
            **round_facts(round_),
            "experts": [expert.name for expert in members_of(round_)],
            "rows": _by_place(_rows(round_)),
            "drop_from": int(round_.rule["drop_extremes_from"]),
            "with_vetoes": bool(round_.sheet.vetoes),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("评审项目数"), str(len(snapshot["rows"])))]


def _by_place(rows: list[Snapshot]) -> list[Snapshot]:
    """The best one first; what has no place last."""
    return sorted(rows, key=lambda row: (row["place"] is None, row["place"] or 0, row["position"]))


def _rows(round_: Round) -> list[Snapshot]:
    """The dossiers of a concluded round in its order, each with its numbers and conclusion."""
    from portal.reviews.conflicts import dossiers_of
    from portal.reviews.queries import standing
    from portal.reviews.seats import members_of

    dossiers = {dossier.pk: dossier for dossier in dossiers_of(round_)}
    experts, sheet = members_of(round_), round_.sheet
    return [_row(line, dossiers[line.entry.dossier_id], experts, sheet) for line in standing(round_)]


def _row(line: Line, dossier: Any, experts: list[Expert], sheet: Sheet) -> Snapshot:
    entry = line.entry
    totals = [line.cells[e.pk].total if e.pk in line.cells else None for e in experts]
    return {
        **dossier_facts(dossier),
        "position": entry.position,
        "totals": [plain(total) if total is not None else "" for total in totals],
        "mean": f"{line.mean:.2f}" if line.mean is not None else "",
        "spread": plain(line.spread),
        "pass_line": plain(entry.pass_line),
        "passed": line.passed,
        "place": line.rank,
        "conclusion": entry.conclusion,
        "conclusion_label": entry.conclusion_label,
        "vetoes": [
            {"label": veto.label, "n": line.raised.get(veto.id, 0), "held": veto.id in entry.vetoes}
            for veto in sheet.vetoes
            if veto.id in line.raised or veto.id in entry.vetoes
        ],
        "opinion": entry.opinion,
    }
