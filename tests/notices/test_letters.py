"""Objections that came by letter: entered with the scan, checked by a second person; and how an objector follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, Unmet
from portal.base.workdays import add_workdays
from portal.calls.models import Desk
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.messaging import outbox
from portal.messaging.models import Message
from portal.notices import visitors
from portal.notices.actions import enter_letter
from portal.notices.models import Objection
from portal.notices.papers import NoticeAccount
from tests.attachments import files
from tests.factories import MembershipFactory, actor_of, sign_in
from tests.notices.conftest import GROUNDS, MAIL, NAME, PHONE, Board

pytestmark = pytest.mark.django_db
ANSWER = {"finding": "经查阅申报材料核实。", "answer": "答复正文一二三。"}
FOLLOW = "/notices/objections/"


@pytest.fixture
def second(board: Board) -> Membership:
    """Another handler of the same fields."""
    found = MembershipFactory(role=Role.HANDLER)
    for desk in Desk.objects.filter(call=board.call):
        desk.handlers.add(found)
    return found


def address(board: Board) -> str:
    return reverse("notices:enter_letter", args=[board.notice.pk])


def letter(board: Board, **changes: Any) -> dict[str, Any]:
    """What the handler types, with the scan."""
    return {
        "item": board.item.pk,
        "received_on": clock.today().isoformat(),
        "by_unit": "0",
        "name": NAME,
        "contact": "",
        "phone": PHONE,
        "email": MAIL,
        "grounds": GROUNDS,
        "proof__file": [files.upload("欧阳实名来函.pdf", files.PDF)],
        **changes,
    }


def entered(board: Board, **changes: Any) -> Objection:
    """A letter, entered; without the page."""
    facts = {"name": NAME, "phone": PHONE, "email": MAIL, "grounds": GROUNDS, "received_on": clock.today()}
    return enter_letter(board.item, actor=board.desk, files=[], **{**facts, **changes})


def test_a_letter_is_entered_checked_and_answered(client: Client, board: Board, second: Membership) -> None:
    one, other = sign_in(client, board.handler), sign_in(Client(), second)
    assert "登记来函异议" in one.get(board.notice.get_absolute_url()).content.decode()
    answer = one.post(address(board), letter(board))
    found = Objection.objects.get()
    assert (answer.status_code, answer.url) == (302, found.get_absolute_url())
    assert (found.state, found.by_letter, found.name, len(found.code)) == ("entered", True, NAME, 10)
    kept = Attachment.objects.get(holder_type="notices.objection", holder_id=found.pk)
    assert (kept.name, kept.slot) == ("来函1.pdf", "objection")
    due = Deadline.objects.get(duty="answer_objection")
    assert due.due_on == add_workdays(clock.today(), 10)
    record = Record.objects.get(chain_id=found.chain_id)
    assert (record.user_id, record.label) == (board.handler.user_id, "登记来函异议")
    assert NAME not in str(record.payload) + "".join(m.title + m.text for m in Message.objects.all())

    check = reverse("notices:objection_step", args=[found.pk, "confirm"])
    assert one.get(check).status_code == 404  # not by who entered it
    assert NAME in other.get(found.get_absolute_url()).content.decode()
    assert other.post(check, {"compared": "on", "seen": 1}).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.checked_by) == ("filed", second)
    outbox.drain()
    (sent,) = [m for m in mail.outbox if m.to == [MAIL]]
    assert found.shown_code in sent.body
    perform(found, "admit", actor=board.desk, data={})
    perform(found, "reject", actor=board.desk, data=ANSWER)
    assert not Deadline.objects.open().filter(duty="answer_objection").exists()


def test_a_letter_wants_scan_item_name_and_a_day_in_the_term(client: Client, board: Board) -> None:
    one = sign_in(client, board.handler)
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    answer = one.post(address(board), letter(board, received_on=tomorrow, item="", name="匿名", proof__file=[]))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"received_on", "item", "name", "proof"}
    before = (clock.today() - dt.timedelta(days=1)).isoformat()
    late = one.post(address(board), letter(board, received_on=before))
    assert late.status_code == 409
    assert "收到日期应当在公示期内" in late.content.decode()
    hostile = one.post(address(board), letter(board, proof__file=[files.upload("来函.pdf", b"MZ" + b"\0" * 600)]))
    assert hostile.status_code == 422
    assert not Objection.objects.exists()


@pytest.mark.parametrize("who", ["section_chief", "leader", "auditor", "other_handler", "applicant", "admin"])
def test_nobody_but_the_desk_enters_letters(client: Client, board: Board, who: str) -> None:
    other = sign_in(client, board.others[who])
    assert other.get(address(board)).status_code == 404
    with pytest.raises(NotPermitted):
        enter_letter(board.item, actor=actor_of(board.others[who]), files=[], received_on=clock.today(), grounds="x")


def test_a_letter_that_arrived_in_time_opens_the_item_again(board: Board, second: Membership) -> None:
    assert board.notice.closes_on
    last = board.notice.closes_on
    with clock.moved(last + dt.timedelta(days=1)):
        assert sweep(clock.today()).chores_done == 1
        assert board.item.outcome == "clear"
        with pytest.raises(Unmet, match="收到日期"):
            entered(board, received_on=clock.today())
        found = entered(board, received_on=last)
        assert board.item.outcome == "open"
        assert Deadline.objects.get(duty="answer_objection").due_on == add_workdays(last, 10)
        assert sweep(clock.today()).chores_done == 0
        with pytest.raises(Unmet, match="1 件异议未答复"):
            perform(board.notice, "close", actor=board.desk, data={"account": "无。"})
        perform(found, "discard", actor=actor_of(second), data={"reason": "重复登记。"})
        assert sweep(clock.today()).chores_done == 1
        perform(board.notice, "close", actor=board.desk, data={"account": "未收到异议。"})
        with pytest.raises(Unmet, match="公示已经结束"):
            entered(board, received_on=last)
        from portal.documents.models import IssuedPaper

        account = IssuedPaper.objects.get(kind=NoticeAccount.kind).snapshot
        assert (account["objections"], account["rows"][0]["objections"]) == ([], 0)


# --- following ----------------------------------------------------------------------------------
def ask(client: Client, reference: str, code: str) -> Any:
    return client.post(FOLLOW, {"reference": reference, "code": code})


def test_who_knows_the_code_follows_the_handling(client: Client, board: Board) -> None:
    found = board.object()
    typed = found.shown_code.lower().replace("-", " ")
    words = []
    for step in ("", "admit", "uphold"):
        if step:
            perform(found, step, actor=board.desk, data=ANSWER if step == "uphold" else {})
        answer = ask(client, found.reference.lower(), typed)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert not any(secret in text for secret in (NAME, PHONE, MAIL, GROUNDS, ANSWER["finding"], "经办人（"))
        words.append([w for w in ("正在审查是否受理", "正在核实", "异议成立，已答复", ANSWER["answer"]) if w in text])
    assert words == [["正在审查是否受理"], ["正在核实"], ["异议成立，已答复", ANSWER["answer"]]]
    assert "no-store" in answer["Cache-Control"]


def test_without_the_code_nothing_is_told(client: Client, board: Board) -> None:
    found, discarded = board.object(), entered(board)
    perform(discarded, "discard", actor=board.desk, data={"reason": "重复。"})
    tries = [(found.reference, "2222222222"), ("YY-2099-9999", found.code), (found.reference, "")]
    tries.append((discarded.reference, discarded.code))
    for reference, code in tries:
        answer = ask(client, reference, code)
        assert answer.status_code == 422
        assert board.item.facts["title"] not in answer.content.decode()


def test_codes_cannot_be_tried_out(client: Client, board: Board) -> None:
    found = board.object()
    codes = [ask(client, found.reference, "2222222222").status_code for _try in range(visitors.ASKED)]
    assert codes == [422] * visitors.ASKED
    assert ask(client, found.reference, found.code).status_code == 429


# --- drafts -------------------------------------------------------------------------------------
def test_the_page_of_a_draft_speaks_of_no_term(client: Client, board: Board) -> None:
    from pilots.matters import public_facts
    from portal.notices.actions import start_notice

    pilot = board.pilots[0]
    draft = start_notice(
        items=[(pilot, public_facts(pilot))],
        publish=False,
        programme="pilots",
        matter="pilots.intended",
        title="拟立项项目公示",
        text="拟将下列项目列入市级标准化试点。",
        days=5,
        responsible=board.handler,
    )
    text = sign_in(client, board.handler).get(draft.get_absolute_url()).content.decode()
    assert [word in text for word in ("起草中", "自发布次日起", "待公示", "公示期已满", "登记来函异议")] == [
        True,
        True,
        True,
        False,
        False,
    ]
