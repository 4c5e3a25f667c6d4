"""The papers of an acceptance and of the other ends: report, certificate, result, decisions, index of the file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.reviews import visiting
from portal.supervision.dockets import actions as dockets
from tests.factories import actor
from tests.pilot_data import people_of, upload_for
from tests.pilots.papers import escaped, facts, made, near_the_end, pages, paper, reads, verdict, words
from tests.reviews.rounds import conclude, hand_in, sitting
from tests.running_data import (
    DOCUMENT,
    fresh,
    hear,
    ordered,
    rectification_report,
    running_in,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.papers]
NUMBER = "沪市监标技〔2028〕12号"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def reviewed(pilot: Pilot) -> None:
    """Takes a pilot that has applied through a round with visit and scores, up to the decision."""
    found = sitting([pilot], matter="pilots.acceptance", state="scoring", title="2028年第一批试点验收")
    entry = found.round.entries.get()
    seen = [{"label": "宣贯培训", "found": False, "note": ""}]
    visit = {
        "visited_on": clock.today(),
        "place": "示例路1号",
        "people": "二人。",
        "points": seen,
        "conclusion": "基本一致。",
    }
    visiting.record_visit(entry, visit, actor=found.handler)
    for number, (one, person) in enumerate(zip(found.experts, found.actors, strict=True)):
        for assignment in found.of(one):
            hand_in(assignment, person, Decimal("0.8") + Decimal("0.02") * number)
    conclude(found)
    take(pilot, "conclude_acceptance", "handler", conclusion="pass", points="", months="3")


def announced(pilot: Pilot) -> None:
    """The docket by which it passes, signed and registered."""
    handler = people_of(pilot).handler
    docket, refused = dockets.begin_docket(
        actor=handler, matter_id="pilots.acceptance", title="请示", dossiers=[fresh(pilot)]
    )
    assert refused == []
    signatures = ("send_up", handler), ("pass_on", actor(Role.SECTION_CHIEF)), ("decide", actor(Role.LEADER))
    for step, person in signatures:
        perform(docket, step, actor=person, data={"remark": "同意。"})
    original = [upload_for(handler, "sealed_original")]
    data = {"number": NUMBER, "dated": clock.today().isoformat(), "original": original}
    perform(docket, "register", actor=handler, data=data)


def test_from_the_application_to_the_certificate_and_the_index(tmp_path: Path) -> None:
    pilot = running_in("acceptance_applied")
    people = people_of(pilot)
    with near_the_end(pilot):
        application = words("acceptance_application", tmp_path)
        for part in ("中期评估结果通过", "四、验收材料清单", "标准体系和标准明细", "扫描件.pdf", "保证单位（盖章）"):
            assert part in application, part
        assert "成果推广计划" in words("self_evaluation", tmp_path)
        reviewed(pilot)

        report = words("acceptance_report", tmp_path)
        for part in ("标准体系构建1512.6", "提供虚假材料不成立", "示例路1号基本一致。（1项未查到）", "建议通过验收"):
            assert part in report, part
        assert not reads(people.applicant, "acceptance_report"), "nothing is announced yet"
        assert not reads(people.recommender, "acceptance_report")
        assert reads(people.handler, "acceptance_report")

        announced(pilot)
        assert reads(people.applicant, "acceptance_report")
        assert reads(people.recommender, "acceptance_report")
        notice = words("result_notice", tmp_path)
        for part in (NUMBER, "（共1项：通过验收1项，见附件）", "市级标准化试点项目验收结果清单", pilot.number or "-"):
            assert part in notice, part
        assert "未通过验收" not in notice
        (certificate,) = pages("certificate", tmp_path)
        for part in ("标准化试点验收证书", f"证书编号：{paper('certificate').number}", pilot.title, NUMBER, "通过验收"):
            assert part in certificate, part
        assert facts("certificate")["验收结果文件"] == NUMBER
        assert verdict(paper("certificate"))[0] == "有效"

        take(pilot, "archive", "handler", box="2028-B-0017", retention="30年", on=clock.today().isoformat())
        index = words("archive_index", tmp_path)
        for part in ("2028-B-0017", "30年", "任务书（第1版）", "立卷人："):
            assert part in index, part
        lines = [(line["number"], line["by"]) for line in paper("archive_index").snapshot["rows"]]
        assert (NUMBER, "上海市市场监督管理局") in lines
        assert (paper("task_book").number, pilot.applicant.name) in lines
        assert not reads(people.applicant, "archive_index")
        assert {"archive_index", "result_notice"} <= escaped(IssuedPaper.objects.all())


def test_a_revoked_result_takes_its_certificate_with_it(tmp_path: Path) -> None:
    pilot = running_in("passed")
    certificate = made("certificate")
    with near_the_end(pilot):
        hear(pilot, "revoke_result", "state")
        ordered(pilot, "revoke_result", reason="满意度调查报告系伪造。", number="沪市监标技〔2028〕90号")
        word, page = verdict(certificate)
        assert word == "已撤销"
        assert certificate.number in page
        assert "伪造" not in page, "no reasons for strangers"
        decision = words("revocation_decision", tmp_path)
        for part in (
            "沪市监标技〔2028〕90号",
            "撤销验收结论决定书",
            f"经{DOCUMENT['number']}文件公布通过验收",
            f"验收证书（编号：{certificate.number}）自本决定作出之日起失效",
            "送达《事先告知书》",
            "提出陈述申辩意见，我局进行了复核。",
            "救济途径",
            "书面反映",
        ):
            assert part in decision, part
        assert "终止" not in decision
        own = IssuedPaper.objects.filter(dossier_id=pilot.pk)
        assert {"acceptance_application", "self_evaluation", "acceptance_report", "certificate"} <= escaped(own)
        assert {"prior_notice", "service_receipt", "revocation_decision"} <= escaped(own)

        ordered(pilot, "restore_result", number="沪市监标技〔2028〕91号")
    assert verdict(certificate)[0] == "已撤销"
    again = paper("certificate")
    assert again.pk != certificate.pk
    assert again.snapshot["result"] == certificate.snapshot["result"], "it passed by the first document"
    made("certificate")
    assert verdict(again)[0] == "有效"
    assert paper("revocation_decision").status == "revoked"


def test_no_certificate_where_the_parameter_is_off() -> None:
    pilot = running_in("acceptance_decision")
    Pilot.objects.filter(pk=pilot.pk).update(parameters={**pilot.parameters, "certificate_issued": 0})
    with near_the_end(pilot):
        ordered(pilot, "pass_acceptance")
    assert fresh(pilot).state == "passed"
    assert not IssuedPaper.objects.filter(kind="certificate").exists()


def test_the_report_after_a_rectification_says_what_the_check_found(tmp_path: Path) -> None:
    pilot = running_in("acceptance_rectify")
    people = people_of(pilot)
    notice = words("rectification_notice", tmp_path)
    assert "经验收评审" in notice
    assert "验收整改以一次为限" in notice
    first = paper("acceptance_report")
    assert reads(people.applicant, "acceptance_report"), "the order to put right was announced"
    with near_the_end(pilot):
        data = rectification_report(people.applicant)
        perform(fresh(pilot), "report_acceptance_rectification", actor=people.applicant, data=data)
        take(pilot, "conclude_acceptance", "handler", conclusion="pass", points="", months="3", verification="已补齐。")
    report = words("acceptance_report", tmp_path)
    for part in ("整改核查（整改合格）", "补充成效证明已整改，见佐证材料。", "已补齐。", "整改核查结果：整改合格。"):
        assert part in report, part
    assert not reads(people.applicant, "acceptance_report")
    first.refresh_from_db()
    assert (first.status, first.replaced_by_id) == ("replaced", paper("acceptance_report").pk)


def test_a_termination_after_hearing_tells_the_remedies(tmp_path: Path) -> None:
    pilot = running_in("terminated")
    people = people_of(pilot)
    notice, receipt = words("prior_notice", tmp_path), words("service_receipt", tmp_path)
    for part in ("拟作出终止试点项目的决定", "逾期未办理。", "不符合要求。", "10个工作日内", "视为放弃陈述和申辩"):
        assert part in notice, part
    assert "抄送" not in notice
    for part in ("拟终止试点项目", paper("prior_notice").number, pilot.applicant.name, "□直接送达", "见证人签名"):
        assert part in receipt, part
    assert len(pages("service_receipt", tmp_path)) == 1
    assert reads(people.applicant, "prior_notice")
    assert not reads(people.recommender, "prior_notice"), "a statement is between the party and the bureau"
    assert not reads(people.applicant, "service_receipt")
    decision = words("termination_decision", tmp_path)
    for part in (
        DOCUMENT["number"],
        "终止决定书",
        "你单位声明放弃陈述和申辩。",
        "我局决定终止该试点项目。",
        "救济途径",
    ):
        assert part in decision, part
    assert "撤销" not in decision
    assert facts("termination_decision")["文号"] == DOCUMENT["number"]
    assert "termination_decision" in escaped(IssuedPaper.objects.filter(dossier_id=pilot.pk))
