"""One way to write data as text, so that the same facts always give the same hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any
from uuid import UUID


def canonical_json(value: Any) -> str:
    """Keys sorted, no spaces, Chinese as it is; dates in ISO form, decimals as strings."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=plain)


def plain(value: Any) -> Any:
    """JSON's form of a value that JSON does not know."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "pk"):
        return value.pk
    if hasattr(value, "__iter__"):
        return list(value)
    return str(value)


def sha256(text: str | bytes) -> str:
    """The hash as 64 hexadecimal digits; text is hashed as UTF-8."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
