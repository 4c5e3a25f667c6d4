"""The bureau's side: who reads what of an objection, its answer, the end of items and notices, the calendar, the papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from portal.accounts.models import Membership
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, Unmet
from portal.base.models import CalendarDay
from portal.base.workdays import add_workdays
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.documents.models import IssuedPaper
from portal.documents.rendering import to_html
from portal.documents.verification import facts_of
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.models import Record
from portal.messaging import outbox
from portal.messaging.models import Message
from portal.notices.models import Notice, NoticeItem, Objection
from portal.notices.papers import NoticeAccount, NoticePaper, ObjectionAnswer
from portal.notices.registrations import FILES
from tests.factories import actor_of, sign_in
from tests.notices.conftest import GROUNDS, MAIL, NAME, PHONE, Board
from tests.pilot_data import scan

pytestmark = pytest.mark.django_db
ANSWER = {"finding": "经查阅申报材料和原始记录核实。", "answer": "答复正文一二三。"}
SECRETS = (NAME, PHONE, MAIL)
INSIDE = ("section_chief", "leader", "auditor")
OUTSIDE = ("other_handler", "applicant", "recommender", "other_applicant", "expert", "admin")


def after(board: Board) -> dt.date:
    assert board.notice.closes_on
    return board.notice.closes_on + dt.timedelta(days=1)


def answered(board: Board, step: str = "reject") -> Objection:
    """An objection that was answered; `turn_away` without being admitted."""
    found = board.object()
    if step != "turn_away":
        perform(found, "admit", actor=board.desk, data={})
    perform(found, step, actor=board.desk, data=ANSWER)
    return found


def with_file(objection: Objection) -> Attachment:
    """What the objector sent along."""
    from portal.accounts.actors import Actor
    from portal.attachments.actions import claim, receive

    kept = receive(scan("证明材料1.pdf"), slot=FILES, actor=Actor(user=None, visitor="v"))
    claim([kept], holder=objection, at=clock.now())
    return kept


def read(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body, errors="replace")


# --- who reads what -----------------------------------------------------------------------------
def addresses(objection: Objection) -> Iterator[str]:
    """Every page of the bureau where something of an objection may stand."""
    notice, dossier = objection.item.notice_id, objection.item.dossier_id
    yield reverse("notices:handling_list")
    yield reverse("notices:handling", args=[notice])
    yield reverse("notices:objections")
    yield reverse("notices:objections") + "?show=all"
    yield reverse("notices:objection", args=[objection.pk])
    yield reverse("workbench:home")
    yield reverse("workbench:worklist")
    yield reverse("workbench:search") + f"?q={NAME}"
    yield reverse("workbench:search") + f"?q={objection.reference}"
    yield reverse("workbench:export", args=["all"])
    yield reverse("messaging:list")
    yield reverse("documents:list")
    for tab in ("form", "opinions", "notices", "papers", "deadlines", "history", "notes"):
        yield reverse("workbench:dossier", args=[dossier]) + f"?tab={tab}"
    for step in ("admit", "turn_away", "uphold", "reject"):
        yield reverse("notices:objection_step", args=[objection.pk, step])


def test_the_handler_of_the_field_reads_the_objector(client: Client, board: Board) -> None:
    found = answered(board)
    kept = with_file(found)
    signed_in = sign_in(client, board.handler)
    page = read(signed_in.get(reverse("notices:objection", args=[found.pk])))
    for text in (*SECRETS, GROUNDS, ANSWER["finding"], ANSWER["answer"], str(kept.key)):
        assert text in page
    file = signed_in.get(reverse("attachments:download", args=[kept.key]))
    assert read(file).startswith("%PDF")


@pytest.mark.parametrize("who", [*INSIDE, *OUTSIDE])
@pytest.mark.parametrize("step", ["", "reject"])
def test_nobody_else_reads_the_objector_anywhere(client: Client, board: Board, who: str, step: str) -> None:
    found = answered(board, step) if step else board.object()
    kept = with_file(found)
    signed_in = sign_in(client, board.others[who])
    for address in addresses(found):
        text = read(signed_in.get(address, follow=True))
        for secret in (*SECRETS, str(kept.key)):
            assert secret not in text.replace(f"?q={NAME}", "").replace(f'value="{NAME}"', "").replace(
                f"：{NAME}", ""
            ), address
        if who in OUTSIDE:
            assert found.reference not in text.replace(f'value="{found.reference}"', "").replace(
                f"：{found.reference}", ""
            ), address
            assert GROUNDS not in text, address
    assert signed_in.get(reverse("attachments:download", args=[kept.key])).status_code == 404
    assert signed_in.get(reverse("notices:letter", args=[found.pk])).status_code == 404
    for letter in IssuedPaper.objects.filter(kind=ObjectionAnswer.kind):
        assert signed_in.get(reverse("documents:download", args=[letter.pk])).status_code == 404


def test_the_public_reaches_no_page_of_the_bureau(client: Client, board: Board) -> None:
    found = board.object()
    for address in addresses(found):
        answer = client.get(address)
        assert answer.status_code in (302, 404), address
        if answer.status_code == 302:
            assert "login" in answer.url


def test_every_page_of_this_room_has_a_rule(client: Client, board: Board) -> None:
    """The public's addresses are named here; all others send a stranger to the sign-in page."""
    from portal.notices.urls import urlpatterns

    public = {"list", "receipt", "follow", "notice", "file", "object", "registers", "register"}
    found = board.object()
    known: dict[str, Any] = {"handling_list": [], "objections": [], "handling": [board.notice.pk]}
    known |= {"step": [board.notice.pk, "close"], "objection": [found.pk], "letter": [found.pk]}
    known |= {"objection_step": [found.pk, "admit"], "enter_letter": [board.notice.pk]}
    for pattern in urlpatterns:
        if pattern.name in public:
            continue
        try:
            address = reverse(f"notices:{pattern.name}", args=known[pattern.name])
        except (KeyError, NoReverseMatch):
            pytest.fail(f"no rule is known for {pattern.name}")
        for method in (client.get, client.post):
            answer = method(address)
            assert (answer.status_code, "login" in answer.url) == (302, True), address


