"""What journeys through the offices share: windows by person, the moved clock, dockets."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from portal.base import clock
from portal.base.models import ClockOffset
from portal.deadlines.sweep import sweep
from portal.supervision.models import Docket
from tests.journeys.conftest import Open
from tests.journeys.pages import Visitor

UP, ON = ("jingban", "send_up", "报审"), ("chuzhang", "pass_on", "同意报批")
BACK_BY_CHIEF, BACK_BY_LEADER = ("chuzhang", "send_back", "退回经办"), ("juling", "send_back", "退回经办")
DECIDE = ("juling", "decide", "审批")


def set_clock(day: dt.date) -> None:
    """Moves the demonstration's clock to a day, for the browser and for the test."""
    days = (day - clock.today()).days
    row = ClockOffset.objects.first() or ClockOffset()
    row.seconds += days * 86400
    row.save()
    clock._offset_cache["read"] = 0.0


def take(visitor: Visitor, path: str, label: str, file: Path | None = None, **typed: Any) -> None:
    """Opens the page of a step and takes it."""
    visitor.go(path)
    for name, value in typed.items():
        visitor.put(name, value)
    if file is not None:
        visitor.page.locator('main input[type="file"]').first.set_input_files(file)
    visitor.press(f"确认{label}")
    expect(visitor.page).not_to_have_url(re.compile("/steps/"))


class Office:
    """The windows of the people, each opened once; after a leap of the clock everybody signs in anew.

    Args:
        phones: logins of those who look at the portal on a phone.
    """

    def __init__(self, window: Open, phones: tuple[str, ...] = ()) -> None:
        self._window, self._phones = window, phones
        self._open: dict[str, Visitor] = {}

    def __call__(self, login: str) -> Visitor:
        if login not in self._open:
            self._open[login] = self._window(login, width=390 if login in self._phones else 1366)
        return self._open[login]

    def leap(self, day: dt.date) -> None:
        """Moves the clock to that day."""
        set_clock(day)
        for visitor in self._open.values():
            visitor.context.close()
        self._open.clear()

    def sign(self, docket: Docket, *steps: tuple[str, str, str], **typed: Any) -> None:
        """Takes steps of a docket, each by its person; what is typed goes into the last one."""
        for number, (login, step, label) in enumerate(steps, 1):
            more = typed if number == len(steps) else {}
            take(self(login), f"/desk/dockets/{docket.pk}/steps/{step}/", label, remark="同意。", **more)

    def register(self, docket: Docket, number: str, original: Path) -> None:
        """The handler registers the document that carries the decision out 发文登记."""
        document = {"number": number, "dated": clock.today().isoformat()}
        take(self("jingban"), f"/desk/dockets/{docket.pk}/steps/register/", "发文登记", original, **document)


def begin_docket(desk: Visitor, matter: str, title: str) -> Docket:
    """The handler begins a docket with everything that waits for the matter."""
    desk.go(f"/desk/dockets/new/?matter={matter}")
    desk.put("title", title)
    desk.press("拟办")
    return Docket.objects.latest("pk")


def leap_and_sweep(office: Office, day: dt.date) -> None:
    """The clock goes to that day, and time does what is due."""
    office.leap(day)
    sweep(day)
