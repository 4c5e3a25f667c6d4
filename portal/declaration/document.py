"""The contents of a form as plain data: what was typed, by section; and how typed things are brought into one shape."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.dossiers.models import Dossier

#: longer texts are cut: far above every limit that a field can have
MAX_TEXT = 20_000
Row = dict[str, Any]
Content = dict[str, Any]  # {"fields": {name: raw}, "tables": {table: [{"id": uuid, name: raw}]}}


class Document:
    """Read access to the data of a form: `{section: {"fields": {…}, "tables": {table: [rows]}}}`."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        self.data: dict[str, Any] = dict(data or {})

    def content(self, section: str) -> Content:
        """A section's content; empty fields and tables when nothing was saved."""
        found = self.data.get(section) or {}
        return {"fields": dict(found.get("fields") or {}), "tables": dict(found.get("tables") or {})}

    def fields(self, section: str) -> dict[str, Any]:
        return dict((self.data.get(section) or {}).get("fields") or {})

    def value(self, section: str, name: str) -> Any:
        """What was typed into a field: text, True/False, or a list of texts; an empty text when nothing was."""
        return self.fields(section).get(name, "")

    def rows(self, section: str, table: str, *, filled: bool = True) -> list[Row]:
        """The rows of a table in their order; without those that hold nothing unless `filled` is False."""
        rows = ((self.data.get(section) or {}).get("tables") or {}).get(table) or []
        return [dict(row) for row in rows if not filled or not is_blank_row(row)]

    def with_content(self, section: str, content: Content) -> Document:
        """A document in which that section has other content."""
        return Document({**self.data, section: content})

    def trimmed(self) -> dict[str, Any]:
        """The data without empty rows and empty values: what a version keeps."""
        kept = {}
        for section in self.data:
            content = without_blanks(self.content(section))
            rows = {name: [row for row in table if not is_blank_row(row)] for name, table in content["tables"].items()}
            kept[section] = {
                "fields": content["fields"],
                "tables": {name: table for name, table in rows.items() if table},
            }
        return kept


def is_blank(value: Any) -> bool:
    """Whether nothing was typed: an unticked box counts as nothing."""
    return value in (None, "", False, [])


def is_blank_row(row: Mapping[str, Any]) -> bool:
    return all(is_blank(value) for name, value in row.items() if name != "id")


def without_blanks(content: Content) -> Content:
    """The content without empty values (empty rows stay): two contents that say the same are equal then."""
    return {
        "fields": {name: value for name, value in content["fields"].items() if not is_blank(value)},
        "tables": {
            table: [{name: value for name, value in row.items() if name == "id" or not is_blank(value)} for row in rows]
            for table, rows in content["tables"].items()
            if rows
        },
    }


def is_blank_content(content: Content) -> bool:
    """Whether a section holds nothing."""
    rows = [row for table in content["tables"].values() for row in table]
    return all(is_blank(value) for value in content["fields"].values()) and all(is_blank_row(row) for row in rows)


def normalise(value: Any) -> Any:
    """One shape for what browsers send: NFC, line feeds, no control characters, no space around; lists of such texts."""
    if isinstance(value, bool):
        return value
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return [normalise(item) for item in value]
    text = unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return text[:MAX_TEXT].strip()


def normalise_content(content: Content) -> Content:
    """The same for a section; rows without a proper UUID get a new one, and no two rows share one."""
    seen: set[str] = set()
    tables: dict[str, list[Row]] = {}
    for name, rows in content["tables"].items():
        tables[name] = []
        for row in rows:
            key = _row_id(row.get("id"), seen)
            seen.add(key)
            tables[name].append({"id": key, **{k: normalise(v) for k, v in row.items() if k != "id"}})
    return {"fields": {name: normalise(value) for name, value in content["fields"].items()}, "tables": tables}


def _row_id(value: Any, taken: set[str]) -> str:
    try:
        key = str(uuid.UUID(str(value)))
    except ValueError:
        return new_row_id()
    return new_row_id() if key in taken else key


def new_row_id() -> str:
    return str(uuid.uuid4())


def document_of(dossier: Dossier) -> Document:
    """The present contents of a dossier's form; empty when it was never begun."""
    from portal.declaration.models import FormDocument

    data = FormDocument.objects.filter(dossier_id=dossier.pk).values_list("data", flat=True).first()
    return Document(data)
