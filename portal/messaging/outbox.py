"""The outbox: what leaves the portal is written as a row inside the transaction that decides it, and delivered later.

`put` writes a row. The dispatcher (`claim`) leases waiting rows and hands their ids to the queue; `run` takes one row
and carries out its kind's function. A row is run until it succeeds or has been tried as often as its kind says; then
it has failed visibly and waits for a person's `retry`.

Exactly once in effect: a kind that is `atomic` changes the database only, and its row is marked done in the same
transaction; of two runs the second finds its lease gone and is rolled back. The effect of another kind (a mail, a
file) cannot be undone: it may happen twice when the machine dies between the effect and the mark, so its function
must be idempotent.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from portal.base import clock
from portal.lifecycle.states import Text
from portal.messaging import broker
from portal.messaging.models import RESTING, Outbox
from portal.messaging.suppression import is_suppressed

logger = logging.getLogger(__name__)

#: seconds for which a row belongs to the queue; after them it is handed out again
QUEUE_LEASE = 60
#: rows handed out at once, and rows that may lie in the queue
BATCH, QUEUED_MAX = 100, 300
#: seconds between tries
BACKOFF = (10, 60, 300, 1800)
#: seconds after which a row that had to wait is looked at again
WAIT = 60


class NotYet(Exception):
    """Raised by a kind's function: it cannot be done now for a reason outside (fonts are missing). The row waits with
    the reason; this does not count as a try."""


class Lost(Exception):
    """The lease of this run is over and somebody else has the row."""


Function = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Kind:
    """What is known of a kind of rows; see `kind`."""

    name: str
    label: Text
    function: Function
    atomic: bool
    lease: int
    tries: int
    suppressible: bool
    keeps: tuple[str, ...] | None
    on_failed: Callable[[dict[str, Any], str], None] | None


_kinds: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    label: Text = "",
    atomic: bool = False,
    lease: int = 120,
    tries: int = 5,
    suppressible: bool = False,
    keeps: tuple[str, ...] | None = None,
    on_failed: Callable[[dict[str, Any], str], None] | None = None,
) -> Callable[[Function], Function]:
    """Decorator: registers the function that carries out rows of this kind; call it from `AppConfig.ready`.

    Args:
        name: the kind. label: what it is, in words, for the page of the outbox.
        atomic: whether all it does is to write to the database, quickly; its row is then marked done in the same
            transaction. lease: seconds; longer than it ever takes. tries: after so many it has failed.
        suppressible: whether rows put inside `messaging.suppressed()` are never carried out.
        keeps: keys of the payload that stay once the row is done; None keeps all (a mail's text is dropped).
        on_failed: called with payload and reason in the transaction that marks the row as failed.
    """

    def wrap(function: Function) -> Function:
        _kinds[name] = Kind(name, label or name, function, atomic, lease, tries, suppressible, keeps, on_failed)
        return function

    return wrap


def label_of(name: str) -> Text:
    """A kind in words; its name when nobody registered it."""
    return _kinds[name].label if name in _kinds else name


def put(kind: str, key: str, payload: dict[str, Any], *, after: dt.datetime | None = None) -> None:
    """Writes one row in the caller's transaction. The same key twice is one row.

    Args:
        kind: a registered kind. key: what it is about, at most 200 characters. payload: plain JSON, ids rather than data.
        after: the row is not carried out before this instant.

    Raises:
        LookupError: nobody registered the kind.
    """
    put_many(kind, {key: payload}, after=after)


def put_many(kind: str, payloads: dict[str, dict[str, Any]], *, after: dt.datetime | None = None) -> None:
    """As `put`, for several rows of one kind in one query: payloads by their keys."""
    assert transaction.get_connection().in_atomic_block, "the outbox is written inside a transaction only"
    if not payloads:
        return
    known = _kinds[kind]
    now = clock.now()
    silent = known.suppressible and is_suppressed()
    rows = [
        Outbox(
            kind=kind,
            key=key,
            payload=payload,
            created_at=now,
            not_before=after,
            suppressed=silent,
            done_at=now if silent else None,
        )
        for key, payload in payloads.items()
    ]
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)
    if not silent and after is None:
        broker.nudge_on_commit()


def waiting() -> QuerySet[Outbox]:
    """Rows that are neither done nor failed."""
    return Outbox.objects.filter(done_at=None, failed_at=None)


def claim(limit: int = BATCH) -> list[int]:
    """Leases waiting rows for the queue and gives their ids, oldest first. Two dispatchers never get the same row."""
    now = _machine_now()
    due = waiting().filter(
        Q(leased_until=None) | Q(leased_until__lte=now), Q(not_before=None) | Q(not_before__lte=clock.now())
    )
    if not due.exists():  # without taking the write lock
        return []
    room = QUEUED_MAX - waiting().filter(holder="", leased_until__gt=now).count()
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        locked = due.order_by("pk").select_for_update(skip_locked=skip)
        ids = list(locked.values_list("pk", flat=True)[: max(0, min(limit, room))])
        Outbox.objects.filter(pk__in=ids).update(leased_until=now + dt.timedelta(seconds=QUEUE_LEASE), holder="")
    return ids


def unclaim(ids: list[int]) -> None:
    """Gives back rows that could not be handed to the queue."""
    waiting().filter(pk__in=ids, holder="").update(leased_until=None)


def release_all() -> int:
    """Ends all leases. Only for the one embedded worker at its start: whoever held them is dead."""
    return waiting().exclude(leased_until=None).exclude(holder=RESTING).update(leased_until=None, holder="")


def run(pk: int) -> Outbox.State | None:
    """Carries out one row; gives its state afterwards, None when it was not to be had (done, failed, held, resting)."""
    row = _take(pk)
    if row is None:
        return None
    known = _kinds.get(row.kind)
    try:
        if known is None:
            raise LookupError(f"no such kind of outbox row: {row.kind}")
        if known.atomic:
            with transaction.atomic():
                known.function(row.payload)
                _finish(row, known)
        else:
            known.function(row.payload)
            _finish(row, known)
    except Lost:
        logger.warning("outbox %s: the lease ran out before it was done", row.key)
        return None
    except NotYet as reason:
        _rest(row, str(reason), WAIT, attempts=row.attempts - 1)
        return Outbox.State.RETRYING
    except Exception as error:
        logger.warning("outbox %s: %s", row.key, error, exc_info=True)
        return _not_done(row, known, f"{type(error).__name__}: {error}")
    return Outbox.State.DONE


def drain(limit: int = 10_000) -> Counter[Outbox.State]:
    """Carries out waiting rows in this process, one after the other; counts what became of them."""
    states: Counter[Outbox.State] = Counter()
    while sum(states.values()) < limit and (ids := claim()):
        for pk in ids:
            state = run(pk)
            if state is not None:
                states[state] += 1
    return states


def retry(key: str) -> bool:
    """Lets a row that failed or rests be tried again at once, with all its tries; whether there was such a row."""
    changed = Outbox.objects.filter(key=key, done_at=None).filter(Q(failed_at__isnull=False) | Q(holder=RESTING))
    found = changed.update(failed_at=None, attempts=0, holder="", leased_until=None, error="")
    if found:
        broker.nudge_on_commit()
    return bool(found)


def _take(pk: int) -> Outbox | None:
    """The row with a lease of this run's own, or None. A row whose runs ended without a word too often has failed."""
    name = waiting().filter(pk=pk).values_list("kind", flat=True).first()
    if name is None:
        return None
    known = _kinds.get(name)
    now = _machine_now()
    token = uuid.uuid4().hex
    lease = dt.timedelta(seconds=known.lease if known else QUEUE_LEASE)
    free = waiting().filter(pk=pk).filter(Q(holder="") | Q(leased_until__lte=now))
    if not free.update(holder=token, leased_until=now + lease, attempts=F("attempts") + 1):
        return None
    row = Outbox.objects.get(pk=pk)
    if known and row.attempts > known.tries:
        _fail(row, known, row.error or "The worker ended while it was working on this, every time.")
        return None
    return row


def _finish(row: Outbox, known: Kind) -> None:
    payload = row.payload if known.keeps is None else {k: v for k, v in row.payload.items() if k in known.keeps}
    mine = waiting().filter(pk=row.pk, holder=row.holder)
    if not mine.update(done_at=clock.now(), leased_until=None, holder="", error="", payload=payload):
        raise Lost


def _not_done(row: Outbox, known: Kind | None, reason: str) -> Outbox.State:
    if known is None or row.attempts >= known.tries:
        _fail(row, known, reason)
        return Outbox.State.FAILED
    _rest(row, reason, BACKOFF[min(row.attempts, len(BACKOFF)) - 1])
    return Outbox.State.RETRYING


def _rest(row: Outbox, reason: str, seconds: int, attempts: int | None = None) -> None:
    until = _machine_now() + dt.timedelta(seconds=seconds)
    waiting().filter(pk=row.pk, holder=row.holder).update(
        holder=RESTING,
        leased_until=until,
        error=reason[:2000],
        attempts=row.attempts if attempts is None else attempts,
    )


def _fail(row: Outbox, known: Kind | None, reason: str) -> None:
    with transaction.atomic():
        mine = waiting().filter(pk=row.pk, holder=row.holder)
        marked = mine.update(failed_at=clock.now(), leased_until=None, holder="", error=reason[:2000])
        if marked and known and known.on_failed:
            known.on_failed(row.payload, reason)


def _machine_now() -> dt.datetime:
    """The machine's time: a lease lasts real seconds, also when the portal's clock is moved."""
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)
