"""The call of 2023, as it went: every declaration under it has come to an end, the accepted ones to their decision."""

from __future__ import annotations

from pilots.demo.scene import (
    Scene,
    consent,
    list_sent,
    opinion_of,
    substance,
    to_accepted,
    to_recommended,
    to_submitted,
)
from pilots.demo.stories_decided import review_and_approve
from pilots.demo.timeline import Story
from portal.declaration.document import Content

#: working days after the opening: the closing day is the 31st
CLOSING = 31


def stories(scene: Scene) -> list[Story]:
    """All stories of the call, in the order in which they begin."""
    d = scene.declaration
    return [
        to_accepted(scene, d("composite", "宝山区市场监管局"), 2, asked=True, rank=1),
        to_accepted(scene, d("hydrogen_station", "嘉定区市场监管局", suffix="（一期）"), 3, asked=True, rank=1),
        to_accepted(scene, d("dementia", "虹口区市场监管局"), 4, rank=1),
        _corrected(scene),
        _corrected_twice(scene),
        _not_accepted(scene),
        _withdrawn(scene),
        _missed_correction(scene),
        _never_submitted(scene),
        _silent_recommender(scene),
        _declined_then_copied(scene),
        _late_permit(scene),
        review_and_approve(scene),
        *(list_sent(scene, f"{name}市场监管局", CLOSING - 1) for name in ("宝山区", "虹口区", "静安区", "临港新片区")),
    ]


def _corrected(scene: Scene) -> Story:
    """One correction of substance, which the recommender confirms."""
    d = scene.declaration("elevator", "静安区市场监管局")
    yield from to_recommended(scene, d, 6, rank=2)
    yield scene.day(15, 10, 30)
    d.require_correction(
        {
            "section-results": ("成效指标“困人救援到场时间”现状值缺少测算依据，请补充并核对目标值。", True),
            "section-tasks": ("“实施与督查”任务的责任单位应当明确到具体部门。", False),
        },
        scene.date(25),
    )
    yield scene.day(19, 14, 10)
    d.change("results", _base_of_measures)
    d.change("tasks", lambda found: found["tables"]["tasks"][2].update(owner="应急联动科、各居民区"))
    d.supplement("已补充指标测算依据，责任单位已明确。")
    yield scene.day(20, 9, 40)
    d.seal()
    yield scene.day(22, 15, 0)
    substance(d, 1)
    yield scene.day(24, 10, 15)
    d.receive_copies()
    d.accept()


def _base_of_measures(found: Content) -> None:
    for row in found["tables"]["measures"]:
        row["remark"] = "依据2022年度运行台账和抽样测时结果"


def _corrected_twice(scene: Scene) -> Story:
    """A second correction, with the section chief's consent."""
    d = scene.declaration("semiconductor", "临港新片区市场监管局")
    yield from to_recommended(scene, d, 3, rank=1)
    yield scene.day(12, 9, 30)
    d.require_correction(
        {"section-plan": ("实施计划第三阶段与拟输出标准的完成时间不一致，请核对。", False)}, scene.date(22)
    )
    yield scene.day(15, 16, 40)
    d.change("plan", lambda found: found["tables"]["plan"][2].update(milestone="十一家企业对标实施报告"))
    d.supplement("已调整实施计划的阶段成果。")
    d.seal()
    yield scene.day(17, 10, 0)
    d.ask_second_correction("企业补正后发现信用状况证明不是近一个月内出具，属于新出现的情况，请示再次补正。")
    yield scene.day(18, 14, 30)
    d.agree_second_correction("同意，请一次性列明。")
    yield scene.day(19, 9, 20)
    d.require_correction({"slot-credit": ("请提交近一个月内出具的信用状况证明。", False)}, scene.date(29))
    yield scene.day(23, 11, 30)
    d.add_material("credit")
    d.supplement("已重新提交信用状况证明。")
    d.seal()
    yield scene.day(26, 15, 45)
    d.accept()


