"""What the buttons of a table do to its rows, on the server: add, copy, move, remove, paste from a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms

from portal.declaration.document import Content, Row, is_blank_row, new_row_id
from portal.declaration.forms import flat_choices
from portal.declaration.sections import Section, Table

if TYPE_CHECKING:
    from portal.declaration.filling import Filling


def apply(section: Section, content: Content, command: str, filling: Filling, pasted: str = "") -> tuple[Content, str]:
    """Carries out a button.

    Args:
        command: `add:TABLE`, `paste:TABLE`, or `copy|up|down|remove:TABLE:ROW`. pasted: text of the paste box.

    Returns: the content, and the id of the row to show (empty when there is none). Unknown commands change nothing.
    """
    verb, _colon, rest = command.partition(":")
    table_id, _colon, row_id = rest.partition(":")
    table = next((table for table in section.tables if table.id == table_id), None)
    if table is None:
        return content, ""
    rows = list(content["tables"].get(table_id, []))
    if verb == "add":
        rows, shown = _added(rows, table, {})
    elif verb == "paste":
        rows, shown = _pasted(rows, table, pasted, filling)
    else:
        rows, shown = _moved(rows, table, verb, row_id)
    return {**content, "tables": {**content["tables"], table_id: rows}}, shown


def _added(rows: list[Row], table: Table, values: Row, after: int | None = None) -> tuple[list[Row], str]:
    if len(rows) >= table.max_rows:
        return rows, rows[-1]["id"]
    row = {**values, "id": new_row_id()}
    place = len(rows) if after is None else after + 1
    return [*rows[:place], row, *rows[place:]], row["id"]


def _moved(rows: list[Row], table: Table, verb: str, row_id: str) -> tuple[list[Row], str]:
    place = next((index for index, row in enumerate(rows) if row["id"] == row_id), None)
    if place is None:
        return rows, ""
    if verb == "copy":
        return _added(rows, table, rows[place], after=place)
    if verb == "remove":
        return [row for row in rows if row["id"] != row_id], ""
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows, row_id


def _pasted(rows: list[Row], table: Table, text: str, filling: Filling) -> tuple[list[Row], str]:
    """Rows of tab-separated text, as a spreadsheet puts it on the clipboard; a heading line is recognised and skipped."""
    form = table.row_form(filling=filling, row_id=new_row_id())
    kept = [row for row in rows if not is_blank_row(row)]
    shown = ""
    for values in records_of(text, form.fields):
        if len(kept) >= table.max_rows:
            break
        kept, last = _added(kept, table, values)
        shown = shown or last
    return kept, shown


def records_of(text: str, fields: Mapping[str, forms.Field]) -> list[dict[str, str]]:
    """The lines of tab-separated text as values by field, in the order of the fields; a heading line is left out."""
    names, found = list(fields), []
    for cells in _cells(text[:500_000].replace("\r\n", "\n").replace("\r", "\n")):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or cells[:2] == [str(fields[name].label) for name in names[:2]]:
            continue
        found.append({name: _value(fields[name], cell) for name, cell in zip(names, cells, strict=False)})
    return found


def _cells(text: str) -> list[list[str]]:
    """The cells of each line; cells of several lines are quoted, as spreadsheets do."""
    try:
        return list(csv.reader(io.StringIO(text), delimiter="\t"))
    except csv.Error:
        return [line.split("\t") for line in text.split("\n")]


def _value(field: forms.Field, cell: str) -> str:
    """The key of a choice whose label was pasted; a date in ISO form; otherwise the text."""
    if isinstance(field, forms.ChoiceField):
        return next((str(key) for key, label in flat_choices(field.choices) if str(label) == cell), cell)
    if isinstance(field, forms.DateField):
        found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", cell)
        if found:
            return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    if isinstance(field, forms.DecimalField | forms.IntegerField):
        return cell.replace(",", "")
    return cell
