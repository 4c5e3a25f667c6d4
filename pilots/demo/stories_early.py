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
    ("refuse", "（沿街商户）", "静安区市场监管局"),
    ("dementia", "（记忆家园）", "虹口区市场监管局"),
    ("community_health", "（家庭医生）", "闵行区市场监管局"),
)
_QUALITY = {name: 0.84 + n % 4 * 0.02 for n, (name, _w, _r) in enumerate(_DECLARED)}
_MIDTERM = {**dict.fromkeys(_QUALITY, 0.8), "dementia": 0.52, "refuse": 0.7}
_POINTS = ["补齐两个合作社的标准实施检查记录，由经办农技人员签字。", "重新核算化肥减量指标，说明统计口径和数据来源。"]


def stories(scene: Scene, course: Course, words: str, numbers: dict[str, str]) -> list[Story]:
    """All stories of the batch.

    Args:
        words: the batch in words. numbers: of the documents: "approved", "ended", "withdrawn", "results", "revoked", "extended".
    """
    told = {n: scene.declaration(n, body, suffix=suffix) for n, suffix, body in _DECLARED}
    return [
        *(declared(scene, d, n) for n, d in enumerate(told.values())),
        approved(course, told, _QUALITY, "jingban1", words, numbers["approved"]),
        *(begun(course, d, n) for n, d in enumerate(told.values())),
        *(worked(course, d, course.date(23), number=n) for n, d in enumerate(told.values())),
        _midterm(course, told, words),
        _ended(course, told, numbers),
        _extended(course, told, numbers["extended"]),
        _results(course, told, words, numbers["results"]),
        _revoked(course, told["data_service"], numbers["revoked"]),
        _before_the_leader(course, told, words),
        _in_review(course, told["industrial_internet"]),
        _overdue(course, told["library"]),
        _asks_late(course, told["refuse"]),
    ]


