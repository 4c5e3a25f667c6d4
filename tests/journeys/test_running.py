"""The life of a running pilot in Chromium, from the approval to the certificate that a stranger verifies."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Membership
from portal.base import clock
from portal.base.workdays import add_months, term_end
from portal.lifecycle import consistency, history
from tests.journeys.conftest import Open, Stage
from tests.journeys.lives import TITLE, approved, in_midterm_review, past_midterm
from tests.journeys.office import DECIDE, ON, UP, Office, begin_docket, leap_and_sweep, set_clock
from tests.journeys.running import (
    GUARANTEED,
    acceptance_material,
    arrange,
    choose,
    draft_docket,
    due_of,
    endorse,
    file_evaluation,
    fill_in_evaluation,
    open_first_row,
    open_pilot,
    open_task_book,
    register_output,
    report_milestone,
)
from tests.reviews.rounds import sitting
from tests.running_data import concluded, fresh
from tests.worker import Running

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("leader")]
NUMBER = "沪市监标技〔2028〕66号"


def words_of(path: Path) -> str:
    """The words of a PDF without spaces."""
    shown = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", shown)


@pytest.mark.papers
def test_from_the_task_book_to_a_verified_certificate(
    stage: Stage, unit: Membership, window: Open, running: Running
) -> None:
    pilot = approved(stage, unit)
    first, last, middle = pilot.term_starts_on, pilot.term_ends_on, pilot.midterm_on
    assert first
    assert last
    assert middle
    office = Office(window, phones=("quju",))

    # The undertaker arranges the task book and fixes it; three parties sign and seal it; the work begins.
    undertaker = office("shenbao")
    arrange(undertaker, "总结阶段", add_months(last, -2), last)
    undertaker.take("定稿")
    assert undertaker.state() == "待承担单位签署"
    undertaker.take("承担单位签署", scan=stage.scan, signer="钱六")
    assert undertaker.state() == "待保证单位签署"
    guarantor = office("quju")
    open_task_book(guarantor, GUARANTEED)
    guarantor.sees("钱六", "总结阶段")
    guarantor.take("保证单位签署", scan=stage.scan, signer="郑十")
    handler = office("jingban")
    open_task_book(handler)
    handler.take("市市场监督管理局签署", scan=stage.scan, signer="处长甲")
    assert handler.state() == "已签署"
    open_pilot(undertaker, "文书")
    assert undertaker.state() == "实施中"
    book = words_of(undertaker.download("任务书", stage.folder))
    assert TITLE in book
    assert "总结阶段" in book

    # It reports on a stage and registers a standard; a number that is none is not taken.
    report_milestone(
        undertaker, "建设阶段", "报告进展", stage.scan, report="标准体系框架已经建立，起草标准六项。", percent="40"
    )
    undertaker.sees("标准体系框架已经建立", "40%", stage.scan.name)
    standard = {"level": "local", "title": "社区嵌入式养老服务规范", "part": "lead", "standing": "published"}
    today = clock.today().isoformat()
    register_output(undertaker, "标准", **standard, number="DB31/T 1234—2026", on=today)
    undertaker.sees("DB31/T 1234—2026", "共登记 1 项成果")

    # Half of the term is over: time opens the mid-term; the undertaker fills in and files.
    leap_and_sweep(office, middle + dt.timedelta(days=1))
    undertaker = office("shenbao")
    undertaker.go("/messages/")
    undertaker.sees("进入中期评估")
    fill_in_evaluation(undertaker, "中期", actual="90", words="各项任务按计划完成。")
    undertaker.sees("社区嵌入式养老服务规范", "标准体系框架已经建立")
    file_evaluation(undertaker, "提交中期材料")
    assert undertaker.state() == "中期评估中"
    concluded(pilot, "pilots.midterm")
    handler = office("jingban")
    open_pilot(handler)
    handler.take("中期评估通过", remark="请加快标准宣贯。")
    assert handler.state() == "实施中"
    guarantor = office("quju")
    open_pilot(guarantor, "任务书与进展", GUARANTEED)
    guarantor.follow("中期自我评价")
    guarantor.sees("各项任务按计划完成。", "社区嵌入式养老服务规范")

    # Two months before the end it applies for acceptance; the guarantor agrees.
    leap_and_sweep(office, add_months(last, -2))
    undertaker = office("shenbao")
    fill_in_evaluation(undertaker, "验收", actual="98", words="试点任务全部完成。")
    file_evaluation(undertaker, "申请验收", **acceptance_material(stage.scan))
    assert undertaker.state() == "已申请验收"
    handler = office("jingban")
    open_pilot(handler)
    handler.sees("被征求意见单位：答复征求意见")
    endorse(office("quju"), "保证单位意见（验收）", "同意", stage.scan, "任务已经完成，同意验收。")

    # A panel reviews it; the handler ends the round and proposes the result.
    found = sitting([fresh(pilot)], matter="pilots.acceptance", state="scored", title="验收评审")
    open_pilot(undertaker)
    assert undertaker.state() == "验收评审中"
    entry = found.round.entries.get()
    handler.go(f"/desk/rounds/{found.round.pk}/steps/conclude/")
    handler.put("conclusion", "达到验收要求。")
    handler.put(f"opinion-{entry.pk}", "建议继续推广。")
    handler.press("确认结束评审")
    open_pilot(handler)
    handler.take("提请审批验收结果", conclusion="pass")
    assert handler.state() == "待审批（验收）"
    docket = begin_docket(handler, "pilots.acceptance", "关于验收结果的请示")
    office.sign(docket, UP, ON, DECIDE)
    open_pilot(undertaker)
    assert undertaker.state() == "验收评审中"
    undertaker.sees_not("待审批", "呈批件", docket.serial)
    office.register(docket, NUMBER, stage.scan)

    # The certificate is made; a stranger verifies it by the code that is printed on it.
    open_pilot(undertaker, "文书")
    assert undertaker.state() == "通过验收"
    certificate = words_of(undertaker.download("验收证书", stage.folder))
    assert TITLE in certificate
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", certificate)
    assert code
    stranger = window()
    stranger.verify(code.group())
    stranger.sees("有效", "标准化试点验收证书", TITLE, pilot.number, NUMBER, "上海浦江养老服务有限公司")
    assert list(history.problems_of_all()) == []
    assert list(consistency.problems()) == []


@pytest.mark.sqlite_core
def test_a_midterm_that_is_not_passed_is_put_right(stage: Stage, unit: Membership, window: Open) -> None:
    pilot = in_midterm_review(stage, unit)
    concluded(pilot, "pilots.midterm", "not_recommended", "标准实施记录不完整。")
    office = Office(window, phones=("shenbao",))

    # The handler cannot pass it; it orders two points to be put right.
    handler = office("jingban")
    open_pilot(handler)
    handler.sees("暂不能办理“中期评估通过”", "专家组结论不是通过，应当要求限期整改。")
    handler.open_step("要求中期整改")
    handler.press("确认要求中期整改")  # nothing was typed
    handler.sees("有内容需要更正")
    handler.put("points", "1. 补齐标准实施记录\n2. 开展一次宣贯培训")
    handler.press("确认要求中期整改")
    assert handler.state() == "中期整改"

    # The undertaker reads the points and answers each of them, with evidence.
    undertaker = office("shenbao")
    undertaker.go("/messages/")
    undertaker.sees("要求中期整改")
    open_pilot(undertaker)
    assert undertaker.state() == "中期整改"
    undertaker.page.get_by_role("link", name=re.compile("限期整改：请于")).first.click()
    undertaker.sees("整改中", "补齐标准实施记录", "开展一次宣贯培训", "整改期限")
    undertaker.follow("提交中期整改报告")
    undertaker.put("answer-1", "已补齐近六个月的实施记录。")
    undertaker.put("summary", "两条要求均已整改。")
    undertaker.put("evidence__file", stage.scan)
    undertaker.press("确认提交中期整改报告")
    undertaker.sees("有内容需要更正", "已补齐近六个月的实施记录。", stage.scan.name)  # the second point is not answered
    undertaker.put("answer-2", "已组织全员宣贯培训，参加四十二人。")
    undertaker.press("确认提交中期整改报告")
    undertaker.sees("中期评估中")

    # The handler checks it against the points; without its finding nothing is passed.
    open_pilot(handler, "办理事项")
    handler.follow("中期整改")
    handler.sees("已报告，待核查", "已补齐近六个月的实施记录。", "已组织全员宣贯培训", stage.scan.name)
    handler.follow("中期评估通过")
    handler.press("确认中期评估通过")
    handler.sees("有内容需要更正")
    handler.put("verification", "两条要求均已整改到位。")
    handler.press("确认中期评估通过")
    handler.sees("实施中")
    open_pilot(undertaker, "办理事项")
    assert undertaker.state() == "实施中"
    undertaker.follow("中期整改")
    undertaker.sees("整改合格", "两条要求均已整改到位。")
    assert list(history.problems_of_all()) == []


def test_an_extension_moves_the_end_once(stage: Stage, unit: Membership, window: Open) -> None:
    pilot = past_midterm(stage, unit)
    first, last = pilot.term_starts_on, pilot.term_ends_on
    assert first
    assert last
    set_clock(add_months(last, -4))
    after = term_end(first, 30)
    office = Office(window, phones=("quju",))

    # The undertaker asks: the project, the matter, for how long, why, with a sealed letter.
    undertaker = office("shenbao")
    open_pilot(undertaker, "期限")
    undertaker.sees(f"试点期限：{first} 至 {last}（含当日）。")
    expect(due_of(undertaker, "申请验收")).to_contain_text(last.isoformat())
    undertaker.go("/desk/requests/")
    undertaker.follow("提出申请")
    choose(undertaker, "延期")
    undertaker.put("months", "6")
    undertaker.put("reason", "标准报批周期延长。")
    undertaker.put("letter__file", stage.scan)
    undertaker.press("确认提出申请")
    undertaker.sees("已提出申请“延期”。", "变更前后对照", last.isoformat(), after.isoformat(), "待答复")

    # The guarantor agrees; the handler takes it to a docket from the request's page.
    handler = office("jingban")
    handler.go("/desk/requests/")
    open_first_row(handler)
    handler.sees("暂不能拟办呈批件", "等待保证单位答复")
    endorse(office("quju"), "保证单位意见（延期）", "同意", stage.scan, "情况属实，同意延期。")
    handler.go("/desk/requests/")
    open_first_row(handler)
    handler.sees("情况属实，同意延期。")
    handler.follow("拟办呈批件")
    docket = draft_docket(handler, "关于延期的请示")
    handler.sees("保证单位同意", "同意延期")
    office.sign(docket, UP, ON, DECIDE)
    open_pilot(undertaker)
    undertaker.sees(f"试点期限：{first} 至 {last}（含当日）。")
    undertaker.sees_not("呈批件", docket.serial)
    office.register(docket, NUMBER, stage.scan)

    # The new end stands on the page and in the deadlines; the stages stay as the task book has them.
    open_pilot(undertaker, "期限")
    assert undertaker.state() == "实施中"
    undertaker.sees(f"试点期限：{first} 至 {after}（含当日）。", f"原至 {last}，延期 6 个月。")
    expect(due_of(undertaker, "申请验收")).to_contain_text(after.isoformat())
    expect(due_of(undertaker, "运行阶段")).to_contain_text(last.isoformat())
    undertaker.go("/messages/")
    undertaker.sees("同意延期")

    # A second one is refused before anything is typed.
    undertaker.go("/desk/requests/new/")
    undertaker.sees("延期以一次为限，本项目已延期 6 个月。", "暂不能申请")
    undertaker.go(f"/desk/requests/new/pilots.extension/{pilot.pk}/")
    undertaker.sees("延期以一次为限，本项目已延期 6 个月。")
    expect(undertaker.page.locator('[name="months"], [name="reason"]')).to_have_count(0)
    assert list(history.problems_of_all()) == []
