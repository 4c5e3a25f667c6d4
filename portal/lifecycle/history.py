"""Writing and checking history: a chain of records, each hashed over its content and its predecessor's hash."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db import transaction

from portal.accounts.actors import Actor
from portal.base.canonical import canonical_json, sha256
from portal.lifecycle.models import Chain, Record, RecordPerson, Subject
from portal.lifecycle.states import NEW

#: columns that repeat the payload for queries, and must agree with it
_COLUMNS = [
    "chain_id",
    "seq",
    "subject_type",
    "subject_id",
    "step",
    "label",
    "from_state",
    "to_state",
    "shown_state",
    "user_id",
    "role",
    "unit_id",
    "body_id",
    "place",
    "basis",
    "opinion",
    "inside",
    "previous",
]


def write(
    subject: Subject,
    *,
    actor: Actor,
    at: dt.datetime,
    label: str,
    step: str = "",
    from_state: str | None = None,
    data: dict[str, Any] | None = None,
    opinion: str = "",
    basis: str = "",
    attachments: list[dict[str, Any]] | None = None,
    inside: bool = False,
    warrant: dict[str, Any] | None = None,
) -> Record:
    """Appends one record to the subject's chain. Must run inside a transaction; a step's holds the subject.

    Args:
        at: the instant of the act (UTC); a record is never earlier than its predecessor.
        step: the step's name, or empty for a fact that changes no state (a nudge, a call record).
        from_state: the state before a step. data: plain JSON values.
        warrant: what the docket item that ordered the step says of itself.
        inside: whether only the bureau may read it.
    """
    assert transaction.get_connection().in_atomic_block, "history is written inside a transaction only"
    chain = _held(subject)
    # A note does not hold the subject: the state that counts is the one under the chain's lock.
    state = subject.state if step else type(subject)._base_manager.values_list("state", flat=True).get(pk=subject.pk)
    salt = secrets.token_hex(16)
    values: dict[str, Any] = {
        "chain_id": chain.pk,
        "seq": chain.head_seq + 1,
        "subject_type": subject.label_of_type(),
        "subject_id": subject.pk,
        "step": step,
        "label": label,
        "from_state": state if from_state is None else from_state,
        "to_state": state,
        "shown_state": subject.lifecycle.state(state).shown_id,
        "user_id": actor.user.pk if actor.user else None,
        "role": str(actor.role or ""),
        "unit_id": actor.unit_id,
        "body_id": actor.body_id,
        "place": actor.place,
        "basis": basis,
        "opinion": opinion,
        "inside": inside,
        "previous": chain.head_hash,
    }
    moment = max(at, chain.head_at) if chain.head_at else at
    payload = canonical_json(
        {
            **values,
            "at": moment.astimezone(dt.UTC).isoformat(),
            "data": data or {},
            "attachments": attachments or [],
            **({"warrant": warrant} if warrant else {}),
            "person": person_hmac(salt, actor.name, actor.address),
        }
    )
    record = Record.objects.create(**values, at=moment, payload=payload, hash=sha256(chain.head_hash + payload))
    RecordPerson.objects.create(record=record, name=actor.name, address=actor.address, salt=salt)
    chain.head_seq, chain.head_hash, chain.head_at = record.seq, record.hash, moment
    chain.save(update_fields=["head_seq", "head_hash", "head_at"])
    return record


def way_into(subject: Subject, state: str) -> Record | None:
    """The record of the step that led the subject into that state last; None where it began there."""
    own = Record.objects.filter(subject_type=subject.label_of_type(), subject_id=subject.pk, to_state=state)
    return own.exclude(from_state__in=(state, NEW)).order_by("-seq").first()


def state_before(subject: Subject) -> str:
    """The state from which the subject came into its present one; NEW where it began there."""
    record = way_into(subject, subject.state)
    return record.from_state if record else NEW


def _held(subject: Subject) -> Chain:
    """The subject's chain, locked: nobody else appends to it before the transaction ends."""
    known = subject._state.fields_cache.get("chain")
    if known is not None and known.new:
        known.new = False
        return known
    return Chain.objects.select_for_update().get(pk=subject.chain_id)


def person_hmac(salt: str, name: str, address: str) -> str:
    """The HMAC of a record's personal part, keyed by its salt."""
    return hmac.new(salt.encode(), f"{name}\x1f{address}".encode(), "sha256").hexdigest()


def content(record: Record) -> dict[str, Any]:
    """The record's payload as data: `data`, `attachments` and the columns."""
    loaded: dict[str, Any] = json.loads(record.payload)
    return loaded


def problems_of(chain: Chain) -> Iterator[str]:
    """What is wrong with one chain, in English for operators; nothing when it is sound."""
    yield from _problems(chain, Record.objects.filter(chain=chain).select_related("person").order_by("seq").iterator())


def problems_of_all() -> Iterator[str]:
    """What is wrong with any chain. Reads all records once, in order, with flat memory."""
    records = Record.objects.select_related("person").order_by("chain_id", "seq").iterator(chunk_size=2000)
    grouped = groupby(records, key=lambda record: record.chain_id)
    key, group = next(grouped, (None, iter(())))
    for chain in Chain.objects.order_by("pk").iterator(chunk_size=2000):
        if key == chain.pk:
            yield from _problems(chain, group)
            key, group = next(grouped, (None, iter(())))
        else:
            yield from _problems(chain, ())


def _problems(chain: Chain, records: Iterable[Record]) -> Iterator[str]:
    previous, expected = "", 1
    latest: dt.datetime | None = None
    for record in records:
        where = f"chain {chain.pk} record {record.seq}"
        if record.seq != expected:
            yield f"{where}: number {expected} is missing"
        if record.previous != previous:
            yield f"{where}: does not follow its predecessor"
        if latest and record.at < latest:
            yield f"{where}: is earlier than its predecessor"
        if sha256(record.previous + record.payload) != record.hash:
            yield f"{where}: its content does not give its hash"
        yield from (f"{where}: {problem}" for problem in _differences(record))
        previous, expected, latest = record.hash, record.seq + 1, record.at
    if (chain.head_seq, chain.head_hash, chain.head_at) != (expected - 1, previous, latest):
        yield f"chain {chain.pk}: its head does not point to its last record"


def _differences(record: Record) -> Iterator[str]:
    """Where a record's columns and personal part differ from the payload that was hashed."""
    try:
        stored = content(record)
        changed = [name for name in _COLUMNS if stored[name] != getattr(record, name)]
        if dt.datetime.fromisoformat(stored["at"]) != record.at:
            changed.append("at")
        identity = stored["person"]
    except (ValueError, KeyError, TypeError):
        yield "its content cannot be read"
        return
    if changed:
        yield f"columns differ from the hashed content: {', '.join(changed)}"
    person = getattr(record, "person", None)
    if person and person_hmac(person.salt, person.name, person.address) != identity:
        yield "the personal part was changed"
