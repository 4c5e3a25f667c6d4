"""The plan of a pilot: what its task book holds, generated from the approved form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilots.form_rows import LEVELS, TASKS
from portal.declaration import versions
from portal.declaration.document import new_row_id
from portal.execution import plans
from portal.execution.plans import Content
from portal.execution.task_books.checks import as_date

SECTIONS = (
    ("title", _("项目名称"), "text"),
    ("class", _("项目类别"), "text"),
    ("leader", _("项目负责人"), "person"),
    ("members", _("参加单位"), "table"),
    ("goals", _("试点目标"), "text"),
    ("scope", _("试点范围"), "text"),
    ("tasks", _("主要任务"), "table"),
    ("targets", _("成效指标"), "table"),
    ("milestones", _("阶段安排"), "table"),
    ("outputs", _("拟输出标准"), "table"),
    ("budget", _("经费预算"), "table"),
)
COLUMNS = {
    "leader": (("name", _("姓名")), ("post", _("职务")), ("phone", _("联系电话"))),
    "members": (("name", _("单位名称")), ("code", _("统一社会信用代码")), ("share", _("承担的工作"))),
    "tasks": (("kind", _("任务类别")), ("content", _("主要内容")), ("owner", _("责任单位")), ("result", _("完成标志"))),
    "targets": (
        ("name", _("指标名称")),
        ("unit", _("计量单位")),
        ("present", _("现状值")),
        ("target", _("目标值")),
        ("remark", _("说明")),
    ),
    "milestones": (
        ("stage", _("阶段")),
        ("starts_on", _("开始日期")),
        ("ends_on", _("结束日期")),
        ("content", _("工作内容")),
        ("result", _("阶段成果")),
    ),
    "outputs": (
        ("level", _("标准级别")),
        ("name", _("标准名称")),
        ("role", _("参与方式")),
        ("planned_on", _("计划完成日期")),
    ),
    "budget": (("item", _("支出科目")), ("amount", _("金额（万元）")), ("source", _("来源")), ("remark", _("说明"))),
}
CHOICES = {
    ("class", "class"): {"general": _("一般项目"), "key": _("重点项目")},
    ("tasks", "kind"): dict(TASKS),
    ("outputs", "level"): dict(LEVELS),
    ("outputs", "role"): {"lead": _("主导"), "join": _("参与")},
    ("budget", "source"): {"own": _("自筹"), "fiscal": _("财政资金"), "other": _("其他")},
}


def build(pilot: Any) -> Content:
    """The plan of an approved pilot, of the version that was approved; its dates moved to the term of the approval.

    The form was filled in before anybody knew when the term would begin: stages keep their length and their order.
    """
    version = versions.latest(pilot)
    if version is None:
        return {"title": pilot.title, "class": pilot.project_class, "milestones": [], "targets": []}
    document = version.document
    moved = _mover(pilot, as_date(document.value("basic", "starts_on")))
    return {
        "title": pilot.title,
        "class": pilot.project_class,
        "leader": {
            "name": document.value("unit", "leader_name"),
            "post": document.value("unit", "leader_post"),
            "phone": document.value("unit", "leader_phone"),
        },
        "members": _rows(document.rows("participants", "participants"), "name", "code", "share"),
        "goals": document.value("goals", "goals"),
        "scope": document.value("goals", "scope"),
        "tasks": _rows(document.rows("tasks", "tasks"), "kind", "content", "owner", "result"),
        "targets": _rows(document.rows("results", "measures"), "name", "unit", "present", "target", "remark"),
        "milestones": [
            {
                "id": row.get("id") or new_row_id(),
                "stage": row.get("stage", ""),
                "starts_on": moved(row.get("starts_on")),
                "ends_on": moved(row.get("ends_on")),
                "content": row.get("content", ""),
                "result": row.get("milestone", ""),
            }
            for row in document.rows("plan", "plan")
        ],
        "outputs": [
            {**row, "planned_on": moved(row["planned_on"])}
            for row in _rows(document.rows("outputs", "outputs"), "level", "name", "role", "planned_on")
        ],
        "budget": _rows(document.rows("budget", "budget"), "item", "amount", "source", "remark"),
    }


def _rows(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{"id": row.get("id") or new_row_id(), **{name: str(row.get(name) or "") for name in names}} for row in rows]


def _mover(pilot: Any, planned_start: dt.date | None) -> Any:
    """Moves a date of the form by as much as the term begins later or earlier, within the term."""
    first, last = pilot.term_starts_on, pilot.term_ends_on

    def moved(value: Any) -> str:
        day = as_date(value)
        if day is None:
            return ""
        if planned_start is not None and first is not None and last is not None:
            day = min(max(day + (first - planned_start), first), last)
        return day.isoformat()

    return moved


PLAN = plans.Plan(
    "pilots",
    _("上海市标准化试点项目任务书"),
    build,
    SECTIONS,
    COLUMNS,
    CHOICES,
    outputs=("standard", "training", "effect", "patent"),
)
plans.register(PLAN)
