"""The outbox in one process: put once, claim once, run once, rest, fail, retry; the broker gone."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal import messaging
from portal.base import clock
from portal.messaging import broker, outbox
from portal.messaging.models import RESTING, Outbox
from tests.worker import database_url, worker


@pytest.fixture(autouse=True)
def done(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A kind "note" that keeps what it was given; `fail` raises, `wait` says not yet."""
    seen: list[dict[str, Any]] = []

    def note(payload: dict[str, Any]) -> None:
        if payload.get("fail"):
            raise RuntimeError("没有纸")
        if payload.get("wait"):
            raise outbox.NotYet("字体未安装")
        seen.append(payload)

    monkeypatch.setattr(outbox, "_kinds", dict(outbox._kinds))
    outbox.kind("note", tries=3, on_failed=lambda payload, reason: seen.append({"failed": reason}))(note)
    outbox.kind("quiet", suppressible=True, keeps=("to",))(note)
    return seen


def _put(key: str = "k", kind: str = "note", **payload: Any) -> None:
    with transaction.atomic():
        outbox.put(kind, key, payload)


def _let_time_pass() -> None:
    """All leases and rests are over."""
    Outbox.objects.update(leased_until=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))


@pytest.mark.django_db
def test_the_same_key_is_one_row_and_runs_once(done: list[dict[str, Any]]) -> None:
    _put("k", n=1)
    _put("k", n=2)
    assert outbox.drain() == {Outbox.State.DONE: 1}
    _put("k", n=3)
    assert outbox.drain() == {}
    assert done == [{"n": 1}]


@pytest.mark.django_db(transaction=True)
def test_a_row_of_a_rolled_back_transaction_does_not_exist() -> None:
    with transaction.atomic():
        outbox.put("note", "k", {})
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()
    with pytest.raises(AssertionError):
        outbox.put("note", "k", {})


@pytest.mark.django_db
def test_an_unknown_kind_is_refused_at_once() -> None:
    with pytest.raises(LookupError):
        _put(kind="nobody knows")


@pytest.mark.django_db
def test_a_delivery_that_comes_twice_or_late_does_nothing(done: list[dict[str, Any]]) -> None:
    _put()
    (pk,) = outbox.claim()
    assert outbox.claim() == []  # leased
    assert outbox.run(pk) == Outbox.State.DONE
    assert outbox.run(pk) is None
    assert done == [{}]


@pytest.mark.django_db
def test_a_row_whose_queue_was_lost_is_handed_out_again(done: list[dict[str, Any]]) -> None:
    _put()
    assert len(outbox.claim()) == 1
    _let_time_pass()
    (pk,) = outbox.claim()
    outbox.run(pk)
    assert done == [{}]


@pytest.mark.django_db
def test_a_failing_row_rests_between_tries_and_then_fails_visibly(done: list[dict[str, Any]]) -> None:
    _put(fail=True)
    pk = Outbox.objects.get().pk
    for attempt in (1, 2):
        assert outbox.run(pk) == Outbox.State.RETRYING
        assert outbox.run(pk) is None  # it rests
        row = Outbox.objects.get()
        assert (row.attempts, row.holder, row.state) == (attempt, RESTING, Outbox.State.RETRYING)
        assert "没有纸" in row.error
        _let_time_pass()
    assert outbox.run(pk) == Outbox.State.FAILED
    assert Outbox.objects.get().state == Outbox.State.FAILED
    assert done == [{"failed": "RuntimeError: 没有纸"}]
    assert outbox.claim() == []

    Outbox.objects.update(payload={})  # the paper is there
    assert outbox.retry("k")
    assert outbox.drain() == {Outbox.State.DONE: 1}
    assert not outbox.retry("k")


@pytest.mark.django_db
def test_not_yet_waits_with_its_reason_and_uses_no_try() -> None:
    _put(wait=True)
    pk = Outbox.objects.get().pk
    for _ in range(10):
        assert outbox.run(pk) == Outbox.State.RETRYING
        _let_time_pass()
    row = Outbox.objects.get()
    assert (row.attempts, row.error, row.state) == (0, "字体未安装", Outbox.State.RETRYING)


@pytest.mark.django_db
def test_a_row_that_kills_its_worker_every_time_fails_in_the_end() -> None:
    _put()
    pk = Outbox.objects.get().pk
    for _ in range(3):
        assert outbox._take(pk) is not None  # and the process dies
        _let_time_pass()
    assert outbox.run(pk) is None
    assert Outbox.objects.get().state == Outbox.State.FAILED


@pytest.mark.django_db
def test_an_atomic_effect_is_undone_when_the_lease_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def effect(payload: dict[str, Any]) -> None:
        Outbox.objects.filter(key="other").update(error="changed")
        Outbox.objects.filter(key="k").update(holder="somebody else")

    outbox.kind("effect", atomic=True)(effect)
    _put("other")
    _put("k", "effect")
    assert outbox.run(Outbox.objects.get(key="k").pk) is None
    assert Outbox.objects.get(key="other").error == ""


@pytest.mark.django_db
def test_a_row_does_not_leave_before_its_time(done: list[dict[str, Any]]) -> None:
    day = dt.date(2023, 5, 15)
    with clock.moved(day), transaction.atomic():
        outbox.put("note", "k", {}, after=clock.at(day, 20))
    with clock.moved(clock.at(day, 19)):
        assert outbox.claim() == []
    with clock.moved(clock.at(day, 20)):
        assert len(outbox.claim()) == 1


