"""Pilots of the last months: a second batch of last year's call at work, and this year's first ones at their task books."""

from __future__ import annotations

from pilots.demo import around_running as around
from pilots.demo import registers, running
from pilots.demo.acting import Declaration
from pilots.demo.course import Course, approved, begun, declared, worked
from pilots.demo.scene import Scene
from pilots.demo.signing import Signing
from pilots.demo.timeline import Story
from pilots.requests import CHANGE, EXTENSION, RESUMPTION, SUSPENSION

#: project, words put before 标准化试点, recommender
_AT_WORK = (
    ("ev_battery", "（换电站）", "临港新片区市场监管局"),
    ("fire_safety", "（城中村）", "普陀区市场监管局"),
    ("port_supply", "（海外仓）", "浦东新区市场监管局"),
)
_AT_TASK_BOOKS = (
    ("hydrogen_station", "（站控平台）", "嘉定区市场监管局"),
    ("elder_care", "（智慧照护）", "徐汇区市场监管局"),
    ("urban_drainage", "（智能泵站）", "宝山区市场监管局"),
)


def at_work(scene: Scene, course: Course, words: str, numbers: dict[str, str]) -> list[Story]:
    """The stories of the second batch; `numbers` of the documents: "approved", "changed", "suspended", "resumed", "ended"."""
    told = {n: scene.declaration(n, body, suffix=suffix, name=f"work_{n}") for n, suffix, body in _AT_WORK}
    busy = [d for name, d in told.items() if name != "port_supply"]
    return [
        *(declared(scene, d, n + 5) for n, d in enumerate(told.values())),
        approved(course, told, dict.fromkeys(told, 0.86), "jingban4", words, numbers["approved"]),
        *(begun(course, d, n) for n, d in enumerate(busy)),
        *(worked(course, d, course.before(5).date(), number=n) for n, d in enumerate(busy)),
        _changed(course, told["fire_safety"], numbers["changed"]),
        _stood_still(course, told["ev_battery"], numbers),
        _asks(course, told["fire_safety"]),
        _agreed(course, told["ev_battery"]),
        _never_signed(course, told["port_supply"], numbers["ended"]),
    ]


def _changed(course: Course, d: Declaration, number: str) -> Story:
    """A change of targets and head, granted by the section chief."""
    yield course.after(3, 5, 10)
    reason = "原项目负责人退休，由中心标准化科科长接任，负责试点的统筹和协调。"
    around.ask_for(d, f"{CHANGE}_leader", reason, {"leader--name": "罗望津", "leader--post": "标准化科科长"})
    yield course.after(3, 11, 10)
    around.endorsed(d, f"{CHANGE}_leader")
    docket = Signing("jingban1", CHANGE, "关于消防安全试点项目变更项目负责人的请示")
    yield course.after(3, 13, 10)
    docket.begin([d])
    docket.send_up("变更不影响试点目标和进度，拟同意，妥否，请审批。")
    yield course.after(3, 17, 15)
    around.decided_by_chief(docket)
    yield course.after(3, 19, 10)
    docket.register(number)


def _agreed(course: Course, d: Declaration) -> Story:
    """The guarantor agrees to more time; the handler has to begin the docket."""
    yield course.before(9, 10)
    around.ask_for(d, EXTENSION, "停电改造后测试窗口减少，申请延期三个月。", {"months": "3"})
    yield course.before(5, 15)
    around.endorsed(d, EXTENSION)


