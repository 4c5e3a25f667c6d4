"""The pilots of 2023 after their approval: task books, two years of work, acceptance, certificates, the archive."""

from __future__ import annotations

from pilots.demo import around_running as around
from pilots.demo import running
from pilots.demo.acting import Declaration
from pilots.demo.course import Assessment, Course, assessed, begun, worked
from pilots.demo.signing import Signing
from pilots.demo.timeline import Story
from pilots.guards import ACCEPTANCE_ROUND, MIDTERM_ROUND
from pilots.requests import TERMINATION

#: in the order of their archive boxes, and how good their work is
_PASSED = {"composite": 0.9, "hydrogen_station": 0.92, "dementia": 0.81, "elevator": 0.76}
_FAILED = "iot_standard"
_STOPPED = "semiconductor"
#: months after the approval at which all is told
MONTHS = 26
_OPINIONS = {
    "composite": "标准体系完整，固化与检测标准已用于三个型号，同意通过验收，建议向产业链企业推广。",
    "iot_standard": "国际标准提案未获立项，标准明细中七项未发布，实施记录缺失，平均分未达到合格线，不同意通过验收。",
}


def stories(told: dict[str, Declaration], course: Course) -> list[Story]:
    """All stories of the six approved pilots."""
    names = (*_PASSED, _FAILED, _STOPPED)
    return [
        _on_their_way(course, {name: told[name] for name in names}),
        _stopped(course, told[_STOPPED]),
        _midterm(course, {name: told[name] for name in names if name != _STOPPED}),
        _accepted(course, {name: told[name] for name in names if name != _STOPPED}),
    ]


def _on_their_way(course: Course, told: dict[str, Declaration]) -> Story:
    """The task books, then the reports on the stages: told one after another, as the days go."""
    ways = [begun(course, d, n) for n, d in enumerate(told.values())]
    ways += [worked(course, d, course.date(23), number=n) for n, d in enumerate(told.values())]
    yield from in_turn(ways)


def in_turn(ways: list[Story]) -> Story:
    """Several stories as one: each goes on when its instant has come."""
    waiting = [(next(way), n) for n, way in enumerate(ways)]
    while waiting:
        waiting.sort()
        when, n = waiting.pop(0)
        yield when
        following = next(ways[n], None)
        if following is not None:
            waiting.append((following, n))


def _stopped(course: Course, d: Declaration) -> Story:
    """It asks to be terminated, and is."""
    yield course.after(9, 3, 10)
    reason = "公司产线迁往外地，本市不再保留清洗业务，试点无法继续实施；已形成的两项企业标准继续执行。"
    around.ask_for(d, TERMINATION, reason)
    yield course.after(9, 9, 14)
    around.endorsed(d, TERMINATION, "情况属实，该公司已办理迁移手续，同意终止。")
    docket = Signing("jingban1", TERMINATION, "关于终止一个市级标准化试点项目的请示")
    days = course.after(9, 13, 10), course.after(9, 16, 15), course.after(9, 20, 16)
    yield from around.decided(docket, [d], days, "承担单位申请终止，保证单位同意，拟予终止，妥否，请批示。")
    yield course.after(9, 24, 10)
    docket.register("沪市监标技演示〔2024〕37号")


def _midterm(course: Course, told: dict[str, Declaration]) -> Story:
    """Two are evaluated; the others were ahead of their plans and need not be."""
    held = {name: told[name] for name in ("dementia", _FAILED)}
    yield course.after(11, 3, 10)
    for name, d in told.items():
        if name not in held:
            reason = "标准制定任务已提前完成，年度检查情况良好，免予中期评估。"
            d.take("waive_midterm", running.handler_of(d), {"reason": reason})
    for n, d in enumerate(held.values()):
        yield course.after(12, 9, 9, 10 + n * 6)
        running.file_midterm(d, 0.4 if d is told[_FAILED] else 0.6)
    panel = Assessment("jingban1", {"dementia": 0.82, _FAILED: 0.68}, MIDTERM_ROUND)
    days = course.after(12, 25), course.after(12, 33, 16)
    yield from assessed(panel, held, "2023年度项目中期评估会", days, {})
    yield course.after(12, 37, 10)
    for d in held.values():
        d.take("pass_midterm", running.handler_of(d), {"remark": "按期完成下一阶段任务。"})


def _accepted(course: Course, told: dict[str, Declaration]) -> Story:
    """Four pass and are archived; one fails after it was heard."""
    for n, d in enumerate(told.values()):
        yield course.after(21, 10 + n * 3, 10)
        running.apply_for_acceptance(d, 0.45 if d is told[_FAILED] else 1.0)
    yield course.after(21, 30, 14)
    for d in told.values():
        running.endorse(d, "acceptance_consent")
    panel = Assessment("jingban1", {**_PASSED, _FAILED: 0.52}, ACCEPTANCE_ROUND)
    days = course.after(22, 8), course.after(22, 20, 16)
    yield from assessed(panel, told, "2023年度项目验收会", days, _OPINIONS)
    yield course.after(22, 24, 10)
    for name, d in told.items():
        running.propose_result(d, "fail" if name == _FAILED else "pass")
    facts = "验收评审平均分未达到合格线：国际标准提案未获立项，七项标准未发布。"
    notice = around.give_notice(told[_FAILED], "fail_acceptance", facts)
    yield course.after(22, 27, 10)
    around.serve(told[_FAILED], notice)
    yield course.after(23, 3, 10)
    around.waive(told[_FAILED], notice)
    docket = Signing("jingban1", "pilots.acceptance", "关于2023年度市级标准化试点项目验收结果的请示")
    grounds = {told[_FAILED].pilot.pk: ("fail_acceptance", "主要标准未发布、未实施，未达到验收要求。")}
    days3 = course.after(23, 6, 10), course.after(23, 10, 15), course.after(23, 14, 16)
    text = "四个项目拟通过验收，一个项目拟不予通过，妥否，请批示。"
    yield from around.decided(docket, list(told.values()), days3, text, grounds)
    yield course.after(23, 18, 10)
    docket.register("沪市监标技演示〔2025〕52号")
    yield course.after(24, 20, 10)
    for n, name in enumerate(_PASSED, 1):
        running.archive(told[name], f"BZ-SD-2023-{n:02d}")
