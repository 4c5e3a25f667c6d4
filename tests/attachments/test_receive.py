"""Uploads are sniffed, limited, named harmlessly and stored by content."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.roles import Role
from portal.attachments import actions, names, ole, storage
from portal.attachments.models import Attachment
from portal.attachments.sniff import sniff
from tests import factories
from tests.attachments import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def applicant() -> Actor:
    return factories.actor(Role.UNIT_ADMIN)


GOOD = [
    ("执照.pdf", files.PDF, "pdf"),
    ("公章页.JPEG", files.JPG, "jpg"),
    ("图.png", files.PNG, "png"),
    ("方案.docx", files.DOCX, "docx"),
    ("明细.xlsx", files.XLSX, "xlsx"),
    ("方案.doc", files.DOC, "doc"),
    ("明细.xls", files.XLS, "xls"),
    ("方案.wps", files.DOC, "wps"),
    ("方案.wps", files.DOCX, "wps"),
    ("明细.et", files.XLS, "et"),
    ("证照.ofd", files.OFD, "ofd"),
    ("没有扩展名", files.PDF, "pdf"),
    ("说到加密.pdf", files.pdf(content=b"trailer /Encrypt 9 0 R"), "pdf"),
    ("元数据.pdf", files.pdf(b"/EncryptMetadata false", stream=True), "pdf"),
]


@pytest.mark.parametrize(("name", "content", "kind"), GOOD)
def test_takes_what_it_should(applicant: Actor, name: str, content: bytes, kind: str) -> None:
    attachment = actions.receive(files.upload(name, content), slot="licence", actor=applicant)
    assert attachment.kind == kind
    assert attachment.size == len(content)
    assert attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert attachment.claimed_at is None
    assert attachment.uploader == applicant.user
    stored = storage.root() / attachment.path
    assert stored.read_bytes() == content
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600


BAD = [
    ("口令.pdf", files.pdf(files.ENCRYPTED), "设有密码"),
    ("口令流.pdf", files.pdf(files.ENCRYPTED, stream=True), "设有密码"),
    ("直接字典.pdf", files.pdf(b"/Encrypt<</V 4>>", junk=b"\n" * 40), "设有密码"),
    ("残缺.pdf", b"%PDF-1.7\ntrailer<</Root 1 0 R/Encrypt 9 0 R>>\n%%EOF\n", "设有密码"),
    ("空.pdf", b"", "0 字节"),
    ("木马.pdf", b"MZ\x90\x00" + b"\0" * 100, "EXE"),
    ("网页.pdf", b"<html><script>alert(1)</script></html>", "无法识别"),
    ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "无法识别"),
    ("压缩.rar", b"Rar!\x1a\x07\x00" + b"\0" * 40, "RAR"),
    ("执照.pdf", files.DOCX, "不要只改扩展名"),
    ("执照.png", files.JPG, "不要只改扩展名"),
    ("表.xls", files.XLSX, "不要只改扩展名"),
    ("页面.html", files.PDF, "不要只改扩展名"),
    ("宏.docm", files.office("word/document.xml", word__vbaProject=b"") + b"", "不要只改扩展名"),
    (
        "宏.docx",
        files.archive({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}),
        "宏",
    ),
    ("宏.doc", files.compound({"WordDocument": files.word()}, ("Macros",)), "宏"),
    ("密.docx", files.compound({"EncryptedPackage": b"x"}), "密码"),
    ("密.doc", files.compound({"WordDocument": files.word(encrypted=True)}), "密码"),
    ("密.xls", files.compound({"Workbook": files.sheet(encrypted=True)}), "密码"),
    ("密.docx", files.archive({"[Content_Types].xml": b"", "word/document.xml": b""}, encrypted=True), "密码"),
    ("演示.pptx", files.office("ppt/presentation.xml"), "Office"),
    ("坏.docx", files.DOCX[: len(files.DOCX) // 2], "损坏"),
    ("坏.doc", files.DOC[:600], "损坏"),
    ("包.zip", files.archive({"a.txt": b"x"}), "只接受"),
    (
        "炸弹.docx",
        files.archive({"word/document.xml": b"\0" * (60 * 1024**2), "[Content_Types].xml": b""}),
        "解压后过大",
    ),
]


@pytest.mark.parametrize(("name", "content", "words"), BAD, ids=[f"{n}-{w}" for n, _c, w in BAD])
def test_refuses_the_rest_and_says_why(applicant: Actor, name: str, content: bytes, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.receive(files.upload(name, content), slot="licence", actor=applicant)
    assert words in caught.value.messages[0]
    assert name in caught.value.messages[0]
    assert not Attachment.objects.exists()


def test_size_is_limited(applicant: Actor, settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 1024  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="超过上限"):
        actions.receive(files.upload("大.pdf", files.PDF + b"0" * 1024), slot="licence", actor=applicant)
    with pytest.raises(ValidationError, match="超过上限"):
        actions.receive(files.upload("大.pdf", files.PDF), slot="licence", actor=applicant, max_bytes=10)


def test_archives_only_where_a_slot_wants_them(applicant: Actor) -> None:
    content = files.archive({"标准.txt": b"x"})
    attachment = actions.receive(files.upload("包.zip", content), slot="x", actor=applicant, kinds={"zip"})
    assert attachment.kind == "zip"
    with pytest.raises(ValidationError, match="此处只接受 ZIP"):
        actions.receive(files.upload("a.pdf", files.PDF), slot="x", actor=applicant, kinds={"zip"})


def test_count_of_pending_uploads_is_limited(applicant: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_PENDING", 2)
    for _n in range(2):
        actions.receive(files.upload("a.pdf", files.PDF), slot="x", actor=applicant)
    with pytest.raises(ValidationError, match="过多"):
        actions.receive(files.upload("a.pdf", files.PDF), slot="x", actor=applicant)
    actions.receive(files.upload("a.pdf", files.PDF), slot="y", actor=applicant)


def test_nobody_uploads_without_an_account() -> None:
    with pytest.raises(ValidationError, match="登录"):
        actions.receive(files.upload("a.pdf", files.PDF), slot="x", actor=PUBLIC)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\资料\\营业执照.pdf", "营业执照.pdf"),
        ("执照\u202efdp.pdf", "执照fdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("报告.最终版", "报告.最终版.pdf"),
    ],
)
def test_names_are_harmless(given_name: str, kept: str) -> None:
    assert names.clean(given_name, "pdf") == kept


@given(st.text(max_size=200))
def test_any_name_becomes_one_that_can_be_shown(name: str) -> None:
    cleaned = names.clean(name, "pdf")
    assert cleaned.endswith((".pdf", ".PDF", ".Pdf")) or cleaned.lower().endswith(".pdf")
    assert 5 <= len(cleaned) <= names.MAX_LENGTH
    assert not set(cleaned) & set('\\/:*?"<>|\r\n\0')


@given(st.binary(max_size=3000))
def test_any_compound_file_is_read_or_called_damaged(tail: bytes) -> None:
    import io

    for content in (ole.SIGNATURE + tail, files.DOC[:512] + tail):
        try:
            sniff(io.BytesIO(content))
        except ValidationError:
            continue


def test_same_content_is_stored_once_and_removed_with_its_last_owner(
    applicant: Actor, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    import os

    first = actions.receive(files.upload("a.pdf", files.PDF), slot="x", actor=applicant)
    second = actions.receive(files.upload("b.pdf", files.PDF), slot="y", actor=applicant)
    assert first.path == second.path
    stored = Path(storage.root() / first.path)
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(first)
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(second)
    assert stored.exists(), "bytes that just came in may belong to an upload whose row is not written yet"
    third = actions.receive(files.upload("c.pdf", files.PDF), slot="y", actor=applicant)
    os.utime(stored, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(third)
    assert not stored.exists()
