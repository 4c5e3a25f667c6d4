"""The invented units, from `units.toml`. Their credit codes are computed; their subject part begins with zeros."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

from portal.accounts import credit_code
from portal.accounts.models import District, Unit
from portal.base import clock

_FILE = Path(__file__).with_name("units.toml")
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
#: the first two places of a code, by nature: registering authority and kind of organisation
_KINDS = {
    Unit.Nature.ENTERPRISE: "91",
    Unit.Nature.INSTITUTION: "12",
    Unit.Nature.AGENCY: "11",
    Unit.Nature.ASSOCIATION: "51",
    Unit.Nature.NON_ENTERPRISE: "52",
    Unit.Nature.COOPERATIVE: "93",
    Unit.Nature.OTHER: "Y1",
}
CREDIT = "近三年无行政处罚和严重违法失信记录，信用信息公示系统无异常名录记录。"


def invented_code(nature: str, district: str, number: int) -> str:
    """A code with valid check digits that no real unit has: its subject part is a small number.

    Args:
        nature: a value of `Unit.Nature`. district: six digits. number: below 100,000,000.
    """
    part = f"{number:08d}"
    total = sum(int(char) * weight for char, weight in zip(part, _WEIGHTS, strict=True))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    first17 = f"{_KINDS[Unit.Nature(nature)]}{district}{part}{check}"
    return first17 + credit_code.check_digit(first17)


def mobile(number: int) -> str:
    """A mobile number that nobody can have: the range 100 is not in use."""
    return f"100{number:08d}"


def landline(number: int) -> str:
    """A number in Shanghai that nobody can have: local numbers never begin with zero."""
    return f"021-{number:08d}"


@functools.cache
def all_units() -> dict[str, dict[str, Any]]:
    """The units as they stand in the file, by their short names."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def facts(name: str) -> dict[str, Any]:
    """The columns of a unit's record; its district must be in the database."""
    data, number = all_units()[name], list(all_units()).index(name) + 1
    district = District.objects.get(name=data["district"])
    region = district.code if district.code.isdigit() else "310115"
    return {
        "name": data["name"],
        "credit_code": invented_code(data["nature"], region, number),
        "nature": data["nature"],
        "registered_address": data["address"],
        "district": district,
        "legal_representative": data["head"],
        "registered_capital": data.get("capital"),
        "founded_on": data["founded"],
        "business": data["business"],
        "employees": data["staff"],
        "contact_name": data["contact"],
        "contact_post": data["post"],
        "contact_mobile": mobile(1000 + number),
        "contact_phone": landline(1000 + number),
        "contact_email": f"{name}@demo.example",
        "postal_address": data["address"],
        "postcode": data["postcode"],
        "has_standards_office": True,
        "full_time_staff": data["full"],
        "part_time_staff": data["part"],
        "credit_statement": CREDIT,
    }


def make() -> dict[str, Unit]:
    """All units, confirmed; those that are there already are left as they are."""
    made: dict[str, Unit] = {}
    for name in all_units():
        columns = facts(name)
        code = columns.pop("credit_code")
        made[name], _new = Unit.objects.get_or_create(
            credit_code=code, defaults={**columns, "confirmed_at": clock.now(), "created_at": clock.now()}
        )
    return made
