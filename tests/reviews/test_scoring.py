"""The arithmetic of reviews against a calculation of its own in fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reviews.scoring import (
    Item,
    Sheet,
    bonus,
    counted,
    may_miss,
    mean,
    median,
    outliers,
    proposals,
    ranks,
    rounded,
    scaled_total,
    spread,
)

totals = st.lists(st.integers(0, 10000).map(lambda n: Decimal(n) / 100), max_size=15)
means = st.dictionaries(
    st.integers(0, 40), st.none() | st.integers(0, 10000).map(lambda n: Decimal(n) / 100), max_size=25
)


def half_up(value: Fraction) -> Fraction:
    """To hundredths, half up, over fractions: an independent way to the same number (values are not negative)."""
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


@given(totals, st.integers(1, 12))
def test_mean(values: list[Decimal], drop_from: int) -> None:
    found = mean(values, drop_from=drop_from)
    if not values:
        assert found is None
        return
    whole = [Fraction(value) for value in values]
    if len(whole) >= max(3, drop_from):
        total, number = sum(whole) - max(whole) - min(whole), len(whole) - 2
    else:
        total, number = sum(whole), len(whole)
    assert found is not None
    assert Fraction(found) == half_up(total / number)
    assert found.as_tuple().exponent == -2


@given(totals)
def test_one_highest_and_one_lowest_are_dropped(values: list[Decimal]) -> None:
    kept = counted(values, drop_from=7)
    assert len(kept) == (len(values) - 2 if len(values) >= 7 else len(values))
    if len(values) >= 7:
        assert sorted([*kept, min(values), max(values)]) == sorted(values)


def test_the_mean_of_seven_leaves_the_ends_out_and_of_six_does_not() -> None:
    seven = [Decimal(n) for n in (10, 80, 80, 80, 80, 80, 100)]
    assert mean(seven, drop_from=7) == Decimal("80.00")
    assert mean(seven[:6], drop_from=7) == Decimal("68.33")


@pytest.mark.parametrize(("size", "missing"), [(3, 1), (5, 1), (6, 2), (7, 2), (9, 3), (0, 0)])
def test_a_third_may_be_missing_and_no_more(size: int, missing: int) -> None:
    assert may_miss(size, 33) == missing


@given(st.integers(0, 90), st.integers(0, 99))
def test_what_may_be_missing_stays_within_the_share(size: int, share: int) -> None:
    most = may_miss(size, share)
    assert most * 100 < (share + 1) * max(size, 1)
    assert most == size or (most + 1) * 100 >= (share + 1) * size


@pytest.mark.parametrize(("text", "result"), [("80.005", "80.01"), ("80.004", "80.00"), ("79.995", "80.00")])
def test_half_goes_up(text: str, result: str) -> None:
    assert rounded(Decimal(text)) == Decimal(result)


@given(totals)
def test_spread(values: list[Decimal]) -> None:
    expected = max(values) - min(values) if values else 0
    assert spread(values) == expected


@given(means)
def test_ranks(found: dict[int, Decimal | None]) -> None:
    places = ranks(found)
    for key, value in found.items():
        better = sum(1 for other in found.values() if value is not None and other is not None and other > value)
        assert places[key] == (None if value is None else better + 1)


@given(totals)
def test_median(values: list[Decimal]) -> None:
    centre = median(values)
    if not values:
        assert centre is None
        return
    below = sum(value < centre for value in values)
    above = sum(value > centre for value in values)
    assert below <= len(values) / 2 >= above


@given(st.dictionaries(st.integers(), totals.map(lambda v: v[0] if v else Decimal(50)), max_size=9), st.integers(1, 40))
def test_outliers_lie_far_from_the_middle(values: dict[int, Decimal], gap: int) -> None:
    odd = outliers(values, gap=Decimal(gap))
    if len(values) < 3:
        assert odd == frozenset()
        return
    centre = median(list(values.values()))
    assert centre is not None
    assert odd == {key for key, value in values.items() if not centre - gap <= value <= centre + gap}


@st.composite
def scored_sheets(draw: st.DrawFn) -> tuple[Sheet, Sheet, dict[str, Decimal]]:
    highest = draw(st.lists(st.integers(1, 40), min_size=1, max_size=8))
    full = Sheet(tuple(Item(f"i{n}", f"项{n}", Decimal(value)) for n, value in enumerate(highest)))
    keep = draw(st.sets(st.sampled_from([item.id for item in full.items]), min_size=1))
    used = full.without([item.id for item in full.items if item.id not in keep])
    halves = {item.id: draw(st.integers(0, int(item.highest) * 2)) for item in used.items}
    return full, used, {key: Decimal(value) / 2 for key, value in halves.items()}


@given(scored_sheets())
def test_dropped_items_are_scaled(case: tuple[Sheet, Sheet, dict[str, Decimal]]) -> None:
    full, used, scores = case
    share = Fraction(sum(map(Fraction, scores.values()), Fraction(0)), Fraction(used.highest))
    total = scaled_total(full, used, scores)
    assert Fraction(total) == half_up(share * Fraction(full.highest))
    assert 0 <= total <= full.highest


@given(scored_sheets(), st.integers(0, 100))
def test_low_scores_need_a_comment(case: tuple[Sheet, Sheet, dict[str, Decimal]], below: int) -> None:
    _full, used, scores = case
    sheet = Sheet(used.items, comment_below=below)
    for item in sheet.items:
        expected = Fraction(scores[item.id]) / Fraction(item.highest) < Fraction(below, 100)
        assert sheet.needs_comment(item, scores[item.id]) == expected


@given(means, st.none() | st.integers(0, 20), st.integers(0, 100))
def test_proposals(found: dict[int, Decimal | None], intended: int | None, line: int) -> None:
    lines = {key: Decimal(line) for key in found}
    proposed = proposals(found, lines, intended)
    passing = {key for key, value in found.items() if value is not None and value >= line}
    assert {key for key, word in proposed.items() if word != "not_recommended"} == passing
    recommended = {key for key, word in proposed.items() if word == "recommended"}
    if intended is None:
        assert recommended == passing
    else:
        assert len(recommended) <= intended
    for key in recommended:  # nobody behind a reserve, and equal means share their fate
        for other in passing - recommended:
            assert found[key] > found[other]  # type: ignore[operator]


def test_a_sheet_reads_its_parameter() -> None:
    sheet = Sheet.of([{"id": "a", "label": "甲", "highest": 12.5}], step="0.25", comment_below=60)
    assert sheet.highest == Decimal("12.5")
    assert sheet.places == 2
    assert Sheet.of([], step="1", comment_below=60).places == 0


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=6),
    st.lists(st.integers(0, 20), max_size=5),
    st.integers(0, 30),
    st.data(),
)
def test_a_bonus_comes_on_top_and_never_beyond_its_cap(
    base: list[int], extra: list[int], cap: int, data: st.DataObject
) -> None:
    lines = [{"id": f"b{n}", "label": "", "highest": 20} for n in range(len(base))]
    lines += [{"id": f"x{n}", "label": "", "highest": 20, "bonus": True} for n in range(len(extra))]
    full = Sheet.of(lines, step="1", comment_below=60, bonus_cap=cap)
    dropped = data.draw(st.sets(st.sampled_from([line["id"] for line in lines]), max_size=len(base) - 1))
    used = full.without(sorted(dropped))
    assert used.bonuses == full.bonuses, "a bonus line cannot be dropped"
    if not used.base:
        return
    scores = {f"b{n}": Decimal(v) for n, v in enumerate(base)} | {f"x{n}": Decimal(v) for n, v in enumerate(extra)}
    plain = scaled_total(full, used, {**scores, **{f"x{n}": Decimal(0) for n in range(len(extra))}})
    added = scaled_total(full, used, scores) - plain
    assert full.highest == 20 * len(base), "the bonus is no part of the full score"
    assert added == bonus(used, scores) == min(sum(extra), cap)
    kept = [v for n, v in enumerate(base) if f"b{n}" not in dropped]
    assert Fraction(plain) == half_up(Fraction(sum(kept) * len(base), len(kept)))


@given(means, st.sets(st.integers(0, 40)), st.none() | st.integers(0, 20))
def test_what_a_veto_bars_is_never_recommended_and_takes_nobodys_place(
    values: dict[int, Decimal | None], barred: set[int], intended: int | None
) -> None:
    lines = dict.fromkeys(values, Decimal(60))
    found = proposals(values, lines, intended, barred)
    assert all(found[key] == "not_recommended" for key in values if key in barred)
    others = {key: value for key, value in values.items() if key not in barred}
    assert {key: found[key] for key in others} == proposals(others, lines, intended)
