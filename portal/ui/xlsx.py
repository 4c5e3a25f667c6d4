"""A list as an xlsx file: rows are written as they come from the database, in constant memory."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _

from portal.base import clock

_MAX_CELL = 32_000
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def text_of(value: Any) -> str:
    """The value as the text of a cell, unchanged but for its length.

    A text that begins like a formula (`=1+1`) needs no sign in front: the cell's type is string, which no spreadsheet
    computes, whatever it begins with. A sign would stay visible, and would be wrong when the list is read in again.
    """
    return "" if value is None else str(value)[:_MAX_CELL]


def response(
    filename: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], *, title: str = ""
) -> FileResponse:
    """A download of the rows.

    Args:
        filename: without the ending. heads: (head, width in characters) of each column. rows: read once, in order.
        title: a line above the heads; the sheet is set up for A3 landscape with repeated heads.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "border": 1, "bg_color": "#EEF2F8", "text_wrap": True, "valign": "vcenter"})
    heading = book.add_format({"bold": True, "font_size": 14})
    day = book.add_format({"num_format": "yyyy-mm-dd", "border": 1, "valign": "top"})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    for index, (_head, width) in enumerate(heads):
        sheet.set_column(index, index, width)
    top = 0
    if title:
        sheet.write_string(0, 0, text_of(title), heading)
        top = 1
    for index, (head, _width) in enumerate(heads):
        sheet.write_string(top, index, head, bold)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer(
        _("&L导出时间 %(when)s&R第 &P 页，共 &N 页") % {"when": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")}
    )
    for number, row in enumerate(rows, top + 1):
        for index, value in enumerate(row):
            _write(sheet, number, index, value, plain, day)
    book.close()
    file.seek(0)
    answer = FileResponse(file, content_type=CONTENT_TYPE)
    name = f"{filename}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(name)}"
    return answer


def _write(sheet: Any, row: int, column: int, value: Any, plain: Any, day: Any) -> None:
    if isinstance(value, dt.datetime):
        value = clock.local(value).date()
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), day)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, float(value), plain)
    else:
        sheet.write_string(row, column, text_of(value), plain)
