"""The papers of a pilot that is carried out: what they say, who reads them, what a stranger learns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.documents.paper import paper_of
from portal.documents.rendering import to_html
from portal.execution.models import Output
from portal.execution.outputs import save_output
from portal.supervision.models import Rectification
from tests.factories import MembershipFactory, actor_of
from tests.pilot_data import people_of
from tests.pilots.office import decided
from tests.pilots.papers import escaped, facts, pages, paper, reads, verdict, words
from tests.running_data import (
    DOCUMENT,
    ask_for,
    concluded,
    evaluate,
    fresh,
    ordered,
    rectification_report,
    running_in,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.papers]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def test_the_task_book_is_a_form_for_three_seals(tmp_path: Path) -> None:
    pilot = running_in("implementing")
    found = pages("task_book", tmp_path)
    book = paper("task_book")
    assert "本任务书一式三份" in found[0]
    for number, page in enumerate(found, 1):
        assert f"{pilot.number}第1版{book.number}校验码{book.code}第{number}页共{len(found)}页" in page
    text = "".join(found)
    for part in ("二、参加单位", "五、主要任务", "构建标准体系并编制标准明细", "服务满意度", "钱六"):
        assert part in text, part
    for box in ("承担单位（盖章）", "保证单位（盖章）", "上海市市场监督管理局（盖章）"):
        assert box in found[-1], "the seals stand on one page"
    assert facts("task_book")["任务书版本"] == "第 1 版"


def test_a_changed_task_book_is_a_paper_of_its_own(tmp_path: Path) -> None:
    pilot = running_in("implementing")
    people, first = people_of(pilot), paper("task_book")
    ask_for(pilot, "pilots.change_title", title="社区养老服务（变更）标准化试点")
    decided(pilot, "pilots.change")
    changed = paper("task_book")
    first = IssuedPaper.objects.get(pk=first.pk)
    assert changed.title == "任务书（变更后，第2版）"
    assert (first.status, first.replaced_by_id) == ("replaced", changed.pk)
    assert reads(people.applicant, "task_book")
    assert reads(people.recommender, "task_book")
    found = "".join(pages("task_book", tmp_path))
    for part in (
        "（变更后，第2版）",
        "变更情况（变更项目名称）",
        pilot.title,
        "三方签署情况",
        "钱六",
        "三方签署继续有效",
    ):
        assert part in found, part
    assert "（盖章）" not in found
    assert facts("task_book")["任务书版本"] == "第 2 版"


def test_papers_of_acts_are_read_with_their_project() -> None:
    pilot = running_in("implementing")
    people = people_of(pilot)
    assert paper("task_book").dossier_id == pilot.pk
    assert reads(people.applicant, "task_book")
    assert reads(people.recommender, "task_book")
    assert not reads(actor_of(MembershipFactory()), "task_book")


def test_the_mid_term_report_and_its_result(tmp_path: Path) -> None:
    pilot = running_in("midterm_due")
    people = people_of(pilot)
    training = {"kind": "training", "title": "标准宣贯培训", "on": clock.today(), "quantity": "120", "unit": "人"}
    save_output(Output(), training, dossier=pilot, actor=people.applicant)
    evaluate(pilot, "midterm")
    take(pilot, "file_midterm", "applicant", truthful="on", no_secrets="on")
    report = words("midterm_report", tmp_path)
    for part in ("服务满意度", "100%", "宣贯培训（1项）", "120人", "下一步工作安排", "承担单位（盖章）"):
        assert part in report, part
    concluded(pilot, "pilots.midterm", opinion="标准体系基本建立。")
    take(pilot, "pass_midterm", "handler", remark="抓紧推进标准宣贯。")
    result = words("midterm_result", tmp_path)
    for part in ("中期评估通过", "标准体系基本建立。", "抓紧推进标准宣贯。"):
        assert part in result, part
    assert "82.5" not in result, "scores stay inside"
    assert reads(people.applicant, "midterm_result")


def test_a_rectification_notice_and_the_result_after_its_check(tmp_path: Path) -> None:
    pilot = running_in("midterm_rectify")
    notice = words("rectification_notice", tmp_path)
    for part in ("经中期评估", "（一）补齐实施记录", "按照程序终止试点项目"):
        assert part in notice, part
    assert "验收整改以一次为限" not in notice
    assert facts("rectification_notice")["整改期限"] == Rectification.objects.get().due_on.isoformat()
    take(pilot, "report_midterm_rectification", "applicant", **rectification_report(people_of(pilot).applicant))
    take(pilot, "pass_midterm", "handler", remark="", verification="整改记录齐全。")
    assert "核查意见：整改记录齐全。" in words("midterm_result", tmp_path)


def test_an_extension_is_asked_for_by_form_and_granted_by_letter(tmp_path: Path) -> None:
    pilot = running_in("implementing")
    assert pilot.term_ends_on is not None
    before = pilot.term_ends_on
    request = ask_for(pilot, "pilots.extension", months="6")
    form = words("request_form", tmp_path)
    for part in ("延期申请表", "延期6个月", before.isoformat(), "保证单位意见", "特殊原因。"):
        assert part in form, part
    ordered(pilot, "extend", months=6, request=request.pk, reason="")
    after = fresh(pilot).term_ends_on
    assert after is not None
    assert after > before
    reply = words("request_reply", tmp_path)
    for part in (
        DOCUMENT["number"],
        "延期的函",
        f"试点期限延长6个月，自{pilot.term_starts_on:%Y年}",
        f"至{after.year}年{after.month}月{after.day}日",
        f"抄送：{pilot.guarantor.full_name or pilot.guarantor.name}。",  # type: ignore[union-attr]
    ):
        assert part in reply, part
    assert facts("request_reply")["文号"] == DOCUMENT["number"]
    assert DOCUMENT["number"] in verdict(paper("request_reply"))[1]
    assert reads(people_of(pilot).applicant, "request_reply")


def test_a_reply_names_the_project_as_it_was_asked_for() -> None:
    pilot = running_in("implementing")
    request = ask_for(pilot, "pilots.change_title", title="“一网统管”养老服务标准化试点")
    ordered(pilot, "change", request=request.pk, changes=request.data["changes"], reason="")
    reply = paper("request_reply")
    assert reply.title == f"关于同意“{pilot.title}”变更项目名称的函"
    declared = paper_of("request_reply")
    assert declared is not None
    assert f"由“{pilot.title}”变更为“‘一网统管’养老服务标准化试点”。" in to_html(declared, reply.snapshot)
    assert len(reply.title) <= 120


def test_a_request_that_ends_the_project_is_answered_by_the_decision(tmp_path: Path) -> None:
    pilot = running_in("implementing")
    request = ask_for(pilot, "pilots.termination")
    ordered(pilot, "terminate", request=request.pk, reason="")
    assert fresh(pilot).state == "terminated"
    assert not IssuedPaper.objects.filter(kind="request_reply").exists()
    decision = words("termination_decision", tmp_path)
    for part in ("申请终止该项目，理由如下：特殊原因。", "项目保证单位的意见为：同意。", "我局决定终止该试点项目。"):
        assert part in decision, part
    for part in ("救济途径", "事先告知书", "撤销"):
        assert part not in decision, part


def test_no_template_lets_typed_text_be_markup() -> None:
    pilot = running_in("midterm_rectify")
    take(pilot, "report_midterm_rectification", "applicant", **rectification_report(people_of(pilot).applicant))
    take(pilot, "pass_midterm", "handler", remark="抓紧。", verification="齐全。")
    for kind, data in (("extension", {"months": "6"}), ("change_title", {"title": "另一个标准化试点"})):
        request = ask_for(pilot, f"pilots.{kind}", **data)
        step = "extend" if kind == "extension" else "change"
        ordered(pilot, step, request=request.pk, **{**data, "changes": request.data.get("changes", {})})
    checked = escaped(IssuedPaper.objects.filter(dossier_id=pilot.pk))
    assert {"task_book", "midterm_report", "midterm_result", "rectification_notice"} <= checked
    assert {"request_form", "request_reply"} <= checked
