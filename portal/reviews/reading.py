"""A sheet as a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.reviews.papers import plain
from portal.reviews.scoring import Item, Veto

if TYPE_CHECKING:
    from portal.reviews.models import Assignment


def lines_of(assignment: Assignment) -> list[tuple[Item, str, str]]:
    """Each line of the sheet with its score and comment."""
    scores, comments = assignment.scores, assignment.comments
    return [(item, plain(scores.get(item.id, "")), comments.get(item.id, "")) for item in assignment.sheet.items]


def vetoes_of(assignment: Assignment) -> list[tuple[Veto, str]]:
    """The vetoes that the expert raised, with their grounds."""
    return [(v, assignment.vetoes[v.id]) for v in assignment.sheet.vetoes if v.id in assignment.vetoes]
