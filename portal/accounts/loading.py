"""Districts and public bodies from `fixtures/`. Missing rows are added; what an administrator has changed stays.

Where only the year of a reform is known, a body that was abolished carries the last day of that year.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.accounts.choices import forget
from portal.accounts.models import Body, District


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((settings.ROOT / "fixtures" / name).read_text(encoding="utf-8"))
    return rows


@transaction.atomic
def load_districts() -> int:
    """Adds the sixteen districts and Lingang where they are missing; gives how many were added."""
    present = set(District.objects.values_list("code", flat=True))
    rows = [District(**row) for row in _read("districts.json") if row["code"] not in present]
    District.objects.bulk_create(rows)
    forget()
    return len(rows)


@transaction.atomic
def load_bodies() -> int:
    """Adds the bureau, district bureaus, district governments, departments and institutes where they are missing."""
    present = set(Body.objects.values_list("code", flat=True))
    entries = [(position, row) for position, row in enumerate(_read("bodies.json"), 1) if row["code"] not in present]
    Body.objects.bulk_create(_body(position, row) for position, row in entries)
    forget()
    codes = dict(Body.objects.values_list("code", "pk"))
    for _position, row in entries:
        if "successor" in row:
            Body.objects.filter(code=row["code"]).update(successor=codes[row["successor"]])
    return len(entries)


def _body(position: int, row: dict[str, Any]) -> Body:
    dates = {name: dt.date.fromisoformat(row[name]) for name in ("valid_from", "valid_to") if name in row}
    return Body(
        code=row["code"],
        kind=row["kind"],
        name=row["name"],
        full_name=row["full_name"],
        former_names=row.get("former_names", []),
        district_id=row.get("district"),
        position=position,
        **dates,
    )
