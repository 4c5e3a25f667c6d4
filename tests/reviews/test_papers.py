"""The papers of a round as the worker makes them, and the package for the meeting."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.base.errors import StepRefused
from portal.documents import making
from portal.documents.models import IssuedPaper
from portal.documents.store import locate
from portal.lifecycle.engine import perform
from portal.reviews import packages
from portal.reviews.models import Package
from tests.documents.test_rendering import text_of
from tests.factories import sign_in
from tests.reviews.rounds import expert, sitting

pytestmark = [pytest.mark.django_db, pytest.mark.papers]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def words(kind: str, folder: Path) -> str:
    """The words of the first paper of a kind without spaces, made as the worker does."""
    paper = IssuedPaper.objects.filter(kind=kind).order_by("pk")[0]
    making.make({"paper": paper.pk})
    paper.refresh_from_db()
    assert paper.is_made, paper.error
    return re.sub(r"\s", "", text_of(locate(paper.path).read_bytes(), folder))


def test_papers_of_a_concluded_round(tmp_path: Path) -> None:
    found = sitting(state="scored")
    from tests.reviews.rounds import conclude

    conclude(found)
    entry = found.round.entries.get()
    summary = words("review_summary", tmp_path)
    for part in (
        "2026年度立项评审评审汇总表",
        entry.dossier.number or "-",
        str(entry.mean),
        "建议立项",
        found.experts[4].name,
    ):
        assert part in summary, part
    opinion = words("review_opinion", tmp_path)
    for part in ("专家组意见", "项目总体质量较好。", f"{found.experts[0].name}（组长）", "建议立项（1项）"):
        assert part in opinion, part
    sheets = words("review_sheets", tmp_path)
    assert sheets.count("个人评审意见表") == 5
    assert all(person.name in sheets for person in found.experts)
    assert "无任职、咨询、亲属" in sheets
    letter = words("review_invitation", tmp_path)
    assert f"{found.experts[0].name}专家：" in letter
    assert entry.dossier.title not in letter


def test_the_letter_is_read_by_its_expert(tmp_path: Path) -> None:
    found = sitting(state="inviting")
    client = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    address = reverse("reviews:letter", args=[found.round.pk])
    assert client.get(address).status_code == 404, "not made yet"
    words("review_invitation", tmp_path)
    response = client.get(address)
    assert b"".join(response.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "邀请函" in client.get(reverse("reviews:mine")).content.decode()


def test_the_package_holds_what_a_meeting_needs(tmp_path: Path) -> None:
    found = sitting(panel=5)
    client = sign_in(Client(), found.handler_membership)
    client.post(reverse("reviews:order_package", args=[found.round.pk]))
    package = Package.objects.get()
    with pytest.raises(StepRefused):
        packages.order_package(found.round, actor=found.handler)
    packages.make({"package": package.pk})
    package.refresh_from_db()
    assert package.making == "made", package.error
    response = client.get(reverse("reviews:package", args=[found.round.pk, package.pk]))
    book = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    names = book.namelist()
    assert names[:2] == ["01_签到表.pdf", "02_评审项目一览表.pdf"]
    assert sum(name.startswith("03_") for name in names) == 5
    assert sum(name.startswith("04_") for name in names) == 2
    assert all(book.read(name).startswith(b"%PDF") for name in names)
    sheet = re.sub(r"\s", "", text_of(book.read(next(n for n in names if n.startswith("03_"))), tmp_path))
    assert "专家签名" in sheet
    assert found.round.entries.get().dossier.title in sheet
    packages.make({"package": package.pk})  # twice is once
    assert Package.objects.get().sha256 == package.sha256
    other = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    assert other.get(reverse("reviews:package", args=[found.round.pk, package.pk])).status_code == 404


def test_who_declined_has_no_sheet_and_signs_nothing(tmp_path: Path) -> None:
    found = sitting(state="inviting")
    gone = found.experts[4]
    perform(found.of(gone)[0], "decline", actor=found.actors[4], data={"reason": "出差。"})
    packages.order_package(found.round, actor=found.handler)
    sign_in_sheet = IssuedPaper.objects.get(kind="review_sign_in").snapshot
    assert gone.name not in [line["name"] for line in sign_in_sheet["experts"]]
    packages.make({"package": Package.objects.get().pk})
    book = zipfile.ZipFile(locate(Package.objects.get().path))
    assert sum(name.startswith("03_") for name in book.namelist()) == 4


def test_the_record_of_the_selection_prints_the_reasons(tmp_path: Path) -> None:
    found = sitting()
    barred = expert(40, employer=found.round.entries.get().dossier.applicant.name)
    perform(found.round, "invite", actor=found.handler)
    record = words("review_selection", tmp_path)
    assert f"{found.experts[0].name}" in record
    assert barred.name in record
    assert "与项目有关" in record


def test_old_packages_are_cleared_away() -> None:
    found = sitting(panel=1)
    for _turn in range(packages.KEPT + 2):
        packages.order_package(found.round, actor=found.handler)
        packages.make({"package": Package.objects.order_by("-pk")[0].pk})
    assert Package.objects.count() == packages.KEPT
    assert all(packages.locate(package.path).is_file() for package in Package.objects.all())


def test_names_of_files_are_safe() -> None:
    assert packages.safe("../a/b\\c: “试点” *?") == "a_b_c_“试点”"
    assert packages.safe("...") == "_"
