"""What differs between two states of a form, by section, field, table row and material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.declaration.models import FormVersion
from portal.declaration.printing import PrintRow, PrintSection, PrintTable, printable
from portal.declaration.sections import DeclarationForm, form_version

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True)
class Change:
    """One difference: its kind, where it is, what it said before and says now."""

    kind: str
    label: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class SectionDiff:
    """The differences of one section (or of the materials)."""

    id: str
    title: str
    changes: tuple[Change, ...]


def compare(old: Sequence[PrintSection], new: Sequence[PrintSection]) -> list[SectionDiff]:
    """The sections that differ, in the order of the newer state; sections that are gone last."""
    before, after = {s.id: s for s in old}, {s.id: s for s in new}
    order = [*after, *(key for key in before if key not in after)]
    found = []
    for key in order:
        title = (after.get(key) or before[key]).title
        changes = _section(before.get(key), after.get(key))
        if changes:
            found.append(SectionDiff(key, title, tuple(changes)))
    return found


def compare_versions(old: FormVersion, new: FormVersion) -> list[SectionDiff]:
    """The differences between two versions of one dossier, materials included."""
    found = compare(printable(old), printable(new))
    materials = _materials(old, new, form_version(new.content["form"]))
    return [*found, *([SectionDiff("materials", _("附件材料"), tuple(materials))] if materials else [])]


def _section(old: PrintSection | None, new: PrintSection | None) -> list[Change]:
    before = {pair.name: pair for pair in old.pairs} if old else {}
    after = {pair.name: pair for pair in new.pairs} if new else {}
    changes = []
    for name in [*after, *(n for n in before if n not in after)]:
        left, right = before.get(name), after.get(name)
        change = _texts((right or left).label, left.text if left else "", right.text if right else "")  # type: ignore[union-attr]
        changes += [change] if change else []
    tables_before = {table.id: table for table in old.tables} if old else {}
    tables_after = {table.id: table for table in new.tables} if new else {}
    for key in [*tables_after, *(k for k in tables_before if k not in tables_after)]:
        changes += _table(tables_before.get(key), tables_after.get(key))
    return changes


def _texts(label: str, old: str, new: str) -> Change | None:
    if old == new:
        return None
    return Change(ADDED if not old else REMOVED if not new else CHANGED, label, old, new)


def _table(old: PrintTable | None, new: PrintTable | None) -> list[Change]:
    table = new or old
    assert table is not None
    before = {row.id: row for row in old.rows} if old else {}
    after = {row.id: row for row in new.rows} if new else {}
    changes: list[Change] = []
    for index, (key, row) in enumerate(after.items(), 1):
        where = _("%(table)s第 %(n)s 行") % {"table": table.title, "n": index}
        if key not in before:
            changes.append(Change(ADDED, where, "", _row_text(row)))
        else:
            changes += _cells(where, old, before[key], table, row)  # type: ignore[arg-type]
    for index, (key, row) in enumerate(before.items(), 1):
        if key not in after:
            changes.append(
                Change(REMOVED, _("%(table)s原第 %(n)s 行") % {"table": table.title, "n": index}, _row_text(row))
            )
    kept_before = [key for key in before if key in after]
    if kept_before != [key for key in after if key in before]:
        changes.append(Change(MOVED, table.title, "", _("行的次序已调整")))
    return changes


def _cells(where: str, old_table: PrintTable, old: PrintRow, table: PrintTable, new: PrintRow) -> list[Change]:
    before = {name: text for (name, _label, _width), text in zip(old_table.columns, old.cells, strict=True)}
    changes = []
    for (name, label, _width), text in zip(table.columns, new.cells, strict=True):
        change = _texts(f"{where} · {label}", before.get(name, ""), text)
        changes += [change] if change else []
    return changes


def _row_text(row: PrintRow) -> str:
    return _("；").join(cell for cell in row.cells if cell)


def _materials(old: FormVersion, new: FormVersion, form: DeclarationForm) -> list[Change]:
    labels = {slot.id: str(slot.label) for slot in form.slots}
    before = {(file["slot"], file["sha256"]): file for file in old.content["attachments"]}
    after = {(file["slot"], file["sha256"]): file for file in new.content["attachments"]}
    changes = [
        Change(ADDED, labels.get(key[0], key[0]), "", file["name"]) for key, file in after.items() if key not in before
    ]
    changes += [
        Change(REMOVED, labels.get(key[0], key[0]), file["name"]) for key, file in before.items() if key not in after
    ]
    return changes
