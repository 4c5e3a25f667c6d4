"""Second factor, role switch, profile, e-mail, password, sign-up, the log, and every address of this room."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from portal.accounts.audit import note
from portal.accounts.models import AuditEvent, User
from portal.accounts.roles import BUREAU, Role
from portal.messaging.models import Outbox
from tests.factories import PASSWORD, MembershipFactory, UserFactory, actor_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_locks() -> Any:
    cache.clear()
    yield
    cache.clear()


def signed_in_by_password(client: Client, user: User) -> Any:
    return client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


# --- second factor ------------------------------------------------------------------------------
@pytest.mark.parametrize("role", sorted(BUREAU))
def test_a_password_alone_opens_nothing_to_the_bureau(client: Client, role: Role) -> None:
    user = MembershipFactory(role=role).user
    MembershipFactory(user=user)  # acting as an applicant is no way around
    signed_in_by_password(client, user)
    for address in ("/", "/desk/", "/accounts/profile/", "/admin/", "/registration/claims/", "/nowhere/"):
        assert client.get(address).url == "/accounts/second-factor/activate/", address
    assert client.post("/accounts/switch/", {"membership": user.memberships.last().pk}).status_code == 302
    assert client.get("/desk/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/second-factor/activate/"


@pytest.mark.parametrize("role", sorted(set(Role) - BUREAU))
def test_others_are_not_asked(client: Client, role: Role) -> None:
    signed_in_by_password(client, MembershipFactory(role=role).user)
    assert client.get("/accounts/profile/").status_code == 200


def test_nobody_is_asked_in_the_demonstration(client: Client, demo: Any) -> None:
    signed_in_by_password(client, MembershipFactory(role=Role.LEADER).user)
    assert client.get("/accounts/profile/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_set_up_then_sign_in_with_it(client: Client) -> None:
    user = MembershipFactory(role=Role.HANDLER).user
    signed_in_by_password(client, user)
    page = client.get("/accounts/second-factor/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    wrong = client.post("/accounts/second-factor/activate/", {"code": "000000"})
    assert "验证码不正确或已过期" in wrong.content.decode()
    done = client.post("/accounts/second-factor/activate/", {"code": code_of(secret)})
    assert done.url == "/accounts/second-factor/recovery-codes/"
    codes = re.findall(r"<li><code>(\w+)</code>", client.get(done.url).content.decode())
    assert len(codes) == 10
    assert client.get("/accounts/second-factor/recovery-codes/download/").content.decode().count(codes[0]) == 1
    assert client.get("/accounts/profile/").status_code == 200

    fresh = Client()
    assert signed_in_by_password(fresh, user).url == "/accounts/second-factor/authenticate/"
    assert fresh.get("/accounts/profile/").url.startswith("/accounts/login/"), "a password alone is no session"
    assert "输入本平台的验证码" in fresh.get("/accounts/second-factor/authenticate/").content.decode()
    assert fresh.post("/accounts/second-factor/authenticate/", {"code": "000000"}).status_code == 200
    assert AuditEvent.objects.filter(kind="sign_in_failed", label="验证码不正确").count() == 1
    assert fresh.post("/accounts/second-factor/authenticate/", {"code": codes[0]}).url == "/desk/"
    assert fresh.get("/accounts/profile/").status_code == 200
    again = Client()
    signed_in_by_password(again, user)
    used = again.post("/accounts/second-factor/authenticate/", {"code": codes[0]})
    assert used.status_code == 200, "a recovery code works once"


def test_the_bureau_cannot_switch_it_off_but_an_applicant_can(client: Client) -> None:
    for role, gone in ((Role.HANDLER, False), (Role.UNIT_EDITOR, True)):
        membership = MembershipFactory(role=role)
        TOTP.activate(membership.user, "JBSWY3DPEHPK3PXP")
        sign_in(client, membership)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": 9e9}]
        session["account_authentication_methods_user"] = str(membership.user.pk)
        session.save()
        client.post("/accounts/second-factor/deactivate/")
        assert Authenticator.objects.filter(user=membership.user).exists() != gone


# --- role switch --------------------------------------------------------------------------------
def test_switching_between_ones_own_roles(client: Client) -> None:
    first = MembershipFactory()
    second = MembershipFactory(user=first.user, role=Role.EXPERT)
    inactive = MembershipFactory(user=first.user, role=Role.RECOMMENDER, active=False)
    stranger = MembershipFactory()
    sign_in(client, first)
    assert client.post("/accounts/switch/", {"membership": second.pk}).url == "/desk/"
    assert AuditEvent.objects.get(kind="role_switch").role == Role.EXPERT
    page = client.get("/accounts/profile/")
    assert page.wsgi_request.actor.role == Role.EXPERT
    for other in (inactive.pk, stranger.pk, 0, "x", ""):
        assert client.post("/accounts/switch/", {"membership": other}).status_code == 404
    assert client.get("/accounts/switch/").status_code == 405
    assert Client().post("/accounts/switch/", {"membership": second.pk}).url.startswith("/accounts/login/")


# --- one's own data -----------------------------------------------------------------------------
def test_profile(client: Client) -> None:
    membership = MembershipFactory()
    sign_in(client, membership)
    bad = client.post("/accounts/profile/", {"name": "李四", "phone": "12"})
    assert bad.status_code == 422
    assert "请填写 11 位手机号码" in bad.content.decode()
    client.post("/accounts/profile/", {"name": "李四", "phone": "13700000000"})
    membership.user.refresh_from_db()
    assert (membership.user.name, membership.user.phone) == ("李四", "13700000000")
    assert AuditEvent.objects.filter(kind="account").count() == 1


def test_password_change(client: Client) -> None:
    membership = MembershipFactory()
    signed_in_by_password(client, membership.user)
    data = {"oldpassword": "wrong", "password1": "Fresh-Harbour-77", "password2": "Fresh-Harbour-77"}
    assert "请输入当前密码" in client.post("/accounts/password/change/", data).content.decode()
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "不能与当前密码相同" in client.post("/accounts/password/change/", same).content.decode()
    assert client.post("/accounts/password/change/", {**data, "oldpassword": PASSWORD}).url == "/accounts/profile/"
    membership.user.refresh_from_db()
    assert membership.user.check_password("Fresh-Harbour-77")


def test_another_e_mail_address_counts_once_it_is_verified(client: Client) -> None:
    membership, other = MembershipFactory(), UserFactory()
    signed_in_by_password(client, membership.user)
    taken = client.post("/accounts/email/", {"email": other.email, "action_add": ""})
    assert "该电子邮箱已注册" in taken.content.decode()
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    membership.user.refresh_from_db()
    assert membership.user.email != "new@example.org"
    text = Outbox.objects.get(kind="mail").payload["text"]
    link = re.search(r"http://testserver(/\S+)", text)
    assert link is not None
    assert "请确认 new@example.org" in client.get(link[1]).content.decode()
    client.post(link[1])
    membership.user.refresh_from_db()
    assert membership.user.email == "new@example.org"


# --- sign-up ------------------------------------------------------------------------------------
SIGN_UP = {
    "name": "周敏",
    "username": "zhoumin",
    "email": "zhoumin@example.org",
    "phone": "13600000000",
    "password1": "Quiet-River-2031",
    "password2": "Quiet-River-2031",
    "privacy": "on",
}


def test_sign_up_wants_consent_and_leads_to_the_unit(client: Client) -> None:
    assert client.get("/accounts/signup/").url == "/registration/signup/"
    without = client.post("/registration/signup/", {**SIGN_UP, "privacy": ""})
    assert "请阅读隐私说明，同意后方可注册" in without.content.decode()
    assert not User.objects.exists()
    assert client.post("/registration/signup/", SIGN_UP).url == "/registration/"
    user = User.objects.get()
    assert (user.name, user.phone, user.privacy_accepted_at is not None) == ("周敏", "13600000000", True)
    assert not user.memberships.exists()
    assert Outbox.objects.get(kind="mail").payload["subject"] == "验证电子邮箱"
    assert client.get("/registration/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password1": "1234567890", "password2": "1234567890"}, "密码"),
        ({"password2": "Other-River-2031"}, "两次输入的密码不一致"),
        ({"email": "taken@example.org"}, "该电子邮箱已注册"),
        ({"username": "taken"}, "该用户名已被使用"),
        ({"phone": "123"}, "请填写 11 位手机号码"),
        ({"name": ""}, "必填"),
    ],
)
def test_sign_up_says_what_is_wrong(client: Client, changes: dict[str, str], words: str) -> None:
    UserFactory(username="taken", email="taken@example.org")
    answer = client.post("/registration/signup/", {**SIGN_UP, **changes})
    assert words in answer.content.decode()
    assert User.objects.count() == 1


def test_notices_for_everybody(client: Client) -> None:
    assert "本系统为非涉密系统" in client.get("/accounts/login/").content.decode()
    assert "本系统为非涉密系统" in client.get("/registration/signup/").content.decode()
    assert "保存多久" in client.get("/accounts/privacy/").content.decode()


# --- the log ------------------------------------------------------------------------------------
def test_the_log_is_for_auditors_and_administrators(client: Client) -> None:
    note(AuditEvent.Kind.DOWNLOAD, actor=actor_of(MembershipFactory()), label="申报书.pdf")
    for role in Role:
        sign_in(client, MembershipFactory(role=role))
        answer = client.get("/accounts/log/", {"q": "申报书"})
        reader = role in (Role.AUDITOR, Role.SYSTEM_ADMIN)
        assert answer.status_code == (200 if reader else 404)
        assert ("申报书.pdf" in answer.content.decode()) == reader


def test_the_log_pages_by_key_with_the_same_queries(client: Client) -> None:
    sign_in(client, MembershipFactory(role=Role.AUDITOR))
    writer, counts = actor_of(MembershipFactory()), []
    for rows in (1, 3):
        while AuditEvent.objects.filter(kind="export").count() < rows:
            note(AuditEvent.Kind.EXPORT, actor=writer, label="清单")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/accounts/log/", {"kind": "export"}).content.decode().count("清单") == rows
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
    for _number in range(60):
        note(AuditEvent.Kind.EXPORT, actor=writer, label="清单")
    first = client.get("/accounts/log/", {"kind": "export"})
    second = client.get("/accounts/log/", {"kind": "export", "before": first.context["next"]})
    assert [len(first.context["rows"]), len(second.context["rows"])] == [50, 13]


# --- every address ------------------------------------------------------------------------------
def addresses() -> list[str]:
    """The addresses of sign-in and one's own account that take no argument."""
    found = []
    for resolver in get_resolver().url_patterns:
        if str(resolver.pattern) == "accounts/":
            for entry in resolver.url_patterns:
                nested = getattr(entry, "url_patterns", None)
                found += [str(p.pattern) for p in nested] if nested else [str(entry.pattern)]
    return [f"/accounts/{text}" for text in found if "(" not in text]


def test_every_address_answers_in_chinese_and_none_is_the_librarys_own(client: Client) -> None:
    assert len(addresses()) > 15
    membership = MembershipFactory(role=Role.UNIT_ADMIN)
    sign_in(client, membership)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 9e9}]
    session["account_authentication_methods_user"] = str(membership.user.pk)
    session.save()
    for visitor in (Client(), client):
        for address in addresses():
            answer = visitor.get(address, follow=True)
            assert answer.status_code in (200, 404, 405), address
            text = answer.content.decode()
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                assert "p-skip" in text, f"{address} is not in the portal's look"
                body = re.sub(r"<(script|style|svg)[\s\S]*?</\1>|<[^>]+>", " ", text)
                assert not re.search(r"\b(Sign|Email|Password|Please|Code|Authenticator)\b", body), address


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/set/", "/accounts/login/code/confirm/", "/accounts/2fa/", "/accounts/2fa/webauthn/"],
)
def test_what_is_not_needed_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
