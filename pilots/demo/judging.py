"""How the experts of the demonstration judge: scores that differ, comments where they are low, opinions on the project."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

from pilots.approval import PROJECT
from pilots.demo.projects import Project
from portal.reviews.scoring import Item, Sheet

#: how severe the experts of a panel are, by their place in it, and how their view of the items varies
_BIAS = (-0.02, 0.03, 0.0, -0.05, 0.04, -0.01, 0.02)
_WIGGLE = (-0.05, 0.03, 0.0, 0.06, -0.02, 0.04, -0.04, 0.01)
_HALF = Decimal("0.5")
_LOW = {
    "need": (
        "与重点方向的关系论述较为笼统，行业需求缺少数据支撑。",
        "主要解决本单位自身的管理问题，对行业共性需求回应不足。",
    ),
    "base": (
        "专职标准化人员偏少，前期标准实施情况缺少检查记录佐证。",
        "标准化工作基础较弱，现行有效标准的收集和采用不系统。",
    ),
    "plan": (
        "任务与标准体系的对应关系不清，第二、三阶段进度安排偏紧。",
        "任务分解不到岗位，缺少可以检查的阶段成果。",
    ),
    "result": (
        "拟输出标准的层级和数量与项目内容不相称，推广路径不明确。",
        "成效指标缺少测算依据，示范推广对象没有落实。",
    ),
    "support": ("经费主要依赖自筹且未明确到年度，保障措施需要细化。", "协调机制只有原则性表述，参加单位责任未落实。"),
    "organisation": ("领导小组会议记录不全，专项经费没有单独列支。", "标准化岗位变动后未及时补充，职责没有落实到人。"),
    "system": (
        "标准明细表与实际执行的标准不完全一致，部分标准已作废未清理。",
        "体系结构与业务流程脱节，关键环节缺少标准。",
    ),
    "drafting": ("计划新制定的标准只完成一半，编写质量不均衡。", "标准文本未按规定格式编写，技术指标缺少验证。"),
    "training": ("培训以文件传达为主，一线人员覆盖率偏低。", "缺少培训效果的测试和记录。"),
    "carrying_out": ("检查记录有补写痕迹，发现的问题没有闭环。", "抽查岗位中有三处未按标准执行，实施记录不连续。"),
    "improvement": ("未开展年度自我评价，改进措施没有落实情况。", "评价指标与试点目标对应不清。"),
    "effect": ("成效数据来源单一，缺少第三方或者用户评价佐证。", "主要指标未达到阶段目标，推广对象尚未落实。"),
}
_BONUS = "已牵头完成上一级标准的立项，成果被同行单位采用。"
#: opinions on the work of a running pilot: good, middling, poor
_WORK = (
    (
        "任务书各项任务按期推进，“{task}”形成的标准可操作性强，实施记录完整，成效有数据支撑。",
        "标准体系运行有效，“{task}”落实到岗位，检查与改进形成闭环，经验可以复制推广。",
        "组织保障有力，“{task}”完成质量较高，建议进一步提炼成果，扩大应用范围。",
    ),
    (
        "总体按计划进行，“{task}”的实施记录需要补充完整，指标统计口径应当统一。",
        "主要任务已完成，“{task}”的宣贯覆盖面不足，建议加强一线岗位的检查。",
    ),
    (
        "“{task}”进度滞后，计划制定的标准多数没有发布，实施记录不能证明标准已经执行，须整改。",
        "标准体系与实际业务脱节，“{task}”缺少佐证材料，成效指标未达到任务书要求，须逐条整改。",
    ),
)
_USUAL = {
    "pilots.midterm": "任务进度符合任务书安排，同意通过中期评估。",
    "pilots.acceptance": "完成任务书规定的任务，同意通过验收。",
}
_HIGH = (
    "目标明确，任务围绕“{task}”展开，路径清楚；标准体系结构合理，拟输出标准有行业需求。建议进一步明确推广对象。",
    "基础扎实，“{task}”的做法有新意，可复制性强。实施计划与指标衔接较好，同意立项。",
    "项目契合重点方向，申报单位标准化机构和人员落实，“{task}”部分论证充分。建议补充标准实施效果的评价方法。",
    "总体质量较高。建议在“{task}”中增加对国家标准最新版本的采用分析，并把阶段成果量化。",
)
_MIDDLE = (
    "方向符合要求，但“{task}”的任务描述偏原则，建议细化到标准项目和责任部门；经费测算需要补充依据。",
    "有一定工作基础，示范带动作用尚待加强。建议压缩任务范围，集中做好“{task}”。",
    "项目基本可行。成效指标中的现状值依据不足，“{task}”与拟输出标准的对应关系需要进一步说明。",
)
_POOR = (
    "建设内容以单位内部管理为主，“{task}”属于日常工作，行业共性和推广价值不足，不建议列入本年度计划。",
    "标准体系与“{task}”脱节，拟输出标准不明确，论证深度不够，建议完善后下一年度再行申报。",
)


def usual_opinion(matter: str) -> str:
    """A panel's opinion on a project that nothing special is said of."""
    return _USUAL.get(matter, "目标明确，任务可行，建议立项。")


def sheet_data(
    sheet: Sheet, project: Project, quality: float, place: int, number: int, matter: str = PROJECT
) -> dict[str, Any]:
    """What an expert sends for a project.

    Args:
        quality: of the project, from 0 to 1. place: of the expert on the panel. number: of the project in the round.
    """
    data: dict[str, Any] = {}
    share = quality + _BIAS[place % len(_BIAS)]
    total = Decimal(0)
    for item in sheet.bonuses:
        points = Decimal(2) if quality > 0.88 else Decimal(0)
        data |= {f"score-{item.id}": str(points), f"comment-{item.id}": _BONUS if points else ""}
    for column, item in enumerate(sheet.base):
        score = _score(item, share + _WIGGLE[(place * 3 + number * 5 + column * 2) % len(_WIGGLE)])
        total += score
        data[f"score-{item.id}"] = str(score)
        if sheet.needs_comment(item, score):
            data[f"comment-{item.id}"] = _LOW[item.id][(place + number) % 2]
    choices = (_HIGH, _MIDDLE, _POOR) if matter == PROJECT else _WORK
    data["opinion"] = _opinion(float(total / sheet.highest), project, place + number, choices)
    return data


def _score(item: Item, share: float) -> Decimal:
    wanted = item.highest * Decimal(str(round(min(max(share, 0.3), 0.97), 3)))
    return (wanted / _HALF).to_integral_value(ROUND_FLOOR) * _HALF


def _opinion(share: float, project: Project, number: int, choices: tuple[tuple[str, ...], ...]) -> str:
    words = choices[0 if share >= 0.76 else 1 if share >= 0.62 else 2]
    return words[number % len(words)].format(task=project["tasks"][number % len(project["tasks"])][0])
