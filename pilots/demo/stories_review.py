"""A call of this year whose window is over: its declarations lie in every state between acceptance and approval."""

from __future__ import annotations

from pilots.demo import stories_review_dockets as dockets
from pilots.demo.acting import person
from pilots.demo.matters_beside import (
    answer_request,
    ask_to_withdraw,
    consult,
    end_enquiry,
    enquire,
    reply,
    take_request_back,
)
from pilots.demo.panel import Panel
from pilots.demo.projects import all_projects
from pilots.demo.scene import Scene, to_accepted
from pilots.demo.stories_review_dockets import PRESENT
from pilots.demo.timeline import Story
from portal.accounts.roles import Role
from portal.supervision.acts import deputies

#: project, words put before 标准化试点, recommender, day of the beginning
_DECLARED = (
    ("digital_village", "（示范村组）", "崇明区市场监管局", 2),
    ("rice", "（区域推广）", "松江区市场监管局", 3),
    ("port_supply", "（仓内作业）", "浦东新区市场监管局", 4),
    ("seed_industry", "（设施栽培）", "奉贤区市场监管局", 5),
    ("data_service", "（公共数据）", "静安区市场监管局", 6),
    ("industrial_internet", "（中小企业）", "松江区市场监管局", 7),
    ("stem_cell", "（质控实验室）", "奉贤区市场监管局", 8),
    ("semiconductor", "（二期）", "临港新片区市场监管局", 9),
    ("fashion", "（门店网络）", "长宁区市场监管局", 10),
    ("fire_safety", "（商住综合体）", "普陀区市场监管局", 4),
    ("urban_drainage", "（下立交）", "宝山区市场监管局", 6),
    ("elevator", "（公共场所）", "静安区市场监管局", 8),
    ("library", "（商圈书房）", "黄浦区市场监管局", 11),
    ("dementia", "（家庭支持）", "虹口区市场监管局", 13),
    ("community_health", "（慢病管理）", "闵行区市场监管局", 12),
    ("ship_carbon", "（内河船队）", "虹口区市场监管局", 14),
    ("wetland_repair", "（监测评估）", "金山区市场监管局", 15),
    ("delta_service", "（企业开办）", "青浦区市场监管局", 16),
    ("overseas_engineering", "（东南亚）", "浦东新区市场监管局", 9),
    ("iot_standard", "（数据字典）", "市商务委员会", 12),
    ("cold_chain", "（干线运输）", "浦东新区市场监管局", 17),
    ("hydrogen_station", "（应急演练）", "嘉定区市场监管局", 18),
    ("city_signs", "（社区专页）", "杨浦区市场监管局", 7),
    ("elder_care", "（夜间照护）", "徐汇区市场监管局", 5),
    ("refuse", "（商务楼宇）", "静安区市场监管局", 16),
    ("composite", "（检测方法）", "宝山区市场监管局", 15),
    ("ev_battery", "（运输环节）", "临港新片区市场监管局", 14),
)
_FIRST = {
    "digital_village": 0.84,
    "rice": 0.8,
    "port_supply": 0.56,
    "seed_industry": 0.78,
    "data_service": 0.9,
    "industrial_internet": 0.87,
    "stem_cell": 0.74,
    "semiconductor": 0.81,
    "fashion": 0.72,
}
_SECOND = {
    "fire_safety": 0.79,
    "urban_drainage": 0.83,
    "elevator": 0.7,
    "library": 0.86,
    "dementia": 0.57,
    "community_health": 0.75,
    "refuse": 0.71,
}
_GREEN = {"ship_carbon": 0.85, "wetland_repair": 0.73, "delta_service": 0.82}
_MATERIALS = {"composite": 0.83, "ev_battery": 0.69}
_PLACE = "肇嘉浜路301号 6楼会议室"
_ROOM = "线上会议室（演示）"


def stories(scene: Scene) -> list[Story]:
    """All stories of the call."""
    return [
        *(_declared(scene, *told, rank=1 + n % 3) for n, told in enumerate(_DECLARED)),
        _first_round(scene),
        _second_round(scene),
        _void_and_repeated(scene),
        _all_sheets_in(scene),
        _inviting(scene),
        _preparing(scene),
        _requests(scene),
        _enquiries(scene),
        _deputy(scene),
        *dockets.stories(scene),
    ]


def _declared(scene: Scene, project: str, words: str, recommender: str, start: int, *, rank: int) -> Story:
    own = {"internal_only": "yes"} if project == "port_supply" else {}
    d = scene.declaration(project, recommender, suffix=words, **own)
    asked = all_projects()[project]["class"] == "key" and all_projects()[project]["department"] != recommender
    yield from to_accepted(scene, d, start, asked=asked, rank=rank)


