"""Counts and due dates in words; cells of an xlsx."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest

from portal.base.models import CalendarDay
from portal.ui import words, xlsx

FRIDAY = dt.date(2023, 4, 28)


@pytest.fixture(autouse=True)
def _calendar() -> None:
    words.forget_calendar()


@pytest.mark.parametrize(
    ("number", "text"), [(None, ""), (0, "0"), (1234, "1,234"), (10_000, "10,000"), (10_001, "10,000+")]
)
def test_counts_are_capped(number: int | None, text: str) -> None:
    assert words.count(number) == text


@pytest.mark.django_db
def test_due_dates_are_told_in_working_days() -> None:
    for day in (29, 30):
        CalendarDay.objects.create(date=dt.date(2023, 4, day), kind=CalendarDay.Kind.HOLIDAY)
    for day in (1, 2, 3):
        CalendarDay.objects.create(date=dt.date(2023, 5, day), kind=CalendarDay.Kind.HOLIDAY)
    CalendarDay.objects.create(date=dt.date(2023, 5, 6), kind=CalendarDay.Kind.WORKDAY)
    assert words.due(dt.date(2023, 5, 8), FRIDAY) == "还有 4 个工作日"
    assert words.due(FRIDAY, FRIDAY) == "今天到期"
    assert words.due(dt.date(2023, 4, 26), FRIDAY) == "已逾期 2 天"
    assert words.due(dt.date(2023, 8, 1), FRIDAY) == "还有 95 天"
    assert words.due(None) == ""


@pytest.mark.django_db
def test_many_due_dates_read_the_calendar_once(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        for days in range(1, 30):
            words.due(FRIDAY + dt.timedelta(days=days), FRIDAY)


@pytest.mark.django_db
def test_what_begins_like_a_formula_is_exported_as_text() -> None:
    texts = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "{=1+1}", "http://x.invalid/"]
    answer = xlsx.response("列表", [("=A1", 20)], [[text] for text in texts], title="=1+1")
    content = io.BytesIO(b"".join(answer.streaming_content))
    with zipfile.ZipFile(content) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<f " not in sheet
        assert not [name for name in archive.namelist() if "externalLink" in name]
    book = openpyxl.load_workbook(content)
    cells = [row[0] for row in book.active.iter_rows()]
    assert [cell.value for cell in cells] == ["=1+1", "=A1", *texts]
    assert {_type(sheet, cell.coordinate) for cell in cells} <= {"inlineStr", "s"}
    book.close()
    answer.close()


def _type(sheet: str, coordinate: str) -> str:
    """The type that a cell is stored with."""
    found = re.search(rf'<c r="{coordinate}"[^>]* t="(\w+)"', sheet)
    assert found is not None, coordinate
    return found[1]


@pytest.mark.django_db
def test_an_xlsx_holds_texts_numbers_and_dates() -> None:
    rows = [["=1+1", 3, dt.date(2023, 5, 15)], ["养老", "", None]]
    answer = xlsx.response("列表", [("名称", 20), ("数", 8), ("日", 12)], rows, title="标题")
    assert "filename*=UTF-8''%E5%88%97%E8%A1%A8.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    assert [cell.value for cell in sheet[2]] == ["名称", "数", "日"]
    assert sheet["A3"].value == "=1+1"
    assert sheet["B3"].value == 3
    assert sheet["C3"].value == dt.datetime(2023, 5, 15)
    book.close()
    answer.close()
