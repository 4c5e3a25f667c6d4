"""The pages of a running pilot as people use them: task book, milestones, register of outputs, self-evaluations."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from portal.base import clock
from portal.supervision.models import Docket
from tests.journeys.lives import TITLE
from tests.journeys.pages import Visitor

GUARANTEED, SUPERVISED = "/desk/guaranteed/", "/desk/supervised/"
#: the obligatory material of an acceptance, by the names of the slots
MATERIAL = ("self_evaluation", "summary", "standards", "records", "effects")


def open_pilot(visitor: Visitor, tab: str = "", path: str = "/desk/dossiers/") -> None:
    """Opens the pilot from a list, and a tab of its page."""
    visitor.open_dossier(TITLE, path)
    if tab:
        visitor.tab(tab)


# --- the task book --------------------------------------------------------------------------------
def arrange(visitor: Visitor, stage: str, first: dt.date, last: dt.date) -> None:
    """The undertaker adds a stage to the task book that the approval drew up, and says what the first one brings."""
    open_pilot(visitor, "任务书与进展")
    visitor.follow("编制任务书")
    rows = visitor.page.locator('input[name="rows-milestones"]')
    count = rows.count()
    visitor.press("添加一行 阶段安排")
    expect(rows).to_have_count(count + 1)
    visitor.sees("有改动尚未保存")
    first_row, new_row = rows.nth(0).input_value(), rows.nth(count).input_value()
    visitor.put(f"milestones--{first_row}-result", "标准体系表")
    for name, value in {
        "stage": stage,
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "content": "总结经验，准备验收",
    }.items():
        visitor.put(f"milestones--{new_row}-{name}", value)
    visitor.press("保存并返回任务书")
    visitor.sees("已保存。", stage, "标准体系表")


def open_task_book(visitor: Visitor, path: str = "/desk/dossiers/") -> None:
    open_pilot(visitor, "任务书与进展", path)
    visitor.follow("查看任务书")


# --- progress -------------------------------------------------------------------------------------
def report_milestone(visitor: Visitor, stage: str, step: str, scan: Path, **typed: Any) -> None:
    """Reports on a stage, with evidence."""
    open_pilot(visitor, "任务书与进展")
    visitor.page.locator(".p-milestones").get_by_role("link", name=stage, exact=True).click()
    visitor.page.wait_for_load_state()
    visitor.take(step, scan=scan, **typed)


def register_output(visitor: Visitor, kind: str, **typed: Any) -> None:
    """Enters an output into the register."""
    open_pilot(visitor, "成果登记")
    visitor.page.get_by_role("link", name=re.compile(f"^登记\\s*{kind}$")).click()
    visitor.page.wait_for_load_state()
    for name, value in typed.items():
        visitor.put(name, value)
    visitor.press("保存")
    visitor.sees(f"已登记“{typed['title']}”。")


# --- self-evaluations -----------------------------------------------------------------------------
def fill_in_evaluation(visitor: Visitor, stage: str, *, actual: str, words: str) -> None:
    """Fills in the self-evaluation of a stage ("中期", "验收"): first unfinished, then the whole of it."""
    open_pilot(visitor, "任务书与进展")
    visitor.follow(f"填写{stage}自我评价")
    visitor.sees("提交前还需要填写")
    texts, values = visitor.page.locator('textarea[name^="text-"]'), visitor.page.locator('input[name^="actual-"]')
    assert values.count() == 2  # the targets of the task book
    texts.first.fill(words)
    visitor.press("保存")
    visitor.sees("未填完的内容可以以后继续填写", "提交前还需要填写")
    expect(texts.first).to_have_value(words)
    for number in range(values.count()):
        values.nth(number).fill(actual)
    for number in range(texts.count()):
        texts.nth(number).fill(words)
    visitor.press("保存")
    visitor.sees("已填写完整。")


def file_evaluation(visitor: Visitor, step: str, **typed: Any) -> None:
    """From the complete self-evaluation to the step that files it, with its ticks."""
    visitor.follow(step)
    for name, value in {**typed, "truthful": True, "no_secrets": True}.items():
        visitor.put(name, value)
    visitor.press(f"确认{step}")


def acceptance_material(scan: Path) -> dict[str, Path]:
    """The obligatory files by the names of their inputs."""
    return {f"file_{name}__file": scan for name in MATERIAL}


# --- what the guarantor and strangers do ----------------------------------------------------------
def endorse(visitor: Visitor, label: str, step: str, scan: Path, opinion: str) -> None:
    """A body answers what it was asked, with a sealed scan."""
    visitor.go("/desk/endorsements/")
    visitor.follow(label)
    visitor.take(step, scan=scan, opinion=opinion, signer="郑十")
    visitor.sees(opinion)


def due_of(visitor: Visitor, duty: str) -> Locator:
    """The line of a duty in the open tab 期限."""
    return visitor.page.locator("#tab tr", has_text=duty).first


# --- acts around the pilot ------------------------------------------------------------------------
def choose(visitor: Visitor, kind: str) -> None:
    """The undertaker chooses what it asks for; its only project is chosen already."""
    visitor.page.get_by_role("link", name=re.compile(f"^填写申请\\s*{kind}$")).click()
    visitor.page.wait_for_load_state()
    visitor.check()


def open_first_row(visitor: Visitor) -> None:
    """Opens what stands first in a list."""
    visitor.page.locator(".p-rows tbody a").first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


def draft_docket(visitor: Visitor, title: str, grounds: str = "") -> Docket:
    """On the page of a new docket the handler begins it with what is chosen there, and gives grounds where they are wanted."""
    visitor.put("title", title)
    visitor.press("拟办")
    docket = Docket.objects.latest("pk")
    if grounds:
        visitor.page.locator('textarea[name^="grounds-"]').fill(grounds)
        visitor.press("保存")
    return docket


def give_notice(visitor: Visitor, facts: str, scan: Path, decision: str = "") -> None:
    """The handler gives notice of an intended decision from the pilot's page, and registers its service.

    Args:
        decision: which one, where several could be intended.
    """
    visitor.open_step("事先告知（陈述申辩）")
    if decision:
        visitor.page.get_by_role("link", name=re.compile(f"^填写告知书\\s*{decision}$")).click()
        visitor.page.wait_for_load_state()
    visitor.put("facts", facts)
    visitor.press("确认事先告知")
    visitor.sees("已告知，待送达登记", facts)
    visitor.take("登记送达", scan=scan, served_on=clock.today().isoformat(), method="直接送达")
    visitor.sees("陈述申辩期", "直接送达")


def state_case(visitor: Visitor, words: str, scan: Path) -> None:
    """The undertaker answers the notice, from the line on the pilot's page that says by when."""
    visitor.page.get_by_role("link", name=re.compile("请于.*提出陈述申辩")).first.click()
    visitor.page.wait_for_load_state()
    visitor.take("提出陈述申辩", scan=scan, text=words)
    visitor.sees("已陈述申辩，待复核", words, scan.name)