@pytest.mark.parametrize("who", [*INSIDE, *OUTSIDE])
def test_only_the_handler_of_the_field_answers(board: Board, who: str) -> None:
    found = board.object()
    with pytest.raises((NotPermitted, NotVisible)):
        perform(found, "admit", actor=actor_of(board.others[who]), data={})
    assert offers(found, actor_of(board.others[who])) == []


def test_outsiders_read_of_the_notice_on_the_dossier_what_the_public_reads(client: Client, board: Board) -> None:
    found = answered(board, "uphold")
    pilot = board.pilots[0]
    for who in ("applicant", "recommender"):
        signed_in = sign_in(Client(), board.others[who])
        address = reverse("workbench:dossier", args=[pilot.pk])
        text = read(signed_in.get(address + "?tab=notices"))
        assert board.notice.number in text
        assert "异议" not in text.replace("公示期内任何单位和个人可以实名提出异议", "")
        papers = read(signed_in.get(address + "?tab=papers"))
        assert board.notice.title in papers  # the notice itself
        assert "异议" not in papers
        assert found.reference not in read(signed_in.get(address + "?tab=history"))


# --- answering ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "state"), [("turn_away", "inadmissible"), ("uphold", "upheld"), ("reject", "rejected")]
)
def test_every_answer_makes_a_letter_and_ends_the_deadline(board: Board, step: str, state: str) -> None:
    found = answered(board, step)
    assert found.state == state
    letter = IssuedPaper.objects.get(kind=ObjectionAnswer.kind)
    html = to_html(ObjectionAnswer(), letter.snapshot)
    for text in (NAME, found.reference, ANSWER["answer"], board.notice.number):
        assert text in html
    assert ANSWER["finding"] not in html
    assert NAME not in str(facts_of(letter)) + letter.title
    assert Deadline.objects.get(duty="answer_objection").status == Deadline.Status.DONE
    outbox.drain()
    sent = [m for m in mail.outbox if m.to == [MAIL]]
    assert [ANSWER["answer"] in m.body for m in sent] == [False, True]
    assert letter.code in sent[1].body


