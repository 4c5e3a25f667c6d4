"""The form of a request laid out for its page: tables of the plan as tables, the rest one below the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms

from portal.lifecycle.states import Text


@dataclass
class Cell:
    """A field in a table, under its head."""

    head: Text
    field: forms.BoundField


@dataclass
class Line:
    """A row of a table; `drop` takes it out, None for an empty one that can be filled in."""

    cells: list[Cell]
    drop: forms.BoundField | None = None

    @property
    def is_new(self) -> bool:
        return self.drop is None

    @property
    def errors(self) -> list[str]:
        """Everything that is wrong in the row."""
        return [str(error) for cell in self.cells for error in cell.field.errors]


@dataclass
class Part:
    """A part of the plan: fields one below the other, or a table with heads and rows."""

    name: str
    label: Text
    fields: list[forms.BoundField] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def heads(self) -> list[Text]:
        return [cell.head for cell in self.lines[0].cells] if self.lines else []


def parts_of(form: Any, labels: dict[str, Text]) -> list[Part]:
    """The fields that a kind asks for, in the order of the form (see `execution.task_books.fields` for their names).

    Args:
        labels: of the parts, by name; a field that belongs to none is a part of its own.
    """
    found: dict[str, Part] = {}
    rows: dict[str, Line] = {}
    for name in form.needed:
        part_name, *rest = name.split("--")
        part = found.setdefault(part_name, Part(part_name, labels.get(part_name, "")))
        if len(rest) < 2:
            part.fields.append(form[name])
            continue
        row, column = rest
        line = rows.get(f"{part_name}--{row}")
        if line is None:
            line = rows[f"{part_name}--{row}"] = Line([])
            part.lines.append(line)
        if column == "drop":
            line.drop = form[name]
        else:
            line.cells.append(Cell(form[name].label, form[name]))
    return list(found.values())
