"""The template of a kind of import: made from the declaration of its columns.

Four sheets: 数据 to fill in, with a note on each head and a list to choose from where values are listed; 示例; 填写说明;
and 可选值, which the lists refer to (a list inside a validation may have 255 characters only).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from portal.exchange import parameters
from portal.exchange.kinds import Column, Kind
from portal.exchange.reading import REQUIRED_MARK, SHEET


def make(kind: Kind) -> IO[bytes]:
    """The template as an open temporary file, at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    columns, looks = list(kind.columns()), _looks(book)
    _data_sheet(book, columns, looks)
    _example_sheet(book, columns, looks)
    _help_sheet(book, kind, columns, looks)
    _option_sheet(book, columns, looks)
    book.close()
    file.seek(0)
    return file


def _looks(book: Any) -> dict[str, Any]:
    head = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"}
    return {
        "required": book.add_format({**head, "bg_color": "#FBE9C8"}),
        "head": book.add_format({**head, "bg_color": "#EEF2F8"}),
        "text": book.add_format({"num_format": "@"}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top", "num_format": "@"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _heads(sheet: Any, columns: Sequence[Column], looks: dict[str, Any]) -> None:
    for place, column in enumerate(columns):
        look = looks["required" if column.required else "head"]
        sheet.write_string(0, place, column.head + (REQUIRED_MARK if column.required else ""), look)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)


def _data_sheet(book: Any, columns: Sequence[Column], looks: dict[str, Any]) -> None:
    sheet, last = book.add_worksheet(SHEET), parameters.most()
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, looks["text"])  # text: no long number loses its digits
        sheet.write_comment(0, place, _note(column), {"x_scale": 2, "visible": False})
        if column.options:
            letter = xl_col_to_name(place)
            rule = {
                "validate": "list",
                "source": f"='{_('可选值')}'!${letter}$2:${letter}${len(column.options) + 1}",
                "ignore_blank": True,
                "error_title": column.head[:32],
                "error_message": _("请从列表中选择。"),
            }
            if column.several:  # a cell may hold several: the list helps, and hinders nobody
                rule["show_error"] = False
            sheet.data_validation(1, place, last, place, rule)
    _heads(sheet, columns, looks)


def _example_sheet(book: Any, columns: Sequence[Column], looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_("示例"))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(1, place, column.example, looks["cell"])
    _heads(sheet, columns, looks)


def _help_sheet(book: Any, kind: Kind, columns: Sequence[Column], looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_("填写说明"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 4, 40)
    sheet.write_string(0, 0, _("批量导入%(what)s：填写说明") % {"what": kind.label}, looks["title"])
    for line, text in enumerate(_advice(kind), 1):
        sheet.merge_range(line, 0, line, 4, text, looks["wrap"])
    top = len(_advice(kind)) + 2
    for place, head in enumerate((_("列名"), _("必填"), _("填写要求"), _("示例"), _("可选值"))):
        sheet.write_string(top, place, head, looks["head"])
    for line, column in enumerate(columns, top + 1):
        required = _("是") if column.required else ""
        cells = (column.head, required, _demands(column), column.example, "、".join(column.options))
        for place, text in enumerate(cells):
            sheet.write_string(line, place, text, looks["cell"])


def _option_sheet(book: Any, columns: Sequence[Column], looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_("可选值"))
    for place, column in enumerate(columns):
        if not column.options:
            continue
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.head, looks["head"])
        for line, option in enumerate(column.options, 1):
            sheet.write_string(line, place, option)


def _advice(kind: Kind) -> list[str]:
    return [
        str(kind.help),
        _("在“%(sheet)s”工作表填写，每行一%(measure)s，不要改动表头；表头带 * 的列必填。")
        % {"sheet": SHEET, "measure": kind.measure},
        _("一次最多 %(n)s 行。单元格中的公式不作计算，按文字读取。") % {"n": parameters.most()},
        _("上传后系统先逐行检查，确认前不写入任何数据；全部写入或者全部不写入。"),
    ]


def _demands(column: Column) -> str:
    """What a cell must be, in words."""
    parts = [column.help]
    most = getattr(column.field, "max_length", None)
    if most:
        parts.append(_("最多 %(n)s 个字。") % {"n": most})
    return "".join(filter(None, parts))


def _note(column: Column) -> str:
    """The note on a head."""
    parts = [_("必填。") if column.required else _("选填。"), _demands(column)]
    if column.example:
        parts.append(_("示例：%(example)s") % {"example": column.example})
    return "\n".join(filter(None, parts))
