"""What a programme's own papers say of a concluded review of one dossier: the result, no expert's own scores."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from portal.documents.paper import Snapshot
from portal.reviews.papers import plain, round_facts
from portal.reviews.scoring import Item, rounded

if TYPE_CHECKING:
    from portal.reviews.models import Entry


def result_facts(entry: Entry) -> Snapshot:
    """The round, means by item over the valid sheets, mean and pass line, vetoes, visits, the panel's opinion.

    Args:
        entry: of a concluded round, which should be loaded.
    """
    round_, sheet = entry.round, entry.round.sheet.without(entry.dropped)
    scores = list(entry.assignments.valid().values_list("scores", flat=True))
    body = round_.commissioned_to
    return {
        "round": {**round_facts(round_)["round"], "commissioned_to": (body.full_name or body.name) if body else ""},
        "experts": round_.seats.count(),
        "sheets": len(scores),
        "items": [_item(item, scores) for item in sheet.items],
        "mean": plain(entry.mean) if entry.mean is not None else "",
        "pass_line": plain(entry.pass_line),
        "vetoes": [{"label": veto.label, "held": veto.id in entry.vetoes} for veto in sheet.vetoes],
        "visits": [
            {"on": visit.visited_on, "place": visit.place, "missing": visit.missing, "conclusion": visit.conclusion}
            for visit in entry.visits.filter(withdrawn_at=None)
        ],
        "conclusion": entry.conclusion_label,
        "opinion": entry.opinion,
    }


def _item(item: Item, scores: list[dict[str, str]]) -> Snapshot:
    """An item with its mean; empty where nobody has scored it."""
    given = [Decimal(sheet[item.id]) for sheet in scores if sheet.get(item.id)]
    mean = plain(rounded(sum(given, Decimal(0)) / len(given))) if given else ""
    return {"label": str(item.label), "highest": plain(item.highest), "bonus": item.bonus, "mean": mean}
