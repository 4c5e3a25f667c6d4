"""The papers of a round as a whole: letter of invitation, sign-in sheet, opinion of the panel, summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.documents.paper import Paper, Snapshot, register
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act
from portal.reviews.registry import matter
from portal.reviews.states import EXPERT

if TYPE_CHECKING:
    from portal.reviews.models import Expert, Round
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


def plain(value: Any) -> str:
    """A number without needless zeros: 25, 12.5."""
    text = f"{value:f}" if not isinstance(value, str) else value
    return text.rstrip("0").rstrip(".") if "." in text else text


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
