"""The call that is open now: every role has something to do, and every state of the front end is there."""

from __future__ import annotations

from pilots.demo.acting import Declaration
from pilots.demo.matters_beside import answered_by_letter
from pilots.demo.projects import all_projects
from pilots.demo.scene import Scene, list_sent, opinion_of, substance, to_accepted, to_recommended, to_submitted
from pilots.demo.timeline import Story

#: working days between the call's opening and the present day
PRESENT = 32
_AGAIN = "成果推广"


def stories(scene: Scene) -> list[Story]:
    """All stories of the call."""
    d = scene.declaration
    return [
        _empty(scene),
        _half(scene),
        _complete(scene),
        _retracted(scene),
        _half_again(scene),
        to_submitted(scene, _of_the_centre(scene), 21),
        to_submitted(scene, d("community_health", "闵行区市场监管局"), 27, sealed=False),
        to_submitted(scene, d("composite", "宝山区市场监管局", suffix=_AGAIN), 26),
        to_submitted(scene, d("digital_village", "崇明区市场监管局"), 24, picture=True),
        _opinion_noted(scene),
        _returned(scene),
        _submitted_again(scene),
        _declined_then_copied(scene),
        to_recommended(scene, d("cold_chain", "浦东新区市场监管局"), 22, asked=True, rank=1),
        _consent_open(scene),
        _consent_refused(scene),
        _in_correction(scene),
        _substance_open(scene),
        _substance_agreed(scene),
        _second_asked(scene),
        to_accepted(scene, d("elder_care", "徐汇区市场监管局"), 5, asked=True, rank=1),
        to_accepted(scene, d("rice", "松江区市场监管局"), 9, rank=2),
        to_accepted(scene, d("fashion", "长宁区市场监管局"), 13, rank=1, copies=False),
        _not_accepted(scene),
        _withdrawn(scene),
        _missed_correction(scene),
        _missed_return(scene),
        _late_permit(scene),
        list_sent(scene, "徐汇区市场监管局", 20),
        list_sent(scene, "松江区市场监管局", 24),
    ]


# --- at the applicant's desk --------------------------------------------------------------------
def _empty(scene: Scene) -> Story:
    d = scene.declaration("semiconductor", "临港新片区市场监管局", suffix=_AGAIN)
    yield scene.day(PRESENT - 1, 15, 40)
    d.begin()


def _half(scene: Scene) -> Story:
    d = scene.declaration("wetland_repair", "金山区市场监管局")
    yield scene.day(18, 10, 20)
    d.begin()
    d.fill(sections=4)
    yield scene.day(26, 16, 30)
    d.fill(sections=8)


def _half_again(scene: Scene) -> Story:
    """A unit that has a pilot and a declaration already, at work on a further one."""
    d = scene.declaration("hydrogen_station", "嘉定区市场监管局", suffix="（运行数据）")
    yield scene.day(25, 13, 50)
    d.begin()
    d.fill(sections=10)


def _complete(scene: Scene) -> Story:
    d = scene.declaration("seed_industry", "奉贤区市场监管局")
    yield scene.day(20, 9, 45)
    d.begin()
    d.fill(sections=7)
    yield scene.day(PRESENT - 2, 14, 15)
    d.fill()
    d.add_materials()


def _retracted(scene: Scene) -> Story:
    d = scene.declaration("dementia", "虹口区市场监管局", suffix=_AGAIN)
    yield from to_submitted(scene, d, 24, sealed=False)
    yield scene.day(PRESENT - 2, 11, 5)
    d.retract("拟增加两个居民区，需要调整试点范围和经费预算。")


def _of_the_centre(scene: Scene) -> Declaration:
    """A second project of the centre in 徐汇, with its own team."""
    team = all_projects()["elder_care"]["team"]
    return scene.declaration("dementia", "徐汇区市场监管局", unit="yunjin", team=team)


# --- at the recommender's desk -------------------------------------------------------------------
def _opinion_noted(scene: Scene) -> Story:
    d = scene.declaration("fire_safety", "普陀区市场监管局")
    yield from to_submitted(scene, d, 23)
    yield scene.day(PRESENT - 2, 10, 10)
    d.note_opinion(opinion_of(d, 2), 1)


