"""A form with its contents: everything that pages, checks and print read, bound once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.base.memo import kept
from portal.calls.models import CallField
from portal.declaration.document import Document, Row, document_of
from portal.declaration.forms import RowForm, SectionForm
from portal.declaration.sections import DeclarationForm, Section, Table, form_of
from portal.dossiers.models import Dossier

FIELDS_PREFIX = "f"


def call_fields_of(dossier: Dossier) -> list[CallField]:
    """The fields of a dossier's call with their key directions, read once for the instance."""
    known: list[CallField] | None = dossier.__dict__.get("_call_fields")
    if known is None:
        known = list(CallField.objects.filter(call_id=dossier.call_id).prefetch_related("directions"))
        dossier.__dict__["_call_fields"] = known
    return known


def row_prefix(table: str, row_id: str) -> str:
    return f"t-{table}-{row_id}"


@dataclass(frozen=True)
class BoundTable:
    """A table with its rows, each bound to what was typed."""

    table: Table
    rows: list[RowForm]


class Filling:
    """A dossier's form and document together.

    Args:
        dossier: of the programme's own class. document: its contents; the present ones when None.
    """

    def __init__(self, dossier: Any, document: Document | None = None) -> None:
        self.dossier = dossier
        self.form: DeclarationForm = form_of(dossier)
        self.document = document_of(dossier) if document is None else document
        #: what a programme's forms look up once for the whole form (bodies to choose from …)
        self.cache: dict[str, Any] = {}
        self._bound: dict[str, SectionForm | None] = {}
        self._tables: dict[str, list[BoundTable]] = {}

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that apply, in order."""
        return self.form.sections_for(self.document, self.dossier)

    @cached_property
    def call_fields(self) -> list[CallField]:
        """The fields of the call with their key directions."""
        return call_fields_of(self.dossier)

    def bound(self, section: Section) -> SectionForm | None:
        """The section's fields bound to what was typed; None for a section of tables."""
        if section.id not in self._bound:
            self._bound[section.id] = self._bind(section)
        return self._bound[section.id]

    def tables(self, section: Section) -> list[BoundTable]:
        """The section's tables that apply, with all rows (empty ones too)."""
        if section.id not in self._tables:
            self._tables[section.id] = [
                BoundTable(table, [self.row(table, row) for row in self._rows(section, table)])
                for table in section.tables_for(self.document, self.dossier)
            ]
        return self._tables[section.id]

    def row(self, table: Table, row: Row) -> RowForm:
        """The form of one row, bound to it."""
        prefix = row_prefix(table.id, row["id"])
        return table.row_form(_prefixed(prefix, row), prefix=prefix, filling=self, row_id=row["id"])

    def cleaned_rows(self, section_id: str, table_id: str) -> list[RowForm]:
        """The filled rows of a table that are valid."""
        section = self.form.section(section_id)
        for bound in self.tables(section):
            if bound.table.id == table_id:
                return [row for row in bound.rows if not row.is_blank() and row.is_valid()]
        return []

    def _bind(self, section: Section) -> SectionForm | None:
        if section.form is None:
            return None
        values = _prefixed(FIELDS_PREFIX, self.document.fields(section.id))
        return section.form(values, prefix=FIELDS_PREFIX, filling=self)

    def _rows(self, section: Section, table: Table) -> list[Row]:
        return self.document.rows(section.id, table.id, filled=False)


def _prefixed(prefix: str, values: Row) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


@kept
def filling_of(dossier: Dossier) -> Filling:
    """The present filling of a dossier, whose programme's own instance is fetched when needed."""
    from portal.dossiers.programmes import concrete

    return Filling(concrete(dossier))
