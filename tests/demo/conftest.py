"""The demonstration, loaded once for all tests here and taken out again at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.commands import run


class _Undo(Exception):
    """Leaves the outer transaction without its changes."""


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What the command printed when it loaded everything into an empty database."""
    try:
        with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
            yield run("demo")
            raise _Undo
    except _Undo:
        pass


@pytest.fixture
def demonstration(loaded: str, db: None, demo: Any) -> str:
    """The loaded demonstration, in a transaction of the test's own."""
    return loaded
