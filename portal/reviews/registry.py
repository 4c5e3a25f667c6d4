"""The matters that programmes let panels review, each with its rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from portal.calls import parameters
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.dossiers.models import Dossier
    from portal.reviews.models import Round


@dataclass(frozen=True)
class Around:
    """Who stands around a dossier beside its applicant and recommender: credit codes and names of bodies, names of
    people, and the participants in words (for the declaration of recusal)."""

    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    participants: tuple[str, ...] = ()


def nobody(dossiers: Sequence[Dossier]) -> dict[int, Around]:
    """Nothing is known of anybody else."""
    return {}


@dataclass(frozen=True)
class Matter:
    """A matter of review.

    Args:
        id, label: its name. programme: whose. sheet: parameter that holds the score sheet (list of lines).
        line: parameter that holds the pass line of a dossier. sources: states of dossiers that can be taken in.
        opens: step that takes a dossier into review; empty when it is there already.
        around: who stands around the (concrete) dossiers, by key; a fixed number of queries for all of them.
        material: tabs of the dossier's page that an expert reads. compiles: kinds of papers that the compilation holds.
    """

    id: str
    label: Text
    programme: str
    sheet: str
    line: Callable[[Dossier], str]
    sources: tuple[str, ...]
    opens: str = ""
    around: Callable[[Sequence[Dossier]], dict[int, Around]] = nobody
    material: tuple[str, ...] = ("form", "materials")
    compiles: tuple[str, ...] = ("application_form",)


_matters: dict[str, Matter] = {}
_PINNED = (
    "panel_size",
    "same_employer_most",
    "score_step",
    "comment_below",
    "drop_extremes_from",
    "missing_share",
    "outlier_gap",
    "recusal_years",
    "answer_days",
    "scoring_days",
)


def register(matter: Matter) -> None:
    """Makes a matter known."""
    _matters[matter.id] = matter


def matter(matter_id: str) -> Matter:
    """The matter of that id; KeyError when there is none."""
    return _matters[matter_id]


def matters() -> list[Matter]:
    """All matters, in the order of their registration."""
    return list(_matters.values())


def matter_for(dossier: Dossier) -> Matter | None:
    """The matter in which a dossier of that programme and state can be reviewed."""
    return next((m for m in matters() if m.programme == dossier.programme and dossier.state in m.sources), None)


def rule_of(matter: Matter, on: dt.date) -> dict[str, Any]:
    """The rule of a round that is set up on that date: sheet, sizes, and all parameters (for the pass lines)."""
    values = parameters.snapshot(matter.programme, on)
    return {**{key: values[key] for key in _PINNED}, "sheet": values[matter.sheet], "lines": values}


def pass_line(round_: Round, dossier: Dossier) -> Decimal:
    """The pass line that the round's pinned rule sets for a (concrete) dossier."""
    return Decimal(str(round_.rule["lines"][matter(round_.matter).line(dossier)]))