def _not_accepted(scene: Scene) -> Story:
    d = scene.declaration("port_supply", "浦东新区市场监管局", internal_only="yes")
    yield from to_recommended(scene, d, 8, rank=6)
    yield scene.day(19, 10, 50)
    d.refuse_acceptance(
        "沪市监标技〔2023〕139号 二（四）",
        "申报内容为本公司仓内作业流程的标准化，实施范围限于公司内部两处仓库，属于组织内部的标准化建设，不符合申报条件。",
    )


def _withdrawn(scene: Scene) -> Story:
    d = scene.declaration("rice", "松江区市场监管局")
    yield from to_submitted(scene, d, 9)
    yield scene.day(15, 9, 15)
    d.withdraw("因烘干储藏中心改建延期，实施条件暂不具备，拟于下一年度重新申报。")


def _missed_correction(scene: Scene) -> Story:
    """The correction does not come: taken for a withdrawal when its date has passed."""
    d = scene.declaration("refuse", "静安区市场监管局")
    yield from to_recommended(scene, d, 5, rank=4)
    yield scene.day(14, 11, 20)
    d.require_correction({"slot-functions": ("职能依据文件应当提供机构编制部门的批复。", False)}, scene.date(24))


def _never_submitted(scene: Scene) -> Story:
    d = scene.declaration("library", "黄浦区市场监管局")
    yield scene.day(11, 9, 5)
    d.begin()
    d.fill(sections=5)
    yield scene.day(20, 16, 10)
    d.fill(sections=9)


def _silent_recommender(scene: Scene) -> Story:
    d = scene.declaration("park", "市经济和信息化委员会")
    yield from to_submitted(scene, d, 22)
    yield scene.day(CLOSING + 2, 9, 30)
    d.nudge("报送截止日已过，请尽快明确推荐意见。")
    yield scene.day(CLOSING + 9, 10, 0)
    d.lapse_silent("经提醒和催办，推荐单位逾期未报送推荐意见。")


def _declined_then_copied(scene: Scene) -> Story:
    """One body does not recommend; the unit turns to another one."""
    first = scene.declaration("stem_cell", "奉贤区市场监管局")
    yield from to_submitted(scene, first, 7)
    yield scene.day(13, 14, 0)
    first.decline("本区今年推荐名额集中于制造业数字化转型方向，该项目专业性较强，建议由市有关行业主管部门初审推荐。")
    second = scene.declaration("stem_cell", "奉贤区市场监管局")
    yield scene.day(15, 10, 40)
    second.begin_copy(first, "市科学技术委员会")
    yield scene.day(16, 9, 30)
    second.submit()
    second.seal()
    yield scene.day(20, 15, 10)
    second.note_opinion(opinion_of(second, 0), 2)
    yield scene.day(21, 11, 0)
    second.recommend(2)
    yield scene.day(25, 16, 0)
    second.accept()


def _late_permit(scene: Scene) -> Story:
    """A return is not submitted again in time; with a late permit the declaration goes on."""
    d = scene.declaration("iot_standard", "市商务委员会")
    yield from to_submitted(scene, d, 14)
    yield scene.day(20, 10, 0)
    d.send_back("请补充企业参与国际标准会议的证明，并明确提案的目标技术委员会。", scene.date(25))
    yield scene.day(29, 9, 40)
    d.permit_late(
        "申报单位负责人赴国际标准化会议，期间无法签章，理由正当。", scene.date(CLOSING + 5), scene.date(CLOSING + 10)
    )
    yield scene.day(CLOSING + 2, 14, 20)
    d.change("foundation", lambda found: found["fields"].update(foundation=found["fields"]["foundation"] + _MEETINGS))
    d.submit()
    d.seal(picture=True)
    yield scene.day(CLOSING + 4, 10, 30)
    consent(d, 0)
    yield scene.day(CLOSING + 6, 15, 0)
    d.note_opinion(opinion_of(d, 1), 3)
    yield scene.day(CLOSING + 7, 9, 45)
    d.recommend(3)
    yield scene.day(CLOSING + 11, 11, 10)
    d.receive_copies()
    d.accept("补报，材料齐全。")


_MEETINGS = "\n近两年派员参加国际标准化组织工作组会议六次，提案拟提交机器状态监测与诊断分技术委员会。"
