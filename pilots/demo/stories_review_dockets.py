"""The dockets of this year's call, in each state, and its public notices with objections in each state."""

from __future__ import annotations

from pilots.demo.acting import person
from pilots.demo.matters_beside import object_by_letter, object_to, take_objection
from pilots.demo.scene import Scene
from pilots.demo.signing import APPROVAL, INTENDED, Signing
from pilots.demo.timeline import Story
from pilots.matters import public_facts
from portal.accounts.roles import Role
from portal.lifecycle.engine import perform
from portal.notices.actions import start_notice
from portal.notices.models import Notice

#: working days between the call's opening and the present day
PRESENT = 88
_MODERN = ("digital_village", "rice", "port_supply", "seed_industry", "data_service")
_INDUSTRY = ("industrial_internet", "stem_cell", "semiconductor")


def stories(scene: Scene) -> list[Story]:
    """All stories of dockets and notices."""
    return [_first_batch(scene), _reconsidered(scene), _scheduled(scene), _second_batch(scene), *_others(scene)]


def _first_batch(scene: Scene) -> Story:
    """Issued twice: intended and shown to the public, then approved. The leader signed the first one on paper."""
    told, year = scene.told, scene.call.year
    yield scene.day(50, 9, 0)
    for name in (*_MODERN, *_INDUSTRY, "fashion"):
        told[name].put_forward("已核查不得申报的情形；组织内部标准化建设的要求已一并考虑。")
    docket = Signing("jingban4", INTENDED, f"关于{year}年度市级标准化试点第一批拟立项项目的请示")
    yield scene.day(51, 9, 30)
    docket.begin([told[name] for name in _MODERN])
    yield scene.day(52, 10, 0)
    docket.send_up("拟同意四个项目公示，一个项目不予立项，妥否，请批示。")
    yield scene.day(53, 14, 30)
    docket.pass_on()
    yield scene.day(54, 9, 30)
    chief = docket.chief
    perform(docket.decided_on_paper("同意。", "扫描件待更换。"), "take_back", actor=docket.drafter)
    yield scene.day(54, 10, 0)
    entry = docket.decided_on_paper("同意。")
    yield scene.day(54, 15, 0)
    perform(entry, "send_back", actor=chief, data={"reason": "扫描件第二页缺失，批示日期看不清，请重新扫描。"})
    yield scene.day(55, 9, 20)
    entry = docket.decided_on_paper("同意，按程序公示。", "局领导出差，在纸质呈批件上签批。")
    yield scene.day(55, 14, 0)
    perform(entry, "confirm", actor=chief, data={"compared": "on", "remark": "与原件一致。"})
    yield scene.day(56, 9, 0)
    docket.register()
    yield from _closed_notice(scene)
    yield from _approved(scene)


def _closed_notice(scene: Scene) -> Story:
    d = scene.told["seed_industry"]
    yield scene.day(58, 19, 30)
    objection = object_to(
        d,
        11,
        "上海沐禾蔬菜种植专业合作社",
        "公示项目的主要试验基地目前由我社承包，申报单位所称“自有基地一百二十亩”与事实不符，附土地承包合同。",
        unit=True,
    )
    yield scene.day(59, 10, 0)
    take_objection(objection, d, "admit")
    yield scene.day(63, 15, 30)
    take_objection(
        objection,
        d,
        "uphold",
        "经现场核查和调阅流转合同，申报书所列基地中有四十六亩已于上年度转由他人承包，申报材料与事实不符。",
        "经核实，您单位反映的情况属实，该项目退出公示，将重新审议。感谢您单位的监督。",
    )
    yield scene.day(64, 10, 0)
    notice = Notice.objects.get(items__dossier=d.pilot.pk, state="running")
    words = f"公示自{notice.opens_on}起至{notice.closes_on}止。收到实名异议一件，经核实成立，该项目退出公示，重新审议；其他项目没有异议。"
    perform(notice, "close", actor=person("jingban4", Role.HANDLER), data={"account": words})


def _approved(scene: Scene) -> Story:
    told, year = scene.told, scene.call.year
    docket = Signing("jingban4", APPROVAL, f"关于下达{year}年度市级标准化试点第一批项目的请示")
    yield scene.day(65, 9, 0)
    docket.begin([told["digital_village"], told["rice"]])
    yield scene.day(66, 9, 40)
    docket.send_up("公示期满无异议，拟印发立项通知，妥否，请批示。")
    yield scene.day(67, 14, 0)
    docket.pass_on()
    yield scene.day(69, 10, 30)
    docket.decide("同意印发。")
    yield scene.day(70, 15, 0)
    docket.register(f"沪市监标技演示〔{scene.date(70).year}〕41号")
    yield scene.day(PRESENT - 3, 10, 20)
    title = told["rice"].fresh.title
    docket.correct(title, title.replace("优质稻米", "优质水稻"), "项目名称与任务书不一致，任务书为“优质水稻”。")


