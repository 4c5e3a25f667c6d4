"""Pages of papers: who sees, downloads, tries again, revokes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import AuditEvent, Membership
from portal.declaration.papers import AcceptanceNotice, RecommendationOpinionPage, issue_recommendation_list
from portal.documents import store, tabs
from portal.documents.models import IssuedPaper
from tests.documents.conftest import Office
from tests.factories import actor_of, sign_in

CONTENT = b"%PDF-1.7 bytes"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def made(paper: IssuedPaper, content: bytes = CONTENT) -> IssuedPaper:
    """The paper as the worker leaves it."""
    path, digest = store.keep(content)
    IssuedPaper.objects.filter(pk=paper.pk).update(
        making="made", made_at=paper.issued_at, path=path, sha256=digest, size=len(content)
    )
    return IssuedPaper.objects.get(pk=paper.pk)


def _opens(member: Membership, paper: IssuedPaper) -> int:
    client = sign_in(Client(), member)
    response = client.get(reverse("documents:download", args=[paper.pk]))
    b"".join(response)  # to the end, which closes the file
    return response.status_code


def test_readers_download_and_nobody_else_learns_of_it(office: Office) -> None:
    notice = made(office.issue())
    for member in (office.applicant, office.recommender, office.handler, office.chief):
        assert _opens(member, notice) == 200
    for member in (office.other_applicant, office.other_recommender):
        assert _opens(member, notice) == 404
    assert Client().get(reverse("documents:download", args=[notice.pk])).status_code == 302
    assert AuditEvent.objects.filter(kind="download", label__contains=notice.number).count() == 4


def test_the_opinion_page_is_not_the_applicants(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecommendationOpinionPage, "snapshot", AcceptanceNotice.snapshot)
    page = made(office.issue(RecommendationOpinionPage))
    assert [_opens(m, page) for m in (office.applicant, office.recommender, office.handler)] == [404, 200, 200]


def test_a_list_is_its_bodys_and_the_bureaus(office: Office) -> None:
    recommender = actor_of(office.recommender)
    paper = made(issue_recommendation_list(office.call, office.recommender.body, [office.pilot], actor=recommender))
    assert [_opens(m, paper) for m in (office.recommender, office.handler)] == [200, 200]
    assert [_opens(m, paper) for m in (office.other_recommender, office.applicant)] == [404, 404]


def test_papers_of_a_private_draft_are_the_applicants_alone(office: Office) -> None:
    notice = made(office.issue())
    type(office.pilot).objects.filter(pk=office.pilot.pk).update(private=True)
    assert [_opens(m, notice) for m in (office.applicant, office.recommender, office.handler)] == [200, 404, 404]


def test_the_file_comes_with_its_name_and_safe_headers(office: Office) -> None:
    notice = made(office.issue())
    client = sign_in(Client(), office.applicant)
    response = client.get(reverse("documents:download", args=[notice.pk]))
    assert b"".join(response) == CONTENT
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%8F%97%E7%90%86")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    inline = client.get(reverse("documents:download", args=[notice.pk]) + "?inline=1")
    assert inline["Content-Disposition"].startswith("inline")
    assert b"".join(inline) == CONTENT


def test_a_paper_without_bytes_is_not_there_yet(office: Office) -> None:
    notice = office.issue()
    assert _opens(office.applicant, notice) == 404
    store.locate(made(notice).path).unlink()
    assert _opens(office.applicant, notice) == 404


def test_the_list_asks_again_only_while_something_is_being_made(office: Office) -> None:
    notice = office.issue()
    client = sign_in(Client(), office.applicant)
    text = client.get(reverse("documents:list")).content.decode()
    assert "等待生成" in text
    assert 'hx-trigger="every 2s"' in text
    part = client.get(reverse("documents:list"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    IssuedPaper.objects.filter(pk=notice.pk).update(error="缺少文书字体")
    waiting = client.get(reverse("documents:list")).content.decode()
    assert "every 2s" not in waiting
    assert "缺少文书字体" not in waiting  # that is the bureau's business
    assert "恢复后自动生成" in waiting
    made(notice)
    text = client.get(reverse("documents:list")).content.decode()
    assert "every 2s" not in text
    assert reverse("documents:download", args=[notice.pk]) in text


def test_the_tab_counts_and_shows_what_the_reader_may_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecommendationOpinionPage, "snapshot", AcceptanceNotice.snapshot)
    office.issue()
    office.issue(RecommendationOpinionPage)
    tab = tabs.tabs._tabs["papers"]
    for member, count in ((office.applicant, 1), (office.recommender, 2), (office.handler, 2)):
        assert tab.count(office.pilot, actor_of(member)).count() == count
        assert len(tab.context(office.pilot, actor_of(member))["rows"]) == count
    client = sign_in(Client(), office.applicant)
    address = reverse("documents:of_dossier", args=[office.pilot.pk])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "受理通知书" in part
    assert "推荐部门意见页" not in part
    plain = client.get(address)
    assert plain["Location"].endswith(f"/desk/dossiers/{office.pilot.pk}/?tab=papers")
    stranger = sign_in(Client(), office.other_applicant)
    assert stranger.get(address, headers={"HX-Request": "true"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_list(office: Office, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        office.issue()
    client = sign_in(Client(), office.handler)
    client.get(reverse("documents:list"))
    with django_assert_num_queries(4):  # session, person, memberships, rows; the frame's counts are not this list's
        client.get(reverse("documents:list"), headers={"HX-Request": "true"})


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_tab(office: Office, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        office.issue()
    with django_assert_num_queries(1):
        tabs.context(office.pilot, actor_of(office.handler))


def test_a_list_is_narrowed_by_kind_and_number(office: Office) -> None:
    office.issue()
    client = sign_in(Client(), office.handler)
    address = reverse("documents:list")
    for query, found in (
        ("?number=sl-2023", True),
        ("?number=SB", False),
        ("?kind=acceptance_notice", True),
        ("?kind=correction_notice", False),
    ):
        assert ("SL-2023-0001" in client.get(address + query).content.decode()) is found


def test_a_failure_is_shown_to_the_handler_with_another_try(office: Office) -> None:
    notice = office.issue()
    IssuedPaper.objects.filter(pk=notice.pk).update(making="failed", error="文书模板异常", attempts=3)
    address = reverse("documents:retry", args=[notice.pk])
    handler, applicant = sign_in(Client(), office.handler), sign_in(Client(), office.applicant)
    assert "文书模板异常" in handler.get(reverse("documents:list")).content.decode()
    assert address in handler.get(reverse("documents:list")).content.decode()
    assert address not in applicant.get(reverse("documents:list")).content.decode()
    assert "文书模板异常" not in applicant.get(reverse("documents:list")).content.decode()
    applicant.post(address)
    assert IssuedPaper.objects.get(pk=notice.pk).making == "failed"
    assert sign_in(Client(), office.other_applicant).post(address).status_code == 404
    assert handler.get(address).status_code == 405
    handler.post(address)
    assert IssuedPaper.objects.get(pk=notice.pk).making == "waiting"


def test_revoking_asks_for_a_reason(office: Office) -> None:
    notice = made(office.issue())
    address = reverse("documents:revoke", args=[notice.pk])
    handler = sign_in(Client(), office.handler)
    assert "不能恢复" in handler.get(address).content.decode()
    assert handler.post(address, {"reason": " "}).status_code == 422
    assert sign_in(Client(), office.applicant).post(address, {"reason": "x"}).status_code == 404
    assert handler.post(address, {"reason": "误发"}).status_code == 302
    assert IssuedPaper.objects.get(pk=notice.pk).status == "revoked"
    assert handler.get(address).status_code == 404