def test_an_answer_wants_finding_and_words(board: Board) -> None:
    from portal.base.errors import InvalidInput

    found = board.object()
    with pytest.raises(InvalidInput):
        perform(found, "turn_away", actor=board.desk, data={"finding": "无"})


def test_an_upheld_objection_takes_the_item_off(board: Board) -> None:
    found = answered(board, "uphold")
    item = NoticeItem.objects.get(pk=found.item_id)
    assert item.outcome == NoticeItem.Outcome.UPHELD
    record = Record.objects.filter(chain_id=board.pilots[0].chain_id).order_by("seq").last()
    assert record is not None
    assert (record.label, record.inside, record.step) == ("公示异议成立", True, "")
    chief = board.others["section_chief"]
    assert Message.objects.filter(recipient=chief.user, subject_type="notices.objection").exists()


# --- time ---------------------------------------------------------------------------------------
def test_items_close_singly_when_the_term_is_over(make_board: Callable[..., Board]) -> None:
    board = make_board(3)
    _first, second, third = board.notice.items.order_by("position")
    waiting = board.object(second)
    upheld = board.object(third)
    perform(upheld, "admit", actor=board.desk, data={})
    perform(upheld, "uphold", actor=board.desk, data=ANSWER)
    assert board.notice.closes_on
    with clock.moved(board.notice.closes_on):
        assert sweep(clock.today()).chores_done == 0
    with clock.moved(after(board)):
        assert sweep(clock.today(), dry_run=True).chores_done == 1
        assert sweep(clock.today()).chores_done == 1
        assert [i.outcome for i in board.notice.items.order_by("position")] == ["clear", "open", "upheld"]
        told = Message.objects.filter(key=f"notice:{board.notice.pk}:closed")
        assert not told.exists()
        perform(waiting, "turn_away", actor=board.desk, data=ANSWER)
        assert sweep(clock.today()).chores_done == 1
        assert sweep(clock.today()).chores_done == 0
        assert [i.outcome for i in board.notice.items.order_by("position")] == ["clear", "clear", "upheld"]
        assert {m.recipient_id for m in told} == {board.handler.user_id}
    labels = list(Record.objects.filter(chain_id=board.notice.chain_id).values_list("label", flat=True))
    assert labels.count("项目公示期满") == 2


def test_a_notice_is_closed_with_its_account(client: Client, board: Board) -> None:
    found = board.object()
    data = {"account": "公示期内收到异议一件，已答复。"}
    with pytest.raises(Unmet, match="尚未届满"):
        perform(board.notice, "close", actor=board.desk, data=data)
    with clock.moved(after(board)):
        with pytest.raises(Unmet, match="1 件异议未答复"):
            perform(board.notice, "close", actor=board.desk, data=data)
        perform(found, "turn_away", actor=board.desk, data=ANSWER)
        perform(board.notice, "close", actor=board.desk, data=data)
        assert board.notice.state == "closed"
        assert board.item.outcome == NoticeItem.Outcome.CLEAR
        paper = IssuedPaper.objects.get(kind=NoticeAccount.kind)
        html = to_html(NoticeAccount(), paper.snapshot)
        for text in (data["account"], found.reference, ANSWER["finding"], "不予受理"):
            assert text in html
        assert not any(secret in html for secret in SECRETS)
        assert not Deadline.objects.open().filter(subject_type="notices.notice").exists()
        for who in ("applicant", "recommender"):
            assert not IssuedPaper.objects.visible_to(actor_of(board.others[who])).filter(pk=paper.pk).exists()
        assert "公示期已满" in read(client.get(reverse("notices:notice", args=[board.notice.pk])))


