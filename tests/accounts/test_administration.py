"""The administration: who is let in, who may write, what is logged, and that every page of it opens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import AuditEvent, Body, Membership, Unit, User
from portal.accounts.roles import Role
from portal.base.models import CalendarDay
from portal.calls import parameters
from portal.calls.models import Call, ParameterVersion
from tests.factories import (
    BodyFactory,
    BureauFactory,
    CallFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    return sign_in(client, MembershipFactory(role=Role.SYSTEM_ADMIN))


def models() -> list[Any]:
    return [model for model in admin.site._registry if model._meta.app_label in ("accounts", "base", "calls")]


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_only_two_roles_are_let_in(client: Client) -> None:
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").url == "/accounts/login/?next=%2Fadmin%2F"
    for role in Role:
        sign_in(client, MembershipFactory(role=role))
        answer = client.get("/admin/", follow=True)
        assert answer.status_code == (200 if role in (Role.SYSTEM_ADMIN, Role.AUDITOR) else 404), role


def test_djangos_own_flags_open_nothing(client: Client) -> None:
    user = MembershipFactory(user=UserFactory(is_staff=True, is_superuser=True)).user
    sign_in(client, user.memberships.get())
    assert client.get("/admin/", follow=True).status_code == 404


def test_records_chains_and_dossiers_are_not_in_it() -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert not {label for label in registered if label.startswith(("lifecycle.", "dossiers.", "pilots.", "auth."))}
    assert "calls.Call" in registered


def test_every_list_and_page_opens(administrator: Client) -> None:
    CallFactory(published=False)
    CalendarDay.objects.create(date=dt.date(2026, 10, 1), kind="holiday", name="国庆节")
    ParameterVersion.objects.create(key="x", value=1, effective_from=dt.date(2026, 1, 1), basis="default")
    BodyFactory()
    UnitFactory()
    for model in models():
        assert administrator.get(address(model, "changelist")).status_code == 200, model
        row = model._default_manager.first()
        if row is not None:
            assert administrator.get(address(model, "change", row.pk)).status_code == 200, model
        if admin.site._registry[model].may_add:
            assert administrator.get(address(model, "add")).status_code == 200, model


def test_auditors_read_and_change_nothing(client: Client) -> None:
    sign_in(client, MembershipFactory(role=Role.AUDITOR))
    unit = UnitFactory()
    for model in models():
        assert client.get(address(model, "changelist")).status_code == 200
        assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(Unit, "change", unit.pk), {"name": "改名"}).status_code == 403
    assert client.post(address(Unit, "delete", unit.pk), {"post": "yes"}).status_code == 403
    assert client.post("/admin/base/calendarday/load-year/", {"year": "2023"}).status_code == 302
    assert not CalendarDay.objects.exists()
    data = {"action": "reset_second_factor", "_selected_action": [User.objects.first().pk]}  # type: ignore[union-attr]
    client.post(address(User, "changelist"), data)
    assert not AuditEvent.objects.filter(kind="account").exists()


def test_people_are_made_and_given_roles(administrator: Client) -> None:
    data = {
        "username": "linzhou",
        "name": "林舟",
        "email": "linzhou@example.org",
        "phone": "",
        "password1": "North-Bund-1843",
        "password2": "North-Bund-1843",
        "usable_password": "true",
    }
    administrator.post(address(User, "add"), data)
    person = User.objects.get(username="linzhou")
    assert person.check_password("North-Bund-1843")
    bureau = BureauFactory()
    wrong = {"user": person.pk, "role": "handler", "unit": "", "body": BodyFactory().pk, "active": "on"}
    assert (
        "局内角色的机构应为市市场监督管理局" in administrator.post(address(Membership, "add"), wrong).content.decode()
    )
    administrator.post(address(Membership, "add"), {**wrong, "body": bureau.pk})
    membership = Membership.objects.get(user=person)
    assert (membership.role, membership.body) == (Role.HANDLER, bureau)
    twice = administrator.post(address(Membership, "add"), {**wrong, "body": bureau.pk})
    assert "该用户已有这一角色" in twice.content.decode()
    administrator.post(address(Membership, "change", membership.pk), {"role": "leader"})
    membership.refresh_from_db()
    assert (membership.role, membership.active) == (Role.HANDLER, False), "a role is switched off, never rewritten"
    labels = list(AuditEvent.objects.filter(kind="membership").order_by("pk").values_list("label", flat=True))
    assert [label.split(" ")[0] for label in labels] == ["授予", "停用"]


def test_a_changed_address_replaces_the_old_one_everywhere(administrator: Client) -> None:
    person = UserFactory(email="old@example.org")
    EmailAddress.objects.create(user=person, email="old@example.org", verified=True, primary=True)
    data = {"username": person.username, "name": person.name, "email": "new@example.org", "is_active": "on"}
    inline = {
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        "memberships-MIN_NUM_FORMS": "0",
        "memberships-MAX_NUM_FORMS": "1000",
    }
    administrator.post(address(User, "change", person.pk), {**data, **inline, "phone": person.phone})
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert not EmailAddress.objects.filter(email="old@example.org").exists()


def test_people_units_and_bodies_are_never_deleted(administrator: Client) -> None:
    for row in (UserFactory(), UnitFactory(), BodyFactory(), MembershipFactory()):
        assert administrator.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_a_lost_telephone(administrator: Client) -> None:
    person = UserFactory()
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    data = {"action": "reset_second_factor", "_selected_action": [person.pk]}
    administrator.post(address(User, "changelist"), data)
    assert not person.authenticator_set.exists()
    assert person.name in AuditEvent.objects.get(kind="account").label


def test_former_names_are_lines(administrator: Client) -> None:
    body = BodyFactory(former_names=["市甲委"])
    page = administrator.get(address(Body, "change", body.pk)).content.decode()
    assert "市甲委" in page
    data = {"code": body.code, "kind": body.kind, "name": body.name, "position": "0"}
    administrator.post(address(Body, "change", body.pk), {**data, "former_names": "市甲委\n 市乙委 \n\n"})
    body.refresh_from_db()
    assert body.former_names == ["市甲委", "市乙委"]


def test_the_units_code_keeps_its_rule(administrator: Client) -> None:
    unit = UnitFactory()
    page = administrator.get(address(Unit, "change", unit.pk))
    data = {k: v for k, v in page.context["adminform"].form.initial.items() if v not in (None, False)}
    answer = administrator.post(address(Unit, "change", unit.pk), {**data, "credit_code": "91350211M0000XUF46"})
    assert "第 18 位校验不正确" in answer.content.decode()
    reason = {"credit_code": "91350211M0000XUF46", "code_override_reason": "已核对证照"}
    administrator.post(address(Unit, "change", unit.pk), {**data, **reason})
    unit.refresh_from_db()
    assert unit.credit_code == "91350211M0000XUF46"
    assert "统一社会信用代码" in AuditEvent.objects.get(kind="unit").label


def test_a_year_of_the_calendar_is_loaded(administrator: Client) -> None:
    answer = administrator.post("/admin/base/calendarday/load-year/", {"year": "2023"}, follow=True)
    assert "2023 年：已补充" in answer.content.decode()
    count = CalendarDay.objects.count()
    assert count > 20
    administrator.post("/admin/base/calendarday/load-year/", {"year": "2023"})
    assert CalendarDay.objects.count() == count
    assert (
        "尚不包括 2099 年"
        in administrator.post("/admin/base/calendarday/load-year/", {"year": "2099"}, follow=True).content.decode()
    )


@pytest.fixture
def parameter(monkeypatch: pytest.MonkeyPatch) -> parameters.Definition:
    found = parameters.Definition("test_days", "试验期限", "工作日", 10)
    monkeypatch.setitem(parameters._definitions, ("", "test_days"), found)
    return found


def test_parameters_get_versions(administrator: Client, parameter: parameters.Definition) -> None:
    page = administrator.get(address(ParameterVersion, "changelist")).content.decode()
    assert "试验期限" in page
    assert "系统默认，无明文依据" in page
    data = {"definition": ":test_days", "value": "15", "effective_from": "2026-01-01", "basis": "某办法第五条"}
    wrong = administrator.post(address(ParameterVersion, "add"), {**data, "value": '"十五"'})
    assert "数值的类型应与默认值 10 相同" in wrong.content.decode()
    administrator.post(address(ParameterVersion, "add"), data)
    version = ParameterVersion.objects.get()
    assert (version.value, version.created_by is not None) == (15, True)
    assert parameters.value("test_days", "", dt.date(2026, 6, 1)) == 15
    twice = administrator.post(address(ParameterVersion, "add"), data)
    assert "已有这一天生效的版本" in twice.content.decode()
    assert administrator.post(address(ParameterVersion, "change", version.pk), data).status_code == 403
    assert administrator.post(address(ParameterVersion, "delete", version.pk), {"post": "yes"}).status_code == 403


def test_published_calls_are_fixed(administrator: Client) -> None:
    call = CallFactory()
    assert administrator.post(address(Call, "change", call.pk), {"title": "改"}).status_code == 403
    field = call.fields.first()
    assert field is not None
    assert administrator.get(address(type(field), "change", field.pk)).status_code == 200
    assert administrator.post(address(type(field), "change", field.pk), {"name": "改"}).status_code == 403
    assert administrator.get(address(Call, "add")).status_code == 403


@pytest.mark.parametrize("model", [User, Membership, Unit, Body, AuditEvent])
def test_lists_take_the_same_queries_at_one_and_three_rows(administrator: Client, model: Any) -> None:
    counts = []
    for _number in range(3):
        MembershipFactory()
        MembershipFactory(role=Role.RECOMMENDER)
        AuditEvent.objects.create(kind="export", user=UserFactory(), identifier="x")
        with CaptureQueriesContext(connection) as queries:
            assert administrator.get(address(model, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 12
