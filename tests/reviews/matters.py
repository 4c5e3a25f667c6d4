"""A matter for tests that has everything the pilots' project review lacks: vetoes, bonus, visits, commission, no ranks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pilots.reviewing import around
from portal.calls import parameters
from portal.calls.parameters import Definition
from portal.reviews import registry
from portal.reviews.registry import Matter

INSPECTION = "pilots.inspection"
VETOES = [
    {"id": "forged", "label": "提供虚假材料", "hint": "标准、记录或者证明系伪造的"},
    {"id": "none", "label": "没有实施任何标准", "hint": ""},
]
SHEET = [
    {"id": "system", "label": "标准体系构建", "highest": 60, "hint": "结构合理"},
    {"id": "training", "label": "宣贯培训", "highest": 40, "hint": "覆盖岗位"},
    {"id": "export", "label": "国际标准", "highest": 8, "hint": "", "bonus": True},
    {"id": "copy", "label": "可复制成果", "highest": 6, "hint": "", "bonus": True},
]


def panel(dossiers: Sequence[Any]) -> str:
    """Three are enough as long as no key project is among them."""
    return "panel_size" if any(dossier.is_key for dossier in dossiers) else "inspection_panel"


def line(dossier: Any) -> str:
    return "inspection_line"


def inspection(**more: Any) -> Matter:
    """The matter."""
    return Matter(
        INSPECTION,
        "现场评估",
        "pilots",
        sheet="inspection_sheet",
        line=line,
        sources=("accepted", "project_review"),
        opens="open_review",
        around=around,
        conclusions={"recommended": "通过评估", "reserve": "建议限期整改", "not_recommended": "不通过评估"},
        opinion="评估意见",
        comparative=False,
        panel=panel,
        vetoes="inspection_vetoes",
        visits=True,
        commission=True,
        **more,
    )


def declare(monkeypatch: pytest.MonkeyPatch) -> Matter:
    """Makes the matter and its parameters known for one test."""
    found = inspection()
    for key, value in (
        ("inspection_panel", 3),
        ("inspection_line", 70),
        ("inspection_sheet", SHEET),
        ("inspection_vetoes", VETOES),
    ):
        definition = Definition(key, key, "", value, programme="pilots")
        monkeypatch.setitem(parameters._definitions, ("pilots", key), definition)
    monkeypatch.setitem(registry._matters, found.id, found)
    return found
