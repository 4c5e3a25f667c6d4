"""A batch of pilots that were approved together: their days, and the ways that several of them go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilots.demo import running
from pilots.demo.acting import Declaration, person
from pilots.demo.panel import Panel
from pilots.demo.scene import Scene, consent, opinion_of
from pilots.demo.signing import APPROVAL, INTENDED, Signing
from pilots.demo.timeline import Story
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_months, add_workdays
from portal.lifecycle.engine import perform
from portal.notices.models import Notice
from portal.supervision.acts.handover import hand_over

#: who reviews the pilots of earlier years
EXPERTS = ("yin", "lu", "mao", "zi", "ji")
PLACE = "肇嘉浜路301号 12楼会议室"


@dataclass(frozen=True)
class Course:
    """Days counted from the day of the approval document, or back from today; all of them working days."""

    approved_on: dt.date
    today: dt.date

    def date(self, months: int, days: int = 0) -> dt.date:
        """The first working day so many months and days after the approval."""
        return _workday(add_months(self.approved_on, months) + dt.timedelta(days=days))

    def after(self, months: int, days: int = 0, hour: int = 10, minute: int = 0) -> dt.datetime:
        """The instant of an hour on that day."""
        return clock.at(self.date(months, days), hour, minute)

    def before(self, days: int, hour: int = 10, minute: int = 0) -> dt.datetime:
        """The instant of an hour so many working days before today."""
        return clock.at(add_workdays(self.today, -days), hour, minute)


def _workday(day: dt.date) -> dt.date:
    return add_workdays(day - dt.timedelta(days=1), 1)


# --- from the call to the approval ----------------------------------------------------------------
def declared(scene: Scene, d: Declaration, number: int) -> Story:
    """A declaration that meets with no obstacle: submitted, recommended, accepted."""
    yield scene.day(3 + number % 9, 9 + number % 7, number * 7 % 60)
    d.prepare()
    d.seal()
    yield scene.day(7 + number % 9, 10 + number % 5, number * 11 % 60)
    if d.project["class"] == "key" and d.project["department"] != d.recommender.name:
        consent(d, number)
    rank = 1 + number % 4
    d.note_opinion(opinion_of(d, number), rank)
    d.recommend(rank)
    yield scene.day(12 + number % 9, 14, number * 13 % 60)
    d.receive_copies()
    d.accept("材料齐全，符合形式要求。")


def approved(
    course: Course, told: Mapping[str, Declaration], quality: Mapping[str, float], drafter: str, words: str, number: str
) -> Story:
    """Review, public notice and approval of a batch in one go each.

    Args:
        drafter: sign-in name of the handler. words: the batch in words ("2024年度第一批"). number: of the document.
    """
    yield course.after(0, -58, 9, 30)
    panel = Panel(drafter, quality)
    panel.set_up(f"{words}立项评审会", course.date(0, -46), PLACE)
    panel.take_in(told)
    panel.seat(list(EXPERTS), chair="yin")
    panel.take("invite")
    yield course.after(0, -54, 14)
    panel.answer()
    panel.take("open_scoring")
    panel.declare()
    yield course.after(0, -46, 16)
    panel.score()
    panel.conclude("专家组审阅申报材料并评分，参评项目均达到合格线，建议立项。", f"{words}评审纪要", {})
    yield course.after(0, -42, 9, 30)
    for name in quality:
        told[name].put_forward("已核查不得申报的情形，未发现。")
    docket = Signing(drafter, INTENDED, f"关于{words}市级标准化试点拟立项项目的请示")
    yield course.after(0, -41, 10)
    gather(told, drafter)
    docket.begin([told[name] for name in quality])
    docket.send_up("经专家评审，拟同意上述项目列入年度计划并公示，妥否，请批示。")
    yield course.after(0, -38, 15)
    docket.pass_on()
    docket.decide()
    yield course.after(0, -35, 9)
    docket.register()
    yield course.after(0, -14, 10)
    notice = Notice.objects.get(items__dossier=told[next(iter(quality))].pilot.pk)
    account = f"公示自{notice.opens_on}起至{notice.closes_on}止，在本平台公开，期间没有收到异议。"
    perform(notice, "close", actor=docket.drafter, data={"account": account})
    docket = Signing(drafter, APPROVAL, f"关于下达{words}市级标准化试点项目的请示")
    docket.begin([told[name] for name in quality])
    docket.send_up("公示期满无异议，拟印发立项通知，妥否，请批示。")
    yield course.after(0, -7, 15)
    docket.pass_on()
    docket.decide("同意印发。")
    yield clock.at(course.approved_on, 15, 30)
    docket.register(number)
    give_back(told, drafter)


def gather(told: Mapping[str, Declaration], login: str) -> None:
    """The year's plan is one handler's work: the section chief hands the reviewed projects over."""
    taker = person(login, Role.HANDLER).membership
    for giver in _handlers(told, except_for=taker):
        _hand(giver, taker, [d for d in told.values() if d.handler.membership == giver], "年度立项呈批由一人集中办理")


def give_back(told: Mapping[str, Declaration], login: str) -> None:
    """The approved projects return to the handlers of their fields."""
    giver = person(login, Role.HANDLER).membership
    for taker in _handlers(told, except_for=giver):
        mine = [d for d in told.values() if d.handler.membership == taker]
        _hand(giver, taker, mine, "立项后由所属领域经办人办理")


def _handlers(told: Mapping[str, Declaration], *, except_for: Any) -> list[Any]:
    found = {d.handler.membership.pk: d.handler.membership for d in told.values() if d.handler.membership}
    return [membership for key, membership in sorted(found.items()) if key != except_for.pk]


def _hand(giver: Any, taker: Any, mine: list[Declaration], reason: str) -> None:
    chief = person("chuzhang1", Role.SECTION_CHIEF)
    hand_over(giver=giver, taker=taker, dossiers=[d.pilot for d in mine], also_work=False, reason=reason, actor=chief)


# --- the work -------------------------------------------------------------------------------------
def begun(course: Course, d: Declaration, number: int = 0) -> Story:
    """The task book is fixed and signed by the three parties; the work begins."""
    yield course.after(0, 4 + number % 3, 9 + number % 6, number * 17 % 60)
    running.settle_text(d)
    yield course.after(0, 8 + number % 3, 14, number * 19 % 60)
    running.sign(d, "undertaker")
    yield course.after(0, 14 + number % 4, 10, number * 23 % 60)
    running.sign(d, "guarantor")
    yield course.after(0, 20 + number % 5, 16, number * 29 % 60)
    running.sign(d, "bureau")


def worked(course: Course, d: Declaration, until: dt.date, *, number: int = 0) -> Story:
    """Each stage is reported when it ends, up to a date; of the one that runs then the progress is reported."""
    yield course.after(1, 2 + number % 5, 9, number * 7 % 60)
    for stage in running.stages(d):
        day = _workday(stage.ends_on - dt.timedelta(days=9 - number % 7))
        if day >= until:
            yield clock.at(until, 11, number * 13 % 60)
            running.report_progress(d, stage.pk, 30 + number * 11 % 50)
            return
        yield clock.at(day, 15, number * 13 % 60)
        running.reach(d, stage.pk, evidence=stage.position == 1)


# --- rounds ---------------------------------------------------------------------------------------
class Assessment(Panel):
    """A round of mid-term evaluation or acceptance (`matter`)."""

    def prepare(self, told: Mapping[str, Declaration], title: str, held_on: dt.date, experts: Sequence[str]) -> None:
        """Sets it up with its pilots and panel."""
        self.set_up(title, held_on, PLACE)
        self.take_in(told)
        self.seat(list(experts), chair=experts[0])

    def open(self) -> None:
        """Invited, accepted, opened, declared."""
        self.take("invite")
        self.answer()
        self.take("open_scoring")
        self.declare()


def assessed(
    panel: Assessment,
    told: Mapping[str, Declaration],
    title: str,
    days: tuple[dt.datetime, dt.datetime],
    opinions: Mapping[str, str],
    chosen: Mapping[str, str] | None = None,
) -> Story:
    """A round from its preparation to its conclusion, on two days."""
    first, second = days
    yield first
    panel.prepare(told, title, clock.local(second).date(), EXPERTS)
    panel.open()
    yield second
    panel.score()
    panel.conclude("专家组听取汇报，查阅资料，逐项评分，意见分列各项目。", f"{title}纪要", opinions, chosen)
