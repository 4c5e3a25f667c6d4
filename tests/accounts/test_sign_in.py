"""Sign-in, lockout, reset, idle time-out, the access log, the demonstration's accounts."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings

from portal import settings as portal_settings
from portal.accounts import demo as demo_accounts
from portal.accounts.middleware import SESSION_SEEN
from portal.accounts.models import AuditEvent, User
from portal.accounts.roles import Role
from portal.messaging.models import Outbox
from tests.factories import PASSWORD, MembershipFactory, UserFactory, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_core]


@pytest.fixture(autouse=True)
def _no_locks() -> Any:
    cache.clear()
    yield
    cache.clear()


def attempt(client: Client, login: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password}, **extra)


def kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("login", ["chen.li", "chen.li@example.org", "Chen.Li@Example.org", "陈立"])
def test_by_name_or_e_mail(client: Client, login: str) -> None:
    user = UserFactory(username="陈立" if login == "陈立" else "chen.li", email="chen.li@example.org")
    MembershipFactory(user=user)
    answer = attempt(client, login)
    assert (answer.status_code, answer.url) == (302, "/desk/")
    assert kinds() == ["sign_in"]
    assert AuditEvent.objects.get().address == "127.0.0.1"


def test_who_holds_no_role_is_led_to_the_unit(client: Client) -> None:
    assert attempt(client, UserFactory().username).url == "/registration/"


def test_the_answer_does_not_tell_names_from_passwords(client: Client) -> None:
    user = UserFactory()
    wrong = attempt(client, user.username, "wrong-password").content.decode()
    unknown = attempt(client, "nobody", "wrong-password").content.decode()
    for page in (wrong, unknown):
        assert "用户名（电子邮箱）或密码不正确，请核对后再试。" in page
    assert kinds() == ["sign_in_failed", "sign_in_failed"]


def test_argon2_is_the_hasher_of_the_portal() -> None:
    assert portal_settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=portal_settings.PASSWORD_HASHERS):
        user = UserFactory()
        assert user.password.startswith("argon2$argon2id$")
        assert user.check_password(PASSWORD)


def test_six_wrong_passwords_lock_the_account_and_say_for_how_long(client: Client) -> None:
    user, other = UserFactory(), UserFactory()
    for number in range(6):
        page = attempt(client, user.username, f"wrong-{number}").content.decode()
    assert re.search(r"已暂时锁定，请 \d 分钟后再试", page)
    assert "暂时锁定" in attempt(client, user.username).content.decode(), "the right password does not help now"
    assert "暂时锁定" in attempt(client, user.email).content.decode(), "nor the other name of the account"
    assert AuditEvent.objects.filter(kind="sign_in_failed", label="账号已锁定").exists()
    elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
    assert "暂时锁定" in attempt(Client(), user.username, **elsewhere).content.decode(), "nor another machine"
    assert attempt(Client(), other.username, **elsewhere).status_code == 302, "other accounts are free"


def test_failures_by_name_and_by_e_mail_count_together(client: Client) -> None:
    user = UserFactory()
    for number in range(6):
        page = attempt(client, user.email if number % 2 else user.username, "wrong").content.decode()
    assert "暂时锁定" in page


def test_the_counters_are_shared_by_processes() -> None:
    """They lie in the database (or Redis), never in the memory of one process."""
    assert "db.DatabaseCache" in portal_settings.CACHES["default"]["BACKEND"]
    user = UserFactory()
    attempt(Client(), user.username, "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache WHERE cache_key LIKE %s", ["%login_failed%"])
        assert cursor.fetchone()[0] == 2, "one for the account, one for the network address"


def test_the_lock_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    for _number in range(6):
        attempt(client, user.username, "wrong")
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert attempt(client, user.username).status_code == 302


def test_reset_by_mail_through_the_outbox(client: Client) -> None:
    user = UserFactory()
    for _number in range(6):
        attempt(client, user.username, "wrong")
    client.post("/accounts/password/reset/", {"email": user.email})
    payload = Outbox.objects.get(kind="mail").payload
    assert payload["to"] == user.email
    assert payload["subject"] == "重设登录密码"
    link = re.search(r"http://testserver(/\S+)", payload["text"])
    assert link is not None
    page = client.get(link[1], follow=True)
    form_url = page.redirect_chain[-1][0]
    short = client.post(form_url, {"password1": "12345", "password2": "12345"}).content.decode()
    assert "密码" in short
    differing = client.post(form_url, {"password1": "Brand-New-Tide-8", "password2": "Brand-New-Tide-9"})
    assert "两次输入的密码不一致" in differing.content.decode()
    client.post(form_url, {"password1": "Brand-New-Tide-8", "password2": "Brand-New-Tide-8"})
    assert attempt(client, user.username, "Brand-New-Tide-8").status_code == 302, "the reset unlocks, too"
    assert "重设密码的链接无效" in Client().get(link[1], follow=True).content.decode(), "the link works once"


def test_reset_tells_strangers_nothing(client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert "如果该电子邮箱已注册" in answer.content.decode()
    assert not Outbox.objects.exists()


def test_signing_out_is_a_post(client: Client) -> None:
    sign_in(client, MembershipFactory())
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/accounts/logout/").url == "/"
    assert kinds()[-1] == "sign_out"


def test_an_inactive_account_stays_out(client: Client) -> None:
    user = UserFactory(is_active=False)
    answer = attempt(client, user.username, follow=True)
    assert "_auth_user_id" not in client.session
    assert "账号" in answer.content.decode()


# --- idle time-out ------------------------------------------------------------------------------
def test_an_idle_session_ends(client: Client, settings: Any) -> None:
    sign_in(client, MembershipFactory())
    assert client.get("/accounts/profile/").status_code == 200
    session = client.session
    session[SESSION_SEEN] = time.time() - settings.IDLE_MINUTES * 60 - 1
    session.save()
    answer = client.get("/accounts/profile/", follow=True)
    assert "您已较长时间未操作" in answer.content.decode()
    assert client.get("/accounts/profile/").status_code == 302


def test_activity_is_noted_once_a_minute(client: Client) -> None:
    membership = MembershipFactory()
    sign_in(client, membership)
    session = client.session
    session[SESSION_SEEN] = time.time() - 61
    session.save()
    client.get("/accounts/profile/")
    assert User.objects.get(pk=membership.user_id).last_seen_at is not None
    assert time.time() - client.session[SESSION_SEEN] < 5


# --- demonstration ------------------------------------------------------------------------------
@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> demo_accounts.DemoAccount:
    user = MembershipFactory(role=Role.HANDLER).user
    account = demo_accounts.DemoAccount("handler", "经办人", user.username, PASSWORD, "社会管理")
    monkeypatch.setattr(demo_accounts, "_providers", [lambda: [account]])
    return account


def test_demonstration_accounts_sign_in_with_one_button(
    client: Client, demo: Any, sample: demo_accounts.DemoAccount
) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "演示账号" in page
    assert sample.password in page
    assert client.post("/accounts/demo/", {"login": sample.login}).url == "/desk/"
    assert client.post("/accounts/demo/", {"login": "nobody"}).status_code == 404
    assert client.get("/accounts/demo/").status_code == 405


def test_there_are_none_outside_the_demonstration(client: Client, sample: demo_accounts.DemoAccount) -> None:
    assert "演示账号" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/demo/", {"login": sample.login}).status_code == 404


def test_the_demonstration_never_leads_elsewhere(client: Client, demo: Any, sample: demo_accounts.DemoAccount) -> None:
    answer = client.post("/accounts/demo/", {"login": sample.login, "next": "https://example.com/"})
    assert answer.url == "/desk/"


def test_csrf_is_asked_for(demo: Any, sample: demo_accounts.DemoAccount) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/demo/", {"login": sample.login}).status_code == 403
    assert strict.post("/accounts/login/", {"login": "x", "password": "y"}).status_code == 403