def test_the_term_follows_the_calendar_but_is_never_shortened(board: Board, client: Client) -> None:
    before = board.notice.closes_on
    assert before
    assert board.notice.opens_on
    holiday = add_workdays(board.notice.opens_on, 2)
    day = CalendarDay.objects.create(date=holiday, kind=CalendarDay.Kind.HOLIDAY, name="临时放假")
    with clock.moved(clock.now() + dt.timedelta(minutes=1)):
        outbox.drain()
    notice = Notice.objects.get(pk=board.notice.pk)
    assert notice.closes_on == add_workdays(before, 1)
    record = Record.objects.filter(chain_id=notice.chain_id, label="公示期顺延").get()
    assert str(notice.closes_on) in record.opinion
    papers = IssuedPaper.objects.filter(kind=NoticePaper.kind).order_by("pk")
    assert [paper.status for paper in papers] == ["replaced", "valid"]
    assert papers[1].snapshot["notice"]["closes_on"] == notice.closes_on.isoformat()
    due = Deadline.objects.open().get(subject_type="notices.notice")
    assert due.due_on == add_workdays(notice.closes_on, 5)
    assert Message.objects.filter(recipient=board.handler.user, title__contains="公示期顺延").count() == 1
    day.delete()
    with clock.moved(clock.now() + dt.timedelta(minutes=2)):
        outbox.drain()
    assert Notice.objects.get(pk=notice.pk).closes_on == notice.closes_on


# --- papers -------------------------------------------------------------------------------------
def test_the_notice_is_a_paper_for_everybody(client: Client, board: Board) -> None:
    paper = IssuedPaper.objects.get(kind=NoticePaper.kind)
    html = to_html(NoticePaper(), paper.snapshot)
    for text in (board.notice.number, board.item.facts["title"], board.item.facts["applicant"], "社会管理"):
        assert text in html
    address = reverse("notices:file", args=[board.notice.pk])
    assert client.get(address).status_code == 404  # not made yet


@pytest.mark.papers
def test_the_papers_are_made(client: Client, board: Board) -> None:
    answered(board)
    with clock.moved(after(board)):
        perform(board.notice, "close", actor=board.desk, data={"account": "无异议成立。"})
        outbox.drain()
    made = IssuedPaper.objects.filter(kind__in=("public_notice", "notice_account", "objection_answer"))
    assert [paper.making for paper in made] == ["made"] * 3
    answer = client.get(reverse("notices:file", args=[board.notice.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    letter = sign_in(client, board.handler).get(reverse("notices:letter", args=[Objection.objects.get().pk]))
    assert b"".join(letter.streaming_content).startswith(b"%PDF")


# --- lists --------------------------------------------------------------------------------------
def objected(make_board: Callable[..., Board], rows: int) -> Board:
    board = make_board(rows)
    for item in board.notice.items.select_related("notice", "dossier"):
        board.object(item)
    return board


@pytest.mark.parametrize(
    ("name", "most"), [("handling_list", 16), ("objections", 14), ("handling", 18), ("objection", 16)]
)
def test_queries_do_not_grow_with_the_rows(
    client: Client, make_board: Callable[..., Board], name: str, most: int
) -> None:
    """The same number at one row and at three; the counters of the menu are among them."""
    counted = []
    for rows in (1, 3):
        board = objected(make_board, rows)
        signed_in = sign_in(Client(), board.handler)
        args = {"handling": [board.notice.pk], "objection": [Objection.objects.latest("pk").pk]}.get(name, [])
        address = reverse(f"notices:{name}", args=args)
        signed_in.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= most


def test_the_menu_counts_what_waits(board: Board) -> None:
    from portal.notices.queries import notices_waiting, objections_waiting

    def waiting(actor: Any) -> tuple[int, int]:
        return notices_waiting(actor).count(), objections_waiting(actor).count()

    assert waiting(board.desk) == (0, 0)
    board.object()
    assert waiting(board.desk) == (0, 1)
    for who in ("other_handler", "leader", "applicant"):
        assert waiting(actor_of(board.others[who])) == (0, 0)
    with clock.moved(after(board)):
        assert waiting(board.desk) == (1, 1)


def test_the_dossiers_box_says_what_is_left_to_do(client: Client, board: Board) -> None:
    signed_in = sign_in(client, board.handler)
    address = reverse("workbench:dossier", args=[board.pilots[0].pk])
    found = board.object()
    assert "1 件公示异议未答复" in read(signed_in.get(address))
    perform(found, "admit", actor=board.desk, data={})
    perform(found, "uphold", actor=board.desk, data=ANSWER)
    assert "重新审议或者不予立项" in read(signed_in.get(address))
    outside = sign_in(Client(), Membership.objects.get(pk=board.others["applicant"].pk))
    text = read(outside.get(address))
    assert board.notice.number in text
    assert "重新审议" not in text
