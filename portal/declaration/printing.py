"""The form as a person reads it: sections of labelled texts and tables. Pages, papers and differences are made of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.declaration.filling import BoundTable, Filling
from portal.declaration.forms import SectionForm, shown
from portal.declaration.sections import Section

if TYPE_CHECKING:
    from portal.declaration.models import FormVersion

#: a text longer than this, or of several lines, takes the whole width
LONG = 60


@dataclass(frozen=True)
class PrintPair:
    """A field: its name in the document, its label, its value in words; `long` asks for the whole width."""

    name: str
    label: str
    text: str
    long: bool = False


@dataclass(frozen=True)
class PrintRow:
    """A row of a table: its UUID and the text of each cell."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PrintTable:
    """A table: columns as (name, label, relative width), and rows."""

    id: str
    title: str
    columns: tuple[tuple[str, str, int], ...]
    rows: tuple[PrintRow, ...]


@dataclass(frozen=True)
class PrintSection:
    """A section: its fields, then its tables."""

    id: str
    title: str
    pairs: tuple[PrintPair, ...]
    tables: tuple[PrintTable, ...]


def sections_of(filling: Filling) -> list[PrintSection]:
    """The filling in words, empty fields included, empty rows left out."""
    return [_section(filling, section) for section in filling.sections]


def printable(version: FormVersion) -> list[PrintSection]:
    """A submitted version in the words in which it was submitted."""
    return [from_plain(section) for section in version.content["printed"]]


def plain_sections(version: FormVersion) -> list[dict[str, Any]]:
    """The same as plain JSON, for the snapshot of a paper."""
    printed: list[dict[str, Any]] = version.content["printed"]
    return printed


def to_plain(section: PrintSection) -> dict[str, Any]:
    """A section as plain JSON: `{id, title, pairs: [{name, label, text, long}], tables: [{id, title, columns, rows}]}`."""
    return asdict(section)


def from_plain(data: dict[str, Any]) -> PrintSection:
    """The inverse of `to_plain`."""
    return PrintSection(
        data["id"],
        data["title"],
        tuple(PrintPair(**pair) for pair in data["pairs"]),
        tuple(
            PrintTable(
                table["id"],
                table["title"],
                tuple((name, label, width) for name, label, width in table["columns"]),
                tuple(PrintRow(row["id"], tuple(row["cells"])) for row in table["rows"]),
            )
            for table in data["tables"]
        ),
    )


def _section(filling: Filling, section: Section) -> PrintSection:
    form = filling.bound(section)
    pairs = _pairs(form) if form is not None else ()
    return PrintSection(
        section.id, str(section.title), pairs, tuple(_table(bound) for bound in filling.tables(section))
    )


def _pairs(form: SectionForm) -> tuple[PrintPair, ...]:
    pairs = []
    for name, field in form.fields.items():
        text = shown(field, form.raw(name))
        if field.widget.attrs.get("data-counter") or len(text) > LONG or "\n" in text or len(str(field.label)) > 24:
            pairs.append(PrintPair(name, str(field.label), text, long=True))
        else:
            pairs.append(PrintPair(name, str(field.label), text))
    return tuple(pairs)


def _table(bound: BoundTable) -> PrintTable:
    rows = [row for row in bound.rows if not row.is_blank()]
    fields = bound.table.row_form.base_fields
    columns = tuple((name, str(field.label), bound.table.widths.get(name, 1)) for name, field in fields.items())
    cells = tuple(
        PrintRow(
            row.row_id, tuple(shown(row.fields[name], row.raw(name)) if name in row.fields else "" for name in fields)
        )
        for row in rows
    )
    return PrintTable(bound.table.id, str(bound.table.title), columns, cells)


def nothing() -> str:
    """What a reader sees where nothing was filled in."""
    return _("（未填写）")
