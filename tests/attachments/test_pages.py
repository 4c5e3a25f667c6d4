"""Protected downloads, uploads beforehand, and the clean-up of what was never claimed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments import access, actions, storage
from portal.attachments.models import Attachment
from portal.base import clock
from tests import factories
from tests.attachments import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return factories.MembershipFactory(role=Role.UNIT_ADMIN)


@pytest.fixture
def signed_in(client: Client, member: Membership) -> Client:
    return factories.sign_in(client, member)


def _get(client: Client, address: str, **query: str) -> HttpResponse:
    """The answer with its body read, which closes its file."""
    answer = client.get(address, query)
    if answer.streaming:
        answer.read_body = b"".join(answer.streaming_content)
    return answer


def _pending(member: Membership, name: str = "营业执照（副本）.pdf", content: bytes = files.PDF) -> Attachment:
    return actions.receive(files.upload(name, content), slot="licence", actor=factories.actor_of(member))


def test_upload_beforehand_answers_with_the_key(signed_in: Client, member: Membership) -> None:
    answer = signed_in.post(
        reverse("attachments:upload"), {"slot": "licence", "file": files.upload("执照.pdf", files.PDF)}
    )
    assert answer.status_code == 201
    assert Attachment.objects.get(key=answer.json()["key"]).uploader == member.user
    wrong = signed_in.post(reverse("attachments:upload"), {"slot": "licence", "file": files.upload("x.pdf", b"MZ")})
    assert wrong.status_code == 422
    assert "x.pdf" in wrong.json()["message"]
    assert signed_in.post(reverse("attachments:upload"), {"slot": "licence"}).status_code == 422


def test_the_public_can_neither_upload_nor_see(client: Client, member: Membership) -> None:
    answer = client.post(reverse("attachments:upload"), {"slot": "x", "file": files.upload("a.pdf", files.PDF)})
    assert answer.url == f"/accounts/login/?next={reverse('attachments:upload')}"
    assert _get(client, reverse("attachments:download", args=[_pending(member).key])).status_code == 404


def test_a_pending_upload_is_its_uploaders_alone(signed_in: Client, member: Membership) -> None:
    mine = _pending(member)
    other = _pending(factories.MembershipFactory(unit=member.unit))
    assert _get(signed_in, reverse("attachments:download", args=[mine.key])).status_code == 200
    assert _get(signed_in, reverse("attachments:download", args=[other.key])).status_code == 404
    assert signed_in.post(reverse("attachments:remove", args=[other.key])).status_code == 404
    assert signed_in.post(reverse("attachments:remove", args=[mine.key])).status_code == 204
    assert not Attachment.objects.filter(pk=mine.pk).exists()


def test_headers_of_a_download(signed_in: Client, member: Membership) -> None:
    attachment = _pending(member)
    address = reverse("attachments:download", args=[attachment.key])
    answer = _get(signed_in, address)
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%90%A5%E4%B8%9A")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer.read_body == files.PDF
    assert _get(signed_in, address, inline="1")["Content-Disposition"].startswith("inline;")
    picture = _pending(member, "图.png", files.PNG)
    shown = _get(signed_in, reverse("attachments:download", args=[picture.key]), inline="1")
    assert "sandbox" in shown["Content-Security-Policy"]
    text = _pending(member, "方案.docx", files.DOCX)
    never = _get(signed_in, reverse("attachments:download", args=[text.key]), inline="1")
    assert never["Content-Disposition"].startswith("attachment;")


def test_a_claimed_file_is_read_by_the_rule_of_its_holder(
    signed_in: Client, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = _pending(member)
    actions.claim([attachment], holder=member.unit, at=clock.now())
    address = reverse("attachments:download", args=[attachment.key])
    monkeypatch.setattr(access, "_rules", {})
    assert _get(signed_in, address).status_code == 404, "without a rule nobody may read it"
    access.register("accounts.unit", lambda actor, unit, file: actor.unit_id == unit)
    assert _get(signed_in, address).status_code == 200
    access.register("accounts.unit", lambda actor, unit, file: False)
    assert _get(signed_in, address).status_code == 404


def test_bytes_that_are_gone_are_a_404(signed_in: Client, member: Membership) -> None:
    attachment = _pending(member, "x.png", files.PNG + b"once")
    (storage.root() / attachment.path).unlink()
    assert _get(signed_in, reverse("attachments:download", args=[attachment.key])).status_code == 404


def test_clean_up_takes_old_pending_uploads_only(member: Membership, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.moved(clock.now() - dt.timedelta(days=8)):
        old, kept = _pending(member), _pending(member)
        actions.claim([kept], holder=member.unit, at=clock.now())
    fresh = _pending(member)
    call_command("clear_uploads")
    assert "1 pending" in capsys.readouterr().out
    assert set(Attachment.objects.values_list("pk", flat=True)) == {kept.pk, fresh.pk}
    assert not Attachment.objects.filter(pk=old.pk).exists()
