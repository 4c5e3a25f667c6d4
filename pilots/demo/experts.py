"""The register of experts of the demonstration: invented people, with where they work and worked, and when they are away."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from pathlib import Path
from typing import Any

from pilots.demo.units import mobile
from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Unit, User
from portal.accounts.roles import Role
from portal.reviews.models import Employment, Expert, Qualification, Unavailability

_FILE = Path(__file__).with_name("experts.toml")


@functools.cache
def all_experts() -> dict[str, dict[str, Any]]:
    """The experts as they stand in the file, by their short names."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def logins() -> list[tuple[str, str, str]]:
    """Sign-in name, name and note of the experts with an account of their own."""
    found = [(data["login"], data["name"], data["note"]) for data in all_experts().values() if "note" in data]
    return sorted(found, key=lambda row: int(row[0].removeprefix("zhuanjia")))


def make(units: dict[str, Unit], today: dt.date) -> dict[str, Expert]:
    """All experts; those with an account must have it already.

    Args:
        units: by short name, for those who work or worked at one. today: from which the days of absence are counted.
    """
    made = {}
    for number, (name, data) in enumerate(all_experts().items(), 1):
        login = data.get("login", "")
        made[name], new = Expert.objects.get_or_create(
            name=data["name"],
            defaults={
                "user": User.objects.get(username=login) if login else None,
                "employer": data.get("employer") or units[data["unit"]].name,
                "employer_code": units[data["unit"]].credit_code if "unit" in data else "",
                "post": data.get("post", ""),
                "title": data["title"],
                "phone": mobile(7000 + number),
                "email": f"{login or name}@demo.example",
                "fields": data["fields"],
                "expertise": data["expertise"],
                "standards_expert": data.get("standards", False),
                "active": "inactive" not in data,
                "inactive_reason": data.get("inactive", ""),
            },
        )
        if new:
            _add_details(made[name], data, units, today)
    return made


def _add_details(expert: Expert, data: dict[str, Any], units: dict[str, Unit], today: dt.date) -> None:
    for place, relation, first, last in data.get("past", []):
        unit = units.get(place)
        Employment.objects.create(
            expert=expert,
            employer=unit.name if unit else place,
            credit_code=unit.credit_code if unit else "",
            relation=relation,
            first=dt.date(first, 7, 1),
            last=today.replace(day=1) - dt.timedelta(days=30 * last) if last else None,
        )
    for name, issuer, year in data["qualified"]:
        Qualification.objects.create(expert=expert, name=name, issuer=issuer, obtained_on=dt.date(year, 6, 30))
    for first_day, last_day, reason in data.get("away", []):
        first, last = (today + dt.timedelta(days=days) for days in (first_day, last_day))
        Unavailability.objects.create(expert=expert, first=first, last=last, reason=reason)


def actor_of(expert: Expert) -> Actor:
    """The expert signed in; only for one with an account."""
    held = Membership.objects.select_related("user", "unit", "body")
    return Actor(expert.user, held.get(user=expert.user_id, role=Role.EXPERT), address="192.0.2.23")
