"""The call of 2023 after acceptance: review, the year's docket, the public notice, the approval document."""

from __future__ import annotations

from pilots.demo.acting import person
from pilots.demo.matters_beside import ask_to_withdraw, object_to, take_objection
from pilots.demo.panel import Panel
from pilots.demo.scene import Scene
from pilots.demo.signing import APPROVAL, INTENDED, Signing
from pilots.demo.timeline import Story
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.lifecycle.engine import perform
from portal.notices.models import Notice
from portal.supervision.acts.handover import hand_over

#: working days after the opening: the approval document, and when all of its year is told
APPROVED, END = 78, 84
_QUALITY = {
    "composite": 0.86,
    "hydrogen_station": 0.9,
    "dementia": 0.83,
    "elevator": 0.76,
    "semiconductor": 0.8,
    "iot_standard": 0.88,
    "stem_cell": 0.55,
}
_OPINIONS = {
    "composite": "与本市航空产业链布局契合，标准体系完整，建议立项；实施中加强与主机厂标准的衔接。",
    "hydrogen_station": "基础条件好，拟输出标准为行业急需，建议立项；安全风险评估须作为阶段成果单独提交。",
    "dementia": "服务流程清晰，社会效益明显，建议立项；注意与医疗机构转介标准的衔接。",
    "elevator": "方向符合城市安全要求，一名专家认为现状数据不足，其余专家认可，建议立项并补充基线测量。",
    "semiconductor": "专业性强，指标可测，建议立项；拟输出团体标准应征求上下游企业意见。",
    "iot_standard": "国际标准提案基础扎实，建议立项；明确国内技术对口单位和参会经费。",
    "stem_cell": "标准体系尚在构思阶段，与现行药品监管规范的关系没有理清，论证深度不足，平均分未达到合格线。",
}


def review_and_approve(scene: Scene) -> Story:
    """From the review of June to the document of July."""
    told = scene.told
    yield scene.day(45, 9, 40)
    panel = Panel("jingban2", _QUALITY)
    panel.set_up("2023年度市级标准化试点立项评审会", scene.date(52), "肇嘉浜路301号 12楼会议室", intended=6)
    panel.take_in(told)
    panel.seat(["yin", "lu", "qi", "dou", "shan", "zi", "ji"], chair="yin")
    yield scene.day(46, 10, 15)
    panel.take("invite")
    yield scene.day(47, 14, 30)
    panel.step_out("shan", "decline", "评审当日在外省参加标准审查会，不能参加。")
    panel.answer()
    yield scene.day(48, 9, 20)
    panel.add("mao")
    yield scene.day(48, 16, 5)
    panel.answer(["mao"])
    yield scene.day(50, 9, 30)
    panel.take("open_scoring")
    yield scene.day(51, 10, 0)
    panel.declare()
    yield scene.day(52, 15, 45)
    panel.score(odd={"elevator": -0.24})
    yield scene.day(53, 11, 0)
    panel.conclude(
        "专家组听取了项目情况介绍，审阅了申报材料，逐项评分。专家组认为，参评项目总体符合通知要求，六个项目达到合格线，建议立项；"
        "一个项目论证深度不足，不建议列入本年度计划。",
        "〔2023〕第6次评审会纪要",
        _OPINIONS,
    )
    yield scene.day(55, 9, 15)
    for name in _QUALITY:
        told[name].put_forward("已核查不得申报的情形，未发现；信用信息无异常。")
    yield scene.day(56, 10, 30)
    _gather(scene)
    yield from _intend(scene)
    yield from _on_notice(scene)
    yield from _approve(scene)


def _gather(scene: Scene) -> None:
    """The year's plan is one handler's work: the section chief hands the reviewed projects over."""
    chief, taker = person("chuzhang1", Role.SECTION_CHIEF), person("jingban1", Role.HANDLER).membership
    assert taker is not None
    for giver in Membership.objects.filter(role=Role.HANDLER).exclude(pk=taker.pk).order_by("pk"):
        found = [d.fresh for name, d in scene.told.items() if name in _QUALITY and d.fresh.handler_id == giver.pk]
        if found:
            reason = "年度立项呈批由一人集中办理"
            hand_over(giver=giver, taker=taker, dossiers=found, also_work=False, reason=reason, actor=chief)


