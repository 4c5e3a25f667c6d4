"""Loading the demonstration of the pilots: people, the call of 2023, calls whose pilots run, one under review, an open one."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from pilots.demo import (
    experts,
    people,
    registrations,
    scale,
    stories_decided,
    stories_ended,
    stories_live,
    stories_past,
    stories_review,
    stories_review_dockets,
    stories_running,
    units,
)
from pilots.demo.acting import acting
from pilots.demo.course import Course
from pilots.demo.scene import Scene
from pilots.demo.timeline import Story, Timeline
from pilots.models import Pilot
from portal.accounts.models import Membership, Unit, User
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.calls import loading
from portal.calls.models import Call
from portal.lifecycle.models import Record
from portal.messaging import suppressed
from portal.messaging.models import Message
from portal.workbench.demo import Demonstration, Say, register

PEOPLE, PAST, RUNNING, REVIEW, LIVE = "people", "past", "running", "review", "live"
FOLDER = settings.ROOT / "fixtures" / "calls"
CALL_2023 = FOLDER / "pilots_2023.toml"
#: the accounts and units were registered before the first call
FIRST_DAY = dt.date(2023, 3, 1)
#: working days for which the open call still runs, and until the recommenders have to report
STILL_OPEN, REPORTING = 15, 25
#: messages younger than this are still unread
UNREAD = dt.timedelta(days=4)


def is_loaded(stage: str) -> bool:
    """Whether a stage's data is there already."""
    if stage == PEOPLE:
        return User.objects.filter(username="chuzhang1").exists()
    if stage == PAST:
        return Call.objects.filter(programme="pilots", number=loading.read(CALL_2023)["number"]).exists()
    number = {RUNNING: stories_running.NUMBER, REVIEW: REVIEW_NUMBER, LIVE: _LIVE_NUMBER}[stage]
    return Call.objects.filter(programme="pilots", number__startswith=number).exists()


def load(stage: str, say: Say) -> None:
    """Makes a stage's data, whole or not at all. Mails that the past would have sent are written down as suppressed."""
    with suppressed(), transaction.atomic():
        _LOADERS[stage](say)


def again(say: Say) -> None:
    """One more set of declarations under the open call, which is made anew when its window is over."""
    with suppressed(), transaction.atomic():
        call = Call.objects.filter(programme="pilots", number__startswith=_LIVE_NUMBER).order_by("pk").last()
        told = Pilot.objects.filter(call=call, state="lapsed").count() if call else 0
        if call is None or not call.is_open():
            call, told = _open_call(), 0
        _live(call, f"（第{told + 1}组）" if told else "", say)


def _load_people(say: Say) -> None:
    call_command("load_reference", stdout=io.StringIO())
    today = clock.today()
    with clock.moved(FIRST_DAY):
        made = units.make()
        accounts = people.make(made)
        known = experts.make(made, today)
    say(f"{len(made)} units, {len(accounts)} accounts, {len(known)} experts")


def _load_past(say: Say) -> None:
    data = loading.read(CALL_2023)
    with clock.moved(clock.at(data["opens_on"], 8, 30)):
        call = _make_call(data, people.ALONE)
    timeline, scene = Timeline(call.opens_on), _scene(call)
    for story in stories_past.stories(scene):
        timeline.add(story)
    timeline.run(clock.at(add_workdays(call.opens_on, stories_decided.END), 18))
    course = Course(add_workdays(call.opens_on, stories_decided.APPROVED), clock.today())
    for story in stories_ended.stories(scene.told, course):
        timeline.add(story)
    timeline.run(course.after(stories_ended.MONTHS))
    _report(call, say)


def _load_running(say: Say) -> None:
    today = clock.today()
    first = stories_running.approvals(today)[0] - dt.timedelta(days=stories_running.AHEAD)
    stories_running.allow_suspension(first)
    calls: list[Call] = []

    def call_of(opens_on: dt.date, number: str, title: str) -> Call:
        closes_on = add_workdays(opens_on, stories_past.CLOSING)
        dates = opens_on, closes_on, add_workdays(closes_on, 5)
        calls.append(_demonstrated(number, opens_on.year, dates, title))
        return calls[-1]

    timeline = Timeline(first)
    for story in stories_running.told(today, call_of, _scene):
        timeline.add(story)
    timeline.run(clock.now())
    for call in calls:
        _report(call, say)


def _load_review(say: Say) -> None:
    call = _reviewed_call()
    timeline = Timeline(call.opens_on)
    for story in stories_review.stories(_scene(call)):
        timeline.add(story)
    timeline.run(clock.now())
    _report(call, say)


def _load_live(say: Say) -> None:
    matters = list(registrations.stories(people.PASSWORD if settings.DEMO else ""))
    _live(_open_call(), "", say, matters)
    say(f"{len(matters)} claims of units and requests to join")


