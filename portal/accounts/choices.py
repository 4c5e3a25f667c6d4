"""Reference data that nearly every page of a form offers to choose from: kept by each process for a minute.

A change is seen at once by the process that made it and within a minute by the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models.signals import post_delete, post_save

from portal.accounts.models import Body, District

FRESH_SECONDS = 60.0
_kept: dict[str, tuple[float, Any]] = {}
Found = TypeVar("Found")


def districts() -> tuple[tuple[str, str], ...]:
    """The districts as (code, name), in their order."""
    return _fresh("districts", lambda: tuple(District.objects.values_list("code", "name")))


def bodies() -> tuple[Body, ...]:
    """All public bodies in their order, abolished ones too (the caller looks at `valid_to`)."""
    return _fresh("bodies", lambda: tuple(Body.objects.all()))


def _fresh(name: str, look: Callable[[], Found]) -> Found:
    kept = _kept.get(name)
    if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
        _kept[name] = kept = (time.monotonic(), look())
    found: Found = kept[1]
    return found


def forget(**kwargs: Any) -> None:
    """Looks everything up anew at the next question."""
    _kept.clear()


for _model in (Body, District):
    post_save.connect(forget, sender=_model, dispatch_uid=f"accounts.choices.{_model.__name__}.save")
    post_delete.connect(forget, sender=_model, dispatch_uid=f"accounts.choices.{_model.__name__}.delete")
