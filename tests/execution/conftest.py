"""Running pilots and the people around them, signed in."""

from __future__ import annotations

from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from tests.factories import actor
from tests.pilot_data import people_of, upload_for
from tests.running_data import fresh, sign_task_book
from tests.supervision.desk import Desk
from tests.workbench.conftest import as_actor, queries  # noqa: F401 - fixtures of these tests too
from tests.world_running import approved


@pytest.fixture
def desk(db: None) -> Desk:
    """A call with its handler, a section chief and a leader."""
    return Desk()


@pytest.fixture
def drafted(desk: Desk) -> Pilot:
    """An approved pilot whose task book is being drafted."""
    return fresh(approved(desk))


@pytest.fixture
def running(drafted: Pilot) -> Pilot:
    """A pilot that is being carried out."""
    sign_task_book(drafted)
    return fresh(drafted)


@pytest.fixture
def readers(drafted: Pilot, desk: Desk) -> list[Actor]:
    """Everybody who reads the pilot's pages beside the undertaker."""
    people = people_of(drafted)
    return [people.recommender, people.handler, desk.chief, desk.leader, actor(Role.AUDITOR)]


@pytest.fixture
def strangers(db: None) -> list[Actor]:
    """People in roles that see by relation only, of other places."""
    return [actor(role) for role in (Role.UNIT_ADMIN, Role.RECOMMENDER, Role.HANDLER, Role.EXPERT)]


def uploaded(person: Actor, slot: str) -> Attachment:
    """A pending upload of that person."""
    return Attachment.objects.get(key=upload_for(person, slot))


def page(response: Any) -> str:
    """The text of a page."""
    text: str = response.content.decode()
    return text
