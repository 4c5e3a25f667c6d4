"""History: append only, chained, every change of it detected, its personal part erasable."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction

from portal.accounts.models import User
from portal.base import clock
from portal.base.canonical import canonical_json, sha256
from portal.lifecycle import consistency, history
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of, problems_of_all
from portal.lifecycle.models import Chain, Record, RecordPerson
from tests.lifecycle.conftest import Desk
from tests.lifecycle.parcel import Parcel, record_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A parcel with four records, the last but one a note."""
    perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 4, "remark": "甲"})
    with transaction.atomic():
        history.write(desk.parcel, actor=desk.clerk, at=clock.now(), label="电话记录", opinion="已通话")
    perform(desk.parcel, "send", actor=desk.sender)
    return desk


def tamper(record: Record, **values: object) -> None:
    """Changes a row behind the portal's back."""
    models.QuerySet(Record).filter(pk=record.pk).update(**values)


def problems(desk: Desk) -> list[str]:
    """Of the parcel's chain; reading all chains at once must find the same."""
    found = list(problems_of(Chain.objects.get(pk=desk.parcel.chain_id)))
    start = (f"chain {desk.parcel.chain_id} ", f"chain {desk.parcel.chain_id}:")
    assert [p for p in problems_of_all() if p.startswith(start)] == found
    return found


def test_a_sound_history(told: Desk) -> None:
    assert problems(told) == []
    records = list(Record.objects.filter(chain_id=told.parcel.chain_id).order_by("seq"))
    assert [r.seq for r in records] == [1, 2, 3, 4]
    assert [r.previous for r in records[1:]] == [r.hash for r in records[:-1]]
    chain = Chain.objects.get(pk=told.parcel.chain_id)
    assert (chain.head_seq, chain.head_hash) == (4, records[-1].hash)
    note = records[2]
    assert (note.step, note.from_state, note.to_state) == ("", "packed", "packed")


def test_records_cannot_be_changed_or_deleted(told: Desk) -> None:
    record = record_of(told.parcel)
    record.opinion = "另一意见"
    for act in (
        record.save,
        record.delete,
        lambda: Record.objects.filter(pk=record.pk).update(opinion="另一意见"),
        Record.objects.all().delete,
        lambda: Record.objects.bulk_update([record], ["opinion"]),
    ):
        with pytest.raises(TypeError, match="never"), transaction.atomic():
            act()
    assert problems(told) == []