# --- rounds ---------------------------------------------------------------------------------------
def _first_round(scene: Scene) -> Story:
    """Concluded: agriculture, services, manufacturing, innovation."""
    panel = Panel("jingban4", _FIRST)
    yield scene.day(38, 9, 30)
    panel.set_up("第一批立项评审（农业农村、现代服务业和制造业）", scene.date(47), _PLACE)
    panel.take_in(scene.told)
    panel.seat(["lu", "yu", "shan", "qi", "dou"], chair="lu")
    yield scene.day(39, 10, 0)
    panel.take("invite")
    yield scene.day(41, 14, 0)
    panel.answer()
    yield scene.day(43, 9, 0)
    panel.take("open_scoring")
    yield scene.day(44, 10, 40)
    panel.declare()
    yield scene.day(45, 16, 0)
    panel.step_out("qi", "recuse", "本人指导的学生在该项目申报单位任职，申请回避。", only=["semiconductor"])
    yield scene.day(47, 15, 0)
    panel.score(odd={"fashion": -0.22})
    yield scene.day(48, 10, 30)
    opinions = {"port_supply": "内容限于企业仓内作业，属于组织内部的标准化建设，行业推广价值不足，平均分未达到合格线。"}
    panel.conclude(
        "专家组认为八个项目达到合格线，建议立项；一个项目属于组织内部的标准化建设，不建议立项。",
        "第1批评审纪要",
        opinions,
    )


def _second_round(scene: Scene) -> Story:
    """Concluded lately, with sheets on paper: social management, public services."""
    panel = Panel("jingban1", _SECOND)
    yield scene.day(66, 9, 20)
    panel.set_up("第二批立项评审（社会管理和公共服务）", scene.date(75), _PLACE, intended=6)
    panel.take_in(scene.told)
    panel.seat(["yin", "mao", "zi", "huo", "shan"], chair="mao")
    yield scene.day(67, 9, 50)
    panel.take("invite")
    yield scene.day(69, 11, 0)
    panel.answer()
    yield scene.day(71, 9, 0)
    panel.take("open_scoring")
    yield scene.day(72, 14, 0)
    panel.declare()
    yield scene.day(75, 16, 20)
    panel.score()
    yield scene.day(77, 9, 40)
    opinions = {"dementia": "与已立项的同类项目内容重复，新增标准不明确，建议整合后再行申报。"}
    panel.conclude(
        "专家组认为六个项目达到合格线，建议立项；一个项目与已有试点重复，不建议立项。", "第2批评审纪要", opinions
    )


def _void_and_repeated(scene: Scene) -> Story:
    """A sitting that did not count; its repetition is being scored: sheets are in, open, on paper."""
    panel = Panel("jingban5", _GREEN)
    yield scene.day(66, 14, 0)
    panel.set_up("第三批立项评审（生态绿色和长三角一体化）", scene.date(73), _ROOM)
    panel.take_in(scene.told)
    panel.seat(["ji", "yin", "zi", "min", "mao"], chair="ji")
    yield scene.day(67, 15, 0)
    panel.take("invite")
    yield scene.day(69, 16, 30)
    panel.answer(["ji", "yin"])
    yield scene.day(73, 10, 10)
    panel.take("annul", {"reason": "评审当日线上会议系统故障，两名专家未能参加，经报处室负责人同意，本次评审无效。"})
    yield scene.day(76, 9, 30)
    again = panel.repeat("第三批立项评审（生态绿色和长三角一体化，重新组织）", scene.date(PRESENT + 2), _PLACE)
    yield scene.day(77, 10, 0)
    again.take("invite")
    yield scene.day(78, 15, 20)
    again.answer(["ji", "yin", "zi", "min"])
    again.step_out("mao", "decline", "已安排授课任务，不能参加。")
    yield scene.day(79, 9, 10)
    again.add("shan")
    yield scene.day(80, 11, 30)
    again.answer(["shan"])
    yield scene.day(PRESENT - 4, 9, 0)
    again.take("open_scoring")
    yield scene.day(PRESENT - 3, 10, 0)
    again.declare(["ji", "yin"])
    again.declare(["zi"], only=["ship_carbon", "wetland_repair"])
    yield scene.day(PRESENT - 2, 16, 0)
    again.score(["ji"])
    again.score(["yin"], only=["ship_carbon"])
    again.draft("yin", ["wetland_repair"])
    yield scene.day(PRESENT - 1, 10, 45)
    again.enter("min", only=["wetland_repair"])
    again.score(["min"], only=["ship_carbon"])


def _all_sheets_in(scene: Scene) -> Story:
    """Held yesterday: every sheet is in, the organiser has to write down the conclusion."""
    panel = Panel("jingban2", _MATERIALS)
    yield scene.day(PRESENT - 12, 10, 0)
    panel.set_up("第四批立项评审（材料和装备制造）", scene.date(PRESENT - 1), _PLACE)
    panel.take_in(scene.told)
    panel.seat(["lu", "qi", "dou", "sang", "qiu"], chair="lu")
    yield scene.day(PRESENT - 11, 9, 0)
    panel.take("invite")
    yield scene.day(PRESENT - 9, 16, 0)
    panel.answer()
    yield scene.day(PRESENT - 7, 9, 0)
    panel.take("open_scoring")
    yield scene.day(PRESENT - 5, 14, 0)
    panel.declare()
    yield scene.day(PRESENT - 1, 16, 0)
    panel.score(odd={"ev_battery": 0.2})


