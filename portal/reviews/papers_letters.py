"""Letters of a round: the commission to another body, and the notice of the meeting to the undertakers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.documents.paper import Paper, Snapshot, register
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Text
from portal.lifecycle.steps import Act
from portal.reviews.papers import RoundPaper, dossier_facts, round_facts
from portal.reviews.registry import matter


@register
class CommissionLetter(RoundPaper):
    """委托函: asks a body to run a round. `act.data`: `body`, `until`, `reason`; the paper is that body's own."""

    kind = "review_commission"
    label = _("委托验收函")
    prefix = "WT"
    template = "review_commission.html"
    style = "letter annex"
    readers = (RECOMMENDER,)
    single = True
    revocable = True

    def snapshot(self, round_: Any, act: Act) -> Snapshot:
        from portal.reviews.conflicts import dossiers_of

        body = act.data["body"]
        return {
            **round_facts(round_),
            "body": body.full_name or body.name,
            "until": act.data["until"],
            "reason": act.data["reason"],
            "rows": [{**dossier_facts(dossier), "position": n} for n, dossier in enumerate(dossiers_of(round_), 1)],
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [
            *super().verify_facts(snapshot),
            (_("受托单位"), snapshot["body"]),
            (_("项目数"), str(len(snapshot["rows"]))),
        ]


@register
class MeetingNotice(Paper):
    """会议通知: tells an undertaker when and where its dossier is reviewed. It names no expert. `act.data`: `round`."""

    kind = "review_notice"
    label = _("评审会议通知")
    prefix = "HY"
    template = "review_notice.html"
    readers = (APPLICANT,)
    revocable = True

    def title(self, dossier: Any) -> str:
        from portal.reviews.models import Entry
        from portal.reviews.states import ENDED

        live = Entry.objects.filter(dossier_id=dossier.pk).exclude(round__state__in=ENDED).select_related("round")
        entry = live.order_by("-pk").first()
        return _heading(entry.round) if entry else str(self.label)

    def snapshot(self, dossier: Any, act: Act) -> Snapshot:
        round_ = act.data["round"]
        facts, visits = round_facts(round_), matter(round_.matter).visits
        del facts["round"]["chair"]  # experts are unknown to those whose project they review
        return {**facts, "project": dossier_facts(dossier), "heading": _heading(round_), "visits": visits}

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [
            (_("项目名称"), snapshot["project"]["title"]),
            (_("会议日期"), snapshot["round"]["held_on"]),
            (_("地点或者方式"), snapshot["round"]["place"]),
        ]


def _heading(round_: Any) -> str:
    """验收会议通知, 立项评审会议通知: named after the matter."""
    return _t("%(matter)s会议通知") % {"matter": matter(round_.matter).label}