def _stood_still(course: Course, d: Declaration, numbers: dict[str, str]) -> Story:
    """Suspended and resumed: all dates moved by as much."""
    yield course.after(2, 2, 10)
    around.ask_for(d, SUSPENSION, "换电站所在园区变电设备改造停电，无法开展测试，申请暂停。")
    yield course.after(2, 6, 10)
    around.endorsed(d, SUSPENSION)
    docket = Signing("jingban3", SUSPENSION, "关于动力电池试点项目暂停的请示")
    days = course.after(2, 9, 10), course.after(2, 12, 15), course.after(2, 15, 16)
    yield from around.decided(docket, [d], days, "停电改造属客观原因，拟同意暂停，妥否，请批示。")
    yield course.after(2, 18, 10)
    docket.register(numbers["suspended"])
    yield course.after(4, 2, 10)
    around.ask_for(d, RESUMPTION, "变电设备改造完成，已恢复供电，申请恢复试点。")
    yield course.after(4, 6, 10)
    around.endorsed(d, RESUMPTION)
    docket = Signing("jingban3", SUSPENSION, "关于动力电池试点项目恢复的请示")
    days = course.after(4, 9, 10), course.after(4, 12, 15), course.after(4, 15, 16)
    yield from around.decided(docket, [d], days, "暂停原因已消除，拟同意恢复，妥否，请批示。")
    yield course.after(4, 18, 10)
    docket.register(numbers["resumed"])


def _asks(course: Course, d: Declaration) -> Story:
    """One request was taken back, another waits for the guarantor."""
    yield course.before(16, 10)
    title = d.project["title"].replace("“微网格”", "“网格化”")
    asked = around.ask_for(d, f"{CHANGE}_title", "与街道网格名称保持一致。", {"title": title})
    yield course.before(14, 15)
    around.take_back(d, asked)
    yield course.before(3, 10)
    around.ask_for(d, f"{CHANGE}_title", "区里统一项目名称，去掉引号，任务和指标不变。", {"title": title})


def _never_signed(course: Course, d: Declaration, number: str) -> Story:
    """The task book was not signed: reminded, heard, terminated."""
    yield course.after(2, 3, 10)
    facts = "立项文件印发后三十日内未签署任务书，经书面催办，仍未定稿。"
    notice = around.give_notice(d, "terminate", facts)
    yield course.after(2, 6, 14)
    around.serve(d, notice)
    docket = Signing("jingban4", "pilots.ending", "关于终止一个未签署任务书的市级标准化试点项目的请示")
    grounds = {d.pilot.pk: ("terminate", "任务书逾期未签署，告知后期满未提出陈述申辩意见。")}
    days = course.after(3, 2, 10), course.after(3, 6, 15), course.after(3, 9, 16)
    yield from around.decided(docket, [d], days, "拟终止该项目，妥否，请批示。", grounds)
    yield course.after(3, 13, 10)
    docket.register(number)


# --- task books -----------------------------------------------------------------------------------
def at_task_books(scene: Scene, course: Course, words: str, numbers: dict[str, str]) -> list[Story]:
    """The stories of pilots approved some weeks ago: a task book in each state before the last signature."""
    told = {n: scene.declaration(n, body, suffix=suffix) for n, suffix, body in _AT_TASK_BOOKS}
    return [
        *(declared(scene, d, n) for n, d in enumerate(told.values())),
        approved(course, told, dict.fromkeys(told, 0.87), "jingban1", words, numbers["approved"]),
        _signing(course, told),
        *registers.stories(scene, course),
        _sent_back(course, told["elder_care"]),
    ]


def _signing(course: Course, told: dict[str, Declaration]) -> Story:
    """One is to be signed by its unit, one by the bureau."""
    yield course.before(10, 10)
    running.settle_text(told["hydrogen_station"])
    yield course.before(8, 10)
    running.settle_text(told["urban_drainage"])
    yield course.before(7, 14)
    running.sign(told["urban_drainage"], "undertaker")
    yield course.before(3, 10)
    running.sign(told["urban_drainage"], "guarantor")


def _sent_back(course: Course, d: Declaration) -> Story:
    """Sent back once, signed anew; the guarantor has it before it."""
    yield course.before(11, 9, 30)
    running.settle_text(d)
    yield course.before(9, 9, 30)
    running.sign(d, "undertaker")
    yield course.before(5, 15)
    running.send_book_back(d, "扫描件缺少第三页签字，且经费预算页没有盖章，请补齐后重新签署。")
    yield course.before(3, 10)
    running.settle_text(d)
    yield course.before(2, 15)
    running.sign(d, "undertaker")
