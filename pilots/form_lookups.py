"""What several parts of the pilots' form look up, each once for a filling; checks of single values."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from portal.accounts import choices, credit_code
from portal.accounts.models import Body
from portal.base import clock
from portal.calls import parameters

if TYPE_CHECKING:
    from portal.calls.models import CallField
    from portal.declaration.filling import Filling

OTHER = "other"
#: trait of a call's fields that ask for a government-led body with public functions (二（三）)
GOVERNMENT_LED = "government_led"


def field_of(filling: Filling) -> CallField | None:
    """The chosen field of the call."""
    code = filling.document.value("basic", "field")
    return next((field for field in filling.call_fields if field.code == code), None)


def bodies(filling: Filling) -> list[Body]:
    """Departments and district bureaus that exist today, in their order."""
    if "bodies" not in filling.cache:
        kinds = (Body.Kind.DEPARTMENT, Body.Kind.DISTRICT_BUREAU)
        today = clock.today()
        filling.cache["bodies"] = [
            body for body in choices.bodies() if body.kind in kinds and not (body.valid_to and body.valid_to < today)
        ]
    listed: list[Body] = filling.cache["bodies"]
    return listed


def parameter(filling: Filling, key: str) -> int:
    """A parameter of the pilots: the pinned one, or the one in force today (asked once for a filling)."""
    if key in filling.dossier.parameters:
        return int(filling.dossier.parameters[key])
    if "parameters" not in filling.cache:
        filling.cache["parameters"] = parameters.snapshot(filling.dossier.programme, clock.today())
    return int(filling.cache["parameters"][key])


def term(filling: Filling) -> tuple[dt.date, dt.date] | None:
    """The planned beginning and end of the pilot, None while they are not proper dates."""
    form = filling.bound(filling.form.section("basic"))
    if form is None or form.errors is None:
        return None
    start, end = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    return (start, end) if start and end else None


def check_code_pattern(value: str) -> None:
    """A credit code in a table row: normalised before it is checked."""
    credit_code.validate(credit_code.normalise(value))


def looks_like_standard(number_text: str) -> bool:
    """Whether a text looks like a standard's number: `GB/T 19001-2016`, `DB31/T 1234—2020`, `T/SHBX 001-2021`."""
    return bool(
        re.match(r"^(GB|GB/T|GB/Z|DB\d{2}|DB\d{2}/T|T/|Q/|ISO|IEC|ITU|[A-Z]{2}(/[TZ])?)[\s/]?.*\d", number_text)
    )