def _reconsidered(scene: Scene) -> Story:
    """Returned: an objection was upheld, the project is to be decided anew."""
    docket = Signing("jingban4", APPROVAL, "关于重新审议一个公示项目的请示")
    yield scene.day(76, 9, 30)
    d = scene.told["seed_industry"]
    docket.begin([d])
    grounds = "公示期间异议成立：部分试验基地已由他人承包，申报材料与事实不符。"
    docket.propose({d.pilot.pk: ("reconsider", grounds)})
    yield scene.day(78, 9, 50)
    docket.send_up("公示期间异议成立，拟退回重新审议，妥否，请批示。")
    yield scene.day(83, 16, 0)
    docket.send_back("请补充申报单位的书面说明和基地面积的核实材料，再行报批。")


def _scheduled(scene: Scene) -> Story:
    """Registered with a document; published on a day to come."""
    docket = Signing("jingban4", APPROVAL, "关于下达公共数据登记与流通服务标准化试点项目的请示")
    yield scene.day(78, 9, 10)
    docket.begin([scene.told["data_service"]])
    yield scene.day(79, 9, 0)
    docket.send_up("公示期满无异议，拟单独印发立项通知，与全市数据工作会议同步发布，妥否，请批示。")
    yield scene.day(80, 14, 0)
    docket.pass_on()
    yield scene.day(82, 11, 0)
    docket.decide("同意，会议当日发布。")
    yield scene.day(PRESENT - 2, 15, 30)
    number = f"沪市监标技演示〔{scene.date(PRESENT - 2).year}〕57号"
    docket.schedule(number, scene.date(PRESENT + 4))


def _second_batch(scene: Scene) -> Story:
    """The notice that is running: objections in each state; a draft that sets one of its items right."""
    told, year = scene.told, scene.call.year
    docket = Signing("jingban3", INTENDED, f"关于{year}年度市级标准化试点第二批拟立项项目的请示")
    yield scene.day(76, 9, 0)
    docket.begin([told[name] for name in _INDUSTRY])
    yield scene.day(77, 9, 30)
    docket.send_up("拟同意三个项目公示，妥否，请批示。")
    yield scene.day(79, 10, 0)
    docket.pass_on()
    yield scene.day(82, 15, 0)
    docket.decide()
    yield scene.day(PRESENT - 4, 9, 0)
    docket.register()
    yield scene.day(PRESENT - 3, 8, 40)
    first = object_to(told["semiconductor"], 21, "路过市民", "这种项目没有必要搞，浪费钱。")
    second = object_to(
        told["stem_cell"],
        22,
        "上海岚序生物技术有限公司",
        "项目附件中的质控实验室认可证书已于上年度暂停，不应作为基础条件，请核实。",
        unit=True,
    )
    yield scene.day(PRESENT - 3, 15, 10)
    take_objection(
        first,
        told["semiconductor"],
        "turn_away",
        "异议未载明真实姓名，没有具体事实和理由。",
        "您提出的异议未写明真实姓名和具体事实、理由，不符合受理条件，不予受理。补充后可在公示期内重新提出。",
    )
    take_objection(second, told["stem_cell"], "admit")
    yield scene.day(PRESENT - 3, 21, 5)
    third = object_to(
        told["industrial_internet"],
        23,
        "华予清",
        "项目参加单位中有两家与申报单位为同一控制人，中小企业参与面不足，请核实名单。",
    )
    yield scene.day(PRESENT - 2, 9, 30)
    take_objection(third, told["industrial_internet"], "admit")
    fourth = object_to(
        told["industrial_internet"],
        24,
        "上海锦序纺织有限公司",
        "平台数据互通规范草案引用了我公司的企业标准，未取得授权，请核实并要求说明。",
        unit=True,
    )
    yield scene.day(PRESENT - 2, 14, 40)
    take_objection(fourth, told["industrial_internet"], "admit")
    yield scene.day(PRESENT - 1, 9, 20)
    take_objection(
        second,
        told["stem_cell"],
        "uphold",
        "经向认可机构查询，证书处于暂停状态，申报书未如实说明。",
        "经核实，所反映的认可证书暂停情况属实，该项目退出公示，将重新审议。",
    )
    take_objection(
        third,
        told["industrial_internet"],
        "reject",
        "经查询登记信息，所列参加单位之间没有控制关系，中小企业占参加单位的多数。",
        "经核实，参加单位之间不存在同一控制关系，名单真实。异议不成立。",
    )
    yield scene.day(PRESENT - 1, 13, 15)
    object_to(
        told["semiconductor"], 25, "雷予舟", "清洗工艺涉及的废液处置没有写入标准体系，存在环境风险，请核实并补充。"
    )
    yield from _letters(scene)
    yield scene.day(PRESENT - 1, 15, 0)
    pilot = told["semiconductor"].fresh
    start_notice(
        items=[(pilot, {**public_facts(pilot), "recommender": "中国（上海）自由贸易试验区临港新片区市场监督管理局"})],
        publish=False,
        actor=docket.drafter,
        programme="pilots",
        matter="pilots.intended",
        title="关于更正拟立项项目公示中推荐单位名称的公示",
        text="原公示中一个项目的推荐单位使用了简称，现予更正并重新公示。",
        days=5,
        responsible=docket.drafter.membership,
    )


