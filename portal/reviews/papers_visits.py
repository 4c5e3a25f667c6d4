"""现场检查记录表: the record of a site visit; the empty one stands in the package for the meeting."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.documents.paper import Snapshot, register
from portal.dossiers.programmes import concrete
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act
from portal.reviews.papers import RoundPaper, dossier_facts, round_facts


@register
class VisitRecord(RoundPaper):
    """One visit, to be signed by those who took part. `act.data`: `visit`, `entry`."""

    kind = "review_visit"
    label = _("现场检查记录表")
    prefix = "XJ"
    template = "review_visit.html"
    style = "form review_form"
    revocable = True

    def snapshot(self, round_: Any, act: Act) -> Snapshot:
        visit, entry = act.data["visit"], act.data["entry"]
        return {
            **round_facts(round_),
            "project": dossier_facts(concrete(entry.dossier)),
            "visit": {
                "visited_on": visit.visited_on,
                "place": visit.place,
                "people": visit.people,
                "points": visit.points,
                "conclusion": visit.conclusion,
                "recorder": visit.recorded_by.user.name,
            },
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [
            *super().verify_facts(snapshot),
            (_("项目名称"), snapshot["project"]["title"]),
            (_("检查日期"), snapshot["visit"]["visited_on"]),
        ]
