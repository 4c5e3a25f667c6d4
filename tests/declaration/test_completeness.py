"""What is missing is told with its place; what is merely unusual does not block."""

from __future__ import annotations

from typing import Any

import pytest

from portal.declaration.completeness import COMPLETE, EMPTY, HINT, MATERIALS, OPTIONAL, PARTLY, by_section, states
from portal.declaration.sections import UnknownForm, form_version
from tests.declaration import sample

ROW = {"id": "6f0b1c1e-0000-4000-8000-000000000001", "name": "甲"}


def _states(data: dict[str, Any]) -> dict[str, str]:
    return states(sample.filling(data))


def test_states_of_sections() -> None:
    assert _states({})["main"] == EMPTY
    assert _states(sample.main({"note": "说明"}))["main"] == PARTLY
    assert _states(sample.main({"title": "甲"}, ROW))["main"] == COMPLETE
    assert _states({})[MATERIALS] == EMPTY
    assert OPTIONAL not in _states({}).values()


def test_a_conditional_section_applies_when_it_should() -> None:
    assert "extra" not in _states(sample.main({"kind": "a"}))
    assert _states(sample.main({"kind": "b"}))["extra"] == EMPTY


def test_missing_things_are_named_with_links() -> None:
    found = by_section(sample.filling(sample.main({}, {**ROW, "count": "很多"})))
    told = {(p.label, p.text): p for p in found["main"]}
    assert told["名称", "请填写。"].link == "/desk/dossiers/1/form/main/?check=1#field-f-title"
    row = told["明细第 1 行 · 数量", "输入整数。"]
    assert row.row == ROW["id"]
    assert row.link.endswith(f"#field-t-items-{ROW['id']}-count")
    assert found[MATERIALS][0].link == "/desk/dossiers/1/form/materials/#slot-plan"
    assert all(p.blocking for p in (*told.values(), *found[MATERIALS]) if p.level != HINT)


def test_too_few_rows_block_only_below_what_is_required() -> None:
    none = [p for p in by_section(sample.filling(sample.main({"title": "甲"})))["main"] if p.label == "明细"]
    assert [(p.blocking, "至少填写 1 行" in str(p.text)) for p in none] == [(True, True)]
    one = [p for p in by_section(sample.filling(sample.main({"title": "甲"}, ROW)))["main"] if p.label == "明细"]
    assert [(p.blocking, "一般不少于 2 行" in str(p.text)) for p in one] == [(False, True)]


def test_an_unknown_form_version_says_so() -> None:
    with pytest.raises(UnknownForm):
        form_version("no-such-form")