def _midterm(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """All come to the mid-term in time; one has to put things right and never reports."""
    for n, d in enumerate(told.values()):
        yield course.after(12, 8, 9, 10 + n * 4)
        running.file_midterm(d, 0.35 if d is told["dementia"] else 0.55)
    panel = Assessment("jingban2", _MIDTERM, MIDTERM_ROUND)
    opinions = {"dementia": "标准计划完成不足三成，筛查记录不连续，干预课程没有按标准实施，须限期整改。"}
    days = course.after(12, 24), course.after(12, 32, 16)
    yield from assessed(panel, told, f"{words}项目中期评估会", days, opinions)
    yield course.after(12, 36, 10)
    for name, d in told.items():
        if name != "dementia":
            d.take("pass_midterm", running.handler_of(d), {"remark": "按专家组意见完善实施记录。"})
    points = ["按标准开展风险筛查，补齐连续六个月的记录。", "完成干预课程标准并组织不少于四期课程。"]
    running.order_midterm(told["dementia"], points, course.date(14, 20))


def _ended(course: Course, told: dict[str, Declaration], numbers: dict[str, str]) -> Story:
    """One did not rectify, one had told untruths: both are heard, then the one is terminated, the other revoked."""
    silent, untrue = told["dementia"], told["stem_cell"]
    yield course.after(15, 2, 10)
    facts = "中期整改通知书规定的期限届满，经两次催办仍未提交整改报告，试点工作实际已经停止。"
    notice = around.give_notice(silent, "terminate", facts)
    yield course.after(15, 6, 14)
    around.serve(silent, notice)
    yield course.after(15, 8, 9)
    around.ask_for(
        untrue, f"{CHANGE}_leader", "原项目负责人调离本单位，申请变更为研发质量部负责人。", {"leader--name": "安之若"}
    )
    yield course.after(15, 12, 10)
    facts = "现场核查发现，申报书所附洁净车间检测报告系篡改日期后使用，实际检测结论为不合格；承担单位法定代表人已确认。"
    notice = around.give_notice(untrue, "revoke_approval", facts)
    yield course.after(15, 14, 11)
    around.serve(untrue, notice, "邮寄送达")
    yield course.after(15, 20, 16)
    around.state_case(untrue, notice, "检测报告由第三方代办，本单位审核不严，已重新检测合格，请求保留试点资格。")
    yield course.after(15, 27, 10)
    text = "重新检测不能改变申报材料失实的事实，不予采纳；在决定书中写明已重新检测的情况。"
    around.consider(untrue, notice, text)
    docket = Signing("jingban2", "pilots.ending", "关于终止认知障碍友好社区服务标准化试点的请示")
    grounds = {silent.pilot.pk: ("terminate", "中期整改逾期未报告，经告知未提出陈述申辩意见。")}
    days = course.after(16, 3, 10), course.after(16, 6, 15), course.after(16, 10, 16)
    yield from around.decided(docket, [silent], days, "拟终止该项目，妥否，请批示。", grounds)
    yield course.after(16, 14, 10)
    docket.register(numbers["ended"])
    docket = Signing("jingban3", "pilots.ending", "关于撤销细胞治疗产品制备质量控制标准化试点立项的请示")
    grounds = {untrue.pilot.pk: ("revoke_approval", "申报材料弄虚作假，陈述申辩意见不予采纳。")}
    days = course.after(16, 17, 10), course.after(16, 20, 15), course.after(16, 24, 16)
    yield from around.decided(docket, [untrue], days, "拟撤销立项，妥否，请批示。", grounds)
    yield course.after(16, 28, 10)
    docket.register(numbers["withdrawn"])


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
    """The first results: one passes, one has to rectify once."""
    names = ("data_service", "rice")
    for n, name in enumerate(names):
        yield from _applied(course, told[name], 21, 8 + 7 * n, 0.8 if name == "rice" else 1.0)
    panel = Assessment("jingban2", {"data_service": 0.91, "rice": 0.66}, ACCEPTANCE_ROUND)
    days = course.after(22, 12), course.after(22, 24, 16)
    opinions = {
        "rice": "两个合作社的实施检查记录不全，化肥减量指标的统计口径不清，须补充后再行验收。",
    }
    chosen = {name: told[name] for name in names}
    yield from assessed(panel, chosen, f"{words}项目验收会（第一次）", days, opinions)
    yield course.after(22, 28, 10)
    running.propose_result(told["data_service"], "pass")
    running.propose_result(told["rice"], "rectify", _POINTS, 6)
    docket = Signing("jingban4", "pilots.acceptance", f"关于{words}市级标准化试点项目验收结果的请示")
    grounds = {told["rice"].pilot.pk: ("order_acceptance_rectification", "实施记录和指标核算须补充，限期整改一次。")}
    days3 = course.after(23, 2, 10), course.after(23, 5, 15), course.after(23, 9, 16)
    text = "一个项目拟通过验收，一个项目拟限期整改，妥否，请批示。"
    yield from around.decided(docket, list(chosen.values()), days3, text, grounds)
    yield course.after(23, 12, 10)
    docket.register(number)


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


def _before_the_leader(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """Accepted lately: one result lies before the leader; another pilot is to fail, and is about to be heard."""
    good, bad = told["ship_carbon"], told["community_health"]
    yield from _applied(course, good, 23, 6)
    yield from _applied(course, bad, 23, 14, 0.4)
    panel = Assessment("jingban5", {"ship_carbon": 0.88, "community_health": 0.5}, ACCEPTANCE_ROUND)
    days = course.after(24, 20), course.after(25, 20, 16)
    opinions = {
        "community_health": "标准明细中近半数没有发布，上门服务抽查八次均未按标准记录，成效无数据支撑，不同意通过验收。"
    }
    chosen = {"ship_carbon": good, "community_health": bad}
    yield from assessed(panel, chosen, f"{words}项目验收会（第二次）", days, opinions)
    yield course.before(12, 10)
    running.propose_result(good, "pass")
    yield course.before(9, 10)
    running.propose_result(bad, "fail")
    docket = Signing("jingban5", "pilots.acceptance", f"关于{words}第二次验收结果的请示")
    yield course.before(8, 10)
    docket.begin([good])
    docket.send_up("专家组同意通过验收，拟印发验收结果并颁发证书，妥否，请批示。")
    yield course.before(3, 9)
    docket.pass_on()
    yield course.before(2, 16)
    around.give_notice(bad, "fail_acceptance", "验收评审平均分未达到合格线，主要标准未发布、未实施，详见专家组意见。")


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
    """Nobody applied for its acceptance; the notice of termination was served, and the time to be heard runs."""
    yield course.before(9, 10)
    facts = "试点期限届满已逾两个月，宽限期内经三次提醒，未申请验收，也未申请延期。"
    notice = around.give_notice(d, "terminate", facts)
    yield course.before(5, 15)
    around.serve(d, notice)


def _asks_late(course: Course, d: Declaration) -> Story:
    """Overdue too; the notice is withdrawn because it asks for a late extension, which its guarantor supports."""
    yield course.after(25, 12, 10)
    notice = around.give_notice(d, "terminate", "试点期限届满，宽限期内未申请验收。")
    yield course.before(9, 14)
    reason = "投放点改造与旧区更新同步实施，工程上月才完工，申请延期四个月，完成实施效果评价后验收。"
    around.ask_for(d, EXTENSION, reason, {"months": "4"})
    yield course.before(8, 10)
    around.withdraw_notice(d, notice, "承担单位已申请延期，先行办理延期申请。")
    yield course.before(4, 11)
    around.endorsed(d, EXTENSION)
