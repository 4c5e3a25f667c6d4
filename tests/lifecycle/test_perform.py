"""The one door: what it lets through, what it refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from django_fsm import TransitionNotAllowed

from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.accounts.roles import Role
from portal.attachments.actions import receive
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, Stale, Unmet, WrongState
from portal.lifecycle import registry
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.models import Chain, Record
from tests.attachments.files import PDF, PNG, upload
from tests.factories import actor
from tests.lifecycle.conftest import Desk
from tests.lifecycle.parcel import Parcel, record_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def effects(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Effects of this test alone; those of the rooms are put aside."""
    mine: dict[str, list[Any]] = {place: [] for place in registry.ORDER}
    monkeypatch.setattr(registry, "_effects", mine)
    return mine


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    mine: list[Any] = []
    monkeypatch.setattr(registry, "_bars", mine)
    return mine


def snapshot(parcel: Parcel) -> tuple[Any, ...]:
    """All that a refused step must leave alone."""
    row = Parcel.objects.filter(pk=parcel.pk).values().first()
    return row, list(Record.objects.order_by("pk").values_list("pk", "hash")), list(Chain.objects.values_list())


def test_a_step_moves_the_subject_and_writes_one_record(desk: Desk) -> None:
    record = perform(desk.parcel, "send", actor=desk.sender, seen=1)
    assert (desk.parcel.state, desk.parcel.revision) == ("sent", 2)
    assert Parcel.objects.values_list("state", "revision").get(pk=desk.parcel.pk) == ("sent", 2)
    assert (record.step, record.label, record.from_state, record.to_state) == ("send", "寄出", "packed", "sent")
    assert (record.user, record.role, record.unit_id) == (desk.sender.user, "unit_admin", desk.sender.unit_id)
    assert (record.basis, record.seq, record.chain_id) == ("邮政条例", 2, desk.parcel.chain_id)
    assert (record.person.name, record.person.address) == (desk.sender.name, "192.0.2.1")


def test_a_subject_is_created_by_a_step_with_a_chain_of_its_own(desk: Desk) -> None:
    other = Parcel(sender_id=desk.sender.unit_id)
    record = perform(other, "pack", actor=desk.sender)
    assert other.pk
    assert not other._state.adding
    assert (other.state, other.revision, record.seq, record.from_state) == ("packed", 1, 1, "new")
    assert other.chain_id != desk.parcel.chain_id
    perform(other, "send", actor=desk.sender, seen=1)


def test_a_creation_that_fails_leaves_the_instance_new(desk: Desk, effects: dict[str, list[Any]]) -> None:
    def fail(done: registry.Done) -> None:
        raise RuntimeError("no paper")

    effects["papers"].append(fail)
    other = Parcel(sender_id=desk.sender.unit_id)
    chains = Chain.objects.count()
    with pytest.raises(RuntimeError):
        perform(other, "pack", actor=desk.sender)
    assert other.pk is None
    assert (other.state, other.revision, other.chain_id) == ("new", 0, None)
    assert Chain.objects.count() == chains
    effects["papers"].clear()
    perform(other, "pack", actor=desk.sender)
    assert other.state == "packed"


def test_a_step_without_target_leaves_the_state(desk: Desk) -> None:
    record = perform(desk.parcel, "weigh", actor=desk.clerk, data={"weight": 7, "remark": "轻"})
    assert (desk.parcel.state, desk.parcel.weight, desk.parcel.revision) == ("packed", 7, 2)
    assert (record.from_state, record.to_state, record.opinion) == ("packed", "packed", "轻")


@pytest.mark.parametrize("step", ["reconsider", "give_back", "pack"])
def test_an_edge_that_is_not_declared_is_refused(desk: Desk, step: str) -> None:
    before = snapshot(desk.parcel)
    with pytest.raises(WrongState, match="已打包"):
        perform(desk.parcel, step, actor=desk.clerk)
    assert snapshot(desk.parcel) == before


def test_nothing_leads_on_from_a_terminal_state(desk: Desk) -> None:
    perform(desk.parcel, "send", actor=desk.sender)
    for step in ("weigh", "send", "refuse", "lose"):
        with pytest.raises(WrongState):
            perform(desk.parcel, step, actor=SYSTEM)


def test_a_refusal_does_not_name_a_state_that_was_not_announced(desk: Desk) -> None:
    perform(desk.parcel, "refuse", actor=desk.clerk)
    with pytest.raises(WrongState) as told:
        perform(desk.parcel, "send", actor=desk.sender)
    assert "拟退件" not in told.value.message
    with pytest.raises(WrongState, match="拟退件"):
        perform(desk.parcel, "send", actor=desk.clerk)


def test_the_wrong_role_is_refused(desk: Desk) -> None:
    before = snapshot(desk.parcel)
    with pytest.raises(NotPermitted, match="寄出"):
        perform(desk.parcel, "send", actor=desk.clerk)
    assert snapshot(desk.parcel) == before


