"""What a plan still lacks before it can be fixed: pure functions of its rows and the term."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from portal.execution.models import TaskBook

#: tables whose rows the undertaker may still arrange before the text is fixed
OPEN_TABLES = ("milestones", "outputs")


def problems(book: TaskBook) -> list[str]:
    """What is wrong with the plan of a task book, one sentence each; nothing when it can be fixed."""
    dossier = book.running
    return problems_of(book.content, dossier.term_starts_on, dossier.term_ends_on)


def problems_of(content: dict[str, Any], first: dt.date | None, last: dt.date | None) -> list[str]:
    """The same for a plan and a term (Shanghai, both inclusive); without a term its dates are not compared with it."""
    return [text for _place, text in found_in(content, first, last)]


def found_in(content: dict[str, Any], first: dt.date | None, last: dt.date | None) -> list[tuple[str, str]]:
    """What is wrong, each with its place: a table, or a row of one (`milestones--<row>`)."""
    found = [] if content.get("milestones") else [("milestones", _("请至少安排一个阶段。"))]
    for number, row in enumerate(content.get("milestones", ()), 1):
        found += [(f"milestones--{row.get('id', '')}", text) for text in _of_milestone(row, number, first, last)]
    for number, row in enumerate(content.get("outputs", ()), 1):
        found += [(f"outputs--{row.get('id', '')}", text) for text in _of_output(row, number, first, last)]
    return found


def _of_output(row: dict[str, Any], number: int, first: dt.date | None, last: dt.date | None) -> list[str]:
    name, day = row.get("name") or _("第 %(n)s 行") % {"n": number}, as_date(row.get("planned_on"))
    found = [] if row.get("name") else [_("拟输出标准第 %(n)s 行没有名称。") % {"n": number}]
    if day is None:
        found.append(_("拟输出标准“%(name)s”没有填写计划完成日期。") % {"name": name})
    elif first and last and not first <= day <= last:
        facts = {"name": name, "first": first, "last": last}
        found.append(_("拟输出标准“%(name)s”的计划完成日期应在 %(first)s 至 %(last)s 之内。") % facts)
    return found


def _of_milestone(row: dict[str, Any], number: int, first: dt.date | None, last: dt.date | None) -> list[str]:
    name = row.get("stage") or _("第 %(n)s 行") % {"n": number}
    starts, ends = as_date(row.get("starts_on")), as_date(row.get("ends_on"))
    found = [] if row.get("stage") else [_("阶段安排第 %(n)s 行没有名称。") % {"n": number}]
    if starts is None or ends is None:
        found.append(_("阶段“%(name)s”没有填写起止日期。") % {"name": name})
    elif ends < starts:
        found.append(_("阶段“%(name)s”的结束日期早于开始日期。") % {"name": name})
    elif first and last and not (first <= starts and ends <= last):
        facts = {"name": name, "first": first, "last": last}
        found.append(_("阶段“%(name)s”应在项目期限 %(first)s 至 %(last)s 之内。") % facts)
    return found


def as_date(value: Any) -> dt.date | None:
    """A date kept as text; None when it is none."""
    try:
        return dt.date.fromisoformat(str(value or ""))
    except ValueError:
        return None
