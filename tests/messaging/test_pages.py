"""Pages of messages, preferences, outbox and operation: who gets them, what they show, how many queries they take."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.messaging import actions, outbox, queries
from portal.messaging.models import Message, Outbox
from tests.factories import MembershipFactory, sign_in
from tests.pilot_data import people_of, pilot_in, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return MembershipFactory()


def _tell(member: Membership, number: int = 1, **more: Any) -> list[Message]:
    for n in range(number):
        key = f"k{Message.objects.count()}"
        actions.tell([member], key=key, title=f"标题{n}", text="正文", at=clock.now(), **more)
    return list(Message.objects.of(member.user))


def test_a_message_is_read_by_looking_at_it(client: Client, member: Membership) -> None:
    first, second = _tell(member, 2)
    sign_in(client, member)
    page = client.get(reverse("messaging:list")).content.decode()
    assert page.count('<span class="p-badge p-tone-blue">未读</span>') == 2
    assert "标题0" in client.get(reverse("messaging:message", args=[second.pk])).content.decode()
    assert queries.unread_count(member.user) == 1
    unread = client.get(reverse("messaging:list"), {"show": "unread"}).content.decode()
    assert reverse("messaging:message", args=[first.pk]) in unread
    assert reverse("messaging:message", args=[second.pk]) not in unread


def test_all_are_marked_as_read_by_post_only(client: Client, member: Membership) -> None:
    _tell(member, 3)
    sign_in(client, member)
    assert client.get(reverse("messaging:read_all")).status_code == 405
    client.post(reverse("messaging:read_all"))
    assert queries.unread_count(member.user) == 0


def test_messages_of_others_do_not_exist(client: Client, member: Membership) -> None:
    (message,) = _tell(MembershipFactory())
    sign_in(client, member)
    assert client.get(reverse("messaging:message", args=[message.pk])).status_code == 404
    client.post(reverse("messaging:read_all"))
    assert Message.objects.unread().count() == 1


def test_a_message_leads_to_its_dossier_only_while_the_person_may_see_it(client: Client) -> None:
    pilot = pilot_in("submitted", opinion=False)
    recommender = people_of(pilot).recommender
    message = Message.objects.of(recommender.user).first()
    sign_in(client, recommender.membership)
    address, target = reverse("messaging:message", args=[message.pk]), reverse("workbench:dossier", args=[pilot.pk])
    assert f'href="{target}"' in client.get(address).content.decode()
    take(pilot, "retract", people_of(pilot).applicant)  # a draft is its applicant's alone
    page = client.get(address).content.decode()
    assert f'href="{target}"' not in page
    assert "不对您开放" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    member = MembershipFactory(role=Role.EXPERT)  # whose menu counts nothing
    _tell(member, rows)
    sign_in(client, member)
    client.get(reverse("messaging:list"))
    with django_assert_num_queries(5):  # session, person, roles, messages, unread
        client.get(reverse("messaging:list"))


def test_the_list_is_paged(client: Client, member: Membership) -> None:
    _tell(member, 25)
    sign_in(client, member)
    page = client.get(reverse("messaging:list"))
    assert len(page.context["page"].rows) == 20
    rest = client.get(reverse("messaging:list"), {"after": page.context["page"].after})
    assert len(rest.context["page"].rows) == 5


def test_preferences_are_kept(client: Client, member: Membership) -> None:
    sign_in(client, member)
    assert "checked" in client.get(reverse("messaging:preferences")).content.decode()
    client.post(reverse("messaging:preferences"), {"deadline": "on"})
    assert queries.mail_preferences(member.user) == {"progress": False, "deadline": True}


# --- the outbox ---------------------------------------------------------------------------------


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    def burn(payload: dict[str, Any]) -> None:
        raise OSError("打印机起火")

    monkeypatch.setattr(outbox, "_kinds", {**outbox._kinds})
    outbox.kind("burning", tries=1)(burn)
    with transaction.atomic():
        outbox.put("burning", "paper:1", {"secret": "不给人看"})
    outbox.drain()
    return Outbox.objects.get()


@pytest.mark.parametrize("name", ["messaging:outbox", "messaging:operation"])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.EXPERT])
def test_the_outbox_is_the_system_administrators(client: Client, role: Role, name: str) -> None:
    sign_in(client, MembershipFactory(role=role))
    assert client.get(reverse(name)).status_code == (200 if role == Role.SYSTEM_ADMIN else 404)


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for name in ("list", "preferences", "outbox", "operation"):
        response = client.get(reverse(f"messaging:{name}"))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


def test_a_failed_row_is_shown_with_its_reason_and_can_be_retried(client: Client, failed: Outbox) -> None:
    sign_in(client, MembershipFactory(role=Role.SYSTEM_ADMIN))
    page = client.get(reverse("messaging:outbox"), {"state": "failed"}).content.decode()
    assert "打印机起火" in page
    assert "不给人看" not in page
    client.post(reverse("messaging:outbox_retry", args=[failed.pk]), {"state": "failed"})
    failed.refresh_from_db()
    assert failed.state == Outbox.State.WAITING
    assert client.get(reverse("messaging:outbox"), {"state": "no such"}).status_code == 404


def test_only_the_system_administrator_retries(client: Client, failed: Outbox) -> None:
    sign_in(client, MembershipFactory(role=Role.HANDLER))
    assert client.post(reverse("messaging:outbox_retry", args=[failed.pk])).status_code == 404
    failed.refresh_from_db()
    assert failed.state == Outbox.State.FAILED


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_outbox(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    with transaction.atomic():
        outbox.put_many("mail", {str(n): {} for n in range(rows)})
    sign_in(client, MembershipFactory(role=Role.SYSTEM_ADMIN))
    client.get(reverse("messaging:outbox"))
    with django_assert_num_queries(5):  # session, person, roles, rows, unread
        client.get(reverse("messaging:outbox"))


def test_every_state_of_the_outbox_can_be_listed(client: Client, failed: Outbox) -> None:
    sign_in(client, MembershipFactory(role=Role.SYSTEM_ADMIN))
    for state in Outbox.State.values:
        rows = client.get(reverse("messaging:outbox"), {"state": state}).context["page"].rows
        assert [row.state for row in rows] == ([Outbox.State.FAILED] if state == "failed" else [])


def test_operation_tells_whether_the_background_work_runs(client: Client, failed: Outbox) -> None:
    from portal.messaging.tasks import dispatch

    sign_in(client, MembershipFactory(role=Role.SYSTEM_ADMIN))
    assert "已停止" in client.get(reverse("messaging:operation")).content.decode()
    dispatch()
    page = client.get(reverse("messaging:operation"))
    assert page.context["jobs"][0]["alive"]
    assert page.context["summary"].failed == 1
    assert {check.label: check.good for check in page.context["checks"]}["数据库"]