@pytest.mark.django_db
def test_suppressed_rows_of_suppressible_kinds_are_never_carried_out(done: list[dict[str, Any]]) -> None:
    with messaging.suppressed():
        _put("mail", "quiet", to="a@example.org")
        _put("paper", "note")
    assert outbox.drain() == {Outbox.State.DONE: 1}
    assert Outbox.objects.get(key="mail").state == Outbox.State.SUPPRESSED
    _put("after", "quiet", to="a@example.org", text="密")
    assert outbox.drain() == {Outbox.State.DONE: 1}
    assert Outbox.objects.get(key="after").payload == {"to": "a@example.org"}  # the text is forgotten


@pytest.mark.django_db
def test_only_so_many_rows_lie_in_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "QUEUED_MAX", 5)
    with transaction.atomic():
        outbox.put_many("note", {str(n): {} for n in range(9)})
    assert len(outbox.claim(3)) == 3
    assert len(outbox.claim()) == 2
    assert outbox.claim() == []
    assert outbox.release_all() == 5
    assert len(outbox.claim()) == 5


def _count(payload: dict[str, Any]) -> None:
    Outbox.objects.filter(key=payload["of"]).update(attempts=F("attempts") + 1)


@pytest.mark.django_db
@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["put", "claim", "run", "die", "restart", "pass"]), max_size=30))
def test_whatever_happens_an_atomic_effect_is_there_once(events: list[str]) -> None:
    """Rows are put, claimed, run and lost in any order: in the end each has had its effect exactly once."""
    with transaction.atomic():
        outbox.kind("effect", atomic=True, tries=100)(_count)
        queue: list[int] = []
        for event in events:
            if event == "put":
                number = Outbox.objects.count()
                outbox.put("note", f"counter{number}", {}, after=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
                outbox.put("effect", f"effect{number}", {"of": f"counter{number}"})
            elif event == "claim":
                queue += outbox.claim(2)
            elif event == "run" and queue:
                outbox.run(queue[0])  # stays in the queue: it is delivered again later
            elif event == "die" and queue:
                outbox._take(queue.pop())
            elif event == "restart":
                queue.clear()
                outbox.release_all()
            elif event == "pass":
                _let_time_pass()
        outbox.release_all()
        _let_time_pass()
        outbox.drain()
        assert all(
            count == 1 for count in Outbox.objects.filter(key__startswith="counter").values_list("attempts", flat=True)
        )
        transaction.set_rollback(True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_dispatchers_at_the_same_time_never_claim_the_same_row() -> None:
    with transaction.atomic():
        outbox.put_many("note", {str(n): {} for n in range(200)})
    claimed: list[list[int]] = [[] for _ in range(4)]
    start = threading.Barrier(4)

    def dispatch(mine: list[int]) -> None:
        start.wait()
        for _ in range(12):
            mine += outbox.claim(7)
        connection.close()

    threads = [threading.Thread(target=dispatch, args=(mine,)) for mine in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [pk for mine in claimed for pk in mine]
    assert len(everything) == len(set(everything)) == 200
    assert sum(bool(mine) for mine in claimed) > 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_delivered_to_two_workers_at_once_runs_once(done: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        outbox.put_many("note", {str(n): {"n": n} for n in range(30)})
    keys = outbox.claim()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        for pk in keys:
            outbox.run(pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(payload["n"] for payload in done) == list(range(30))


_STEP = """
import time, django
django.setup()
from django.db import transaction
from portal.messaging import outbox
started = time.monotonic()
for n in range(3):
    with transaction.atomic():
        outbox.put("mail", f"step{n}", {"to": "a@example.org", "subject": "标题", "text": "正文", "id": f"step{n}"})
print(time.monotonic() - started)
"""


def _web(redis: str) -> subprocess.CompletedProcess[str]:
    """A process that is configured for Redis takes three steps, each with a mail; prints how long they took."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "VAR_DIR": str(django_settings.VAR),
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis,
    }
    command = [sys.executable, "-c", _STEP]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=django_settings.ROOT, timeout=60, check=True
    )


@pytest.mark.sqlite_core
@pytest.mark.django_db(transaction=True)
def test_without_the_broker_the_step_succeeds_and_a_worker_delivers_later() -> None:
    with worker() as running:  # lends its place in VAR_DIR to the database, and is gone before the step
        running.kill()
        step = _web("redis://127.0.0.1:1/0")
    assert "the broker does not answer" in step.stderr
    assert float(step.stdout) < 5  # asked once, then left in peace
    assert Outbox.objects.filter(done_at=None).count() == 3
    with worker() as running:
        running.wait_for(lambda: Outbox.objects.filter(done_at__isnull=False).count() == 3)


@pytest.mark.django_db(transaction=True)
def test_with_redis_the_web_nudges_and_a_prefork_worker_delivers_without_waiting_for_beat(redis_url: str) -> None:
    with worker(REDIS_URL=redis_url) as running:  # no beat runs
        _web(redis_url)
        running.wait_for(lambda: Outbox.objects.filter(done_at__isnull=False).count() == 3)
        assert running.stop() == 0


@pytest.mark.django_db(transaction=True)
def test_the_workers_are_told_once_per_transaction_and_not_while_the_broker_is_silent(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def refuse(**options: Any) -> None:
        asked.append(1)
        raise ConnectionError

    settings.EMBEDDED = False
    monkeypatch.setattr(broker, "_silent_until", 0.0)
    monkeypatch.setattr("portal.messaging.tasks.dispatch.apply_async", refuse)
    with transaction.atomic():
        outbox.put("note", "1", {})
        outbox.put("note", "2", {})
    assert asked == [1]
    _put("3")
    assert asked == [1]
    assert Outbox.objects.count() == 3
