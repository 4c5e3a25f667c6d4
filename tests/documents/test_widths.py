"""The columns of a form's tables: dates, numbers and codes stay on one line, descriptions get the rest."""

from __future__ import annotations

from typing import Any

import pytest

from portal.documents.templatetags.papers import widths

LONG = "制定家庭照护床位建设评估、夜间应急响应、助餐配送温度控制等环节的标准并组织实施" * 5


def _table(*cells: str) -> dict[str, Any]:
    return {"columns": [(str(n), "名称", 1) for n in range(len(cells))], "rows": [{"cells": list(cells)}]}


def _digits(percent: float) -> float:
    """How many digits of 9.5 points fit into that share of 166 mm, beside the padding of a cell."""
    millimetres = 166 * percent / 100 - 3.85
    return millimetres / (9.5 * 0.3528 * 0.55)


def test_dates_numbers_and_codes_stay_on_one_line() -> None:
    plan = widths(_table("准备", "2027-04-01", "2027-07-31", LONG, LONG))
    assert min(_digits(plan[1]), _digits(plan[2])) >= 10
    assert plan[3] > 2 * plan[1]
    units = widths(_table(LONG, "51310106000000270E", LONG, "13800001027"))
    assert _digits(units[1]) >= 18
    assert _digits(units[3]) >= 11


@pytest.mark.parametrize("text", ["", "一", LONG, "http://" + "x" * 300, "2027-04-01"])
def test_columns_fill_the_line_whatever_was_typed(text: str) -> None:
    shares = widths(_table(*[text] * 8))
    assert 93 < sum(shares) < 95.5
    assert min(shares) > 4