def _returned(scene: Scene) -> Story:
    d = scene.declaration("data_service", "静安区市场监管局")
    yield from to_submitted(scene, d, 22)
    yield scene.day(PRESENT - 3, 16, 0)
    d.send_back(
        "1．“数据权属核查工作规程”与现行规定的关系请补充说明；2．成效指标“一次通过率”请写明统计口径；3．附件中的实施方案缺少进度表。",
        scene.date(PRESENT + 4),
    )


def _submitted_again(scene: Scene) -> Story:
    """Returned, changed, submitted as a second version."""
    d = scene.declaration("urban_drainage", "宝山区市场监管局")
    yield from to_submitted(scene, d, 15)
    yield scene.day(21, 9, 25)
    d.send_back("请明确下立交积水处置的部门分工，并补充经费来源说明。", scene.date(27))
    yield scene.day(25, 15, 35)
    d.change(
        "tasks",
        lambda found: found["tables"]["tasks"][2].update(
            content="调度与处置标准：制定泵站预抽空、下立交封闭、移动泵车布防标准，明确水务、交警、道路养护三方分工和交接时限。"
        ),
    )
    d.change(
        "budget", lambda found: found["tables"]["budget"][0].update(amount="16.5", remark="部门预算，已列入年度计划")
    )
    d.submit()
    yield scene.day(26, 10, 50)
    d.seal()


def _declined_then_copied(scene: Scene) -> Story:
    first = scene.declaration("delta_service", "青浦区市场监管局")
    yield from to_submitted(scene, first, 12)
    yield scene.day(19, 14, 45)
    first.decline("该项目涉及两省一市政务服务事项，超出本区职责范围，建议由市有关行业主管部门推荐。")
    second = scene.declaration("delta_service", "青浦区市场监管局")
    yield scene.day(22, 9, 55)
    second.begin_copy(first, "市发展和改革委员会")
    yield scene.day(24, 10, 30)
    second.submit()
    yield scene.day(25, 16, 20)
    second.seal()


# --- at the bureau -------------------------------------------------------------------------------
def _consent_open(scene: Scene) -> Story:
    """Recommended while the industry department has not answered on line; its letter waits for a second person."""
    d = scene.declaration("city_signs", "杨浦区市场监管局")
    yield from to_recommended(scene, d, 21, rank=1)
    yield scene.day(PRESENT - 1, 10, 25)
    answered_by_letter(d, "该项目与城市运行数字体征建设方向一致，同意作为重点项目申报。", "处室负责人 秦望川")


def _consent_refused(scene: Scene) -> Story:
    d = scene.declaration("overseas_engineering", "浦东新区市场监管局")
    yield from to_submitted(scene, d, 18)
    yield scene.day(24, 11, 40)
    d.answer(
        "disagree",
        "key_consent",
        "项目依托的三个海外工程中有一个尚未签订运营合同，暂不具备作为重点项目的条件，建议按一般项目申报。",
        "处室负责人 秦望川",
    )
    yield scene.day(26, 10, 5)
    d.note_opinion(opinion_of(d, 1), 3)
    yield scene.day(28, 15, 50)
    d.recommend(3)


def _in_correction(scene: Scene) -> Story:
    d = scene.declaration("hydrogen_station", "嘉定区市场监管局")
    yield from to_recommended(scene, d, 18, asked=True, rank=1)
    yield scene.day(28, 10, 25)
    d.require_correction(
        {
            "section-standards": (
                "标准明细中 GB 50516 请注明年代号和局部修订情况；新增标准不足以支撑任务二，请补充。",
                True,
            ),
            "section-plan": ("实施计划应当写明五座站分批切换的时间。", False),
            "slot-plan": ("实施方案缺少安全风险评估章节。", False),
        },
        scene.date(PRESENT + 6),
        "补正后请重新打印申请表并盖章。",
    )


