"""A unit's record for reading: its parts with labels and values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.models import UnitFacts
from portal.lifecycle.states import Text
from portal.registration.forms import PARTS


def facts_of(record: UnitFacts) -> list[tuple[Text, list[tuple[str, Any]]]]:
    """Each part's heading with (label, value) of its fields; values in words, empty ones as None."""
    return [(heading, [_fact(record, name) for name in names]) for heading, names in PARTS]


def _fact(record: UnitFacts, name: str) -> tuple[str, Any]:
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    if isinstance(value, bool):
        value = _("是") if value else _("否")
    return str(record._meta.get_field(name).verbose_name), None if value == "" else value  # type: ignore[union-attr]
