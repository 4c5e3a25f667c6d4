"""The table of the test subject, and a packed parcel with the people around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.lifecycle import declared
from portal.lifecycle.engine import perform
from tests.factories import UnitFactory, actor
from tests.lifecycle.parcel import Parcel


@pytest.fixture(scope="module")
def parcels(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The table of parcels, for the tests of one module; these must not flush the database."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Parcel)
        declared._subjects[Parcel._meta.label_lower] = Parcel
        yield
        del declared._subjects[Parcel._meta.label_lower]
        with connection.schema_editor() as editor:
            editor.delete_model(Parcel)


@dataclass
class Desk:
    """A packed parcel, its sender, a stranger of another unit, a clerk of the bureau."""

    parcel: Parcel
    sender: Actor
    stranger: Actor
    clerk: Actor


@pytest.fixture
def desk(parcels: None, db: None) -> Desk:
    unit = UnitFactory()
    sender = actor(Role.UNIT_ADMIN, unit=unit)
    parcel = Parcel(sender=unit)
    perform(parcel, "pack", actor=sender)
    return Desk(parcel, sender, actor(Role.UNIT_EDITOR), actor(Role.HANDLER))
