"""Reading sheets: what a cell is, which head belongs to which column, what is refused."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from portal.exchange import reading
from portal.exchange.fields import SomeOfField
from portal.exchange.reading import read, text_of
from tests.exchange.crate import columns
from tests.exchange.sheets import CRATES, DAY, workbook


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  螺栓 \n", "螺栓"),
        (True, "是"),
        (False, "否"),
        (13800000000, "13800000000"),
        (13800000000.0, "13800000000"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (dt.datetime(2023, 5, 15, 8, 30), "2023-05-15"),
        (dt.date(2023, 5, 15), "2023-05-15"),
    ],
)
def test_a_cell_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("typed", ["2023-05-15", "2023/5/15", "2023.5.15", "2023年5月15日", "20230515"])
def test_dates_as_people_write_them(typed: str) -> None:
    assert columns()[3].field.clean(typed) == dt.date(2023, 5, 15)


def test_several_values_in_one_cell() -> None:
    field = SomeOfField(options={"甲": 1, "乙": 2})
    assert field.clean("甲、乙，甲") == [1, 2]
    with pytest.raises(ValidationError, match="“丙”不在可选范围内，请填写：甲、乙"):
        field.clean("甲、丙")


def test_blank_lines_are_passed_over_and_lines_keep_their_numbers() -> None:
    sheet = read(workbook(CRATES, [("a", 1), (), (None, " "), ("b", 2)]), columns(), most=10)
    assert sheet.lines == [2, 5]
    assert sheet.dataset[1][:2] == ("b", "2")


def test_heads_are_found_whatever_their_order_width_and_mark() -> None:
    sheet = read(workbook(["入库日期 *", "重量(千克)", " 名 称*"], [(DAY, 3, "螺栓")]), columns(), most=10)
    assert sheet.dataset.headers == ["入库日期", "重量（千克）", "名称"]
    assert sheet.foreign == []


def test_the_head_may_stand_below_blank_lines_and_on_the_sheet_of_that_name() -> None:
    book = Workbook()
    book.create_sheet("数据")
    sheet = book["数据"]
    for row in ([], ["名称", "入库日期"], ["螺栓", dt.date(2023, 5, 15)]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    found = read(file, columns(), most=10)
    assert (found.lines, list(found.dataset[0])) == ([3], ["螺栓", "2023-05-15"])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (workbook(CRATES, []), "没有数据"),
        (workbook([], []), "缺少“名称、入库日期”"),
        (workbook(["名称", "名称", "入库日期"], [("a", "b", DAY)]), "“名称”出现了不止一次"),
        (workbook(CRATES, [("a", 1, "", DAY)] * 4), "数据超过 3 行"),
        (io.BytesIO(b"PK\x03\x04 not a spreadsheet"), "不能读取"),
    ],
)
def test_what_is_refused(file: io.BytesIO, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        read(file, columns(), most=3)


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MAX_UNPACKED", 1000)
    with pytest.raises(ValidationError, match="表格过大"):
        read(workbook(CRATES, [("a", 1, "", DAY)]), columns(), most=3)


def test_a_formula_keeps_its_text_and_its_old_result_is_not_taken() -> None:
    file = workbook(["名称", "入库日期", "重量（千克）"], [("=A1", DAY, "=SUM(1,2)")])
    assert list(read(file, columns(), most=3).dataset[0]) == ["=A1", DAY, "=SUM(1,2)"]
