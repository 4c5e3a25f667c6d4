"""The conveniences in a browser, and the same places with scripts off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from portal.accounts.actors import Actor
from tests.factories import CallFactory, PilotFactory, handler_of, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def _signed_in(page: Page, server: Any, actor: Actor) -> list[str]:
    """Signs the browser in; gives the list that errors of the console are added to."""
    assert actor.membership is not None
    client = sign_in(Client(), actor.membership)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


@pytest.fixture
def unscripted(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def pilots(transactional_db: None) -> list[Any]:
    call = CallFactory()
    return [PilotFactory(state="recommended", call=call, title=f"{n}号标准化试点") for n in "一二"]


def test_select_all_shows_the_bulk_bar_and_tabs_change_in_place(
    live_server: Any, page: Page, pilots: list[Any]
) -> None:
    errors = _signed_in(page, live_server, handler_of(pilots[0].call))
    page.goto(f"{live_server.url}/desk/dossiers/")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.get_by_label("全选本页").check()
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_role("heading", name="批量办理“受理”（2 项）")).to_be_visible()

    page.goto(f"{live_server.url}/desk/dossiers/")
    page.locator("tbody tr").first.locator("td").nth(3).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("号标准化试点")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="办理历史").click()
    expect(page.locator(".p-timeline > li").first).to_be_visible()
    expect(page.get_by_role("link", name="办理历史")).to_have_class("active")
    assert page.evaluate("window.stayed")
    assert "tab=history" in page.url
    page.get_by_label("只看状态变化").check()
    expect(page.locator(".p-timeline > li", has_text="拟写推荐意见")).to_be_hidden()
    assert errors == []


def test_everything_is_reached_with_scripts_off_on_a_phone(
    live_server: Any, unscripted: Page, pilots: list[Any]
) -> None:
    page = unscripted
    _signed_in(page, live_server, handler_of(pilots[0].call))
    page.goto(f"{live_server.url}/desk/dossiers/")
    assert page.get_by_role("navigation", name="主菜单").is_hidden()
    page.locator("label[for=p-nav-open]").click()
    expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()
    page.locator("tbody input[name=id]").first.check()
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_role("heading", name="批量办理“受理”（1 项）")).to_be_visible()
    page.goto(f"{live_server.url}/desk/dossiers/{pilots[0].pk}/")
    page.get_by_role("link", name="办理历史").click()
    expect(page.locator(".p-timeline > li").first).to_be_visible()
    page.get_by_text("更多操作").click()
    page.get_by_role("link", name="要求补正").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("要求补正")
