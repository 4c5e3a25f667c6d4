"""What everybody reads: the notices, the form of an objection and what stops bad ones, the home page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.attachments.models import Attachment
from portal.base import clock
from portal.deadlines.models import Deadline
from portal.lifecycle.engine import perform
from portal.lifecycle.history import content
from portal.lifecycle.models import Record
from portal.messaging import outbox
from portal.messaging.models import Message, Outbox
from portal.notices import visitors
from portal.notices.actions import start_notice
from portal.notices.models import NoticeItem, Objection
from tests.attachments import files
from tests.notices.conftest import GROUNDS, MAIL, NAME, PHONE, Board, form_address, typed

pytestmark = pytest.mark.django_db


def after(board: Board) -> dt.date:
    assert board.notice.closes_on
    return board.notice.closes_on + dt.timedelta(days=1)


# --- reading ------------------------------------------------------------------------------------
def test_the_public_reads_the_notice_with_its_list(client: Client, board: Board) -> None:
    home = client.get(reverse("home")).content.decode()
    assert board.notice.title in home
    listed = client.get(reverse("notices:list")).content.decode()
    assert board.notice.number in listed
    page = client.get(reverse("notices:notice", args=[board.notice.pk])).content.decode()
    facts = board.item.facts
    for text in (facts["number"], facts["title"], facts["applicant"], facts["recommender"], facts["class"], "异议渠道"):
        assert text in page
    assert "021-64220000-2500" in page  # the telephone of the desk
    assert form_address(board.item) in page


def test_a_draft_is_nobodys(client: Client, board: Board) -> None:
    draft = start_notice(
        items=[(board.pilots[0], {"title": "未公布的项目"})],
        publish=False,
        programme="pilots",
        matter="pilots.intended",
        title="未公布的公示",
        days=5,
        responsible=board.handler,
    )
    assert "未公布" not in client.get(reverse("notices:list")).content.decode()
    assert "未公布" not in client.get(reverse("home")).content.decode()
    assert client.get(reverse("notices:notice", args=[draft.pk])).status_code == 404
    assert client.get(reverse("notices:file", args=[draft.pk])).status_code == 404
    item = draft.items.get()
    assert client.get(form_address(item)).status_code == 404


def test_after_the_term_the_words_are_neutral(client: Client, board: Board) -> None:
    with clock.moved(after(board)):
        page = client.get(reverse("notices:notice", args=[board.notice.pk])).content.decode()
        assert "公示期已满" in page
        assert form_address(board.item) not in page
        assert board.notice.title not in client.get(reverse("home")).content.decode()
        assert client.get(form_address(board.item)).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_public_pages(
    client: Client, make_board: Callable[..., Board], rows: int, django_assert_num_queries: Any
) -> None:
    board = make_board(rows)
    client.get(reverse("notices:notice", args=[board.notice.pk]))  # the working calendar is read once
    with django_assert_num_queries(3):  # notice, items, paper
        client.get(reverse("notices:notice", args=[board.notice.pk]))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list(
    client: Client, make_board: Callable[..., Board], rows: int, django_assert_num_queries: Any
) -> None:
    for _n in range(rows):
        make_board(1)
    client.get(reverse("notices:list"))  # the working calendar is read once
    with django_assert_num_queries(2):  # running, how many are over
        client.get(reverse("notices:list"))


# --- objecting ----------------------------------------------------------------------------------
def test_an_objection_is_filed_without_an_account(
    client: Client, board: Board, django_capture_on_commit_callbacks: Any
) -> None:
    sent = typed(client, board.item, proof__file=[files.upload("欧阳实名的材料.pdf", files.PDF)])
    answer = client.post(form_address(board.item), sent)
    assert answer.status_code == 302
    found = Objection.objects.get()
    assert (found.state, found.name, found.phone, found.by_unit) == ("filed", NAME, PHONE, False)
    receipt = client.get(answer.url)
    text = receipt.content.decode()
    assert found.reference in text
    assert NAME not in text
    assert PHONE not in text
    due = Deadline.objects.get(duty="answer_objection")
    assert (due.subject_id, due.dossier_id, due.inside) == (found.pk, board.pilots[0].pk, True)
    assert due.due_on.isoformat() in text
    kept = Attachment.objects.get(holder_type="notices.objection", holder_id=found.pk)
    assert (kept.uploader, kept.name) == (None, "证明材料1.pdf")
    told = Message.objects.filter(subject_type="notices.objection")
    assert {message.recipient_id for message in told} == {board.handler.user_id}
    assert all(NAME not in message.title + message.text for message in told)
    assert "期限届满" not in told[0].text


def test_a_visitor_sees_no_other_receipt(client: Client, board: Board) -> None:
    board.object()
    assert client.get(reverse("notices:receipt", args=["1"])).status_code == 404
    assert client.get(reverse("notices:receipt", args=["MQ:forged"])).status_code == 404


def test_the_record_names_nobody_even_when_somebody_is_signed_in(client: Client, board: Board) -> None:
    from tests.factories import sign_in

    person = board.others["other_applicant"]
    signed_in = sign_in(client, person)
    answer = signed_in.post(form_address(board.item), typed(signed_in, board.item))
    assert answer.status_code == 302
    record = Record.objects.get(subject_type="notices.objection", step="file")
    assert (record.user, record.unit_id, record.place) == (None, None, "")
    assert record.person.address == ""
    for secret in (NAME, PHONE, MAIL, GROUNDS, person.user.name):
        assert secret not in record.payload + record.person.name
    assert content(record)["data"] == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "匿名"}, "name"),
        ({"name": "123456"}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"email": "not-an-address"}, "email"),
        ({"grounds": "不同意"}, "grounds"),
        ({"grounds": "字" * 3001}, "grounds"),
        ({"consent": ""}, "consent"),
        ({"by_unit": "1"}, "contact"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(
    client: Client, board: Board, changes: dict[str, str], field: str
) -> None:
    answer = client.post(form_address(board.item), typed(client, board.item, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("异议书.pdf", b"MZ\x90\x00 not a pdf", "异议书.pdf"),
        ("../../../etc/passwd.pdf", b"<html><script>alert(1)</script>", "passwd.pdf"),
        ("图片.png", files.PDF, "扩展名"),
        ("压缩包.zip", files.archive({"a.txt": b"x"}), "压缩包.zip"),
        ("空.pdf", b"", "空.pdf"),
        ("大.pdf", files.PDF + b"0" * (10 * 1024 * 1024), "上限 10 MB"),
    ],
)
def test_hostile_files_are_refused_and_the_text_is_kept(
    client: Client, board: Board, name: str, body: bytes, words: str
) -> None:
    sent = typed(client, board.item, proof__file=[files.upload(name, body)])
    answer = client.post(form_address(board.item), sent)
    assert answer.status_code == 422
    assert not Objection.objects.exists()
    assert not Attachment.objects.exclude(visitor="").exists()
    assert GROUNDS in answer.content.decode()
    assert words in "".join(answer.context["form"].errors["proof"])


def test_no_more_than_five_files(client: Client, board: Board) -> None:
    many = [files.upload(f"{n}.pdf", files.PDF) for n in range(6)]
    answer = client.post(form_address(board.item), typed(client, board.item, proof__file=many))
    assert answer.status_code == 422
    assert not Attachment.objects.exclude(visitor="").exists()


def test_a_file_stays_when_the_rest_has_to_be_corrected(client: Client, board: Board) -> None:
    first = typed(client, board.item, phone="1", proof__file=[files.upload("异议书.pdf", files.PDF)])
    answer = client.post(form_address(board.item), first)
    assert answer.status_code == 422
    kept = Attachment.objects.exclude(visitor="").get()
    assert str(kept.key) in answer.content.decode()
    again = {**first, "phone": PHONE, "proof": [str(kept.key)]}
    del again["proof__file"]
    assert client.post(form_address(board.item), again).status_code == 302
    kept.refresh_from_db()
    assert kept.holder_id == Objection.objects.get().pk


def test_nobody_takes_the_file_of_another_visitor(client: Client, board: Board) -> None:
    first = typed(client, board.item, phone="1", proof__file=[files.upload("异议书.pdf", files.PDF)])
    client.post(form_address(board.item), first)
    kept = Attachment.objects.exclude(visitor="").get()
    stranger = Client()
    answer = stranger.post(form_address(board.item), typed(stranger, board.item, proof=[str(kept.key)]))
    assert answer.status_code == 422
    assert client.get(reverse("attachments:download", args=[kept.key])).status_code == 404
    forged = typed(stranger, board.item, visitor=kept.visitor, proof=[str(kept.key)])
    assert stranger.post(form_address(board.item), forged).status_code == 422
    assert not Objection.objects.exists()


def test_a_file_can_be_taken_out_without_scripts(client: Client, board: Board) -> None:
    first = typed(client, board.item, phone="1", proof__file=[files.upload("异议书.pdf", files.PDF)])
    client.post(form_address(board.item), first)
    kept = Attachment.objects.exclude(visitor="").get()
    del first["proof__file"]
    answer = client.post(form_address(board.item), {**first, "proof": [str(kept.key)], "drop": str(kept.key)})
    assert answer.status_code == 200
    assert GROUNDS in answer.content.decode()
    assert str(kept.key) not in answer.content.decode()


def test_forgotten_files_are_cleared_away(client: Client, board: Board) -> None:
    from portal.deadlines.sweep import sweep

    first = typed(client, board.item, phone="1", proof__file=[files.upload("异议书.pdf", files.PDF)])
    client.post(form_address(board.item), first)
    sweep(clock.today())
    assert Attachment.objects.exclude(visitor="").exists()
    with clock.moved(clock.now() + dt.timedelta(hours=25)):
        sweep(clock.today())
    assert not Attachment.objects.exclude(visitor="").exists()


def test_an_address_cannot_flood_the_form(client: Client, board: Board) -> None:
    for _n in range(visitors.FILED):
        assert client.post(form_address(board.item), typed(client, board.item)).status_code == 302
    answer = client.post(form_address(board.item), typed(client, board.item))
    assert answer.status_code == 429
    assert GROUNDS in answer.content.decode()
    assert Objection.objects.count() == visitors.FILED
    elsewhere = client.post(form_address(board.item), typed(client, board.item), REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_refused_forms_count_too(client: Client, board: Board) -> None:
    answers = [
        client.post(form_address(board.item), typed(client, board.item, name="")).status_code
        for _n in range(visitors.SENT + 1)
    ]
    assert answers == [422] * visitors.SENT + [429]


def test_the_last_second_counts(client: Client, board: Board) -> None:
    assert board.notice.closes_on
    data = typed(client, board.item)
    with clock.moved(clock.end_of(board.notice.closes_on) - dt.timedelta(seconds=1)):
        assert "receipt" in client.post(form_address(board.item), data).url
    with clock.moved(clock.end_of(board.notice.closes_on)):
        assert "receipt" not in client.post(form_address(board.item), data).url
    assert Objection.objects.count() == 1


def test_an_item_of_another_notice_is_not_found(client: Client, make_board: Callable[..., Board]) -> None:
    one, other = make_board(), make_board()
    assert client.get(reverse("notices:object", args=[one.notice.pk, other.item.pk])).status_code == 404


def test_receipt_and_answer_are_mailed_and_the_outbox_names_nobody(board: Board) -> None:
    found = board.object()
    row = Outbox.objects.get(kind="objection_mail")
    assert MAIL not in str(row.payload)
    assert row.payload == {"objection": found.pk, "what": "receipt"}
    outbox.drain()
    (sent,) = [m for m in mail.outbox if m.to == [MAIL]]
    assert found.reference in sent.subject
    assert NAME not in sent.body


def test_the_public_reads_nothing_of_an_upheld_objection(client: Client, board: Board) -> None:
    pages = [reverse("notices:notice", args=[board.notice.pk]), reverse("notices:list"), reverse("home")]

    def read() -> list[str]:
        return [re.sub(r"X-CSRFToken[^}]*", "", client.get(page).content.decode()) for page in pages]

    before = read()
    found = board.object()
    assert read() == before
    perform(found, "admit", actor=board.desk, data={})
    perform(found, "uphold", actor=board.desk, data={"finding": "属实。", "answer": "异议成立。"})
    assert board.item.outcome == NoticeItem.Outcome.UPHELD
    assert read() == before
    with clock.moved(after(board)):
        assert [word in "".join(read()) for word in ("异议成立", "已退出公示")] == [False, False]
