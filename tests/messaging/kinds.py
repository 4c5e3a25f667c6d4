"""Outbox kinds that tests carry out in a real worker: their effect is a row of the reference table of districts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db.models import F


class KindsConfig(AppConfig):
    name = "tests.messaging"
    label = "messaging_test_kinds"

    def ready(self) -> None:
        register()


def register() -> None:
    """Makes the kinds known in this process."""
    from portal.messaging import outbox

    outbox.kind("test-count", atomic=True, lease=60)(count)
    outbox.kind("test-slow", lease=60)(slow)
    outbox.kind("test-broken", tries=2)(broken)


def count(payload: dict[str, Any]) -> None:
    """Counts its runs in the database; writes a line to a file before it waits, so that it can be killed meanwhile."""
    _districts().filter(pk=payload["district"]).update(position=F("position") + 1)
    with Path(payload["log"]).open("a") as log:
        log.write("started\n")
    time.sleep(payload.get("seconds", 0))


def slow(payload: dict[str, Any]) -> None:
    """As a paper is made: works outside any transaction, is idempotent by its result, slow the first time."""
    log = Path(payload["log"])
    first = not log.exists()
    with log.open("a") as file:
        file.write("started\n")
    if first:
        time.sleep(payload["seconds"])
    _districts().filter(pk=payload["district"], position=0).update(position=1)


def broken(payload: dict[str, Any]) -> None:
    """Never succeeds."""
    raise RuntimeError("the machine is on fire")


def _districts() -> Any:
    from portal.accounts.models import District  # models are not loaded yet when the settings name this module

    return District.objects
