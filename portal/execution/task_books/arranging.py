"""Arranging the open tables of a plan: a form for each row, what was typed, and the buttons that alter the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from portal.declaration.document import new_row_id
from portal.declaration.rows import records_of
from portal.execution.plans import Content, Plan
from portal.execution.task_books.checks import OPEN_TABLES
from portal.execution.task_books.fields import OPTIONAL, cell_field

MAX_ROWS = 60
_ROW_ID = re.compile(r"[0-9a-zA-Z-]{1,40}")
Tables = dict[str, list[dict[str, Any]]]


class RowForm(forms.Form):
    """A row of a table; its fields follow from the plan's declaration. Nothing has to be filled in before it is fixed."""

    def __init__(self, plan: Plan, table: str, row: Mapping[str, Any], data: QueryDict | None) -> None:
        super().__init__(data, prefix=f"{table}--{row['id']}")
        self.row_id = row["id"]
        for column, head in plan.columns[table]:
            self.fields[column] = cell_field(plan, table, column, head, str(row.get(column) or ""), required=False)

    @property
    def wanted(self) -> frozenset[str]:
        """The columns that have to be filled in before the text is fixed."""
        return frozenset(self.fields) - frozenset(OPTIONAL) - {"content"}


@dataclass(frozen=True)
class ArrangedTable:
    """An open table with its rows as forms."""

    name: str
    label: Any
    rows: list[RowForm]

    @property
    def full(self) -> bool:
        return len(self.rows) >= MAX_ROWS


def tables_of(content: Content) -> Tables:
    """The open tables of a plan."""
    return {name: list(content.get(name) or ()) for name in OPEN_TABLES}


def typed_in(plan: Plan, content: Content, data: QueryDict) -> Tables:
    """The open tables as they were typed, in the order of the page; what the page does not show of a row stays."""
    found: Tables = {}
    for name in OPEN_TABLES:
        kept = {row["id"]: row for row in content.get(name) or ()}
        keys = dict.fromkeys(key for key in data.getlist(f"rows-{name}") if _ROW_ID.fullmatch(key))
        found[name] = [
            {
                **kept.get(key, {}),
                **{column: data.get(f"{name}--{key}-{column}", "").strip() for column, _head in plan.columns[name]},
                "id": key,
            }
            for key in list(keys)[:MAX_ROWS]
        ]
    return found


def filled(plan: Plan, tables: Tables) -> Tables:
    """The tables without rows in which nothing stands."""
    return {
        name: [row for row in rows if any(row.get(column) for column, _head in plan.columns[name])]
        for name, rows in tables.items()
    }


def altered(tables: Tables, command: str) -> Tables:
    """The tables after a button of a row: `add:<table>`, or `up`, `down`, `remove` with `:<table>:<row>`."""
    verb, _colon, rest = command.partition(":")
    name, _colon, key = rest.partition(":")
    if name not in tables:
        return tables
    rows = list(tables[name])
    place = next((index for index, row in enumerate(rows) if row["id"] == key), None)
    if verb == "add" and len(rows) < MAX_ROWS:
        rows.append({"id": new_row_id()})
    elif place is not None and verb == "remove":
        rows.pop(place)
    elif place is not None and verb in ("up", "down"):
        other = place + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return {**tables, name: rows}


def pasted(plan: Plan, tables: Tables, name: str, text: str) -> Tables:
    """The tables with the lines of a spreadsheet added to one of them, in place of its empty rows."""
    if name not in tables:
        return tables
    fields = RowForm(plan, name, {"id": new_row_id()}, None).fields
    rows = filled(plan, tables)[name]
    rows = [*rows, *({**record, "id": new_row_id()} for record in records_of(text, fields))]
    return {**tables, name: rows[:MAX_ROWS]}


def forms_of(plan: Plan, tables: Tables, data: QueryDict | None = None) -> list[ArrangedTable]:
    """The tables as forms: with the present values, or bound to what was sent."""
    labels = {name: label for name, label, _kind in plan.sections}
    return [
        ArrangedTable(name, labels[name], [RowForm(plan, name, row, data) for row in rows])
        for name, rows in tables.items()
    ]


def are_valid(arranged: list[ArrangedTable]) -> bool:
    """Whether nothing was typed that cannot be kept."""
    return not any(form.errors for table in arranged for form in table.rows)