def test_who_may_is_composed_of_alternatives(desk: Desk) -> None:
    for person in (desk.sender, desk.clerk):
        perform(desk.parcel, "weigh", actor=person, data={"weight": 3})
    for person in (actor(Role.LEADER), SYSTEM):
        with pytest.raises(NotPermitted):
            perform(desk.parcel, "weigh", actor=person, data={"weight": 3})


def test_steps_by_time_and_by_docket_are_no_persons(desk: Desk) -> None:
    for role in Role:
        if actor(role).is_inside:
            with pytest.raises(NotPermitted):
                perform(desk.parcel, "lose", actor=actor(role))
    perform(desk.parcel, "refuse", actor=desk.clerk)
    for person in (desk.clerk, SYSTEM):
        with pytest.raises(NotPermitted):
            perform(desk.parcel, "give_back", actor=person)
    perform(desk.parcel, "lose", actor=SYSTEM)
    assert record_of(desk.parcel).user is None


def test_what_one_may_not_see_is_not_there(desk: Desk) -> None:
    before = snapshot(desk.parcel)
    for person in (desk.stranger, PUBLIC, Actor(desk.sender.user)):
        with pytest.raises(NotVisible):
            perform(desk.parcel, "send", actor=person, seen=99)
    assert snapshot(desk.parcel) == before
    models_delete = Parcel(pk=desk.parcel.pk + 1000, chain_id=desk.parcel.chain_id)
    with pytest.raises(NotVisible):
        perform(models_delete, "send", actor=SYSTEM)


def test_all_reasons_are_told_at_once(desk: Desk) -> None:
    Parcel.objects.filter(pk=desk.parcel.pk).update(weight=21, closed=False)
    before = snapshot(desk.parcel)
    with pytest.raises(Unmet) as told:
        perform(desk.parcel, "send", actor=desk.sender)
    assert told.value.reasons == ["重量 21 千克，超过 20 千克。", "尚未封口。"]
    assert snapshot(desk.parcel) == before


def test_bars_come_before_guards_and_name_their_reason(desk: Desk, bars: list[Any]) -> None:
    Parcel.objects.filter(pk=desk.parcel.pk).update(closed=False)
    bars.append(lambda subject, actor: lambda step: "已暂停。" if step.name == "send" else None)
    with pytest.raises(Unmet) as told:
        perform(desk.parcel, "send", actor=desk.sender)
    assert told.value.reasons == ["已暂停。", "尚未封口。"]
    perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 2})


def test_a_stale_page_is_told_what_happened(desk: Desk) -> None:
    perform(desk.parcel, "weigh", actor=desk.clerk, data={"weight": 5}, seen=1)
    before = snapshot(desk.parcel)
    with pytest.raises(Stale) as told:
        perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 6}, seen=1)
    when = clock.local(record_of(desk.parcel).at).strftime("%Y-%m-%d %H:%M")
    assert f"市市场监督管理局于 {when} 办理“称重”" in told.value.message
    assert snapshot(desk.parcel) == before


def test_a_stale_page_does_not_tell_outsiders_what_stays_inside(desk: Desk) -> None:
    perform(desk.parcel, "refuse", actor=desk.clerk)
    perform(desk.parcel, "reconsider", actor=desk.clerk)
    with pytest.raises(Stale) as told:
        perform(desk.parcel, "send", actor=desk.sender, seen=1)
    assert "退件" not in told.value.message
    with pytest.raises(Stale, match="撤销拟退件"):
        perform(desk.parcel, "send", actor=desk.clerk, seen=1)


def test_a_stale_page_names_this_subjects_step_not_its_neighbours(desk: Desk) -> None:
    perform(desk.parcel, "weigh", actor=desk.clerk, data={"weight": 5})
    neighbour = Parcel(sender_id=desk.sender.unit_id, chain_id=desk.parcel.chain_id)
    perform(neighbour, "pack", actor=desk.sender)
    assert record_of(neighbour).seq == 3
    with pytest.raises(Stale, match="称重"):
        perform(desk.parcel, "send", actor=desk.sender, seen=1)


def test_a_double_click_is_one_step(desk: Desk) -> None:
    perform(Parcel.objects.get(pk=desk.parcel.pk), "weigh", actor=desk.sender, data={"weight": 5}, seen=1)
    with pytest.raises(Stale):
        perform(Parcel.objects.get(pk=desk.parcel.pk), "weigh", actor=desk.sender, data={"weight": 5}, seen=1)
    assert Record.objects.filter(chain_id=desk.parcel.chain_id, step="weigh").count() == 1


def test_an_old_instance_is_read_anew_under_the_lock(desk: Desk) -> None:
    old = Parcel.objects.get(pk=desk.parcel.pk)
    perform(desk.parcel, "refuse", actor=desk.clerk)
    with pytest.raises(WrongState):
        perform(old, "send", actor=desk.sender)
    Parcel.objects.filter(pk=desk.parcel.pk).update(weight=9)
    perform(old, "reconsider", actor=desk.clerk)
    assert (old.state, old.revision, old.weight) == ("packed", 3, 9)


