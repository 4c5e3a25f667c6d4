"""A first batch of the call before last: its term is over, and its pilots lie at the ends and close before them."""

from __future__ import annotations

from pilots.demo import around_running as around
from pilots.demo import running
from pilots.demo.acting import Declaration
from pilots.demo.course import EXPERTS, Assessment, Course, approved, assessed, begun, declared, worked
from pilots.demo.scene import Scene
from pilots.demo.signing import Signing
from pilots.demo.timeline import Story
from pilots.guards import ACCEPTANCE_ROUND, MIDTERM_ROUND
from pilots.requests import CHANGE, EXTENSION

#: project, words put before 标准化试点, recommender
_DECLARED = (
    ("data_service", "（行业数据）", "静安区市场监管局"),
    ("stem_cell", "（产业园区）", "奉贤区市场监管局"),
    ("library", "（社区书房）", "黄浦区市场监管局"),
    ("rice", "（种植基地）", "松江区市场监管局"),
    ("industrial_internet", "（产业集群）", "松江区市场监管局"),
    ("ship_carbon", "（沿海航线）", "虹口区市场监管局"),
)
_QUALITY = {name: 0.84 + n % 4 * 0.02 for n, (name, _w, _r) in enumerate(_DECLARED)}
_MIDTERM = {**dict.fromkeys(_QUALITY, 0.8), "stem_cell": 0.52}
_POINTS = ["补齐两个合作社的标准实施检查记录，由经办农技人员签字。", "重新核算化肥减量指标，说明统计口径和数据来源。"]


def stories(scene: Scene, course: Course, words: str, numbers: dict[str, str]) -> list[Story]:
    """All stories of the batch.

    Args:
        words: the batch in words. numbers: of the documents: "approved", "withdrawn", "results", "revoked", "extended".
    """
    told = {n: scene.declaration(n, body, suffix=suffix) for n, suffix, body in _DECLARED}
    return [
        *(declared(scene, d, n) for n, d in enumerate(told.values())),
        approved(course, told, _QUALITY, "jingban1", words, numbers["approved"]),
        *(begun(course, d, n) for n, d in enumerate(told.values())),
        *(worked(course, d, course.date(23), number=n) for n, d in enumerate(told.values())),
        _midterm(course, told, words),
        _revoked_approval(course, told["stem_cell"], numbers["withdrawn"]),
        _extended(course, told, numbers["extended"]),
        _results(course, told, words, numbers["results"]),
        _revoked(course, told["data_service"], numbers["revoked"]),
        _before_the_leader(course, told["ship_carbon"], words),
        _in_review(course, told["industrial_internet"]),
        _overdue(course, told["library"]),
    ]


