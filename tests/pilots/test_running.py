"""A pilot's life from the approval document on: every state is reached through the door."""

from __future__ import annotations

import pytest

from portal.lifecycle.history import problems_of
from portal.lifecycle.models import Chain
from tests.running_data import WAYS, running_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_core]


@pytest.mark.parametrize("state", WAYS)
def test_every_state_is_reached(state: str) -> None:
    pilot = running_in(state)
    assert pilot.state == ("implementing" if state == "after_midterm" else state)
    assert list(problems_of(Chain.objects.get(pk=pilot.chain_id))) == []