def test_a_form_that_is_not_valid_leaves_nothing(desk: Desk) -> None:
    before = snapshot(desk.parcel)
    with pytest.raises(InvalidInput) as told:
        perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": "viel"})
    assert list(told.value.form.errors) == ["weight"]
    assert told.value.message.startswith("重量：")
    assert snapshot(desk.parcel) == before
    assert (desk.parcel.state, desk.parcel.revision) == ("packed", 1)


def test_attachments_are_claimed_with_the_step(desk: Desk) -> None:
    pictures = [receive(upload(f"{n}.png", PNG), slot="picture", actor=desk.sender) for n in "ab"]
    keys = [str(p.key) for p in reversed(pictures)]
    record = perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 2, "picture": keys})
    claimed = Attachment.objects.filter(holder_type="lifecycle_tests.parcel", holder_id=desk.parcel.pk)
    assert {str(a.key) for a in claimed if a.claimed_at} == set(keys)
    from portal.lifecycle.history import content

    kept = content(record)
    assert kept["data"]["picture"] == keys
    assert [(a["name"], a["sha256"]) for a in kept["attachments"]] == [(p.name, p.sha256) for p in reversed(pictures)]
    with pytest.raises(InvalidInput):  # claimed once, never again
        perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 2, "picture": keys})


def test_attachments_of_others_and_of_other_slots_are_not_taken(desk: Desk) -> None:
    foreign = receive(upload("a.png", PNG), slot="picture", actor=desk.stranger)
    misplaced = receive(upload("a.png", PNG), slot="licence", actor=desk.sender)
    for item in (foreign, misplaced):
        with pytest.raises(InvalidInput):
            perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 2, "picture": [str(item.key)]})
        item.refresh_from_db()
        assert item.claimed_at is None


def test_a_file_of_another_kind_is_not_taken_whoever_let_it_in(desk: Desk) -> None:
    """Uploading beforehand knows nothing of the form: the form itself measures what it is given."""
    paper = receive(upload("a.pdf", PDF), slot="picture", actor=desk.sender)
    with pytest.raises(InvalidInput, match="JPG、PNG"):
        perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 2, "picture": [str(paper.key)]})


def test_effects_run_in_their_order_after_the_record(desk: Desk, effects: dict[str, list[Any]]) -> None:
    ran = []
    for place in reversed(registry.ORDER):
        for n in (1, 2):
            effects[place].append(
                lambda done, place=place, n=n: ran.append((place, n, done.record.pk, done.subject.pk))
            )
    record = perform(desk.parcel, "send", actor=desk.sender)
    assert ran == [(place, n, record.pk, desk.parcel.pk) for place in registry.ORDER for n in (1, 2)]


def test_an_effect_that_fails_undoes_the_step(desk: Desk, effects: dict[str, list[Any]]) -> None:
    picture = receive(upload("a.png", PNG), slot="picture", actor=desk.sender)
    before = snapshot(desk.parcel)

    def fail(done: registry.Done) -> None:
        assert done.subject.revision == 2
        raise RuntimeError("the last effect")

    effects["messages"].append(fail)
    with pytest.raises(RuntimeError):
        perform(desk.parcel, "weigh", actor=desk.sender, data={"weight": 9, "picture": [str(picture.key)]})
    assert snapshot(desk.parcel) == before
    assert (desk.parcel.state, desk.parcel.revision, desk.parcel.weight) == ("packed", 1, 1)
    picture.refresh_from_db()
    assert picture.claimed_at is None


def test_the_callers_instance_forgets_neighbours_that_changed(desk: Desk) -> None:
    other = desk.stranger.membership.unit  # type: ignore[union-attr]
    old = Parcel.objects.select_related("sender").get(pk=desk.parcel.pk)
    Parcel.objects.filter(pk=desk.parcel.pk).update(sender=other)
    perform(old, "weigh", actor=desk.clerk, data={"weight": 2})
    assert old.sender == other


def test_the_state_cannot_be_set_and_its_methods_do_not_replace_the_door(desk: Desk) -> None:
    with pytest.raises(AttributeError):
        desk.parcel.state = "sent"
    with pytest.raises(TransitionNotAllowed):
        desk.parcel.reconsider(None)


def test_the_bureau_is_offered_its_steps_with_the_reasons_against_them(desk: Desk, bars: list[Any]) -> None:
    assert [(o.step.name, o.allowed) for o in offers(desk.parcel, desk.clerk)] == [("refuse", True), ("weigh", True)]
    desk.parcel.closed = False
    bars.append(lambda subject, actor: lambda step: "已暂停。" if step.name == "send" else None)
    sending = next(o for o in offers(desk.parcel, desk.sender) if o.step.name == "send")
    assert sending.reasons == ("已暂停。", "尚未封口。")
    for nobody in (SYSTEM, PUBLIC, desk.stranger):
        assert offers(desk.parcel, nobody) == []
