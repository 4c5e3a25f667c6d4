"""The worker's part: bytes made once, waiting with a reason, failing visibly, tried again by the handler."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.base.errors import NotPermitted, StepRefused
from portal.documents import actions, fonts, making, rendering, rules, store
from portal.documents.models import IssuedPaper
from portal.messaging import outbox
from portal.messaging.models import Message, Outbox
from tests.documents.conftest import Office
from tests.factories import actor_of


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> list[str]:
    """Stands in for WeasyPrint; the numbers of what it was given."""
    settings.MEDIA_ROOT = tmp_path
    given: list[str] = []

    def render(paper: Any, snapshot: dict[str, Any]) -> bytes:
        given.append(snapshot["paper"]["number"])
        return f"%PDF of {snapshot['paper']['number']}".encode()

    monkeypatch.setattr(rendering, "render", render)
    monkeypatch.setattr(fonts, "paper_problems", list)
    return given


def _run(paper: IssuedPaper) -> IssuedPaper:
    """Carries out the paper's outbox row as the worker does, its rest being over."""
    Outbox.objects.filter(key=f"paper:{paper.pk}").update(leased_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    for pk in Outbox.objects.filter(key=f"paper:{paper.pk}", done_at=None).values_list("pk", flat=True):
        outbox.run(pk)
    return IssuedPaper.objects.get(pk=paper.pk)


def test_bytes_are_kept_under_their_hash(office: Office, press: list[str]) -> None:
    paper = _run(office.issue())
    content = b"%PDF of SL-2023-0001"
    assert paper.is_made
    assert paper.made_at is not None
    assert paper.size == len(content)
    assert store.locate(paper.path).read_bytes() == content
    assert paper.sha256 in paper.path
    assert store.locate(paper.path).stat().st_mode & 0o077 == 0


def test_twice_is_once(office: Office, press: list[str]) -> None:
    paper = office.issue()
    made = _run(paper)
    making.make({"paper": paper.pk})
    again = IssuedPaper.objects.get(pk=paper.pk)
    assert press == ["SL-2023-0001"]
    assert (again.made_at, again.sha256, again.attempts) == (made.made_at, made.sha256, 1)


def test_the_second_of_two_at_the_same_time_changes_nothing(
    office: Office, press: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = office.issue()
    inner = rendering.render

    def render_while_another_finishes(declared: Any, snapshot: dict[str, Any]) -> bytes:
        monkeypatch.setattr(rendering, "render", inner)
        making.make({"paper": paper.pk})
        IssuedPaper.objects.filter(pk=paper.pk).update(path="first")
        return inner(declared, snapshot)

    monkeypatch.setattr(rendering, "render", render_while_another_finishes)
    making.make({"paper": paper.pk})
    assert IssuedPaper.objects.get(pk=paper.pk).path == "first"


def test_a_missing_font_lets_it_wait_with_the_reason(
    office: Office, press: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = office.issue()
    monkeypatch.setattr(fonts, "paper_problems", lambda: ["缺少文书字体"])
    for _ in range(6):  # more often than a failure would be tried
        waiting = _run(paper)
    assert (waiting.making, waiting.error, waiting.attempts) == ("waiting", "缺少文书字体", 0)
    assert press == []
    monkeypatch.setattr(fonts, "paper_problems", list)
    made = _run(paper)
    assert (made.making, made.error) == ("made", "")


def test_a_failure_is_shown_and_tried_again(office: Office, press: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    paper = office.issue()

    def broken(declared: Any, snapshot: dict[str, Any]) -> bytes:
        raise KeyError("secret detail")

    working = rendering.render
    monkeypatch.setattr(rendering, "render", broken)
    once = _run(paper)
    assert (once.making, once.attempts) == ("waiting", 1)
    for _ in range(4):
        failed = _run(paper)
    assert (failed.making, failed.attempts) == ("failed", 3)
    assert "KeyError" in failed.error
    assert "secret" not in failed.error
    message = Message.objects.get(recipient=office.handler.user, key__startswith="paper-failed")
    assert failed.number in message.title
    with pytest.raises(NotPermitted):
        actions.retry(failed, actor=actor_of(office.applicant))
    actions.retry(failed, actor=actor_of(office.handler))
    with pytest.raises(StepRefused):
        actions.retry(failed, actor=actor_of(office.handler))
    monkeypatch.setattr(rendering, "render", working)
    assert _run(paper).is_made
    assert press == ["SL-2023-0001"]


def test_an_unknown_kind_fails_visibly(office: Office, press: list[str]) -> None:
    paper = office.issue()
    IssuedPaper.objects.filter(pk=paper.pk).update(kind="abolished")
    for _ in range(4):
        failed = _run(paper)
    assert failed.making == "failed"
    assert not rules.may_revoke(actor_of(office.handler), failed)


def test_a_full_disk_leaves_no_half_file(
    office: Office, press: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    paper = office.issue()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    waiting = _run(paper)
    assert waiting.making == "waiting"
    assert "存储空间" in waiting.error
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