def _inviting(scene: Scene) -> Story:
    """Invitations are out: one accepted, one declined and was replaced, the others have not answered."""
    panel = Panel("jingban6", {"overseas_engineering": 0.84, "iot_standard": 0.88})
    yield scene.day(PRESENT - 3, 9, 30)
    panel.set_up("第五批立项评审（国际标准化）", scene.date(PRESENT + 5), _ROOM)
    panel.take_in(scene.told)
    panel.seat(["sang", "yin", "lu", "dou", "yu"], chair="sang")
    yield scene.day(PRESENT - 2, 10, 0)
    panel.take("invite")
    yield scene.day(PRESENT - 1, 11, 0)
    panel.answer(["sang"])
    panel.step_out("yu", "decline", "该时段在外参加田间试验验收。")
    yield scene.day(PRESENT - 1, 14, 30)
    panel.add("qi")


def _preparing(scene: Scene) -> Story:
    """Set up; the panel is not complete."""
    panel = Panel("jingban3", {"cold_chain": 0.85})
    yield scene.day(PRESENT - 2, 15, 0)
    panel.set_up("第六批立项评审（科技创新）", scene.date(PRESENT + 9), _PLACE)
    panel.take_in(scene.told)
    panel.seat(["qi", "lu", "qiu"], chair="lu")


# --- beside the way -------------------------------------------------------------------------------
def _requests(scene: Scene) -> Story:
    told = scene.told
    yield scene.day(52, 10, 0)
    asked = ask_to_withdraw(told["community_health"], "部分服务站点装修，拟撤回申报，待条件具备后再行申报。")
    yield scene.day(55, 9, 30)
    text = "装修仅涉及一个服务站点，不影响试点实施，建议继续参加评审；如仍需撤回，请补充说明。"
    answer_request(asked, told["community_health"], "refuse", text)
    yield scene.day(57, 14, 0)
    asked = ask_to_withdraw(told["elder_care"], "夜间照护项目并入街道统一改造工程，不再单独实施，申请撤回。")
    yield scene.day(60, 10, 20)
    answer_request(asked, told["elder_care"], "grant", "情况属实，同意撤回。")
    yield scene.day(PRESENT - 5, 11, 0)
    d = told["hydrogen_station"]
    asked = ask_to_withdraw(d, "公司股权调整，申请撤回。")
    yield scene.day(PRESENT - 4, 16, 0)
    take_request_back(asked, d)
    yield scene.day(PRESENT - 2, 9, 15)
    ask_to_withdraw(d, "公司股权调整已完成，演练场地移交关联公司，本单位不再具备实施条件，申请撤回本次申报。")


def _enquiries(scene: Scene) -> Story:
    told = scene.told
    yield scene.day(50, 9, 0)
    first = enquire(told["community_health"], "请说明慢病管理涉及的数据是否与区级平台共用，有无个人信息保护评估。")
    yield scene.day(52, 15, 0)
    reply(
        first,
        told["community_health"],
        "数据由区级平台统一管理，本单位只读取本辖区签约居民数据，已完成个人信息保护影响评估。",
    )
    yield scene.day(53, 9, 0)
    end_enquiry(first, told["community_health"], "情况已清楚。")
    yield scene.day(PRESENT - 6, 10, 0)
    text = "经商，该项目与城市运行数字体征建设方向一致，无不同意见，建议与市级指标目录衔接。"
    consult(told["city_signs"], "市数据局", "综合处 苏望", text)
    yield scene.day(PRESENT - 4, 10, 30)
    second = enquire(told["cold_chain"], "干线运输的温控数据由承运方还是托运方留存，请说明责任划分。")
    yield scene.day(PRESENT - 2, 13, 50)
    reply(second, told["cold_chain"], "由承运方留存原始数据五年，托运方按批次取得副本，责任划分见运输服务合同附件三。")
    yield scene.day(PRESENT - 1, 9, 40)
    enquire(told["city_signs"], "社区专页的体征指标是否包括个人信息，请说明采集范围和脱敏方式。")
    yield scene.day(PRESENT - 1, 11, 15)
    enquire(told["community_health"], "慢病管理服务的随访记录保存多久，由哪个部门核查，请说明。")


def _deputy(scene: Scene) -> Story:
    """A handler is away; a colleague stands in."""
    yield scene.day(PRESENT - 2, 17, 0)
    absent, deputy = person("jingban6", Role.HANDLER), person("jingban5", Role.HANDLER)
    deputies.appoint(
        actor=absent,
        absent=absent.membership,
        deputy=deputy.membership,
        first=scene.date(PRESENT - 1),
        last=scene.date(PRESENT + 6),
        reason="赴外省参加标准化工作会议",
    )
