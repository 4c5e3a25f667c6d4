"""The boards hold their numbers of queries, however long they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import sign_in
from tests.reviews.rounds import Sitting, large

pytestmark = pytest.mark.django_db
#: the most queries each page may take; choosing experts looks at the whole register
PAGES = {"round": 18, "board": 15, "summary": 15, "panel": 26, "papers": 18, "log": 18, "entry": 18}


def _address(found: Sitting, name: str) -> str:
    if name == "entry":
        first = found.round.entries.first()
        assert first is not None
        return reverse("reviews:entry", args=[found.round.pk, first.pk])
    return reverse(f"reviews:{name}", args=[found.round.pk])


def count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_a_round(client: Client, name: str) -> None:
    counted = []
    for size in (1, 3):
        found = large(size, 3)
        sign_in(client, found.handler_membership)
        client.get(_address(found, name))
        counted.append(count(client, _address(found, name)))
    assert counted[0] == counted[1]
    assert counted[0] <= PAGES[name]


def test_the_board_of_250_takes_fifteen_queries(client: Client) -> None:
    found = large(250, 7)
    sign_in(client, found.handler_membership)
    for name in ("board", "summary"):
        address = _address(found, name)
        client.get(address)
        assert count(client, address) <= 15, name
