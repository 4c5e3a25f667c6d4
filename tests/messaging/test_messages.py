"""Telling people: once each, mails by preference, words by side, nothing of what is not announced."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core import mail

from portal import messaging
from portal.accounts import mail as account_mail
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.models import Record
from portal.lifecycle.registry import Done
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, RECOMMENDER
from portal.lifecycle.steps import Act
from portal.messaging import actions, outbox, queries
from portal.messaging.effects import tell_parties
from portal.messaging.models import Category, Message, Outbox
from portal.messaging.parties import people_of
from tests.factories import MembershipFactory, UserFactory
from tests.pilot_data import people_of as actors_of
from tests.pilot_data import pilot_in, take

pytestmark = pytest.mark.django_db


def _tell(people: list, key: str = "k", **more: object) -> int:
    return actions.tell(people, key=key, title="标题", text="正文", at=clock.now(), **more)


def test_the_same_key_reaches_a_person_once_by_message_and_mail() -> None:
    first, second = UserFactory(), UserFactory()
    assert _tell([first, first, MembershipFactory(user=first)]) == 1
    assert _tell([first, second]) == 1
    outbox.drain()
    assert [m.to for m in mail.outbox] == [[first.email], [second.email]]
    assert queries.unread_count(first) == queries.unread_count(second) == 1


def test_a_mail_is_a_letter_with_salutation_link_and_footer(settings: object) -> None:
    user = UserFactory(name="周敏")
    _tell([user])
    outbox.drain()
    (letter,) = mail.outbox
    message = Message.objects.get()
    assert letter.subject == "标题"
    assert letter.body.startswith("周敏，您好：\n\n正文\n")
    assert f"http://testserver/messages/{message.pk}/" in letter.body
    assert letter.extra_headers["Message-ID"] == f"<message-{message.pk}@testserver>"


def test_people_choose_mails_per_category_and_always_get_the_message() -> None:
    user = UserFactory()
    actions.set_mail_preferences(user, {"progress": False, "deadline": True})
    _tell([user], "1", category=Category.PROGRESS)
    _tell([user], "2", category=Category.DEADLINE)
    outbox.drain()
    assert Message.objects.count() == 2
    assert len(mail.outbox) == 1
    assert queries.mail_preferences(user) == {"progress": False, "deadline": True}


def test_who_is_switched_off_is_neither_told_nor_written_to() -> None:
    gone, later_gone = UserFactory(is_active=False), UserFactory()
    assert _tell([gone, later_gone]) == 1
    later_gone.is_active = False
    later_gone.save()
    assert outbox.drain() == {Outbox.State.DONE: 1}
    assert mail.outbox == []


def test_mails_of_the_sign_in_library_leave_through_the_outbox_and_their_text_is_forgotten() -> None:
    account_mail.send(
        key="reset:1", to="a@example.org", subject="重置密码\n", text="请打开 http://testserver/reset/secret/"
    )
    assert mail.outbox == []
    outbox.drain()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["a@example.org"], "重置密码")
    assert "secret" in letter.body
    assert Outbox.objects.get().payload == {"to": "a@example.org", "subject": "重置密码\n"}


def test_while_the_demonstration_lives_its_past_messages_are_written_and_mails_are_not_sent() -> None:
    with messaging.suppressed():
        _tell([UserFactory()])
    assert outbox.drain() == {}
    assert (Message.objects.count(), Outbox.objects.get().state) == (1, Outbox.State.SUPPRESSED)
    assert mail.outbox == []


def test_telling_costs_the_same_for_one_person_and_for_three(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in (1, 3):
        users = [UserFactory() for _ in range(number)]
        with django_assert_num_queries(4):  # known, insert, preferences, outbox
            _tell(users, str(number))


# --- parties ------------------------------------------------------------------------------------


def test_the_parties_of_a_dossier_are_its_people() -> None:
    pilot = pilot_in("submitted")
    people = actors_of(pilot)
    editor = MembershipFactory(role=Role.UNIT_EDITOR, unit=pilot.applicant)
    assert people_of(APPLICANT, pilot) == [people.applicant.user, editor.user]
    assert people_of(RECOMMENDER, pilot) == [people.recommender.user]
    assert people_of(HANDLER, pilot) == [people.handler.user]
    assert people_of(CHIEF, pilot) == [people.chief.user]


def test_roles_and_accounts_that_are_switched_off_are_left_out() -> None:
    pilot = pilot_in("submitted")
    people = actors_of(pilot)
    Membership.objects.filter(pk=people.recommender.membership.pk).update(active=False)
    people.applicant.user.is_active = False
    people.applicant.user.save()
    assert people_of(RECOMMENDER, pilot) == people_of(APPLICANT, pilot) == []


def test_without_a_handler_the_chiefs_are_told() -> None:
    pilot = pilot_in("submitted")
    people = actors_of(pilot)
    second = MembershipFactory(role=Role.HANDLER)
    pilot.handler = second
    assert people_of(HANDLER, pilot) == [second.user]
    Membership.objects.filter(pk=second.pk).update(active=False)
    assert people_of(HANDLER, pilot) == [people.handler.user]
    Membership.objects.filter(role=Role.HANDLER).update(active=False)
    assert people_of(HANDLER, pilot) == [people.chief.user]


# --- steps --------------------------------------------------------------------------------------


def test_a_return_tells_the_applicant_what_to_do_by_when() -> None:
    with clock.moved(dt.date(2023, 5, 4)):
        pilot = pilot_in("submitted", opinion=False)
        people = actors_of(pilot)
        take(pilot, "send_back", people.recommender)
    message = Message.objects.of(people.applicant.user).first()
    assert message.title == f"退回修改：{pilot.number} {pilot.title}"
    assert message.text.splitlines() == [
        f"{people.recommender.place}于 2023-05-04 对“{pilot.number} {pilot.title}”办理“退回修改”。",
        "当前状态：退回修改。",
        "意见或理由：申报材料与申报通知的要求不符，理由详见初审记录。",
        "请于 2023-05-09 前（含当日）办理：修改后重新提交。",
    ]
    assert message.created_at == clock.at(dt.date(2023, 5, 4), 9)


def test_the_other_side_learns_who_is_next_and_insiders_read_names() -> None:
    pilot = pilot_in("recommended")
    people = actors_of(pilot)
    to_applicant = Message.objects.of(people.applicant.user).first().text
    to_handler = Message.objects.of(people.handler.user).first().text
    assert "下一步由经办人办理：形式审查，期限" in to_applicant
    assert "前（含当日）办理：形式审查。" in to_handler
    name = people.recommender.user.name
    assert name not in to_applicant
    assert f"{people.recommender.place}（{name}）" in to_handler


def test_a_step_of_time_says_so() -> None:
    pilot = pilot_in("lapsed")
    message = Message.objects.of(actors_of(pilot).applicant.user).first()
    assert message.title.startswith("逾期失效：")
    assert "因期限届满" in message.text
    assert "当前状态：逾期失效（逾期未提交）。" in message.text


def test_steps_for_insiders_are_told_inside_only() -> None:
    pilot = pilot_in("supplemented")
    people = actors_of(pilot)
    before = Message.objects.of(people.applicant.user).count()
    take(pilot, "ask_second_correction", people.handler)
    assert Message.objects.of(people.applicant.user).count() == before
    assert Message.objects.of(people.chief.user).first().title.startswith("请示再次补正：")


def _done(pilot, monkeypatch, *, shown_as: str, before: str) -> Done:  # type: ignore[no-untyped-def]
    """The refusal of acceptance, as if it were decided and not yet announced."""
    state = pilot.state_info
    states = {**pilot.lifecycle.states, state.id: replace(state, shown_as=shown_as)}
    monkeypatch.setattr(type(pilot), "lifecycle", replace(pilot.lifecycle, states=states))
    record = Record.objects.filter(chain_id=pilot.chain_id, step="refuse_acceptance").get()
    record.pk, record.from_state = record.pk + 1000, before
    step = type(pilot).refuse_acceptance.step
    act = Act(actors_of(pilot).handler, record.at, {"reason": "秘密的理由"}, step)
    return Done(pilot, replace(step, tells=(APPLICANT, HANDLER)), act, record)


def test_outsiders_hear_nothing_of_what_is_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    pilot = pilot_in("not_accepted")
    people = actors_of(pilot)
    Message.objects.all().delete()
    tell_parties(_done(pilot, monkeypatch, shown_as="recommended", before="recommended"))
    assert not Message.objects.of(people.applicant.user).exists()
    assert "不予受理" in Message.objects.of(people.handler.user).get().title


def test_outsiders_hear_that_the_shown_state_changed_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    pilot = pilot_in("not_accepted")
    people = actors_of(pilot)
    Message.objects.all().delete()
    tell_parties(_done(pilot, monkeypatch, shown_as="recommended", before="submitted"))
    message = Message.objects.of(people.applicant.user).get()
    assert message.title.startswith("状态更新：")
    assert "当前状态：已推荐，待受理。" in message.text
    assert "理由" not in message.title + message.text
    assert "不予受理" not in message.title + message.text


def test_a_programme_may_word_a_step_itself(tmp_path, settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "messages" / "pilots"
    folder.mkdir(parents=True)
    (folder / "submit.txt").write_text("收到：{{ matter }}\n谢谢 {{ party.label }}。\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    pilot = pilot_in("submitted", opinion=False, sealed=False)
    message = Message.objects.of(actors_of(pilot).applicant.user).first()
    assert (message.title, message.text) == (f"收到：{pilot.describe()}", "谢谢 申报单位。")
