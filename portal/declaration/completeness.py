"""What is missing or wrong in a declaration, each with a link to the place; and remarks that do not block."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.declaration.document import is_blank_content
from portal.declaration.filling import BoundTable, Filling, filling_of
from portal.declaration.sections import Section, Slot
from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text

ERROR, HINT = "error", "hint"
MATERIALS = "materials"
EMPTY, PARTLY, COMPLETE, OPTIONAL = "empty", "partly", "complete", "optional"


@dataclass(frozen=True)
class Problem:
    """Something to mend.

    Args:
        level: `ERROR` blocks the submission, `HINT` is a remark. section: id of the section, or `MATERIALS`.
        place: title of the section. label: the field, table or material. text: what is wrong and what would be right.
        link: where it is mended. row: UUID of the row, where it is in a table.
    """

    level: str
    section: str
    place: Text
    label: Text
    text: Text
    link: str
    row: str = ""

    @property
    def blocking(self) -> bool:
        return self.level == ERROR


def problems(dossier: Dossier) -> list[Problem]:
    """All problems of a dossier's present form and materials, in the order of the form."""
    filling = filling_of(dossier)
    return [problem for found in by_section(filling).values() for problem in found]


def by_section(filling: Filling) -> dict[str, list[Problem]]:
    """The problems of each section that applies, and of the materials under `MATERIALS`."""
    found: dict[str, list[Problem]] = {section.id: section_problems(filling, section) for section in filling.sections}
    if filling.form.check:
        for level, section_id, field, text in filling.form.check(filling):
            section = filling.form.section(section_id)
            form = filling.bound(section)
            label = form.fields[field].label if form and field in form.fields else section.title
            found.setdefault(section_id, []).append(_problem(filling, section, level, label or "", text, f"f-{field}"))
    found[MATERIALS] = material_problems(filling)
    return found


def states(filling: Filling, found: dict[str, list[Problem]] | None = None) -> dict[str, str]:
    """How far each section is: nothing typed, not yet right, complete, or empty where nothing is wanted."""
    found = by_section(filling) if found is None else found
    result: dict[str, str] = {}
    for section in filling.sections:
        blocked = any(problem.blocking for problem in found[section.id])
        blank = is_blank_content(filling.document.content(section.id))
        if blank:
            result[section.id] = EMPTY if blocked else OPTIONAL
        else:
            result[section.id] = PARTLY if blocked else COMPLETE
    missing = any(problem.blocking for problem in found[MATERIALS])
    result[MATERIALS] = COMPLETE if not missing else PARTLY if slot_counts(filling) else EMPTY
    return result


def section_problems(filling: Filling, section: Section) -> list[Problem]:
    """The problems of one section: its fields, then its tables."""
    found: list[Problem] = []
    form = filling.bound(section)
    if form is not None:
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else section.title
            found += [_problem(filling, section, ERROR, label or "", error, f"f-{name}") for error in errors]
        for name, text in form.hints():
            label = form.fields[name].label if name in form.fields else section.title
            found.append(_problem(filling, section, HINT, label or "", text, f"f-{name}"))
    for bound in filling.tables(section):
        found += _table_problems(filling, section, bound)
    return found


def _table_problems(filling: Filling, section: Section, bound: BoundTable) -> list[Problem]:
    table, found = bound.table, []
    rows = [row for row in bound.rows if not row.is_blank()]
    required = table.required_rows(filling)
    if len(rows) < required:
        text = _("至少填写 %(n)s 行，目前 %(have)s 行。") % {"n": required, "have": len(rows)}
        found.append(_problem(filling, section, ERROR, table.title, text, "", f"table-{table.id}"))
    elif len(rows) < table.advised:
        text = _("一般不少于 %(n)s 行，目前 %(have)s 行，请确认。") % {"n": table.advised, "have": len(rows)}
        found.append(_problem(filling, section, HINT, table.title, text, "", f"table-{table.id}"))
    for index, row in enumerate(rows, 1):
        where = _("%(table)s第 %(n)s 行") % {"table": table.title, "n": index}
        for name, errors in row.errors.items():
            label = f"{where} · {row.fields[name].label}" if name in row.fields else where
            anchor = f"{row.prefix}-{name}" if name in row.fields else ""
            found += [
                _problem(filling, section, ERROR, label, e, anchor, f"table-{table.id}", row.row_id) for e in errors
            ]
        for name, hint in row.hints():
            label = f"{where} · {row.fields[name].label}" if name in row.fields else where
            found.append(_problem(filling, section, HINT, label, hint, f"{row.prefix}-{name}", row=row.row_id))
    if table.check:
        for level, row_id, _name, said in table.check(filling):
            found.append(_problem(filling, section, level, table.title, said, "", f"table-{table.id}", row_id))
    return found


def material_problems(filling: Filling) -> list[Problem]:
    """Obligatory materials that are not there (the sealed form comes after the submission)."""
    have = slot_counts(filling)
    found = []
    for slot in filling.form.slots_for(filling.document, filling.dossier):
        if slot.is_required(filling.document, filling.dossier) and not have.get(slot.id):
            found.append(_material_problem(filling, slot))
    return found


def slot_counts(filling: Filling) -> dict[str, int]:
    """How many files lie in each slot now; asked once per filling."""
    if "slots" not in filling.cache:
        from portal.declaration.slots import files_of

        counts: dict[str, int] = defaultdict(int)
        for file in files_of(filling.dossier):
            counts[file.slot] += 1
        filling.cache["slots"] = dict(counts)
    counted: dict[str, int] = filling.cache["slots"]
    return counted


def _material_problem(filling: Filling, slot: Slot) -> Problem:
    link = section_link(filling.dossier, MATERIALS) + f"#slot-{slot.id}"
    return Problem(ERROR, MATERIALS, _("附件材料"), slot.label, _("必备材料尚未上传。"), link)


def _problem(
    filling: Filling, section: Section, level: str, label: Text, text: Any, field: str, anchor: str = "", row: str = ""
) -> Problem:
    target = f"field-{field}" if field and not field.endswith("-__all__") else anchor
    link = section_link(filling.dossier, section.id, check="1") + (f"#{target}" if target else "")
    return Problem(level, section.id, section.title, label, text, link, row)


def section_link(dossier: Dossier, section_id: str, **query: str) -> str:
    """The address at which a section (or the materials) is filled in."""
    address = reverse("declaration:section", args=[dossier.pk, section_id])
    return f"{address}?{urlencode(query)}" if query else address