def _letters(scene: Scene) -> Story:
    """Objections on paper: one was entered wrongly and is discarded, one waits for the second person's check."""
    d, entrant = scene.told["semiconductor"], person("jingban4", Role.HANDLER)
    words = "清洗槽在线监测方法与我公司正在申报的团体标准重复，请核实项目的标准计划，避免重复立项。"
    yield scene.day(PRESENT - 1, 13, 40)
    wrong = object_by_letter(d, 26, "上海锐屿仪器有限公司", words, entrant)
    yield scene.day(PRESENT - 1, 14, 5)
    reason = "登记的单位名称与来函落款不一致，请按原件重新登记。"
    perform(wrong, "discard", actor=d.handler, data={"reason": reason})
    yield scene.day(PRESENT - 1, 14, 30)
    object_by_letter(d, 26, "上海锐屿仪器设备有限公司", words, entrant)


def _others(scene: Scene) -> list[Story]:
    return [
        _decided(scene),
        _put_forward(scene),
        _notice_over(scene),
        _drafting(scene),
        _before_chief(scene),
        _before_leader(scene),
    ]


def _decided(scene: Scene) -> Story:
    docket = Signing("jingban3", INTENDED, "关于时尚服饰柔性定制服务标准化试点拟立项的请示")
    yield scene.day(78, 10, 0)
    docket.begin([scene.told["fashion"]])
    yield scene.day(79, 11, 0)
    docket.send_up("专家意见存在一处异常分，已逐项核对，平均分达到合格线，拟同意公示，妥否，请批示。")
    yield scene.day(81, 9, 0)
    docket.pass_on()
    yield scene.day(PRESENT - 3, 16, 40)
    docket.decide()


def _put_forward(scene: Scene) -> Story:
    """One reviewed project is left to be put forward; one that was put forward lies in no docket yet."""
    yield scene.day(79, 9, 0)
    for name in ("fire_safety", "urban_drainage", "elevator", "library", "dementia", "community_health"):
        scene.told[name].put_forward("已核查不得申报的情形，未发现。")


def _notice_over(scene: Scene) -> Story:
    """Its notice has run its days without an objection; the handler has to say so and to end it."""
    docket = Signing("jingban1", INTENDED, "关于公共场所老旧电梯智慧监测标准化试点拟立项的请示")
    yield scene.day(79, 11, 0)
    docket.begin([scene.told["elevator"]])
    yield scene.day(79, 15, 0)
    docket.send_up("专家组建议立项，公共场所电梯安全要求紧迫，拟同意先行公示，妥否，请批示。")
    yield scene.day(80, 10, 0)
    docket.pass_on()
    yield scene.day(81, 16, 0)
    docket.decide()
    yield scene.day(PRESENT - 6, 9, 0)
    docket.register()


def _drafting(scene: Scene) -> Story:
    """Given up once, then begun anew."""
    first = Signing("jingban1", INTENDED, "关于高层住宅消防安全管理标准化试点拟立项的请示")
    yield scene.day(80, 9, 0)
    first.begin([scene.told["fire_safety"]])
    yield scene.day(81, 10, 0)
    first.cancel("拟与同批社会管理类项目合并呈批。")
    docket = Signing("jingban1", INTENDED, "关于社会管理领域拟立项项目的请示")
    yield scene.day(PRESENT - 2, 10, 0)
    docket.begin([scene.told["fire_safety"]])


def _before_chief(scene: Scene) -> Story:
    docket = Signing("jingban1", INTENDED, "关于城镇排水设施防汛养护标准化试点拟立项的请示")
    yield scene.day(84, 9, 0)
    docket.begin([scene.told["urban_drainage"]])
    yield scene.day(PRESENT - 2, 11, 30)
    docket.send_up("专家组建议立项，汛期前须明确实施范围，拟同意公示，妥否，请审核。")


def _before_leader(scene: Scene) -> Story:
    docket = Signing("jingban2", INTENDED, "关于公共服务领域拟立项项目的请示")
    yield scene.day(81, 9, 0)
    docket.begin([scene.told["library"], scene.told["dementia"]])
    yield scene.day(82, 9, 30)
    docket.send_up("拟同意一个项目公示，一个项目因与已有试点重复不予立项，妥否，请批示。")
    yield scene.day(PRESENT - 3, 10, 0)
    docket.pass_on()