def _other(value: object) -> object:
    """A different value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dt.datetime):
        return value + dt.timedelta(microseconds=1)
    return "x" if value is None or (isinstance(value, str) and value != "x") else "y"


@pytest.mark.parametrize(
    "name", [f.attname for f in Record._meta.concrete_fields if f.attname not in ("id", "chain_id")]
)
def test_a_change_of_any_column_is_found(told: Desk, name: str) -> None:
    record = record_of(told.parcel, 1)
    value = _other(getattr(record, name))
    if name == "user_id":
        value = told.clerk.user.pk  # type: ignore[union-attr]
    elif name == "body_id":
        value = 7
    elif name == "seq":
        value = 9
    tamper(record, **{name: value})
    assert problems(told)


def test_a_record_moved_to_another_chain_is_found(told: Desk) -> None:
    other = Parcel(sender_id=told.sender.unit_id)
    perform(other, "pack", actor=told.sender)
    tamper(record_of(told.parcel), chain_id=other.chain_id, seq=2)
    assert problems(told)
    assert list(problems_of(Chain.objects.get(pk=other.chain_id)))


def test_a_rewritten_record_with_a_fitting_hash_breaks_the_chain(told: Desk) -> None:
    record = record_of(told.parcel, 1)
    payload = canonical_json({**history.content(record), "opinion": "乙"})
    tamper(record, payload=payload, opinion="乙", hash=sha256(record.previous + payload))
    assert any("predecessor" in p for p in problems(told))
    last = record_of(told.parcel)
    payload = canonical_json({**history.content(last), "opinion": "乙"})
    tamper(last, payload=payload, opinion="乙", hash=sha256(last.previous + payload))
    assert any("head" in p for p in problems(told))


@pytest.mark.parametrize("payload", ["", "{", "[]", "{}", json.dumps({"seq": 2})])
def test_content_that_cannot_be_read_is_a_finding_not_a_crash(told: Desk, payload: str) -> None:
    tamper(record_of(told.parcel, 1), payload=payload)
    assert any("cannot be read" in p for p in problems(told))


@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_missing_record_is_found(told: Desk, number: int) -> None:
    record = record_of(told.parcel, number)
    RecordPerson.objects.filter(record=record).delete()
    models.QuerySet(Record).filter(pk=record.pk)._raw_delete(using="default")
    assert problems(told)


def test_an_emptied_chain_is_found(told: Desk) -> None:
    RecordPerson.objects.all().delete()
    models.QuerySet(Record).filter(chain_id=told.parcel.chain_id)._raw_delete(using="default")
    assert problems(told) == [f"chain {told.parcel.chain_id}: its head does not point to its last record"]
    assert any("has no history" in p for p in consistency.problems())


def test_a_changed_name_is_found_an_erased_one_is_lawful(told: Desk) -> None:
    person = RecordPerson.objects.get(record=record_of(told.parcel, 1))
    RecordPerson.objects.filter(pk=person.pk).update(name="别人")
    assert any("personal part" in p for p in problems(told))
    RecordPerson.objects.filter(pk=person.pk).update(name=person.name, address="192.0.2.9")
    assert any("personal part" in p for p in problems(told))
    RecordPerson.objects.filter(pk=person.pk).delete()
    assert problems(told) == []


def test_the_chain_itself_holds_no_personal_data(told: Desk) -> None:
    for record in Record.objects.filter(chain_id=told.parcel.chain_id):
        assert told.sender.name not in record.payload
        assert "192.0.2.1" not in record.payload


def test_a_record_is_never_earlier_than_its_predecessor(told: Desk) -> None:
    last = record_of(told.parcel)
    with clock.moved(last.at - dt.timedelta(days=3)), transaction.atomic():
        record = history.write(told.parcel, actor=told.clerk, at=clock.now(), label="电话记录")
    assert record.at == last.at
    assert problems(told) == []


def test_history_is_written_inside_a_transaction_only() -> None:
    """Shown on the assertion itself: tests run inside a transaction."""
    import inspect

    assert "in_atomic_block" in inspect.getsource(history.write)


def test_a_user_with_history_stays(told: Desk) -> None:
    with pytest.raises(models.ProtectedError):
        User.objects.filter(pk=told.sender.user.pk).delete()  # type: ignore[union-attr]


# --- check_history -------------------------------------------------------------------------------


def test_the_command_passes_a_sound_history(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_history")
    assert capsys.readouterr().out.strip().endswith("records: in order")


def check(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(CommandError):
        call_command("check_history")
    return capsys.readouterr().err


def test_the_command_finds_a_state_that_the_history_does_not_lead_to(
    told: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    Parcel.objects.filter(pk=told.parcel.pk).update(state="packed")
    pk = told.parcel.pk
    assert f"lifecycle_tests.parcel {pk}: is in state packed, its history leads to sent" in check(capsys)


def test_the_command_finds_a_subject_without_history(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    written = Parcel.objects.create(state="packed", chain=Chain.objects.create())
    assert f"lifecycle_tests.parcel {written.pk}: has no history" in check(capsys)


def test_the_command_finds_a_subject_on_another_chain(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    Parcel.objects.filter(pk=told.parcel.pk).update(chain=Chain.objects.create())
    assert "its records are on chain" in check(capsys)


def test_the_command_finds_an_edge_that_is_not_declared(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction.atomic():
        history.write(told.parcel, actor=told.clerk, at=clock.now(), step="melt", label="融化")
        history.write(told.parcel, actor=told.clerk, at=clock.now(), step="weigh", label="称重")
    found = check(capsys)
    assert "melt from sent to sent is recorded, but not declared" in found
    assert "weigh from sent to sent is recorded, but not declared" in found


def test_the_command_finds_a_break_between_two_records(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction.atomic():
        history.write(told.parcel, actor=told.clerk, at=clock.now(), step="send", label="寄出", from_state="packed")
    assert "record 5: begins in packed, its predecessor led to sent" in check(capsys)


def test_the_command_finds_records_of_nobody(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    Parcel.objects.filter(pk=told.parcel.pk).delete()
    assert f"lifecycle_tests.parcel {told.parcel.pk}: has a history, but is not there" in check(capsys)


def test_the_command_stops_at_its_limit(told: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    models.QuerySet(Record).filter(chain_id=told.parcel.chain_id).update(hash="0" * 64)
    with pytest.raises(CommandError, match="2 problems or more"):
        call_command("check_history", limit=2)
