"""Joining a unit, its members, invitations, its record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent, Membership, Unit
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, Unmet
from portal.lifecycle.engine import perform
from portal.messaging.models import Message, Outbox
from portal.registration import actions
from portal.registration.models import Invitation, Join
from tests.factories import MembershipFactory, UnitFactory, UserFactory, actor_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Membership:
    return MembershipFactory(role=Role.UNIT_ADMIN)


def asked(unit: Unit) -> Join:
    join = Join(user=UserFactory(), unit=unit)
    perform(join, "ask", actor=Actor(join.user), data={"note": "标准化部 工程师"})
    return join


def test_an_administrator_lets_a_person_in(administrator: Membership) -> None:
    assert administrator.unit is not None
    join = asked(administrator.unit)
    assert Message.objects.get().recipient == administrator.user
    perform(join, "admit", actor=actor_of(administrator), data={"role": "unit_editor"})
    member = Membership.objects.get(user=join.user)
    assert (member.role, member.unit) == (Role.UNIT_EDITOR, administrator.unit)
    assert Message.objects.filter(recipient=join.user).count() == 1


def test_only_the_units_administrator_decides(administrator: Membership) -> None:
    assert administrator.unit is not None
    join = asked(administrator.unit)
    editor = MembershipFactory(role=Role.UNIT_EDITOR, unit=administrator.unit)
    with pytest.raises(NotVisible):
        perform(join, "admit", actor=actor_of(MembershipFactory()), data={"role": "unit_editor"})
    with pytest.raises(NotVisible):
        perform(join, "admit", actor=actor_of(editor), data={"role": "unit_editor"})
    handler = actor_of(MembershipFactory(role=Role.HANDLER))
    with pytest.raises(NotPermitted):
        perform(join, "admit", actor=handler, data={"role": "unit_editor"})
    Membership.objects.filter(pk=administrator.pk).update(active=False)
    perform(join, "admit", actor=handler, data={"role": "unit_admin"})
    assert Membership.objects.get(user=join.user).role == Role.UNIT_ADMIN


def test_asking_twice_or_as_a_member(administrator: Membership) -> None:
    assert administrator.unit is not None
    join = asked(administrator.unit)
    with pytest.raises(Unmet, match="已申请加入"):
        perform(Join(user=join.user, unit=join.unit), "ask", actor=Actor(join.user), data={"note": "再次"})
    own = Join(user=administrator.user, unit=administrator.unit)
    with pytest.raises(Unmet, match="已是该单位成员"):
        perform(own, "ask", actor=Actor(administrator.user), data={"note": "自己"})


def test_return_answer_refuse(administrator: Membership) -> None:
    assert administrator.unit is not None
    join, decider = asked(administrator.unit), actor_of(administrator)
    perform(join, "send_back", actor=decider, data={"reasons": "请写明所在部门"})
    perform(join, "ask_again", actor=Actor(join.user), data={"note": "质量部"})
    assert (join.state, join.note) == ("submitted", "质量部")
    perform(join, "refuse", actor=decider, data={"reasons": "不是本单位人员"})
    assert join.state == "refused"
    assert not Membership.objects.filter(user=join.user).exists()


def test_joining_as_plain_pages(client: Client, administrator: Membership) -> None:
    assert administrator.unit is not None
    code = administrator.unit.credit_code
    client.force_login(UserFactory())
    page = client.get("/registration/", {"code": code}).content.decode()
    assert administrator.unit.name in page
    assert client.post("/registration/join/", {"code": code, "note": ""}).status_code == 422
    done = client.post("/registration/join/", {"code": code, "note": "标准化部"}, follow=True)
    assert "等待确认" in done.content.decode()
    assert client.post("/registration/join/", {"code": "0" * 18, "note": "x"}).status_code == 404
    join = Join.objects.get()
    sign_in(client, MembershipFactory())
    assert client.get(join.get_absolute_url()).status_code == 404
    sign_in(client, administrator)
    assert "标准化部" in client.get("/unit/").content.decode()
    answer = client.post(f"{join.get_absolute_url()}admit/", {"seen": "1", "role": "unit_editor"})
    assert answer.status_code == 302


# --- members ------------------------------------------------------------------------------------
def test_the_last_administrator_stays(administrator: Membership) -> None:
    actor = actor_of(administrator)
    with pytest.raises(Unmet, match="至少保留一名管理员"):
        actions.set_active(administrator, False, actor=actor)
    with pytest.raises(Unmet, match="至少保留一名管理员"):
        actions.change_role(administrator, Role.UNIT_EDITOR, actor=actor)
    other = MembershipFactory(role=Role.UNIT_ADMIN, unit=administrator.unit, user__is_active=False)
    with pytest.raises(Unmet, match="至少保留一名管理员"):
        actions.set_active(administrator, False, actor=actor)
    other.user.is_active = True
    other.user.save()
    assert not actions.set_active(administrator, False, actor=actor).active


def test_roles_change_and_leave_a_line_in_the_log(administrator: Membership) -> None:
    editor = MembershipFactory(role=Role.UNIT_EDITOR, unit=administrator.unit)
    changed = actions.change_role(editor, Role.UNIT_ADMIN, actor=actor_of(administrator))
    assert changed.role == Role.UNIT_ADMIN
    assert editor.user.name in AuditEvent.objects.get(kind="membership").label
    back = MembershipFactory(user=editor.user, role=Role.UNIT_EDITOR, unit=administrator.unit, active=False)
    again = actions.change_role(changed, Role.UNIT_EDITOR, actor=actor_of(administrator))
    assert (again.pk, again.active) == (back.pk, True)


def test_nobody_else_touches_members(client: Client, administrator: Membership) -> None:
    editor = MembershipFactory(role=Role.UNIT_EDITOR, unit=administrator.unit)
    with pytest.raises(NotPermitted):
        actions.set_active(administrator, False, actor=actor_of(editor))
    with pytest.raises(NotPermitted):
        actions.set_active(editor, False, actor=actor_of(MembershipFactory()))
    sign_in(client, editor)
    assert client.get("/unit/").status_code == 200
    assert client.get("/unit/edit/").status_code == 404
    assert client.post(f"/unit/members/{administrator.pk}/", {"do": "disable"}).status_code == 404
    assert client.post("/unit/invite/", {"email": "a@example.org", "role": "unit_admin"}).status_code == 404
    sign_in(client, MembershipFactory(role=Role.UNIT_ADMIN))
    assert client.post(f"/unit/members/{editor.pk}/", {"do": "disable"}).status_code == 404
    for role in (Role.HANDLER, Role.RECOMMENDER):
        sign_in(client, MembershipFactory(role=role))
        assert client.get("/unit/").status_code == 404


def test_a_disabled_member_is_out_at_once(client: Client, administrator: Membership) -> None:
    editor = MembershipFactory(role=Role.UNIT_EDITOR, unit=administrator.unit)
    sign_in(client, editor)
    assert client.get("/unit/").status_code == 200
    actions.set_active(editor, False, actor=actor_of(administrator))
    assert client.get("/unit/").status_code == 404


def test_member_forms_on_the_page(client: Client, administrator: Membership) -> None:
    editor = MembershipFactory(role=Role.UNIT_EDITOR, unit=administrator.unit)
    sign_in(client, administrator)
    client.post(f"/unit/members/{editor.pk}/", {"role": "unit_admin"})
    editor.refresh_from_db()
    assert editor.role == Role.UNIT_ADMIN
    client.post(f"/unit/members/{editor.pk}/", {"do": "disable"})
    editor.refresh_from_db()
    assert not editor.active
    answer = client.post(f"/unit/members/{administrator.pk}/", {"do": "disable"}, follow=True)
    assert "至少保留一名管理员" in answer.content.decode()
    assert client.post(f"/unit/members/{editor.pk}/", {"role": "handler"}).status_code == 404


def test_the_members_page_takes_the_same_queries_at_one_and_three_rows(
    client: Client, administrator: Membership
) -> None:
    assert administrator.unit is not None
    sign_in(client, administrator)
    counts = []
    for number in range(3):
        MembershipFactory(role=Role.UNIT_EDITOR, unit=administrator.unit)
        asked(administrator.unit)
        email = f"x{number}@example.org"
        actions.invite(administrator.unit, email=email, role="unit_editor", actor=actor_of(administrator))
        with CaptureQueriesContext(connection) as queries:
            assert email in client.get("/unit/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 12


# --- invitations --------------------------------------------------------------------------------
def test_an_invitation_makes_a_member_once(client: Client, administrator: Membership) -> None:
    sign_in(client, administrator)
    assert client.post("/unit/invite/", {"email": "not-an-address", "role": "unit_editor"}).status_code == 422
    client.post("/unit/invite/", {"email": "colleague@example.org", "role": "unit_editor"})
    invitation = Invitation.objects.get()
    assert invitation.token in Outbox.objects.get(kind="mail").payload["text"]
    client.logout()
    address = f"/registration/invitations/{invitation.token}/"
    assert client.get(address).url == f"/accounts/login/?next={address}"
    guest = UserFactory()
    client.force_login(guest)
    assert "邀请您加入" in client.get(address).content.decode()
    client.post(address)
    assert Membership.objects.get(user=guest).unit == administrator.unit
    client.force_login(UserFactory())
    assert "邀请已使用" in client.post(address).content.decode()
    assert Membership.objects.filter(unit=administrator.unit).count() == 2


def test_an_invitation_expires_and_can_be_taken_back(administrator: Membership) -> None:
    assert administrator.unit is not None
    actor = actor_of(administrator)
    first = actions.invite(administrator.unit, email="a@example.org", role="unit_editor", actor=actor)
    second = actions.invite(administrator.unit, email="A@example.org", role="unit_admin", actor=actor)
    first.refresh_from_db()
    assert not first.is_open, "a new invitation replaces the old one"
    guest = UserFactory()
    with clock.moved(clock.now() + dt.timedelta(days=15)), pytest.raises(Unmet):
        actions.accept_invitation(second, user=guest, actor=Actor(guest))
    actions.cancel_invitation(second, actor=actor)
    with pytest.raises(Unmet):
        actions.accept_invitation(second, user=guest, actor=Actor(guest))


# --- the record ---------------------------------------------------------------------------------
def test_the_record_is_edited_without_name_and_code(client: Client, administrator: Membership, record: Any) -> None:
    sign_in(client, administrator)
    unit = Unit.objects.get(pk=administrator.unit_id)
    client.post("/unit/edit/", {**record, "employees": "200"})
    changed = Unit.objects.get(pk=unit.pk)
    assert (changed.employees, changed.name, changed.credit_code) == (200, unit.name, unit.credit_code)
    assert "职工人数" in AuditEvent.objects.get(kind="unit").label
    assert client.post("/unit/edit/", {**record, "contact_mobile": "12"}).status_code == 422


def test_every_page_of_registration_wants_a_sign_in(client: Client) -> None:
    UnitFactory()
    for address in ("/registration/", "/registration/claim/", "/registration/claims/", "/unit/", "/unit/edit/"):
        assert client.get(address).url == f"/accounts/login/?next={address}"
    for address in ("/registration/join/", "/unit/invite/", "/unit/members/1/", "/registration/claims/1/confirm/"):
        assert client.post(address).url == f"/accounts/login/?next={address}"
