"""What an undertaker of the demonstration writes while its pilot runs, made of the project's own texts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pilots.demo.content import LEVELS
from pilots.demo.projects import Project
from portal.execution.evaluations import number

_REACHED = (
    "“{stage}”按任务书完成。{content}形成{result}，经{office}逐项核对，资料已归档。",
    "本阶段工作全部完成：{content}主要成果为{result}，已在试点范围内实施并安排检查。",
    "完成“{stage}”各项工作。{content}{result}已经专题会议审定，发至各责任部门执行。",
)
_UNDER_WAY = (
    "“{stage}”正在推进：{content}目前已完成主要文件初稿，正在征求各责任部门意见。",
    "按计划开展“{task}”，已召开工作例会四次，检查现场十二处，发现的问题已列入整改台账。",
    "本阶段工作有序推进，“{task}”完成过半，剩余部分拟于阶段结束前完成。",
)
#: what was achieved, what is missing, and what comes next, in words that fit any project
_PROBLEMS = (
    "部分岗位对新标准的执行不够均衡，检查记录的完整性有待提高；标准宣贯的覆盖面还需扩大。",
    "跨部门、跨单位的数据采集口径需要进一步统一，个别指标的统计周期较长，成效显现较慢。",
    "专职标准化人员数量偏少，标准制修订进度与业务工作高峰有冲突，需要进一步加强统筹。",
)
_NEXT = (
    "一是按季度检查标准实施情况并通报；二是完成剩余标准的编制和发布；三是总结经验，形成可复制的工作指引。",
    "一是补齐检查记录和培训档案；二是组织标准实施效果评价，修订不适用的条款；三是向同行单位开放观摩。",
)
_LEAD = {True: "join", False: "lead"}


def reached(project: Project, name: str, task: str, result: str, place: int, office: str) -> str:
    """The report of a finished stage; `place` varies the wording."""
    words = _REACHED[place % len(_REACHED)]
    return words.format(stage=name, content=task, result=result or "阶段工作小结", office=office)


def under_way(project: Project, name: str, task: str, place: int) -> str:
    """The report of a stage that is not finished."""
    about = project["tasks"][place % len(project["tasks"])][0]
    return _UNDER_WAY[place % len(_UNDER_WAY)].format(stage=name, content=task, task=about)


def achieved(present: str, target: str, share: float) -> str:
    """A value on the way from present to target, with as many decimals as they have; the target where they are no numbers."""
    first, last = number(present or 0), number(target)
    if first is None or last is None:
        return "1"
    places = max((-int(value.as_tuple().exponent) for value in (first, last)), default=0)
    value = first + (last - first) * Decimal(str(share))
    return f"{value:.{max(places, 0)}f}"


def texts(project: Project, stage: str, share: float, place: int) -> dict[str, str]:
    """The written parts of a self-evaluation: "midterm" or "acceptance"; `share` of the work that is done."""
    told = enumerate(project["tasks"])
    tasks = "；".join(f"“{name}”{_done(share, n)}，{content.rstrip('。')}" for n, (name, content, _r) in told) + "。"
    drafts = [name for _level, _number, name, status in project["standards"] if status == "拟制定"]
    system = f"{project['framework']}试点以来新制定{_names(drafts)}等标准，并按年度修订标准明细表。"
    carried = f"试点范围为：{project['scope']}组织标准宣贯{4 + place % 5}次，{project['tasks'][3][1]}实施检查记录完整。"
    if stage == "midterm":
        return {
            "progress": f"对照任务书，各项任务进展如下。{tasks}",
            "system": system,
            "implementation": carried,
            "problems": _PROBLEMS[place % len(_PROBLEMS)],
            "next": _NEXT[place % len(_NEXT)],
        }
    return {
        "summary": f"{project['goal']}试点期间成立标准化工作领导小组，按任务书组织实施。{tasks}",
        "system": system,
        "implementation": carried,
        "effects": f"{project['results']}{_figures(project, share)}",
        "problems": _PROBLEMS[(place + 1) % len(_PROBLEMS)],
        "spread": "整理试点形成的标准和操作指引，向本市同类单位免费提供，每年组织一次现场交流。",
    }


def _done(share: float, n: int) -> str:
    return "已完成" if share >= 0.95 or n / 5 < share else "正在推进"


def _names(drafts: list[str]) -> str:
    return "、".join(f"《{name}》" for name in drafts[:3]) or "内部管理标准"


def _figures(project: Project, share: float) -> str:
    lines = [
        f"{name}由{present}{unit}达到{achieved(present, target, share)}{unit}"
        for name, unit, present, target in project["indicators"]
    ]
    return f"试点期内，{'；'.join(lines)}。"


# --- the register of outputs ----------------------------------------------------------------------
def outputs(project: Project, stage: int, on: dt.date, place: int) -> list[dict[str, Any]]:
    """What a stage (0, 1, …) brought forth, as columns of the register."""
    makers = (_drafts, _trainings, _standards, _effects)
    return makers[stage % len(makers)](project, on, place)


def _drafts(project: Project, on: dt.date, place: int) -> list[dict[str, Any]]:
    level, name, _month = project["outputs"][0]
    return [_standard(level, name, "applied", on)]


def _trainings(project: Project, on: dt.date, place: int) -> list[dict[str, Any]]:
    first = {
        "kind": "training",
        "title": f"“{project['tasks'][1][0]}”标准宣贯培训",
        "on": on,
        "quantity": Decimal(60 + place * 17 % 240),
        "unit": "人次",
        "note": "集中授课和现场讲解相结合，培训后组织测试。",
    }
    own = [row for row in project["standards"] if row[0] == "企业标准" and row[3] == "拟制定"][:2]
    return [first, *(_standard(level, name, "published", on, code) for level, code, name, _s in own)]


def _standards(project: Project, on: dt.date, place: int) -> list[dict[str, Any]]:
    level, name, _month = project["outputs"][0]
    number_ = f"T/SHYS {100 + place}—{on.year}" if level == "团体标准" else ""
    return [_standard(level, name, "published" if number_ else "drafting", on, number_)]


def _effects(project: Project, on: dt.date, place: int) -> list[dict[str, Any]]:
    name, unit, present, target = project["indicators"][0]
    effect = {
        "kind": "effect",
        "title": name,
        "on": on,
        "quantity": number(achieved(present, target, 0.98)),
        "unit": unit[:20],
        "note": "以本单位统计台账为准。",
    }
    event = {"kind": "event", "title": "试点成果现场交流会", "on": on, "quantity": Decimal(1), "unit": "场", "note": ""}
    return [effect, event]


def _standard(level: str, name: str, standing: str, on: dt.date, code: str = "") -> dict[str, Any]:
    title, _bracket, remark = name.partition("（")
    return {
        "kind": "standard",
        "title": title,
        "level": "delta" if "长三角区域协同" in remark else LEVELS[level],
        "number": "" if code == "—" else f"{code}—{on.year}" if code.startswith("Q/") else code,
        "part": _LEAD["参与" in remark],
        "standing": standing,
        "on": on,
    }
