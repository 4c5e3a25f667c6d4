"""From a project's texts to the sections of the form, as a person would have typed them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from pilots.demo.projects import Project
from pilots.demo.units import all_units, mobile
from pilots.form import prefill
from pilots.models import Pilot
from portal.accounts.models import Body, Unit
from portal.base.workdays import add_months, term_end

#: the term of a pilot in months, as the projects' plans are laid out
TERM = 24
LEVELS = {
    "国际标准": "international",
    "国家标准": "national",
    "行业标准": "industry",
    "地方标准": "local",
    "团体标准": "group",
    "企业标准": "enterprise",
    "其他": "enterprise",
}
_STATUS = {"已发布采用": "in_force", "已有修订": "revise", "拟制定": "draft"}
_KINDS = ("system", "draft", "implement", "train", "improve")
_BRANCHES = ("通用基础", "服务（产品）提供", "运行保障", "评价改进")
_DEPARTMENTS = ("{office}", "{office}、业务部门", "各业务部门", "综合办公室", "{office}、质量管理部门")
_HEED = (
    "主要负责人担任标准化工作领导小组组长，每季度听取一次标准化工作汇报，将标准实施情况纳入部门绩效考核。",
    "本单位把标准化列入年度重点工作，主要负责人牵头审定标准体系，分管负责人逐月督办，经费单独列支。",
    "主要负责人重视标准化工作，标准制修订、宣贯和实施检查均有计划、有记录、有评价，形成闭环管理。",
)
Sections = dict[str, dict[str, Any]]


def sections_of(pilot: Pilot, project: Project, recommender: Body, start: dt.date) -> Sections:
    """What is typed into each section: `{section: {"fields": …, "tables": {table: rows}}}`, rows without ids.

    Args:
        start: the planned first day of the pilot.
    """
    unit = pilot.applicant
    sections: Sections = {
        "basic": _fields(_basic(project, recommender, start)),
        "unit": _fields(_unit(pilot, project)),
        "participants": _tables(participants=_participants(project), support=_support(project)),
        "team": _tables(members=_members(project, unit)),
        "foundation": {"fields": {"foundation": _foundation(project, unit)}, "tables": {"earlier": _earlier(project)}},
        "goals": _fields({"aims": _aims(project), "goals": _goals(project), "scope": project["scope"]}),
        "tasks": _tables(tasks=_tasks(project, unit)),
        "standards": {"fields": {"framework": project["framework"]}, "tables": {"standards": _standards(project)}},
        "outputs": _tables(outputs=_outputs(project, start)),
        "plan": _tables(plan=_plan(project, start)),
        "results": {"fields": {"results": project["results"]}, "tables": {"measures": _measures(project)}},
        "budget": _tables(budget=_budget(project)),
        "statement": _fields(
            {
                **dict.fromkeys(("policy", "no_penalty", "no_accident", "registered", "no_secrets"), True),
                "opinion": project["opinion"],
            }
        ),
    }
    if project["class"] == "key":
        sections["key"] = _fields(_key(project))
    if "public_body" in project:
        kind = "governance" if project["field"] == "social-management" else "service"
        sections["public"] = _fields({"body_type": kind, "functions": project["public_body"], "government_led": True})
    return sections


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    return {"fields": values, "tables": {}}


def _tables(**tables: list[dict[str, Any]]) -> dict[str, Any]:
    return {"fields": {}, "tables": tables}


def _basic(project: Project, recommender: Body, start: dt.date) -> dict[str, Any]:
    return {
        "title": project["title"],
        "project_class": project["class"],
        "field": project["field"],
        "key_direction": project["direction"],
        "key_direction_other": "",
        "recommender": recommender.code,
        "industry": project["industry"],
        "starts_on": start.isoformat(),
        "ends_on": term_end(start, TERM).isoformat(),
        "internal_only": project.get("internal_only", "no"),
    }


def _unit(pilot: Pilot, project: Project) -> dict[str, Any]:
    leader = project["team"][0]
    return {
        **prefill(pilot)["unit"]["fields"],
        "leader_name": leader[0],
        "leader_post": leader[1],
        "leader_phone": mobile(2000 + pilot.applicant_id),
        "office_name": _record(project)["office"],
    }


def _record(project: Project) -> dict[str, Any]:
    return all_units()[project["unit"]]


def _participants(project: Project) -> list[dict[str, Any]]:
    rows = []
    for name, share in project.get("participants", []):
        known = Unit.objects.filter(name=name).first()
        code, contact, phone = (known.credit_code, known.contact_name, known.contact_mobile) if known else ("", "", "")
        rows.append({"name": name, "code": code, "share": share, "contact": contact, "phone": phone})
    return rows


def _support(project: Project) -> list[dict[str, Any]]:
    return [{"name": name, "content": content} for name, content in project.get("support", [])]


def _members(project: Project, unit: Unit) -> list[dict[str, Any]]:
    specialities = ("管理", "标准化", "质量管理", "信息技术", "工程技术")
    return [
        {"name": name, "unit": unit.name, "post": post, "speciality": specialities[n % 5], "work": work}
        for n, (name, post, work) in enumerate(project["team"])
    ]


def _foundation(project: Project, unit: Unit) -> str:
    record = _record(project)
    first = (
        f"{unit.name}成立于{record['founded'].year}年，现有职工{record['staff']}人，主要从事{record['business']}。"
        f"设有{record['office']}，专职标准化人员{record['full']}人、兼职{record['part']}人。"
    )
    earlier = [project["earlier"]] if project.get("earlier", "无。") != "无。" else []
    return "\n".join([first, project["basis"], *earlier, _HEED[len(project["title"]) % len(_HEED)]])


def _earlier(project: Project) -> list[dict[str, Any]]:
    """An earlier project, where the text names one and its year."""
    found = re.search(r"(\d{4})年承担([^，。；]+)[，；]?([^。]*)", str(project.get("earlier", "")))
    if found is None:
        return []
    year, name, result = found.groups()
    level = "municipal" if "市级" in name else "district"
    return [{"name": name, "level": level, "year": year, "result": (result or "已完成")[:90]}]


def _aims(project: Project) -> list[str]:
    return (
        ["mechanism", "system", "innovation", "example"]
        if project["class"] == "key"
        else ["mechanism", "system", "example"]
    )


def _goals(project: Project) -> str:
    """The aim in words, then by stages, then in figures."""
    stages = [
        f"第{n}阶段（第{a}—{b}个月）：{content}"
        for n, (a, b, _s, content) in zip("一二三四五六", project["plan"], strict=False)
    ]
    figures = "；".join(
        f"{name}由{present}{unit}达到{target}{unit}" for name, unit, present, target in project["indicators"]
    )
    return "\n".join([project["goal"], "分阶段目标：", *stages, f"试点期满：{figures}。"])


def _tasks(project: Project, unit: Unit) -> list[dict[str, Any]]:
    kinds, office = project.get("kinds", _KINDS), _record(project)["office"]
    return [
        {
            "kind": kinds[n] if n < len(kinds) else "other",
            "content": f"{name}：{content}",
            "owner": _DEPARTMENTS[n % len(_DEPARTMENTS)].format(office=office),
            "result": result,
        }
        for n, (name, content, result) in enumerate(project["tasks"])
    ]


def _standards(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "branch": _BRANCHES[n * len(_BRANCHES) // len(project["standards"])],
            "number": "" if number == "—" else number,
            "name": name,
            "level": LEVELS[level],
            "status": _STATUS[status],
        }
        for n, (level, number, name, status) in enumerate(project["standards"])
    ]


def _outputs(project: Project, start: dt.date) -> list[dict[str, Any]]:
    rows = []
    for level, name, month in project["outputs"]:
        title, _bracket, remark = name.partition("（")
        rows.append(
            {
                "level": "delta" if "长三角区域协同" in remark else LEVELS[level],
                "name": title,
                "role": "join" if "参与" in remark else "lead",
                "planned_on": term_end(start, month).isoformat(),
                "remark": remark.rstrip("）"),
            }
        )
    return rows


def _plan(project: Project, start: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "stage": stage,
            "starts_on": add_months(start, first - 1).isoformat(),
            "ends_on": term_end(start, last).isoformat(),
            "content": content,
            "milestone": f"{stage}阶段工作小结",
        }
        for first, last, stage, content in project["plan"]
    ]


def _measures(project: Project) -> list[dict[str, Any]]:
    return [
        {"name": name, "unit": unit, "present": present, "target": target, "remark": "以本单位统计台账为准"}
        for name, unit, present, target in project["indicators"]
    ]


def _budget(project: Project) -> list[dict[str, Any]]:
    return [
        {"item": item, "amount": amount, "source": _source(origin), "remark": origin}
        for item, amount, origin in project["budget"]
    ]


def _source(origin: str) -> str:
    if origin == "自筹":
        return "own"
    return "fiscal" if any(word in origin for word in ("财政", "预算", "配套")) else "other"


def _key(project: Project) -> dict[str, Any]:
    department = Body.objects.filter(kind=Body.Kind.DEPARTMENT, name=project["department"], valid_to=None).get()
    outputs = "；".join(f"{level}《{name}》" for level, name, _month in project["outputs"])
    return {
        "strategy": project["strategy"],
        "output": f"试点期内完成{outputs}的研制，并在试点单位先行实施验证，成熟后按程序报批、发布。",
        "mechanism": project["mechanism"],
        "industry_department": department.code,
        "joint_push": project["push"],
    }
