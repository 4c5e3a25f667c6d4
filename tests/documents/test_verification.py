"""What a stranger learns of a paper, at a glance and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.declaration.papers import NotAcceptedNotice, issue_recommendation_list
from portal.documents import actions, codes, verification
from portal.documents.models import IssuedPaper
from tests.documents.conftest import Office
from tests.documents.test_pages import CONTENT, made
from tests.factories import actor_of


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def _ask(code: str) -> Any:
    return Client().get(reverse("verify_code", args=[code]))


def _word(response: Any) -> str:
    """The verdict's word."""
    return str(response.context["verdict"].label)


def test_a_valid_paper_shows_its_main_facts(office: Office) -> None:
    paper = made(office.issue())
    response = _ask(paper.code)
    text = response.content.decode()
    assert (response.status_code, _word(response)) == (200, "有效")
    for fact in (
        paper.number,
        "受理通知书",
        "城市数字治理“一网统管”标准化试点",
        "上海市黄浦区城市运行管理中心",
        paper.sha256,
    ):
        assert fact in text
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


def test_each_status_has_its_word(office: Office) -> None:
    pending = office.issue()
    assert _word(_ask(pending.code)) == "生成中"
    revoked = made(office.issue())
    actions.revoke(revoked, actor=actor_of(office.handler), reason="内部原因甲")
    response = _ask(revoked.code)
    assert _word(response) == "已撤销"
    assert "内部原因甲" not in response.content.decode()
    recommender = actor_of(office.recommender)
    older, newer = (
        made(
            issue_recommendation_list(office.call, office.recommender.body, [office.pilot], actor=recommender), content
        )
        for content in (b"one", b"two")
    )
    assert _word(_ask(older.code)) == "已被替换"
    assert newer.code not in _ask(older.code).content.decode()
    assert _word(_ask(newer.code)) == "有效"


def test_a_failed_paper_is_still_being_made_for_strangers(office: Office) -> None:
    paper = office.issue()
    IssuedPaper.objects.update(making="failed", error="存储空间异常")
    response = _ask(paper.code)
    assert _word(response) == "生成中"
    assert "存储空间异常" not in response.content.decode()


def test_an_unknown_code_is_said_to_be_unknown(office: Office) -> None:
    for code in (codes.new_code(), "nonsense"):
        response = _ask(code)
        assert (response.status_code, _word(response)) == (404, "未查到")


def test_no_personal_data_and_no_reasons(office: Office) -> None:
    refusal = made(office.issue(NotAcceptedNotice, clause="二（五）", reason="曾受行政处罚"))
    text = _ask(refusal.code).content.decode()
    assert "曾受行政处罚" not in text
    recommender = actor_of(office.recommender)
    office.pilot.applicant.contact_name = "王不公开"
    issued = issue_recommendation_list(office.call, office.recommender.body, [office.pilot], actor=recommender)
    assert issued.snapshot["rows"][0]["contact"] == "王不公开"
    text = _ask(made(issued).code).content.decode()
    assert "王不公开" not in text
    assert office.pilot.applicant.contact_mobile not in text


def test_what_is_typed_leads_to_the_code(office: Office) -> None:
    paper = made(office.issue())
    client = Client()
    typed = client.get(reverse("verify"), {"code": paper.code.replace("-", "").lower()})
    assert typed["Location"] == reverse("verify_code", args=[paper.code])
    wrong = client.get(reverse("verify"), {"code": "123"})
    assert wrong.status_code == 422
    assert "16 位" in wrong.content.decode()
    assert client.get(reverse("verify")).status_code == 200
    assert client.get(reverse("verify_code", args=[paper.code.lower()]))["Location"].endswith(f"{paper.code}/")


def test_a_file_is_compared_byte_by_byte(office: Office) -> None:
    made(office.issue())
    client = Client()
    same = client.post(reverse("verify"), {"file": SimpleUploadedFile("a.pdf", CONTENT)})
    assert _word(same) == "有效"
    assert "逐字节一致" in same.content.decode()
    changed = client.post(reverse("verify"), {"file": SimpleUploadedFile("a.pdf", CONTENT + b" ")})
    assert (changed.status_code, _word(changed)) == (404, "未查到")
    assert client.post(reverse("verify"), {}).status_code == 422


def test_a_file_that_is_too_large_is_refused(office: Office, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 5
    response = Client().post(reverse("verify"), {"file": SimpleUploadedFile("a.pdf", CONTENT)})
    assert response.status_code == 422


def test_guessing_is_slowed_down_per_address(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = made(office.issue())
    monkeypatch.setattr(verification, "MISSES", 3)
    for _ in range(3):
        assert _ask(codes.new_code()).status_code == 404
    assert _ask(paper.code).status_code == 429
    assert Client().get(reverse("verify")).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.77")
    assert elsewhere.get(reverse("verify_code", args=[paper.code])).status_code == 200


def test_good_codes_are_never_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = made(office.issue())
    monkeypatch.setattr(verification, "MISSES", 1)
    for _ in range(3):
        assert _ask(paper.code).status_code == 200


def test_queries_of_a_verification(office: Office, django_assert_num_queries: Any) -> None:
    paper = made(office.issue())
    _ask(paper.code)
    with django_assert_num_queries(2):  # the counter in the database cache, the paper
        _ask(paper.code)
