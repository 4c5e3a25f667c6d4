"""Form fields for parts of a plan, derived from its declaration; and the parts made of what was typed.

A field is called `part` (texts), `part--column` (a person), `part--row--column` (tables; new rows are `new1`, `new2`, …), and
`part--row--drop` takes a row out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.declaration.document import new_row_id
from portal.declaration.step_forms import date_field
from portal.execution.evaluations import number
from portal.execution.plans import Content, Plan

#: empty rows offered for additions
NEW_ROWS = 3
#: columns that hold numbers, and columns that may stay empty
NUMBERS, OPTIONAL = ("present", "target", "amount"), ("remark", "result", "present", "code", "owner", "source")
_LONG = {"content": 600, "share": 300, "stage": 80}
_NEW_ROW = re.compile(r"(?P<part>\w+)--new(?P<number>\d{1,3})--\w+")
_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}")


def fields_for(
    plan: Plan, parts: tuple[str, ...], content: Content, *, new_rows: int = NEW_ROWS
) -> dict[str, forms.Field]:
    """The fields of these parts, each with its present value."""
    labels = {name: (label, kind) for name, label, kind in plan.sections}
    found: dict[str, forms.Field] = {}
    for part in parts:
        label, kind = labels[part]
        value = content.get(part)
        if kind == "text":
            found[part] = cell_field(plan, part, part, label, str(value or ""), required=True)
        elif kind == "person":
            for column, head in plan.columns[part]:
                present = str((value or {}).get(column, ""))
                found[f"{part}--{column}"] = cell_field(plan, part, column, head, present, required=column == "name")
        else:
            rows = [*(value or ()), *({"id": f"new{n}"} for n in range(1, new_rows + 1))]
            for row in rows:
                found.update(_row_fields(plan, part, row))
    return found


def last_new_row(parts: tuple[str, ...], typed: Mapping[str, Any]) -> int:
    """The number of the last new row in which something was typed, in any table of these parts; 0 for none."""
    found = [0]
    for name, value in typed.items():
        if value and (match := _NEW_ROW.fullmatch(name)) and match["part"] in parts:
            found.append(int(match["number"]))
    return max(found)


def _row_fields(plan: Plan, part: str, row: Mapping[str, Any]) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for column, head in plan.columns[part]:
        present = str(row.get(column) or "")
        found[f"{part}--{row['id']}--{column}"] = cell_field(plan, part, column, head, present, required=False)
    if not str(row["id"]).startswith("new"):
        found[f"{part}--{row['id']}--drop"] = forms.BooleanField(label=_("删除此行"), required=False)
    return found


def cell_field(plan: Plan, part: str, column: str, label: Any, present: str, *, required: bool) -> forms.Field:
    """The field of one column of a part, with its present value."""
    choices = plan.choices.get((part, column))
    if choices:
        options = [("", "—"), *choices.items()] if not required else list(choices.items())
        return forms.ChoiceField(label=label, choices=options, required=required, initial=present)
    if column.endswith("_on"):
        field = date_field(label, required=required)
        field.initial = present
        return field
    most = _LONG.get(column, 2000 if column == part and part not in ("title",) else 150)
    widget = forms.Textarea(attrs={"rows": 3}) if most > 200 else forms.TextInput()
    if part == "title":
        most, widget = 60, forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=required, initial=present, widget=widget)


def parts_from(plan: Plan, parts: tuple[str, ...], content: Content, data: Mapping[str, Any]) -> Content:
    """The parts as they were typed.

    Raises:
        ValidationError: a dict from field to messages, for rows that are half filled in or hold no number or date.
    """
    kinds = {name: kind for name, _label, kind in plan.sections}
    errors: dict[str, list[str]] = {}
    found: Content = {}
    for part in parts:
        if kinds[part] == "text":
            found[part] = _text(data.get(part))
        elif kinds[part] == "person":
            typed = {column: _text(data.get(f"{part}--{column}")) for column, _head in plan.columns[part]}
            found[part] = {**(content.get(part) or {}), **typed}
        else:
            found[part] = _table(plan, part, content.get(part) or [], data, errors)
    if errors:
        raise ValidationError(errors)
    return found


def _table(
    plan: Plan, part: str, rows: list[dict[str, Any]], data: Mapping[str, Any], errors: dict[str, list[str]]
) -> list[dict[str, Any]]:
    kept = []
    new = sorted({name.split("--")[1] for name in data if name.startswith(f"{part}--new")})
    for row in [*rows, *({"id": key} for key in new)]:
        prefix = f"{part}--{row['id']}"
        if data.get(f"{prefix}--drop"):
            continue
        typed = {column: _text(data.get(f"{prefix}--{column}")) for column, _head in plan.columns[part]}
        fresh = str(row["id"]).startswith("new")
        if fresh and not any(typed.values()):
            continue
        _check_row(plan, part, prefix, typed, errors)
        kept.append({**row, **typed, "id": new_row_id() if fresh else row["id"]})
    return kept


def _check_row(plan: Plan, part: str, prefix: str, typed: dict[str, str], errors: dict[str, list[str]]) -> None:
    for column, head in plan.columns[part]:
        value, name = typed[column], f"{prefix}--{column}"
        if not value and column not in OPTIONAL:
            errors[name] = [_("请填写“%(what)s”，或者删除此行。") % {"what": head}]
        elif value and column in NUMBERS and number(value) is None:
            errors[name] = [_("“%(what)s”应为数字。") % {"what": head}]
        elif value and column == "code" and not _CODE.fullmatch(value.upper()):
            errors[name] = [_("统一社会信用代码应为 18 位，请核对营业执照。")]
    starts, ends = typed.get("starts_on"), typed.get("ends_on")
    if starts and ends and ends < starts:
        errors[f"{prefix}--ends_on"] = [_("结束日期不能早于开始日期。")]


def _text(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value or "").strip()
