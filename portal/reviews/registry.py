"""The matters that programmes let panels review, each with its rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext_lazy as _

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


#: what a chair can come to; a matter gives the words
RECOMMENDED, RESERVE, NOT_RECOMMENDED = "recommended", "reserve", "not_recommended"
CODES = (RECOMMENDED, RESERVE, NOT_RECOMMENDED)
_FOR_APPROVAL: Mapping[str, Text] = MappingProxyType(
    {RECOMMENDED: _("建议立项"), RESERVE: _("备选"), NOT_RECOMMENDED: _("不建议立项")}
)
_PANEL_OPINION: Text = _("专家组意见")


def usual_panel(dossiers: Sequence[Dossier]) -> str:
    """The panel of any round, whatever is in it."""
    return "panel_size"


@dataclass(frozen=True)
class Matter:
    """A matter of review.

    Args:
        id, label: its name. programme: whose.
        sheet: parameter that holds the score sheet, a list of `{id, label, highest, hint}`. A line with `bonus: true` is
            added after scaling and not part of the hundred.
        line: parameter that holds the pass line of a dossier. sources: states of dossiers that can be taken in.
        opens: step that takes a dossier into review; empty when it is there already.
        around: who stands around the (concrete) dossiers, by key; a fixed number of queries for all of them.
        material: tabs of the dossier's page that an expert reads, in this order. compiles: kinds of papers that the compilation holds.
        conclusions: the words of what the chair can come to, by code, the best first; a matter may leave `reserve` out.
        opinion: what the panel's opinion is called.
        comparative: whether dossiers are ranked against each other and a number of them is intended; otherwise each
            stands for itself: proposals follow from pass line and vetoes alone.
        panel: names the parameter with the least size of the panel for the round's (concrete) dossiers, which it may
            leave unread (the default does: then they are not fetched).
        vetoes: parameter that holds the veto items `[{id, label, hint}]`; empty when there are none.
        bonus_cap: parameter that holds how many points all bonus lines together may add.
        visits: whether dossiers are visited: records of site visits belong to the round.
        commission: whether a round may be commissioned to a district bureau or a technical institute.
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
    conclusions: Mapping[str, Text] = field(default_factory=lambda: _FOR_APPROVAL)
    opinion: Text = field(default_factory=lambda: _PANEL_OPINION)
    comparative: bool = True
    panel: Callable[[Sequence[Dossier]], str] = usual_panel
    vetoes: str = ""
    bonus_cap: str = "bonus_cap"
    visits: bool = False
    commission: bool = False

    def __post_init__(self) -> None:
        if unknown := set(self.conclusions) - set(CODES):
            raise ValueError(f"{self.id}: unknown conclusions {sorted(unknown)}")
        if missing := {RECOMMENDED, NOT_RECOMMENDED} - set(self.conclusions):
            raise ValueError(f"{self.id}: no words for {sorted(missing)}")


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
    """The rule of a round that is set up on that date: sheet, vetoes, sizes, and all parameters (for what depends on the
    dossiers: pass lines and the size of the panel)."""
    values = parameters.snapshot(matter.programme, on)
    return {
        **{key: values[key] for key in _PINNED},
        "sheet": values[matter.sheet],
        "bonus_cap": values[matter.bonus_cap],
        "vetoes": values[matter.vetoes] if matter.vetoes else [],
        "lines": values,
    }


def pass_line(round_: Round, dossier: Dossier) -> Decimal:
    """The pass line that the round's pinned rule sets for a (concrete) dossier."""
    return Decimal(str(round_.rule["lines"][matter(round_.matter).line(dossier)]))


def panel_size(round_: Round) -> int:
    """The least size of the round's panel by its pinned rule; its dossiers are fetched only when the matter looks at them."""
    from portal.reviews.conflicts import rows_of

    key = matter(round_.matter).panel(cast("Sequence[Dossier]", rows_of(round_)))
    return int(round_.rule[key] if key in round_.rule else round_.rule["lines"][key])


def conclusion_label(matter_id: str, code: str) -> str:
    """A conclusion in the words of its matter; empty as long as there is none."""
    return str(matter(matter_id).conclusions.get(code, code))
