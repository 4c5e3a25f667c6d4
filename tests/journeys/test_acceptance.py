"""From sign-up and the empty form to the acceptance notice that a stranger verifies."""

from __future__ import annotations

import re
import subprocess

import pytest

from pilots.models import Pilot
from portal.base.canonical import sha256
from portal.documents.models import IssuedPaper
from tests.journeys.conftest import Open, Stage
from tests.journeys.pages import typed_for
from tests.matrix.cases import claim_data
from tests.worker import Running

pytestmark = [pytest.mark.journey, pytest.mark.papers]

TITLE = "张江科学城社区嵌入式养老服务标准化试点"


@pytest.mark.parametrize(
    ("width", "scripts"), [(1366, True), (390, True), (1366, False)], ids=["desk", "phone", "scripts off"]
)
def test_from_sign_up_to_a_verified_notice(
    stage: Stage, window: Open, running: Running, width: int, scripts: bool
) -> None:
    look = {"width": width, "scripts": scripts}

    # A person signs up and claims the unit; the district bureau confirms it.
    applicant = window(**look)
    applicant.sign_up(username="wangfang", name="王芳", email="wangfang@example.org")
    record = claim_data("310115")
    applicant.claim_unit(record)
    recommender = window("quju", **look)
    recommender.confirm_claim(record["name"])

    # The unit declares: every section, the materials, the commitment.
    applicant.begin()
    pilot = Pilot.objects.get()
    applicant.fill_in(typed_for(pilot, stage.bureau, title=TITLE), stage.scan)
    number = applicant.submit()
    applicant.sees("打印申请表（一式三份）", "上传盖章扫描件", "浦东新区市场监管局")

    # It prints the form, has it sealed, uploads the scan.
    applicant.open_dossier(TITLE)
    assert applicant.state() == "已提交，待初审"
    applicant.tab("文书")
    form = applicant.download("申请表", stage.folder)
    version = pilot.form_versions.get()
    text = _text(form)
    assert TITLE.replace(" ", "") in text
    assert version.check_code in text
    applicant.go(f"/desk/dossiers/{pilot.pk}/form/done/")
    applicant.upload_into("sealed_form", stage.scan)

    # The recommender notes the opinion, prints, seals and scans the page, and recommends.
    recommender.open_dossier(TITLE, "/desk/dossiers/waiting/")
    recommender.take("拟写推荐意见", opinion="该项目基础扎实，同意推荐。", rank="1")
    recommender.tab("文书")
    page = recommender.download("推荐部门意见页", stage.folder)
    assert "同意推荐" in _text(page)
    recommender.take("推荐", scan=stage.scan)
    assert recommender.state() == "已推荐，待受理"

    # The handler accepts; the notice is made by the worker.
    handler = window("jingban", **look)
    handler.open_dossier(TITLE, "/desk/dossiers/waiting/")
    handler.take("登记纸质材料", copies="3", receiver="吴九")
    handler.take("受理")
    assert handler.state() == "已受理"
    handler.tab("办理历史")
    handler.sees("提交申报", "推荐", "受理", "该项目基础扎实，同意推荐。")

    # The applicant reads it in the messages and downloads the notice.
    applicant.go("/messages/")
    applicant.sees("受理")
    applicant.open_dossier(TITLE)
    assert applicant.state() == "已受理"
    applicant.tab("文书")
    notice = applicant.download("受理通知书", stage.folder)
    paper = IssuedPaper.objects.get(kind="acceptance_notice")
    text = _text(notice)
    assert record["name"] in text
    assert number in text
    assert paper.code in text
    assert sha256(notice.read_bytes()) == paper.sha256

    # A stranger verifies it by its code, by its file, and finds a changed file out.
    stranger = window(**look)
    stranger.verify(paper.code.lower().replace("-", " "))
    stranger.sees("有效", TITLE, number, record["name"])
    stranger.compare(notice)
    stranger.sees("有效", "一致")
    forged = stage.folder / "changed.pdf"
    forged.write_bytes(notice.read_bytes() + b"\n% changed")
    stranger.compare(forged)
    stranger.sees("未查到")
    stranger.sees_not("王芳", "13900000001", "wangfang")

    # To strangers the dossier does not exist.
    answer = window("minzheng").page.goto(f"/desk/dossiers/{pilot.pk}/")
    assert answer is not None
    assert answer.status == 404


def _text(path: object) -> str:
    """The words of a PDF without spaces."""
    shown = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", shown)
