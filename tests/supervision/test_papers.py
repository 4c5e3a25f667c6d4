"""The papers of dockets become PDF, in the form the bureau knows them."""

from __future__ import annotations

import pytest

from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.documents.paper import paper_of
from portal.documents.rendering import render, to_html
from tests.supervision.desk import APPROVAL, INTENDED, NUMBER, Desk, after_notice, close_notice

pytestmark = [pytest.mark.django_db, pytest.mark.papers]


@pytest.fixture
def papers(desk: Desk) -> dict[str, IssuedPaper]:
    refused = desk.decided_on(conclusion="not_recommended", opinion="任务<b>不具体</b>。")
    desk.issue(desk.signed(INTENDED, [refused]), document=False)
    (pilot,) = desk.on_notice(title="<i>养老</i>服务标准化试点")
    with clock.moved(after_notice(pilot)):
        close_notice()
        desk.issue(desk.signed(APPROVAL, [pilot]))
    return {paper.kind: paper for paper in IssuedPaper.objects.filter(status="valid").order_by("pk")}


@pytest.mark.parametrize("kind", ["docket_sheet", "approval_notice", "refusal_list"])
def test_each_paper_is_made(papers: dict[str, IssuedPaper], kind: str) -> None:
    declared = paper_of(kind)
    assert declared is not None
    assert render(declared, papers[kind].snapshot).startswith(b"%PDF-")


def test_the_words_of_the_papers(papers: dict[str, IssuedPaper]) -> None:
    pages = {kind: to_html(paper_of(kind), paper.snapshot) for kind, paper in papers.items() if paper_of(kind)}  # type: ignore[arg-type]
    assert NUMBER in pages["approval_notice"]
    assert "&lt;i&gt;养老" in pages["approval_notice"]
    assert "项目保证单位" in pages["approval_notice"]
    assert "未列入年度立项计划" in pages["refusal_list"]
    assert "任务&lt;b&gt;不具体" in pages["refusal_list"]
    for words in ("拟办意见", "审核意见", "批示", "拟同意。"):
        assert words in pages["docket_sheet"]


def test_a_stranger_verifies_number_and_size_only(papers: dict[str, IssuedPaper]) -> None:
    declared = paper_of("approval_notice")
    assert declared is not None
    facts = declared.verify_facts(papers["approval_notice"].snapshot)
    assert [value for _label, value in facts] == [NUMBER, papers["approval_notice"].snapshot["docket"]["dated"], "1"]
    sheet = paper_of("docket_sheet")
    assert sheet is not None
    assert sheet.verify_facts(papers["docket_sheet"].snapshot) == []
