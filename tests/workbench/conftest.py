"""People around a call, signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.actors import Actor
from tests.factories import sign_in


@pytest.fixture
def as_actor() -> Callable[[Actor], Client]:
    """A client signed in as that actor."""

    def wrap(actor: Actor) -> Client:
        assert actor.membership is not None
        return sign_in(Client(), actor.membership)

    return wrap


@pytest.fixture
def queries(django_assert_max_num_queries: Any) -> Callable[[Client, str, int], Any]:
    """Asks for an address twice and asserts the queries of the second time (the first fills what is kept a minute)."""

    def ask(client: Client, url: str, most: int, **headers: Any) -> Any:
        assert client.get(url, headers=headers).status_code == 200
        with django_assert_max_num_queries(most) as captured:
            client.get(url, headers=headers)
        return len(captured)

    return ask
