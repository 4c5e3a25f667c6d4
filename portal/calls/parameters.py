"""Parameters: numbers of the rules, versioned, with an effective date and a basis; never constants in the code.

A room or programme defines a parameter with its default; an administrator adds versions. A dossier pins the whole set
when it is submitted, so that a later version does not change its terms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Definition:
    """A parameter as the code knows it.

    Args:
        key: its name. label, unit: in words ("工作日", "个月", "天"). default: the value where no version says otherwise.
        basis: "default" for an assumption, else the rule it was read in.
        programme: the programme it belongs to; empty for all.
    """

    key: str
    label: Text
    unit: Text
    default: Any
    basis: str = "default"
    programme: str = ""


_definitions: dict[tuple[str, str], Definition] = {}


def define(*definitions: Definition) -> None:
    """Makes parameters known; called when the defining room is loaded."""
    for definition in definitions:
        _definitions[definition.programme, definition.key] = definition


def definitions(programme: str | None = None) -> list[Definition]:
    """All definitions, or those that hold for one programme (its own ones replace the common ones)."""
    if programme is None:
        return list(_definitions.values())
    merged = {d.key: d for d in _definitions.values() if d.programme == ""}
    merged.update({d.key: d for d in _definitions.values() if d.programme == programme})
    return list(merged.values())


def snapshot(programme: str, on: dt.date) -> dict[str, Any]:
    """The values of all parameters of a programme on a date (Shanghai), as they are pinned to a dossier."""
    from portal.calls.models import ParameterVersion

    values = {d.key: d.default for d in definitions(programme)}
    versions = ParameterVersion.objects.filter(programme__in=("", programme), effective_from__lte=on)
    own = {d.key for d in definitions(programme) if d.programme == programme}
    for version in versions.order_by("effective_from", "programme", "pk"):
        if version.key in values and (version.programme == programme or version.key not in own):
            values[version.key] = version.value
    return values


def value(key: str, programme: str, on: dt.date) -> Any:
    """One parameter's value on a date; KeyError when nobody defined it."""
    return snapshot(programme, on)[key]
