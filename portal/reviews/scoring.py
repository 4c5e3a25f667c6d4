"""The arithmetic of a review: pure functions over Decimal, round half up to two places, then compare."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.lifecycle.states import Text

TWO_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Item:
    """A line of a score sheet: `id`, `label`, highest score, what is judged, and whether it adds to the full score."""

    id: str
    label: Text
    highest: Decimal
    hint: Text = ""
    bonus: bool = False


@dataclass(frozen=True)
class Veto:
    """A fact that bars a dossier whatever its score: `id`, `label`, and when it is to be found."""

    id: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    """A score sheet, made of a pinned parameter.

    Args:
        items: its lines. step: scores are multiples of it. comment_below: below this share of the highest score (in
            per cent) a comment is obligatory. bonus_cap: how many points all bonus lines together may add.
        vetoes: the facts that bar a dossier.
    """

    items: tuple[Item, ...]
    step: Decimal = Decimal("0.5")
    comment_below: int = 60
    bonus_cap: Decimal = Decimal(10)
    vetoes: tuple[Veto, ...] = ()

    @classmethod
    def of(
        cls,
        lines: Sequence[dict[str, Any]],
        *,
        step: str,
        comment_below: int,
        bonus_cap: Any = 10,
        vetoes: Sequence[dict[str, str]] = (),
    ) -> Sheet:
        """The sheet that parameters describe: lines `{id, label, highest, hint, bonus}`, vetoes `{id, label, hint}`."""
        items = tuple(
            Item(
                line["id"],
                line["label"],
                Decimal(str(line["highest"])),
                line.get("hint", ""),
                bool(line.get("bonus", False)),
            )
            for line in lines
        )
        facts = tuple(Veto(veto["id"], veto["label"], veto.get("hint", "")) for veto in vetoes)
        return cls(items, Decimal(str(step)), int(comment_below), Decimal(str(bonus_cap)), facts)

    def without(self, dropped: Sequence[str]) -> Sheet:
        """The sheet without the items that do not apply to a dossier; a bonus line always may be earned."""
        return replace(self, items=tuple(i for i in self.items if i.bonus or i.id not in dropped))

    @property
    def base(self) -> tuple[Item, ...]:
        """The lines that make the full score."""
        return tuple(item for item in self.items if not item.bonus)

    @property
    def bonuses(self) -> tuple[Item, ...]:
        """The lines that add to it."""
        return tuple(item for item in self.items if item.bonus)

    @property
    def highest(self) -> Decimal:
        """The full score, without bonus."""
        return sum((item.highest for item in self.base), Decimal(0))

    @property
    def places(self) -> int:
        """Decimal places that a score can have."""
        exponent = self.step.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    def needs_comment(self, item: Item, score: Decimal) -> bool:
        """Whether so low a score has to be explained; of a bonus each point has to be."""
        return score > 0 if item.bonus else score * 100 < item.highest * self.comment_below


def rounded(value: Decimal) -> Decimal:
    """To two places, half up."""
    return value.quantize(TWO_PLACES, rounding=ROUND_HALF_UP)


def scaled_total(full: Sheet, used: Sheet, scores: Mapping[str, Decimal]) -> Decimal:
    """The sum of the scores, scaled up to the full sheet when items were dropped; then the bonus, as far as its cap."""
    total = sum((scores[item.id] for item in used.base), Decimal(0))
    scaled = total * full.highest / used.highest if used.highest else Decimal(0)
    return rounded(scaled + bonus(used, scores))


def bonus(sheet: Sheet, scores: Mapping[str, Decimal]) -> Decimal:
    """What the bonus lines add together, never more than their cap."""
    return min(sum((scores[item.id] for item in sheet.bonuses), Decimal(0)), sheet.bonus_cap)


def counted(totals: Sequence[Decimal], *, drop_from: int) -> list[Decimal]:
    """The totals that make the mean, in order: from `drop_from` sheets on without one highest and one lowest."""
    ordered = sorted(totals)
    return ordered[1:-1] if len(ordered) >= max(drop_from, 3) else ordered


def mean(totals: Sequence[Decimal], *, drop_from: int) -> Decimal | None:
    """The mean of the valid sheets as `counted`; None of none."""
    kept = counted(totals, drop_from=drop_from)
    return rounded(sum(kept, Decimal(0)) / len(kept)) if kept else None


def may_miss(size: int, share: int) -> int:
    """How many sheets of `size` may be missing where the limit is `share` whole per cent: 33 stands for a third, so two of
    six may."""
    return max(missing for missing in range(size + 1) if not size or missing * 100 // size <= share)


def spread(totals: Sequence[Decimal]) -> Decimal:
    """Highest minus lowest of all valid sheets."""
    return rounded(max(totals) - min(totals)) if totals else Decimal(0)


def median(totals: Sequence[Decimal]) -> Decimal | None:
    """The middle one; of an even number the mean of the two in the middle, not rounded; None of none."""
    ordered, middle = sorted(totals), len(totals) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def outliers(totals: Mapping[int, Decimal], *, gap: Decimal) -> frozenset[int]:
    """Keys of the totals that lie more than `gap` from the median; of fewer than three sheets there is none."""
    centre = median(list(totals.values()))
    if centre is None or len(totals) < 3:
        return frozenset()
    return frozenset(key for key, value in totals.items() if abs(value - centre) > gap)


def ranks(means: Mapping[int, Decimal | None]) -> dict[int, int | None]:
    """Places by mean, the highest first; equal means share a place, the next one is passed over; None has none."""
    ordered = sorted((value for value in means.values() if value is not None), reverse=True)
    place: dict[Decimal, int] = {}
    for index, value in enumerate(ordered, 1):
        place.setdefault(value, index)
    return {key: place[value] if value is not None else None for key, value in means.items()}


def proposals(
    means: Mapping[int, Decimal | None],
    lines: Mapping[int, Decimal],
    intended: int | None,
    barred: Collection[int] = (),
) -> dict[int, str]:
    """What the numbers suggest; the chair decides.

    At or above its pass line a dossier is `recommended`; where more pass than are intended, those behind the last intended
    place are `reserve` (equal means stay together, before the limit when the whole group fits, else behind it). Below the
    line, without a mean, or barred by a veto that was found to hold, it is `not_recommended`.
    """
    passing = {
        key: value for key, value in means.items() if value is not None and value >= lines[key] and key not in barred
    }
    place = ranks(passing)
    at_place: dict[int, int] = {}
    for value in place.values():
        if value is not None:
            at_place[value] = at_place.get(value, 0) + 1
    found = {}
    for key in means:
        position = place.get(key)
        if position is None:
            found[key] = "not_recommended"
        elif intended is None or position + at_place[position] - 1 <= intended:
            found[key] = "recommended"
        else:
            found[key] = "reserve"
    return found
