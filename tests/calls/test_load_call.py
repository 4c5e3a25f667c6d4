"""Loading a call from its file; small documents made from text."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import CommandError

from portal.accounts.roles import Role
from portal.attachments import access
from portal.attachments.sniff import sniff
from portal.calls import docx
from portal.calls.models import Call
from tests.commands import run
from tests.factories import MembershipFactory, actor

CALL = str(settings.ROOT / "fixtures" / "calls" / "pilots_2023.toml")


@pytest.fixture
def handler(db: None) -> Any:
    return MembershipFactory(role=Role.HANDLER)


def test_a_call_is_loaded_as_a_draft_and_once(handler: Any) -> None:
    run("load_call", CALL, "--as", handler.user.username)
    call = Call.objects.get()
    assert call.state == "draft"
    assert call.fields.count() == 9
    with pytest.raises(CommandError, match="there already"):
        run("load_call", CALL, "--as", handler.user.username)


def test_it_can_be_published_at_once_and_its_downloads_read(handler: Any) -> None:
    run("load_call", CALL, "--as", handler.user.username, "--publish")
    call = Call.objects.get()
    assert call.state == "published"
    download = call.downloads.get(title="承诺书")
    assert download.attachment.name == "承诺书.docx"
    assert access.may_read(actor(Role.UNIT_ADMIN), download.attachment)


def test_downloads_of_a_draft_are_inside_only(handler: Any) -> None:
    run("load_call", CALL, "--as", handler.user.username)
    file = Call.objects.get().downloads.first().attachment  # type: ignore[union-attr]
    assert not access.may_read(actor(Role.UNIT_ADMIN), file)
    assert access.may_read(actor(Role.HANDLER), file)


def test_only_people_of_the_bureau_load_calls(db: None) -> None:
    applicant = MembershipFactory(role=Role.UNIT_ADMIN)
    for login in (applicant.user.username, "nobody"):
        with pytest.raises(CommandError, match="no handler"):
            run("load_call", CALL, "--as", login)
    with pytest.raises(CommandError, match="No such file"):
        run("load_call", CALL + ".missing", "--as", MembershipFactory(role=Role.HANDLER).user.username)


def test_a_document_is_a_word_document_with_its_text() -> None:
    data = docx.make("标题\n一、总则\n正文 <a> & b\n\n承诺人：")
    assert sniff(io.BytesIO(data), extension="docx") == "docx"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    texts = [node.text for node in root.iter() if node.tag.endswith("}t")]
    assert texts == ["标题", "一、总则", "正文 <a> & b", None, "承诺人："]
    assert docx.make("标题\n正文") == docx.make("标题\n正文")