def _substance_open(scene: Scene) -> Story:
    """Corrected in substance; the recommender has not confirmed yet."""
    d = scene.declaration("ship_carbon", "虹口区市场监管局")
    yield from to_recommended(scene, d, 14, asked=True, rank=1)
    yield scene.day(23, 9, 30)
    d.require_correction(
        {"section-results": ("“单位周转量碳排放强度下降”目标值的测算口径请与核算方法一致。", True)}, scene.date(33)
    )
    yield scene.day(PRESENT - 2, 15, 15)
    d.change(
        "results",
        lambda found: found["tables"]["measures"][0].update(target="7.5", remark="按航次油耗法，以2022年为基准年"),
    )
    d.supplement("已按核算方法重新测算，目标值由8%调整为7.5%。")
    yield scene.day(PRESENT - 1, 10, 0)
    d.seal()


def _substance_agreed(scene: Scene) -> Story:
    d = scene.declaration("industrial_internet", "松江区市场监管局")
    yield from to_recommended(scene, d, 11, asked=True, rank=1)
    yield scene.day(20, 14, 20)
    d.require_correction({"section-outputs": ("行业标准的归口单位和立项计划请补充说明。", True)}, scene.date(30))
    yield scene.day(25, 9, 50)
    d.change("outputs", lambda found: found["tables"]["outputs"][0].update(remark="拟由全国服装标准化技术委员会归口"))
    d.supplement("已补充归口单位和立项计划。")
    d.seal()
    yield scene.day(29, 16, 10)
    substance(d, 2)


def _second_asked(scene: Scene) -> Story:
    """A second correction waits for the section chief."""
    d = scene.declaration("ev_battery", "临港新片区市场监管局")
    yield from to_recommended(scene, d, 13, asked=True, rank=1)
    yield scene.day(22, 10, 35)
    d.require_correction({"section-participants": ("回收网点的参与方式请补充。", False)}, scene.date(32))
    yield scene.day(27, 14, 5)
    d.change(
        "participants",
        lambda found: found["tables"]["support"].append(
            {"name": "上海澄环资源循环利用促进中心", "content": "组织十六个回收网点执行分级与交接标准"}
        ),
    )
    d.supplement("已补充回收网点的参与方式。")
    d.seal()
    yield scene.day(PRESENT - 1, 9, 35)
    d.ask_second_correction("补正后新增的技术支撑机构未提供合作意向材料，需要补充，请示再次补正。")


def _not_accepted(scene: Scene) -> Story:
    d = scene.declaration("park", "市经济和信息化委员会")
    yield from to_recommended(scene, d, 10, rank=8)
    yield scene.day(20, 16, 25)
    d.refuse_acceptance(
        "申报通知 二（二）",
        "申报单位专职标准化人员的劳动关系证明显示均为兼职，标准化管理机构尚未正式设立，不符合申报条件。",
    )


# --- ends ----------------------------------------------------------------------------------------
def _withdrawn(scene: Scene) -> Story:
    d = scene.declaration("port_supply", "浦东新区市场监管局", suffix="（保税区）")
    yield from to_recommended(scene, d, 12, rank=5)
    yield scene.day(21, 10, 15)
    d.withdraw("公司业务调整，退货中心仓拟整体搬迁，撤回本次申报。")


def _missed_correction(scene: Scene) -> Story:
    d = scene.declaration("library", "黄浦区市场监管局")
    yield from to_recommended(scene, d, 8, rank=2)
    yield scene.day(17, 11, 30)
    d.require_correction({"slot-foundation": ("请提供近两年标准实施检查记录。", False)}, scene.date(27))


def _missed_return(scene: Scene) -> Story:
    d = scene.declaration("refuse", "静安区市场监管局")
    yield from to_submitted(scene, d, 14)
    yield scene.day(20, 15, 0)
    d.send_back("投放点数量与实施方案不一致，请核对后重新提交。", scene.date(25))


def _late_permit(scene: Scene) -> Story:
    """A missed return that was reopened; the unit is at work again."""
    d = scene.declaration("stem_cell", "奉贤区市场监管局", suffix=_AGAIN)
    yield from to_submitted(scene, d, 11)
    yield scene.day(17, 9, 20)
    d.send_back("请补充推广单位名单及其意向书。", scene.date(22))
    yield scene.day(PRESENT - 3, 14, 40)
    d.permit_late(
        "推广单位意向书因对方单位换届未能按期取得，理由正当。", scene.date(PRESENT + 20), scene.date(PRESENT + 28)
    )
