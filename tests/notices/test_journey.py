"""A notice from its publication to the approval, in the pages: one objection upheld, one item off, two approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pilots.matters import public_facts
from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import Unmet
from portal.deadlines.sweep import sweep
from portal.dossiers.models import Dossier
from portal.lifecycle import history
from portal.lifecycle.consistency import problems
from portal.lifecycle.engine import perform
from portal.messaging.models import Message
from portal.notices.actions import start_notice
from portal.notices.models import Notice, Objection
from tests.factories import CallFactory, MembershipFactory, actor_of, sign_in
from tests.notices.conftest import NAME, form_address, typed
from tests.pilot_data import pilot_in, scan

pytestmark = pytest.mark.django_db


class Order:
    """A decided docket's order, as the door wants it."""

    def orders(self, subject: Any, step: str) -> bool:
        return True

    def facts(self) -> dict[str, Any]:
        return {"docket": "CP-2026-0001"}


def order(pilot: Dossier, step: str, actor: Actor, **data: Any) -> None:
    perform(Pilot.objects.get(pk=pilot.pk), step, actor=actor, data=data, warrant=Order())


@pytest.fixture
def on_notice(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], tuple[Membership, list[Pilot], Notice]]:
    """So many pilots in the state of a notice, with the notice; their review is taken for held."""
    monkeypatch.setattr("pilots.approval.live_entry", lambda *args: None)
    monkeypatch.setattr("pilots.approval.concluded_entry", lambda *args: object())

    def make(number: int) -> tuple[Membership, list[Pilot], Notice]:
        membership = MembershipFactory(role=Role.HANDLER)
        handler, call = actor_of(membership), CallFactory(handler=membership)
        pilots = [pilot_in("accepted", call=call, title=f"第{n}号标准化试点") for n in range(1, number + 1)]
        for pilot in pilots:
            perform(pilot, "open_review", actor=handler)
            perform(pilot, "put_forward", actor=handler, data={"exclusions_checked": "on"})
            order(pilot, "intend", handler)
        notice = start_notice(
            items=[(Pilot.objects.get(pk=pilot.pk), public_facts(pilot)) for pilot in pilots],
            programme="pilots",
            matter="pilots.intended",
            title="拟立项项目公示",
            days=5,
            responsible=membership,
        )
        return membership, pilots, notice

    return make


def results(client: Client, notice: Notice) -> list[str]:
    """The last column of the public list."""
    answer = client.get(reverse("notices:notice", args=[notice.pk]))
    return [str(item.public_label) for item in answer.context["items"]]


def press(client: Client, address: str, data: dict[str, Any]) -> None:
    """Opens a step's page and sends its form."""
    page = client.get(address)
    assert page.status_code == 200, address
    answer = client.post(address, {"seen": page.context["seen"], **data})
    assert answer.status_code == 302, answer.content.decode()


def test_from_the_notice_to_the_approval(client: Client, on_notice: Callable[..., Any]) -> None:
    membership, pilots, notice = on_notice(3)
    handler, desk = actor_of(membership), sign_in(Client(), membership)
    second = notice.items.select_related("notice").get(position=2)
    assert results(client, notice) == ["公示中"] * 3

    # a member of the public objects
    sent = client.post(form_address(second), typed(client, second))
    assert sent.status_code == 302
    found = Objection.objects.get()
    (message,) = Message.objects.filter(recipient=membership.user, subject_type="notices.objection")
    assert found.reference in message.title

    # the handler looks into it and finds it right
    page = desk.get(reverse("notices:objection", args=[found.pk])).content.decode()
    assert NAME in page
    press(desk, reverse("notices:objection_step", args=[found.pk, "admit"]), {"remark": ""})
    press(
        desk,
        reverse("notices:objection_step", args=[found.pk, "uphold"]),
        {"finding": "标准系他人先行制定。", "answer": "经核实，异议成立。", "evidence__file": scan("核实.pdf")},
    )
    assert results(client, notice) == ["公示中"] * 3

    # the term ends
    assert notice.closes_on
    with clock.moved(notice.closes_on + dt.timedelta(days=1)):
        sweep(clock.today())
        assert list(notice.items.values_list("outcome", flat=True)) == ["clear", "upheld", "clear"]
        press(desk, reverse("notices:step", args=[notice.pk, "close"]), {"account": "收到异议一件，成立。"})
        assert results(client, notice) == ["公示期已满"] * 3
        with pytest.raises(Unmet, match="异议成立"):
            order(pilots[1], "approve", handler, number="沪市监标技〔2026〕1号", dated=clock.today())
        for pilot in (pilots[0], pilots[2]):
            order(pilot, "approve", handler, number="沪市监标技〔2026〕1号", dated=clock.today())
        assert results(client, notice) == ["已立项", "公示期已满", "已立项"]
        order(pilots[1], "reconsider", handler, reason="异议成立。")
        assert results(client, notice) == ["已立项", "已退出公示", "已立项"]
        listed = client.get("/registers/pilots/").content.decode()
        assert [pilot.title in listed for pilot in pilots] == [True, False, True]

        # decided anew, it is shown again; the old notice keeps what it said
        order(pilots[1], "intend", handler)
        again = start_notice(
            items=[(Pilot.objects.get(pk=pilots[1].pk), public_facts(pilots[1]))],
            programme="pilots",
            matter="pilots.intended",
            title="补充公示",
            days=5,
            responsible=membership,
        )
        assert (results(client, again), results(client, notice)[1]) == (["公示中"], "已退出公示")
    assert list(history.problems_of_all()) == []
    assert list(problems()) == []


def test_a_withdrawn_project_leaves_the_notice(client: Client, on_notice: Callable[..., Any]) -> None:
    membership, (pilot,), notice = on_notice(1)
    perform(Pilot.objects.get(pk=pilot.pk), "grant_withdrawal", actor=actor_of(membership), data={"reason": "撤回。"})
    item = notice.items.select_related("notice").get()
    assert (item.outcome, item.takes_objections()) == ("left", False)
    assert results(client, notice) == ["已退出公示"]
    assert client.get(form_address(item)).status_code == 302
    assert notice.closes_on
    with clock.moved(notice.closes_on + dt.timedelta(days=1)):
        assert sweep(clock.today()).chores_done == 0
