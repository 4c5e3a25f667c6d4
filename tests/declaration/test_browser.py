"""The conveniences of the form in a real browser: autosave, row buttons, pasting, counters, two people at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.declaration import actions
from portal.declaration.document import document_of
from tests import factories
from tests.factories import PilotFactory, sign_in
from tests.pilot_data import people_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pilot() -> Pilot:
    return PilotFactory()


@pytest.fixture
def page(page: Any, live_server: Any, pilot: Pilot, client: Client) -> Any:
    """The applicant's browser; an error in a script fails the test."""
    membership = people_of(pilot).applicant.membership
    assert membership is not None
    cookie = sign_in(client, membership).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" and "409" not in m.text else None)
    yield page
    assert problems == []


def _open(page: Any, live_server: Any, pilot: Pilot, section: str) -> None:
    page.goto(live_server.url + reverse("declaration:section", args=[pilot.pk, section]))


def test_autosave_and_counter(page: Any, live_server: Any, pilot: Pilot) -> None:
    _open(page, live_server, pilot, "goals")
    page.get_by_label("试点目标").last.fill("自动保存的目标")
    assert page.locator("#field-f-goals .p-counter").inner_text() == "7 / 1500"
    page.locator("[data-autosave-line]").filter(has_text=re.compile(r"已于 \d\d:\d\d 自动保存")).wait_for(timeout=15000)
    assert document_of(pilot).value("goals", "goals") == "自动保存的目标"
    page.get_by_label("试点目标").last.fill("长" * 1501)
    assert "超出 1 字" in page.locator("#field-f-goals .p-counter").inner_text()
    page.get_by_label("试点目标").last.fill("再改一次")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("已保存").wait_for()
    assert document_of(pilot).value("goals", "goals") == "再改一次"


def test_rows_with_scripts(page: Any, live_server: Any, pilot: Pilot) -> None:
    _open(page, live_server, pilot, "team")
    page.get_by_label("姓名").first.fill("改了名")
    page.get_by_role("button", name="添加一行").click()
    page.locator(".p-row").nth(3).wait_for()
    assert page.get_by_label("姓名").first.input_value() == "改了名"
    assert page.evaluate("document.activeElement.closest('.p-row') === document.querySelectorAll('.p-row')[3]")
    page.keyboard.type("新成员")
    page.get_by_role("button", name="上移第 4 行").click()
    expect(page.get_by_label("姓名").nth(2)).to_have_value("新成员")
    page.get_by_role("button", name="删除第 1 行").click()
    expect(page.locator(".p-row")).to_have_count(3)
    assert [row["name"] for row in document_of(pilot).rows("team", "members")] == ["孙七", "新成员", "周八"]


def test_cells_of_a_spreadsheet_are_pasted_into_rows(page: Any, live_server: Any, pilot: Pilot) -> None:
    _open(page, live_server, pilot, "team")
    page.get_by_label("姓名").nth(1).focus()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', '甲\\t甲单位\\t工程师\\n乙\\t乙单位\\t研究员\\n丙\\t丙单位\\t教授\\n');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    names = [page.get_by_label("姓名").nth(n).input_value() for n in range(3)]
    assert names == ["钱六", "甲", "乙"]
    assert "丙\t丙单位" in page.locator(".p-paste textarea").input_value(), "what has no row yet waits in the box"
    page.get_by_role("button", name="添加到表中").click()
    page.locator(".p-row").nth(3).wait_for()
    assert [row["name"] for row in document_of(pilot).rows("team", "members")] == ["钱六", "甲", "乙", "丙"]


def test_a_conflict_stops_autosave_and_is_settled_by_the_person(page: Any, live_server: Any, pilot: Pilot) -> None:
    _open(page, live_server, pilot, "goals")
    colleague = factories.actor(Role.UNIT_EDITOR, unit=pilot.applicant)
    content = document_of(pilot).content("goals")
    content["fields"]["goals"] = "同事写的"
    actions.save_section(pilot, "goals", content, actor=colleague, seen=None)
    page.get_by_label("试点目标").last.fill("我写的")
    page.locator("[data-autosave-line]").filter(has_text="核对两份内容").wait_for(timeout=15000)
    assert document_of(pilot).value("goals", "goals") == "同事写的"
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("您填写的内容没有丢失").wait_for()
    page.get_by_role("button", name="按所选保存").click()
    page.get_by_text("已保存").wait_for()
    assert document_of(pilot).value("goals", "goals") == "我写的"


def test_leaving_with_unsaved_changes_asks(page: Any, live_server: Any, pilot: Pilot) -> None:
    _open(page, live_server, pilot, "goals")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("试点目标").last.press_sequentially("改")
    page.goto(live_server.url + reverse("declaration:review", args=[pilot.pk]))
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", [1366, 390])
def test_pages_fit_the_screen(page: Any, live_server: Any, pilot: Pilot, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for section in ("basic", "unit", "team", "standards", "materials"):
        _open(page, live_server, pilot, section)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, section
