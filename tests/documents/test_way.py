"""The papers of a real declaration on its way through the door, rendered as the worker does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from portal.declaration import actions, versions
from portal.documents import making
from portal.documents.models import IssuedPaper
from portal.documents.store import locate
from portal.lifecycle.models import Record
from tests.documents.test_rendering import text_of
from tests.factories import UnitFactory
from tests.pilot_data import contents, people_of, pilot_in, take

pytestmark = [pytest.mark.django_db, pytest.mark.papers]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def _kinds(pilot: Any) -> list[str]:
    return list(IssuedPaper.objects.filter(dossier=pilot).order_by("pk").values_list("kind", flat=True))


def _text(paper: IssuedPaper, folder: Path) -> str:
    """The paper's words without spaces, made by the worker's function."""
    making.make({"paper": paper.pk})
    paper.refresh_from_db()
    return re.sub(r"\s", "", text_of(locate(paper.path).read_bytes(), folder))


def test_from_submission_to_acceptance(tmp_path: Path) -> None:
    pilot = pilot_in("accepted", unit=UnitFactory(name="上海浦江云海智慧养老服务（集团）有限公司"))
    assert _kinds(pilot) == ["application_form", "recommendation_opinion", "acceptance_notice"]
    form, opinion, notice = IssuedPaper.objects.order_by("pk")
    version = versions.latest(pilot)
    assert version is not None
    assert form.title == "申请表（第1版）"
    text = _text(form, tmp_path)
    for part in (
        "上海市标准化试点申请表",
        pilot.title,
        f"版本校验码{version.check_code}",
        "上海浦江云海智慧养老服务（集团）有限公司",
        "附件材料清单",
        "不得申报情形承诺书",
        "同意申报，保证人员和经费投入。",
        "本单位承诺",
        "推荐部门（盖章）",
    ):
        assert part in text
    assert text.count("同意申报，保证人员和经费投入。") == 1
    assert "该项目基础扎实、目标明确，同意推荐。" in _text(opinion, tmp_path)
    text = _text(notice, tmp_path)
    assert f"你单位申报的“{pilot.title}”" in text
    assert "现予受理" in text
    step = Record.objects.get(chain=pilot.chain_id, step="accept")
    assert notice.record == step


def test_a_correction_lists_its_points(tmp_path: Path) -> None:
    pilot = pilot_in("supplemented", content=True)
    assert _kinds(pilot).count("correction_notice") == 1
    text = _text(IssuedPaper.objects.get(kind="correction_notice"), tmp_path)
    assert "试点目标未量化，请补充。" in text
    assert "※" in text


def test_a_correction_that_changes_no_word_leaves_the_sealed_print_in_force() -> None:
    pilot = pilot_in("supplemented")
    assert len(versions.versions_of(pilot)) == 1
    assert IssuedPaper.objects.get(kind="application_form").status == "valid"


def test_a_new_version_replaces_the_print_before_it() -> None:
    pilot = pilot_in("correction")
    applicant = people_of(pilot).applicant
    goals = contents(pilot, pilot.recommender)["goals"]
    goals["fields"]["goals"] = "两年内制定标准三十二项，服务满意度由百分之八十八提高到百分之九十五。"
    actions.save_section(pilot, "goals", goals, actor=applicant, seen=None)
    pilot.refresh_from_db()
    take(pilot, "supplement", applicant)
    first, second = IssuedPaper.objects.filter(kind="application_form").order_by("pk")
    assert (first.status, first.replaced_by, second.status) == ("replaced", second, "valid")
    assert second.title == "申请表（第2版）"
    assert second.snapshot["version"]["number"] == 2


def test_a_refusal_names_clause_reason_and_remedy(tmp_path: Path) -> None:
    pilot = pilot_in("not_accepted")
    paper = IssuedPaper.objects.get(dossier=pilot, kind="not_accepted_notice")
    text = _text(paper, tmp_path)
    for part in ("形式审查结果告知书", "不予受理", "139号二（五）", "申报材料与申报通知的要求不符", "救济途径"):
        assert part in text