def _midterm(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """All come to the mid-term in time; one has to put things right and never reports."""
    for n, d in enumerate(told.values()):
        yield course.after(12, 8, 9, 10 + n * 4)
        running.file_midterm(d, 0.35 if d is told["stem_cell"] else 0.55)
    panel = Assessment("jingban2", _MIDTERM, MIDTERM_ROUND)
    opinions = {"stem_cell": "标准计划完成不足三成，环境监测记录不连续，放行检验没有按标准实施，须限期整改。"}
    days = course.after(12, 24), course.after(12, 32, 16)
    yield from assessed(panel, told, f"{words}项目中期评估会", days, opinions)
    yield course.after(12, 36, 10)
    for name, d in told.items():
        if name != "stem_cell":
            d.take("pass_midterm", running.handler_of(d), {"remark": "按专家组意见完善实施记录。"})
    points = ["按标准开展环境监测，补齐连续六个月的记录。", "完成放行检验标准并组织不少于两次比对。"]
    running.order_midterm(told["stem_cell"], points, course.date(14, 20))


def _revoked_approval(course: Course, d: Declaration, number: str) -> Story:
    """It had told untruths, as came out when it was to put things right: heard, then revoked; its request lapses."""
    yield course.after(15, 2, 9)
    around.ask_for(
        d, f"{CHANGE}_leader", "原项目负责人调离本单位，申请变更为研发质量部负责人。", {"leader--name": "安之若"}
    )
    yield course.after(15, 5, 10)
    facts = "现场核查发现，申报书所附洁净车间检测报告系篡改日期后使用，实际检测结论为不合格；承担单位法定代表人已确认。"
    notice = around.give_notice(d, "revoke_approval", facts)
    yield course.after(15, 8, 11)
    around.serve(d, notice, "邮寄送达")
    yield course.after(15, 15, 16)
    around.state_case(d, notice, "检测报告由第三方代办，本单位审核不严，已重新检测合格，请求保留试点资格。")
    yield course.after(15, 22, 10)
    text = "重新检测不能改变申报材料失实的事实，不予采纳；在决定书中写明已重新检测的情况。"
    around.consider(d, notice, text)
    docket = Signing("jingban3", "pilots.ending", "关于撤销细胞治疗产品制备质量控制标准化试点立项的请示")
    grounds = {d.pilot.pk: ("revoke_approval", "申报材料弄虚作假，陈述申辩意见不予采纳。")}
    days = course.after(15, 25, 10), course.after(15, 28, 15), course.after(16, 3, 16)
    yield from around.decided(docket, [d], days, "拟撤销立项，妥否，请批示。", grounds)
    yield course.after(16, 7, 10)
    docket.register(number)


def _extended(course: Course, told: dict[str, Declaration], number: str) -> Story:
    """Two ask for more time: one gets three months, the other is told that it can finish in time."""
    more, less = told["industrial_internet"], told["ship_carbon"]
    yield course.after(20, 10, 10)
    reason = "两家参加企业的设备改造延后，数据互通标准需要完整生产季验证，申请延期三个月。"
    around.ask_for(more, EXTENSION, reason, {"months": "3"})
    yield course.after(20, 12, 15)
    around.ask_for(less, EXTENSION, "一艘试点船舶进坞修理，申请延期三个月。", {"months": "3"})
    yield course.after(20, 17, 10)
    around.endorsed(more, EXTENSION)
    around.endorsed(less, EXTENSION, "进坞船舶占比很小，不影响总体验证，建议按期完成。", step="disagree")
    docket = Signing("jingban3", EXTENSION, "关于工业互联网平台数据互通标准化试点延期的请示")
    days = course.after(20, 20, 9), course.after(20, 22, 15), course.after(20, 25, 16)
    yield from around.decided(docket, [more], days, "理由正当，拟同意延期三个月，妥否，请批示。")
    yield course.after(20, 27, 10)
    docket.register(number)
    docket = Signing("jingban5", EXTENSION, "关于近海散货船舶标准化试点延期申请的请示")
    refused = "试点船队中仅一艘进坞，不影响碳强度指标的统计，可以按期完成。"
    days = course.after(20, 28, 9), course.after(21, 1, 15), course.after(21, 3, 16)
    steps = {less.pilot.pk: ("refuse_request", refused)}
    yield from around.decided(docket, [less], days, "拟不予延期，妥否，请批示。", steps)
    yield course.after(21, 6, 10)
    docket.register()


def _applied(course: Course, d: Declaration, months: int, days: int, share: float = 1.0) -> Story:
    """An application for acceptance, and the guarantor's consent some days later."""
    yield course.after(months, days, 10, 20)
    running.apply_for_acceptance(d, share)
    yield course.after(months, days + 6, 15, 5)
    running.endorse(d, "acceptance_consent")


def _results(course: Course, told: dict[str, Declaration], words: str, number: str) -> Story:
    """The first results: one passes, one has to rectify once, is silent, and is about to be heard."""
    names = ("data_service", "rice")
    for n, name in enumerate(names):
        yield from _applied(course, told[name], 21, 8 + 7 * n, 0.8 if name == "rice" else 1.0)
    panel = Assessment("jingban2", {"data_service": 0.91, "rice": 0.66}, ACCEPTANCE_ROUND)
    days = course.after(22, 12), course.after(22, 24, 16)
    opinions = {
        "rice": "两个合作社的实施检查记录不全，化肥减量指标的统计口径不清，须补充后再行验收。",
    }
    chosen = {name: told[name] for name in names}
    yield from assessed(panel, chosen, f"{words}项目验收会（第一次）", days, opinions, {"rice": "reserve"})
    yield course.after(22, 28, 10)
    running.propose_result(told["data_service"], "pass")
    running.propose_result(told["rice"], "rectify", _POINTS, 3)
    docket = Signing("jingban4", "pilots.acceptance", f"关于{words}市级标准化试点项目验收结果的请示")
    grounds = {told["rice"].pilot.pk: ("order_acceptance_rectification", "实施记录和指标核算须补充，限期整改一次。")}
    days3 = course.after(23, 2, 10), course.after(23, 5, 15), course.after(23, 9, 16)
    text = "一个项目拟通过验收，一个项目拟限期整改，妥否，请批示。"
    yield from around.decided(docket, list(chosen.values()), days3, text, grounds)
    yield course.after(23, 12, 10)
    docket.register(number)
    yield course.before(2, 15)
    facts = "验收整改期限届满，经两次提醒仍未提交整改报告。"
    around.give_notice(told["rice"], "fail_acceptance", facts)


def _revoked(course: Course, d: Declaration, number: str) -> Story:
    """Untruths were found after the acceptance: the result is revoked."""
    yield course.after(24, 15, 10)
    facts = "审计部门移送线索，经核查，验收材料中三份数据流通合同系事后补签，成交金额与开票记录不符。"
    notice = around.give_notice(d, "revoke_result", facts)
    yield course.after(24, 18, 14)
    around.serve(d, notice)
    yield course.after(24, 24, 9)
    around.waive(d, notice)
    docket = Signing("jingban4", "pilots.result_revocation", "关于撤销一个市级标准化试点项目验收结论的请示")
    grounds = {d.pilot.pk: ("revoke_result", "成效证明材料弄虚作假，当事人放弃陈述申辩。")}
    days = course.after(24, 27, 10), course.after(25, 0, 15), course.after(25, 4, 16)
    yield from around.decided(docket, [d], days, "拟撤销验收结论并收回证书，妥否，请批示。", grounds)
    yield course.after(25, 8, 10)
    docket.register(number)


def _before_the_leader(course: Course, d: Declaration, words: str) -> Story:
    """Accepted lately: its result lies before the leader."""
    yield from _applied(course, d, 23, 6)
    panel = Assessment("jingban5", {"ship_carbon": 0.88}, ACCEPTANCE_ROUND)
    days = course.after(24, 20), course.after(25, 20, 16)
    yield from assessed(panel, {"ship_carbon": d}, f"{words}项目验收会（第二次）", days, {})
    yield course.before(12, 10)
    running.propose_result(d, "pass")
    docket = Signing("jingban5", "pilots.acceptance", f"关于{words}第二次验收结果的请示")
    yield course.before(8, 10)
    docket.begin([d])
    docket.send_up("专家组同意通过验收，拟印发验收结果并颁发证书，妥否，请批示。")
    yield course.before(3, 9)
    docket.pass_on()


def _in_review(course: Course, d: Declaration) -> Story:
    """Extended; the bureau's own round on it is being scored."""
    yield from _applied(course, d, 25, 16)
    panel = Assessment("jingban3", {"industrial_internet": 0.83}, ACCEPTANCE_ROUND)
    yield course.before(14, 9)
    panel.prepare({"industrial_internet": d}, "延期项目验收会", course.before(-2).date(), EXPERTS)
    panel.take("invite")
    yield course.before(12, 14)
    panel.answer()
    panel.take("open_scoring")
    yield course.before(3, 10)
    panel.declare(EXPERTS[:4])
    yield course.before(1, 15)
    panel.score(EXPERTS[1:3])


def _overdue(course: Course, d: Declaration) -> Story:
    """Nobody applied for its acceptance. A first notice was withdrawn for a promise; that of now was served, and the time to
    be heard runs."""
    yield course.after(25, 12, 10)
    first = around.give_notice(d, "terminate", "试点期限届满，宽限期内未申请验收。")
    yield course.after(25, 16, 10)
    around.withdraw_notice(d, first, "承担单位书面承诺一个月内申请验收，暂不作出决定。")
    yield course.before(9, 10)
    facts = "试点期限届满已逾两个月，承诺的时间已过，经三次提醒，未申请验收，也未申请延期。"
    notice = around.give_notice(d, "terminate", facts)
    yield course.before(5, 15)
    around.serve(d, notice)