def _intend(scene: Scene) -> Story:
    told = scene.told
    docket = Signing("jingban1", INTENDED, "关于2023年度市级标准化试点拟立项项目的请示")
    yield scene.day(57, 9, 0)
    docket.begin([told[name] for name in _QUALITY])
    docket.deliberate(
        "经审查，立项程序符合规定，同意按程序报批。",
        "标准技术管理处处务会第11次会议",
        scene.date(57),
        "处务纪要〔2023〕11号",
        "同意专家组意见，六个项目拟立项并公示，一个项目不予立项。",
    )
    yield scene.day(58, 10, 20)
    docket.send_up(
        "经专家评审和处务会审议，拟同意六个项目列入2023年度市级标准化试点并公示，一个项目不予立项，妥否，请批示。"
    )
    yield scene.day(60, 15, 10)
    docket.pass_on()
    yield scene.day(61, 11, 40)
    ask_to_withdraw(told["stem_cell"], "拟调整试点内容后于下一年度重新申报，申请撤回本次申报。")
    yield scene.day(62, 16, 30)
    docket.decide("同意。公示期间注意收集意见。")
    yield scene.day(63, 9, 30)
    docket.register()


def _on_notice(scene: Scene) -> Story:
    d = scene.told["hydrogen_station"]
    yield scene.day(65, 20, 15)
    objection = object_to(
        d,
        1,
        "甘若水",
        "公示的加氢站安全运行项目，其中一座站距离居民小区较近，担心试点期间增加运行负荷带来风险，请核实是否履行了安全评价手续。",
    )
    yield scene.day(66, 9, 50)
    take_objection(objection, d, "admit")
    yield scene.day(68, 14, 20)
    take_objection(
        objection,
        d,
        "reject",
        "经核查安全评价报告、燃气经营许可和现场记录，五座站均在许可范围内运行，试点不改变设计负荷；异议所述距离符合现行国家标准。",
        "经核实，试点项目不增加加氢站设计负荷，所涉站点安全评价和许可手续齐全，与周边建筑的距离符合国家标准要求。异议不成立。"
        "试点期间将增加运行数据公开和社区沟通，感谢您的监督。",
    )
    yield scene.day(71, 10, 0)
    notice = Notice.objects.get(items__dossier=d.pilot.pk)
    words = "公示自{first}起至{last}止，在本平台公开。期间收到实名异议一件，经核实异议不成立，已书面答复；其他项目没有异议。"
    account = words.format(first=notice.opens_on, last=notice.closes_on)
    perform(notice, "close", actor=person("jingban1", Role.HANDLER), data={"account": account})


def _approve(scene: Scene) -> Story:
    told = scene.told
    docket = Signing("jingban1", APPROVAL, "关于下达2023年度市级标准化试点项目的请示")
    yield scene.day(72, 9, 20)
    docket.begin([told[name] for name in _QUALITY if name != "stem_cell"])
    yield scene.day(73, 10, 10)
    docket.send_up("公示期满，收到异议一件，经核实不成立。拟印发立项通知，妥否，请批示。")
    yield scene.day(75, 14, 0)
    docket.pass_on("经审核，公示程序完备，拟同意印发，请局领导审批。")
    yield scene.day(77, 17, 0)
    docket.decide("同意印发。")
    yield scene.day(APPROVED, 15, 30)
    docket.register("沪市监标技演示〔2023〕88号")
    yield scene.day(80, 10, 0)
    title = told["elevator"].fresh.title
    fixed = title.removesuffix("标准化试点") + "机制标准化试点"
    correction = docket.correct(title, fixed, "立项通知清单中的项目名称漏印“机制”二字，与任务书不一致。")
    yield scene.day(82, 9, 30)
    perform(correction, "confirm", actor=docket.chief, data={"remark": "同意更正，另行通知有关单位。"})