def _live(call: Call, suffix: str, say: Say, matters: Iterable[Story] = ()) -> None:
    timeline = Timeline(call.opens_on)
    for story in (*stories_live.stories(_scene(call, suffix)), *matters):
        timeline.add(story)
    timeline.run(clock.now())
    _report(call, say)


# --- calls --------------------------------------------------------------------------------------
_LIVE_NUMBER = "沪市监标技（演示）"
REVIEW_NUMBER = "沪市监标技演示"


def _opening() -> dt.date:
    return add_workdays(clock.today(), -stories_live.PRESENT)


def _open_call() -> Call:
    """A call whose window is open today: the text of 2023 with other dates, marked as a demonstration."""
    today = clock.today()
    year = today.year + (today.month >= 10)
    count = Call.objects.filter(number__startswith=f"{_LIVE_NUMBER}〔{year}〕").count() + 1
    dates = _opening(), add_workdays(today, STILL_OPEN), add_workdays(today, REPORTING)
    return _demonstrated(f"{_LIVE_NUMBER}〔{year}〕{count}号", year, dates)


def _reviewed_call() -> Call:
    """A call whose window is over, and whose declarations are being reviewed and decided."""
    opens_on = add_workdays(clock.today(), -stories_review_dockets.PRESENT)
    dates = opens_on, add_workdays(opens_on, stories_past.CLOSING), add_workdays(opens_on, stories_past.CLOSING + 5)
    return _demonstrated(f"{REVIEW_NUMBER}〔{opens_on.year}〕26号", opens_on.year, dates)


def _demonstrated(number: str, year: int, dates: tuple[dt.date, dt.date, dt.date], title: str = "") -> Call:
    data = loading.read(CALL_2023)
    opens_on, closes_on, reporting_closes_on = dates
    text = data["text"].replace("2023年度", f"{year}年度")
    text = text.replace("2023年5月15日", f"{closes_on.year}年{closes_on.month}月{closes_on.day}日")
    data |= {
        "opens_on": opens_on,
        "closes_on": closes_on,
        "reporting_closes_on": reporting_closes_on,
        "year": year,
        "number": number,
        "title": f"（演示）上海市市场监督管理局{title or f'关于开展{year}年度市级标准化试点工作的通知'}",
        "issued_on": opens_on,
        "text": f"本通知为演示数据，不是正式文件。\n{text}",
    }
    with clock.moved(clock.at(opens_on, 8, 30)):
        return _make_call(data, people.TOGETHER)


def _make_call(data: dict[str, Any], beside: Mapping[str, str]) -> Call:
    """Publishes a call; `beside`: who sits at a desk together with its handler."""
    held = Membership.objects.filter(user__username__in=[f"jingban{n}" for n in range(1, 7)], role=Role.HANDLER)
    handlers = {m.user.username: m for m in held.select_related("user", "unit", "body")}
    desks = {desk: [handlers[f"jingban{n}"]] for n, desk in enumerate(people.DESKS, 1)}
    for desk, login in beside.items():
        desks[desk].append(handlers[login])
    return loading.load(data, actor=acting(handlers["jingban1"]), folder=FOLDER, handlers=desks, publish=True)


def _scene(call: Call, suffix: str = "") -> Scene:
    found = {unit.name: unit for unit in Unit.objects.all()}
    return Scene(call, {name: found[data["name"]] for name, data in units.all_units().items()}, suffix)


def _read_messages() -> None:
    """People have read what is older than some days; the latest is still unread."""
    old = Message.objects.filter(read_at=None, created_at__lt=clock.now() - UNREAD)
    old.update(read_at=F("created_at") + dt.timedelta(hours=2))


def _note_visits() -> None:
    """Everybody was last seen when they acted last."""
    for user, at in Record.objects.exclude(user=None).order_by().values_list("user").annotate(last=Max("at")):
        User.objects.filter(pk=user).update(last_seen_at=at, last_login=at - dt.timedelta(minutes=12))


def _report(call: Call, say: Say) -> None:
    _read_messages()
    _note_visits()
    counted = Counter(Pilot.objects.filter(call=call).values_list("state", flat=True))
    states = Pilot.lifecycle.states
    words = "，".join(f"{states[state].label} {counted[state]}" for state in states if counted[state])
    say(f"{call.number}: {sum(counted.values())} declarations ({words})")


_LOADERS = {PEOPLE: _load_people, PAST: _load_past, RUNNING: _load_running, REVIEW: _load_review, LIVE: _load_live}
register(
    Demonstration(
        id="pilots",
        label=_("市级标准化试点"),
        stages=(PEOPLE, PAST, RUNNING, REVIEW, LIVE),
        is_loaded=is_loaded,
        load=load,
        again=again,
        scale=scale.fill,
    )
)
