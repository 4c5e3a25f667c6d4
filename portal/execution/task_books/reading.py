"""A plan as people read it: its parts in order, in words; and two plans side by side."""

from __future__ import annotations

from typing import Any

from portal.execution.plans import Content, Plan, word, words


def printed(plan: Plan, content: Content) -> list[dict[str, Any]]:
    """The parts of a plan in order: texts as lines, people as pairs, tables with heads and rows."""
    parts: list[dict[str, Any]] = []
    for name, label, kind in plan.sections:
        value = content.get(name)
        part: dict[str, Any] = {"name": name, "label": str(label), "kind": kind}
        if kind == "text":
            part["text"] = word(plan, name, name, value)
        elif kind == "person":
            person = value or {}
            part["pairs"] = [
                [str(head), str(person.get(key, ""))] for key, head in plan.columns[name] if person.get(key)
            ]
        else:
            part["head"] = [str(head) for _key, head in plan.columns[name]]
            part["rows"] = [words(plan, name, row) for row in value or ()]
        parts.append(part)
    return parts


def differences(plan: Plan, before: Content, after: Content) -> list[dict[str, Any]]:
    """What differs between two plans, part by part: `label`, and `rows` of (what, before, after) in words.

    Rows of tables are matched by their id; an added one has no before, one that was taken out no after.
    """
    found = []
    for name, label, kind in plan.sections:
        if before.get(name) == after.get(name):
            continue
        rows = _rows(plan, name, before.get(name), after.get(name), kind)
        if rows:
            found.append({"name": name, "label": str(label), "rows": rows})
    return found


def _rows(plan: Plan, name: str, before: Any, after: Any, kind: str) -> list[tuple[str, str, str]]:
    if kind == "text":
        return [("", word(plan, name, name, before), word(plan, name, name, after))]
    if kind == "person":
        old, new = before or {}, after or {}
        return [
            (str(head), str(old.get(key, "")), str(new.get(key, "")))
            for key, head in plan.columns[name]
            if old.get(key, "") != new.get(key, "")
        ]
    old_rows, new_rows = {row["id"]: row for row in before or ()}, {row["id"]: row for row in after or ()}
    found = []
    for key in [*old_rows, *(key for key in new_rows if key not in old_rows)]:
        old, new = old_rows.get(key), new_rows.get(key)
        if old != new:
            found.append(("", _in_one(plan, name, old), _in_one(plan, name, new)))
    return found


def _in_one(plan: Plan, name: str, row: dict[str, Any] | None) -> str:
    """A row as one line; empty for none."""
    return "" if row is None else "；".join(word for word in words(plan, name, row) if word)
