"""专家遴选记录: who was chosen and how, who could not be chosen and why; fixed when the invitations go out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.documents.paper import Snapshot, register
from portal.lifecycle.steps import Act
from portal.reviews.papers import RoundPaper, expert_facts, round_facts
from portal.reviews.registry import panel_size


@register
class SelectionRecord(RoundPaper):
    """The panel, whom the register excluded with the reasons, and which projects a member is not given.

    A later change of the panel issues it anew; the former one is kept as replaced.
    """

    kind = "review_selection"
    label = _("专家遴选记录")
    prefix = "LXJL"
    template = "review_selection.html"
    style = "list review_list"
    single = True

    def snapshot(self, round_: Any, act: Act) -> Snapshot:
        from portal.reviews.choosing import candidates
        from portal.reviews.queries import field_names
        from portal.reviews.redrawing import prove
        from portal.reviews.seats import drawn_in, gone_from

        drawn, gone, names = drawn_in(round_), gone_from(round_), field_names()
        places = {
            key: place for place, key in enumerate(round_.seats.order_by("pk").values_list("expert_id", flat=True))
        }
        judged = candidates(round_)
        panel = sorted((c for c in judged if c.expert.pk in places), key=lambda c: places[c.expert.pk])
        return {
            **round_facts(round_),
            "panel": [
                {
                    **expert_facts(c.expert),
                    "fields": "、".join(names.get(code, code) for code in c.expert.fields),
                    "drawn": c.expert.pk in drawn,
                    "chair": c.expert.pk == round_.chair_id,
                    "gone": c.expert.pk in gone,
                    "barred": [{"title": title, "why": why} for title, why in c.not_given],
                }
                for c in panel
            ],
            "excluded": [
                {**expert_facts(c.expert), "reasons": c.reasons}
                for c in judged
                if c.reasons and c.expert.pk not in places
            ],
            "free": sum(1 for c in judged if c.free and c.expert.pk not in places),
            "draws": [
                {
                    "at": clock.local(proof.draw.drawn_at).strftime("%Y-%m-%d %H:%M"),
                    "asked": proof.draw.asked,
                    "seed": proof.draw.seed,
                    "method": proof.draw.method,
                    "replaces": proof.draw.replaces.name if proof.draw.replaces else "",
                    "tickets": [
                        {"number": t.number, "name": t.name, "home": t.home, "ticket": t.ticket[:12], "drawn": t.drawn}
                        for t in proof.tickets
                    ],
                }
                for proof in prove(round_)
            ],
            "projects": round_.entries.count(),
            "rule": {
                "panel_size": panel_size(round_),
                **{key: round_.rule.get(key) for key in ("same_employer_most", "recusal_years")},
            },
        }
