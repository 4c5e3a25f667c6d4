"""Reading a sheet: its heads, and its lines as texts. A formula is never computed: its text is what the cell holds."""

from __future__ import annotations

import datetime as dt
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import openpyxl
import tablib
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.exchange.kinds import Column

#: the sheet that a template is filled in on
SHEET = "数据"
#: the head of the column in which a marked file says what was found; left out when that file is read again
RESULT = "检查结果"
#: what an asterisk after a head says in the template
REQUIRED_MARK = "*"
_MAX_COLUMNS = 80
_MAX_BLANK = 200
#: bytes that a file may unpack to; 2,000 lines of 80 columns are far below
_MAX_UNPACKED = 100 * 1024 * 1024


@dataclass
class Sheet:
    """A sheet that was read.

    `lines` are the numbers of its rows in the file; `foreign` are heads that no column has.
    """

    dataset: tablib.Dataset
    lines: list[int] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def read(file: BinaryIO, columns: Sequence[Column], *, most: int) -> Sheet:
    """The filled lines of a sheet under the heads of these columns.

    Args:
        file: an xlsx file, seekable. most: lines that may be read.

    Raises:
        ValidationError: not readable, not made from this template, no lines or too many; says what would be right.
    """
    rows = _rows(file)
    heads, top = _heads(rows, columns)
    sheet = Sheet(tablib.Dataset(headers=[head for _place, head in heads]))
    known = {column.head for column in columns}
    sheet.foreign = [head for _place, head in heads if head not in known]
    blank = 0
    for line, values in enumerate(rows, top + 1):
        cells = [text_of(values[place]) if place < len(values) else "" for place, _head in heads]
        blank = 0 if any(cells) else blank + 1
        if blank > _MAX_BLANK:
            break
        if blank:
            continue
        if len(sheet.lines) == most:
            raise ValidationError(_("数据超过 %(n)s 行，请拆分为几个文件分别导入。") % {"n": most}, code="too_many")
        sheet.dataset.append(cells)
        sheet.lines.append(line)
    if not sheet.lines:
        raise ValidationError(_("没有数据。请在“%(sheet)s”工作表的表头之下逐行填写。") % {"sheet": SHEET}, code="empty")
    return sheet


def text_of(value: Any) -> str:
    """A cell as text: dates as 2023-05-15, whole numbers without a point, full-width signs as they are."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(Decimal(repr(value)))
    if isinstance(value, dt.date | int):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    return str(getattr(value, "text", value) or "").strip()  # a formula over several cells is an object


def _rows(file: BinaryIO) -> Iterator[tuple[Any, ...]]:
    """The rows of the sheet 数据, else of the first one."""
    file.seek(0)
    try:
        if sum(part.file_size for part in zipfile.ZipFile(file).infolist()) > _MAX_UNPACKED:
            raise ValidationError(_("表格过大，请删除多余的工作表、图片和格式后再上传。"), code="too_large")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the file has beyond its cells (validations, styles) is not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        found = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        found.reset_dimensions()  # what the file says of its size may be wrong
        yield from found.iter_rows(values_only=True, max_col=_MAX_COLUMNS)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        AttributeError,
        SyntaxError,
        OSError,
    ) as error:
        raise ValidationError(
            _("文件不能读取，可能已损坏。请用表格软件打开后另存为 xlsx 再上传。"), code="unreadable"
        ) from error


def _heads(rows: Iterator[tuple[Any, ...]], columns: Sequence[Column]) -> tuple[list[tuple[int, str]], int]:
    """The heads with their places, and the number of their row: the first one that has anything in it."""
    top, values = next(
        ((n, row) for n, row in enumerate(islice(rows, _MAX_BLANK), 1) if any(map(text_of, row))), (0, ())
    )
    known = {_plain(column.head): column.head for column in columns}
    found = [(place, _plain(text_of(value))) for place, value in enumerate(values)]
    heads = [(place, known.get(head, head)) for place, head in found if head not in ("", RESULT)]
    names = [head for _place, head in heads]
    twice = sorted({head for head in names if names.count(head) > 1})
    if twice:
        raise ValidationError(
            _("表头中“%(heads)s”出现了不止一次，请删除多余的列。") % {"heads": "、".join(twice)}, code="heads"
        )
    missing = [column.head for column in columns if column.required and column.head not in names]
    if missing:
        raise ValidationError(
            _("第 %(line)s 行的表头缺少“%(heads)s”。请使用本页下载的模板填写，不要改动表头。")
            % {"line": top or 1, "heads": "、".join(missing)},
            code="heads",
        )
    return heads, top


def _plain(head: str) -> str:
    """A head as it is compared: without the mark of required columns, spaces and differences of width."""
    return "".join(unicodedata.normalize("NFKC", head).split()).rstrip(REQUIRED_MARK)
