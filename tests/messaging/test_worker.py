"""The real path: rows → the embedded worker in a process of its own → effect; killed in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from portal.accounts.models import District
from portal.base import clock
from portal.messaging import actions, outbox
from portal.messaging.models import Outbox
from tests.factories import DistrictFactory, UserFactory
from tests.messaging import kinds
from tests.worker import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_core]


@pytest.fixture(autouse=True)
def _kinds() -> None:
    kinds.register()


def _put(kind: str, key: str, **payload: object) -> None:
    with transaction.atomic():
        outbox.put(kind, key, payload)


def _mails() -> int:
    """Mails that were written to the folder. Two of the same second may share a file."""
    return sum(path.read_text().count("Message-ID:") for path in (settings.VAR / "mail").glob("*"))


def _position(key: str) -> int:
    return District.objects.values_list("position", flat=True).get(pk=key)


@pytest.mark.parametrize("kind", ["test-count", "test-slow"])
def test_a_worker_killed_in_the_middle_does_the_row_once_after_its_restart(tmp_path: Path, kind: str) -> None:
    district, log = DistrictFactory(), tmp_path / "log"
    _put(kind, "one", district=district.pk, log=str(log), seconds=30)
    with worker() as running:
        running.wait_for(log.exists)
        running.kill()
    row = Outbox.objects.get()
    assert (row.state, row.attempts) == (Outbox.State.RUNNING, 1)
    assert _position(district.pk) == 0  # neither half nor whole

    Outbox.objects.update(payload={**row.payload, "seconds": 0})
    with worker() as running:
        running.wait_for(lambda: Outbox.objects.get().done_at)
        assert "released 1 leases" in running.output()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (Outbox.State.DONE, 2, "")
    assert _position(district.pk) == 1
    assert log.read_text().split() == ["started", "started"]


def test_rows_are_carried_out_and_failures_are_kept(tmp_path: Path) -> None:
    users = [UserFactory() for _ in range(3)]
    before = _mails()
    with worker() as running:
        with transaction.atomic():
            actions.tell(users, key="k", title="标题", text="正文", at=clock.now())
        _put("test-broken", "broken")
        running.wait_for(lambda: Outbox.objects.filter(done_at__isnull=False).count() == 3)
        running.wait_for(lambda: Outbox.objects.get(key="broken").error)
        assert running.stop() == 0
    broken = Outbox.objects.get(key="broken")
    assert broken.state == Outbox.State.RETRYING
    assert "the machine is on fire" in broken.error
    assert _mails() == before + 3
