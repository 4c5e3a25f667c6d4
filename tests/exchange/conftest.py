"""The table of crates, their kind of import, sheets, and imports that have come so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.exchange import kinds
from portal.lifecycle import declared
from tests.exchange.crate import KIND, Crate
from tests.exchange.sheets import upload
from tests.factories import actor


@pytest.fixture(scope="module")
def crates(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The table of crates and their kind of import, for the tests of one module; these must not flush the database."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Crate)
        declared._subjects[Crate._meta.label_lower] = Crate
        kinds.register(KIND)
        yield
        kinds.unregister(KIND.id)
        del declared._subjects[Crate._meta.label_lower]
        with connection.schema_editor() as editor:
            editor.delete_model(Crate)


@pytest.fixture
def clerk(db: None) -> Actor:
    return actor(Role.HANDLER)


@pytest.fixture
def come(crates: None, clerk: Actor) -> Callable[..., Any]:
    """Uploads rows of crates; the check is done."""

    def wrap(rows: Any, **options: Any) -> Any:
        return upload("crates", rows, actor=options.pop("by", clerk), **options)

    return wrap
