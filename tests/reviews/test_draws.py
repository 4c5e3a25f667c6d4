"""Draws can be repeated by anybody: from the record, by the command, on the page; a changed record does not agree."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.reviews import actions
from portal.reviews.drawing import Lot, draw_lots, in_order, ticket
from portal.reviews.models import Assignment, Draw, Expert
from portal.reviews.redrawing import prove
from tests.factories import MembershipFactory, sign_in
from tests.reviews.rounds import Sitting, expert, sitting

pools = st.lists(
    st.builds(Lot, st.integers(1, 500), st.booleans(), st.sampled_from("甲乙丙丁戊己庚")),
    max_size=20,
    unique_by=lambda lot: lot.key,
)
seeds = st.integers(0, 2**128 - 1).map(lambda n: f"{n:032x}")


# --- the method ---------------------------------------------------------------------------------
@given(
    seeds, pools, st.integers(1, 20), st.dictionaries(st.sampled_from("甲乙丙"), st.integers(0, 2)), st.integers(1, 3)
)
def test_a_draw(seed: str, pool: list[Lot], number: int, taken: dict[str, int], most: int) -> None:
    drawn = draw_lots(seed, pool, number, taken=taken, most=most)
    assert drawn == draw_lots(seed, list(reversed(pool)), number, taken=taken, most=most), (
        "whatever order it is kept in"
    )
    lots = {lot.key: lot for lot in pool}
    assert len(drawn) == len(set(drawn)) <= number
    assert set(drawn) <= set(lots)
    seats = Counter(taken) + Counter(lots[key].employer for key in drawn)
    assert all(n <= max(most, taken.get(employer, 0)) for employer, n in seats.items())
    if len(drawn) < number:  # then nobody was left who could have been drawn
        assert all(seats[lot.employer] >= most for lot in pool if lot.key not in drawn)


@given(seeds, pools)
def test_the_order_is_that_of_the_hash_and_who_is_at_home_comes_first(seed: str, pool: list[Lot]) -> None:
    order = in_order(seed, pool)
    assert [lot.home for lot in order] == sorted((lot.home for lot in pool), reverse=True)
    for home in (True, False):
        tickets = [hashlib.sha256(f"{seed}:{lot.key}".encode()).hexdigest() for lot in order if lot.home == home]
        assert tickets == sorted(tickets)


def test_the_ticket_is_what_a_reader_computes() -> None:
    """`printf %s 00ff:12 | sha256sum` gives the same."""
    assert ticket("00ff", 12) == hashlib.sha256(b"00ff:12").hexdigest()


def test_another_seed_draws_others() -> None:
    pool = [Lot(key, True, str(key)) for key in range(1, 60)]
    results = {tuple(draw_lots(f"{n:032x}", pool, 5, taken={}, most=1)) for n in range(50)}
    assert len(results) > 45
    firsts = Counter(result[0] for result in results)
    assert max(firsts.values()) < 8, "nobody is favoured"


# --- kept ---------------------------------------------------------------------------------------
def drawn(number: int = 3) -> tuple[Sitting, Draw]:
    """A round whose panel was drawn out of ten."""
    found = sitting(panel=1)
    for n in range(10):
        expert(n + 20)
    actions.draw(found.round, number, actor=found.handler)
    return found, Draw.objects.get()


@pytest.mark.django_db
def test_a_draw_keeps_what_it_follows_from() -> None:
    found, kept = drawn()
    assert len(kept.seed) == 32
    assert [lot.key for lot in kept.lots] == sorted(lot.key for lot in kept.lots)
    assert len(kept.lots) == 10, "who sits on the panel already is not among them"
    assert set(kept.drawn) == set(found.round.seats.values_list("expert_id", flat=True)) - {found.experts[0].pk}
    [proof] = prove(found.round)
    assert proof.agrees
    assert [one.drawn for one in proof.tickets].count(True) == 3


@pytest.mark.django_db
def test_every_draw_has_a_seed_of_its_own() -> None:
    found, kept = drawn(2)
    actions.draw(found.round, 2, actor=found.handler)
    assert Draw.objects.exclude(pk=kept.pk).get().seed != kept.seed
    assert all(proof.agrees for proof in prove(found.round))


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["seed", "drawn", "pool", "method"])
def test_a_changed_record_does_not_agree(change: str) -> None:
    found, kept = drawn()
    values: dict[str, Any] = {
        "seed": "0" * 32,
        "drawn": [lot.key for lot in kept.lots if lot.key not in kept.drawn][:3],
        "pool": kept.pool[:-1],
        "method": "by-hand",
    }
    Draw.objects.update(**{change: values[change]})
    [proof] = prove(found.round)
    assert "摘要不一致" in proof.problems[0]
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("redraw", str(found.round.pk), stdout=out)
    page = sign_in(Client(), found.handler_membership).get(reverse("reviews:draws", args=[found.round.pk]))
    assert "复算不一致" in page.content.decode()


@pytest.mark.django_db
def test_the_command_and_the_page_repeat_it() -> None:
    found, kept = drawn()
    out = io.StringIO()
    call_command("redraw", str(found.round.pk), stdout=out)
    assert f"{kept.seed}: agrees" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("redraw", "999999")
    page = sign_in(Client(), found.handler_membership).get(reverse("reviews:draws", args=[found.round.pk]))
    text = page.content.decode()
    assert kept.seed in text
    assert "复算一致" in text
    auditor = sign_in(Client(), MembershipFactory(role=Role.AUDITOR))
    assert auditor.get(reverse("reviews:draws", args=[found.round.pk])).status_code == 404, "not before the end"


@pytest.mark.django_db
def test_the_paper_lets_anybody_repeat_it() -> None:
    found, kept = drawn(4)
    perform(found.round, "invite", actor=found.handler)
    paper = IssuedPaper.objects.get(kind="review_selection").snapshot
    [told] = paper["draws"]
    assert told["seed"] == kept.seed
    for one in told["tickets"]:
        assert hashlib.sha256(f"{kept.seed}:{one['number']}".encode()).hexdigest().startswith(one["ticket"])
    assert [one["number"] for one in told["tickets"] if one["drawn"]] == kept.drawn
    assert sum(line["drawn"] for line in paper["panel"]) == 4


# --- after a refusal ----------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_refusal_is_replaced_with_one_click() -> None:
    found = sitting(state="inviting")
    spare = expert(30)
    gone = found.experts[1]
    client, panel = sign_in(Client(), found.handler_membership), reverse("reviews:panel", args=[found.round.pk])
    assert "补抽一名并邀请" not in client.get(panel).content.decode()
    perform(found.of(gone)[0], "decline", actor=found.actors[1], data={"reason": "出差。"})
    assert "补抽一名并邀请" in client.get(panel).content.decode()
    address = reverse("reviews:panel_draw", args=[found.round.pk])
    client.post(address, {"number": "1", "replaces": gone.pk})
    assert Assignment.objects.get(expert=spare).state == "invited"
    assert Draw.objects.get().replaces == gone
    text = client.get(panel).content.decode()
    assert "已补抽" in text
    assert "补抽一名并邀请" not in text
    outsider = Expert.objects.create(name="他人", employer="x", phone="13800000000", email="x@example.org")
    assert client.post(address, {"number": "1", "replaces": outsider.pk}).status_code == 404


@pytest.mark.django_db
def test_queries_of_the_draws() -> None:
    found, _kept = drawn(1)
    client, counted = sign_in(Client(), found.handler_membership), []
    address = reverse("reviews:draws", args=[found.round.pk])
    for more in (0, 2):
        for _turn in range(more):
            actions.draw(found.round, 1, actor=found.handler)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 18
