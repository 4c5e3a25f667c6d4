"""The calls of earlier years, whose pilots run today: when they were approved, and who tells their stories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from pilots.demo import stories_early, stories_fresh, stories_midway, stories_window
from pilots.demo.course import Course
from pilots.demo.scene import Scene
from pilots.demo.timeline import Story
from portal.base.workdays import add_months, add_workdays
from portal.calls.models import Call
from portal.calls.models import ParameterVersion as Version

#: calendar days between a call's opening and its first batch's approval
AHEAD = 132
#: the number of a call begins with it
NUMBER = "演示沪市监标技"
_SPECIAL = "关于开展{year}年度市级标准化试点（数字化专项）工作的通知"


class Batch(NamedTuple):
    """Pilots approved together: how long ago, by whom told, how called; `first` says that its call opens with it."""

    ago: tuple[int, int]
    tell: Callable[[Scene, Course, str, dict[str, str]], list[Story]]
    words: str
    first: bool


BATCHES = (
    Batch((27, 0), stories_early.stories, "第一批", True),
    Batch((22, 25), stories_window.stories, "第二批", False),
    Batch((12, 12), stories_midway.stories, "第一批", True),
    Batch((8, 0), stories_fresh.at_work, "第二批", False),
    Batch((0, 24), stories_fresh.at_task_books, "数字化专项", True),
)
_DOCUMENTS = ("approved", "ended", "withdrawn", "extended", "results", "revoked", "suspended", "resumed", "changed")


def approvals(today: dt.date) -> list[dt.date]:
    """The days on which the batches were approved, the oldest first; each a working day."""
    days = [add_months(today, -months) - dt.timedelta(days=days) for months, days in (b.ago for b in BATCHES)]
    return [add_workdays(day - dt.timedelta(days=1), 1) for day in days]


def told(
    today: dt.date, call_of: Callable[[dt.date, str, str], Call], scene_of: Callable[[Call], Scene]
) -> list[Story]:
    """The stories of all batches.

    Args:
        call_of: makes and publishes a call that opens on a day, with its number and a title ("" for the usual one).
    """
    stories: list[Story] = []
    call: Call | None = None
    for n, (batch, day) in enumerate(zip(BATCHES, approvals(today), strict=True)):
        if batch.first or call is None:
            opens_on = day - dt.timedelta(days=AHEAD)
            title = _SPECIAL.format(year=opens_on.year) if batch.words.endswith("专项") else ""
            call = call_of(opens_on, f"{NUMBER}〔{opens_on.year}〕{12 + n}号", title)
        numbers = {what: f"沪市监标技演示〔{day.year}〕{100 + n * 20 + k}号" for k, what in enumerate(_DOCUMENTS)}
        stories += batch.tell(scene_of(call), Course(day, today), f"{call.year}年度{batch.words}", numbers)
    return stories


def allow_suspension(on: dt.date) -> None:
    """In the demonstration pilots may be suspended: a version of the parameter says so."""
    basis = "演示数据：为展示暂停和恢复而设定，正式环境由管理员确定"
    Version.objects.get_or_create(
        key="suspension_allowed", programme="pilots", effective_from=on, defaults={"value": 1, "basis": basis}
    )
