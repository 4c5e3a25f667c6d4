"""A round from its setting up to its conclusion: what bars each step, replacements, void sittings, paper sheets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, PortalError, StepRefused, Unmet, WrongState
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.declaration.models import FormVersion
from portal.documents.models import IssuedPaper
from portal.lifecycle.consistency import problems as inconsistencies
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of_all
from portal.messaging.models import Message
from portal.reviews import actions, keeping
from portal.reviews.choosing import candidates
from portal.reviews.conflicts import group_stem
from portal.reviews.models import Assignment, Employment, Entry, Expert, Round, Unavailability
from portal.reviews.queries import standing
from tests.factories import MembershipFactory, actor_of
from tests.pilot_data import people_of
from tests.reviews.rounds import (
    MATTER,
    accepted,
    conclude,
    enter,
    expert,
    hand_in,
    sheet_data,
    sitting,
)

pytestmark = pytest.mark.django_db


def reasons(error: pytest.ExceptionInfo[Unmet]) -> str:
    return "；".join(error.value.reasons)


# --- panels -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("size", "words"), [(3, "不少于 5 人"), (6, "单数")])
def test_a_panel_is_odd_and_large_enough(size: int, words: str) -> None:
    found = sitting(panel=size)
    with pytest.raises(Unmet) as error:
        perform(found.round, "invite", actor=found.handler)
    assert words in reasons(error)


def test_a_panel_has_one_of_each_employer() -> None:
    found = sitting()
    found.experts[1].employer = found.experts[0].employer + " "
    found.experts[1].save()
    with pytest.raises(Unmet) as error:
        perform(found.round, "invite", actor=found.handler)
    assert "同一单位" in reasons(error)


def test_everybody_who_cannot_be_chosen_has_a_reason() -> None:
    found = sitting(panel=5)
    pilot = found.round.entries.get().dossier
    works_there = expert(10, employer=f" {pilot.applicant.name}")
    coded = expert(11, employer="另一名称", employer_code=pilot.applicant.credit_code)
    worked = expert(12)
    Employment.objects.create(expert=worked, employer=pilot.applicant.name, last=clock.today() - dt.timedelta(days=700))
    long_ago = expert(13)
    Employment.objects.create(
        expert=long_ago, employer=pilot.applicant.name, last=clock.today() - dt.timedelta(days=1200)
    )
    recommends = expert(14, employer=pilot.recommender.full_name)
    supports = expert(15, employer="上海示例标准化研究所")
    namesake = expert(16, name="孙七")
    contact = expert(25, name=FormVersion.objects.get().document.value("unit", "contact_name"))
    advises = expert(20)
    Employment.objects.create(expert=advises, employer=pilot.applicant.name, relation="顾问")
    branch = expert(21, employer=f"{pilot.applicant.name}浦东分公司")
    grouped = expert(22, group=f"{group_stem(pilot.applicant.name)}股份有限公司")
    registered = expert(23)
    MembershipFactory(user=registered.user, role=Role.UNIT_EDITOR, unit=pilot.applicant)
    stepped_out = expert(24)
    asked = Assignment(entry=found.round.entries.get(), expert=stepped_out, chain_id=found.round.chain_id)
    perform(asked, "invite", actor=found.handler)
    perform(asked, "recuse", actor=found.handler, data={"reason": "参与过申报书编写。"})
    away = expert(17)
    Unavailability.objects.create(expert=away, first=clock.today(), last=clock.today())
    gone = expert(18, active=False)
    colleague = expert(19, employer=found.experts[0].employer)
    judged = {c.expert.pk: c for c in candidates(found.round)}
    words = {
        works_there: "现工作单位",
        coded: "现工作单位",
        worked: "近年任职",
        recommends: "现工作单位",
        supports: "现工作单位",
        namesake: "同名",
        contact: "同名",
        advises: "现顾问单位",
        branch: "同属一个集团",
        grouped: "所属集团",
        registered: "账号另有",
        stepped_out: "已回避本项目",
        away: "不可参加",
        gone: "退出专家库",
        colleague: "同一单位",
    }
    for person, word in words.items():
        assert not judged[person.pk].free
        assert word in "；".join(judged[person.pk].reasons), word
    assert judged[long_ago.pk].free
    assert all(judged[person.pk].free for person in found.experts)


def test_a_conflict_with_one_dossier_bars_that_one_alone() -> None:
    pilots = accepted(3)
    other = Pilot.objects.get(pk=pilots[1].pk)
    other.applicant.pk = None  # another unit for the second dossier
    other.applicant.credit_code = "91310000MA1FL0001X"
    other.applicant.name = "上海另一示例有限公司"
    other.applicant.save()
    Pilot.objects.filter(pk=other.pk).update(applicant=other.applicant)
    found = sitting(pilots, panel=7)
    clash = found.experts[0]
    Expert.objects.filter(pk=clash.pk).update(employer="上海另一示例有限公司")
    candidate = next(c for c in candidates(found.round) if c.expert.pk == clash.pk)
    assert candidate.free
    assert any("不分派" in remark for remark in candidate.remarks)
    perform(found.round, "invite", actor=found.handler)
    given = set(Assignment.objects.filter(expert=clash).values_list("entry__dossier", flat=True))
    assert given == {pilots[0].pk, pilots[2].pk}
    assert Assignment.objects.filter(expert=found.experts[1]).count() == 3


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("上海示例（集团）有限公司", "上海示例"),
        ("上海示例集团股份有限公司", "上海示例"),
        ("沪东大学", "沪东大学"),
        ("甲乙有限公司", "甲乙有限公司"),
    ],
)
def test_a_group_is_known_by_how_its_names_begin(name: str, stem: str) -> None:
    assert group_stem(name) == stem


def test_the_selection_is_recorded_with_its_reasons() -> None:
    found = sitting(panel=5)
    pilot = found.round.entries.get().dossier
    expert(10, employer=pilot.applicant.name)
    drawn = actions.draw(found.round, 1, actor=found.handler)
    assert drawn == [], "nobody is left to be drawn"
    perform(found.round, "invite", actor=found.handler)
    papers = IssuedPaper.objects.filter(kind="review_selection").order_by("pk")
    first = papers.get().snapshot
    assert len(first["panel"]) == 5
    assert [line["reasons"] for line in first["excluded"]] == [[f"现工作单位“{pilot.applicant.name}”与项目有关"]]
    perform(found.of(found.experts[1])[0], "decline", actor=found.actors[1], data={"reason": "出差。"})
    spare = expert(30)
    assert actions.draw(found.fresh(), 1, actor=found.handler) == [spare], "who declined is replaced by lot"
    assert Assignment.objects.get(expert=spare).state == "invited"
    old, new = papers
    assert (old.status, new.status) == ("replaced", "valid")
    told = {line["name"]: line for line in new.snapshot["panel"]}
    assert told[spare.name]["drawn"]
    assert told[found.experts[1].name]["gone"]
    with pytest.raises(StepRefused):
        actions.set_chair(found.fresh(), found.experts[1], actor=found.handler)


def test_drawing_keeps_the_rules_and_is_recorded() -> None:
    found = sitting(panel=1)
    pool = [expert(n + 20) for n in range(4)]
    twin = expert(30, employer=pool[0].employer)
    drawn = actions.draw(found.round, 9, actor=found.handler)
    assert {e.pk for e in drawn} <= {e.pk for e in [*pool, twin]}
    assert len(drawn) == 4, "of two colleagues only one is drawn"
    assert found.round.seats.count() == 5
    perform(found.round, "invite", actor=found.handler)


def test_who_declined_is_replaced() -> None:
    found = sitting(state="inviting")
    first = found.of(found.experts[0])[0]
    perform(first, "decline", actor=found.actors[0], data={"reason": "出差。"})
    told = Message.objects.filter(recipient=found.handler.user, title__contains="谢绝")
    assert told.count() == 1
    with pytest.raises(PortalError):
        actions.set_panel(found.round, found.experts, actor=found.handler)
    substitute = expert(40)
    actions.add_expert(found.round, substitute, actor=found.handler)
    assert Assignment.objects.get(expert=substitute).state == "invited"
    with pytest.raises(StepRefused):
        actions.add_expert(found.round, substitute, actor=found.handler)


def test_bulk_answers_tell_the_organiser_once() -> None:
    found = sitting(accepted(3), state="inviting")
    for assignment in found.of(found.experts[0]):
        perform(assignment, "decline", actor=found.actors[0], data={"reason": "出差。"})
    assert Message.objects.filter(recipient=found.handler.user, title__contains="谢绝").count() == 1
    assert Message.objects.filter(recipient=found.actors[1].user, title__contains="评审邀请").count() == 1


def test_scoring_begins_with_enough_experts() -> None:
    found = sitting(state="inviting")
    with pytest.raises(Unmet):
        perform(found.round, "open_scoring", actor=found.handler)
    for number in range(4):
        perform(found.of(found.experts[number])[0], "accept", actor=found.actors[number])
    perform(found.fresh(), "open_scoring", actor=found.handler)


# --- dossiers -----------------------------------------------------------------------------------
def test_a_dossier_is_in_one_live_round() -> None:
    found = sitting()
    pilot = Pilot.objects.get()
    other = actions.set_up_round(actor=found.handler, matter_id=MATTER, title="另一次", held_on=clock.today())
    refused = actions.take_in(other, [pilot], actor=found.handler)
    assert "已列入" in refused[0][1]
    entry = found.round.entries.get()
    actions.leave_out(entry, actor=found.handler, reason="改期评审。")
    assert not found.round.entries.exists()
    pilot.refresh_from_db()
    assert pilot.state == "project_review"
    assert actions.take_in(other, [pilot], actor=found.handler) == []
    assert actions.take_in(found.round, [pilot], actor=found.handler) != []


def test_who_leaves_is_cancelled_and_does_not_count() -> None:
    found = sitting(accepted(2), state="scoring")
    first, second = found.round.entries.all()
    for number, actor in enumerate(found.actors):
        hand_in(Assignment.objects.get(entry=second, expert=found.experts[number]), actor)
    actions.leave_out(first, actor=found.handler, reason="申报单位申请撤回。")
    assert set(first.assignments.values_list("state", flat=True)) == {"cancelled"}
    conclude(found)
    assert [line.entry.pk for line in standing(found.fresh())] == [second.pk]
    assert Entry.everything.get(pk=first.pk).conclusion == ""


def test_a_withdrawn_dossier_leaves_by_itself() -> None:
    found = sitting(state="scoring")
    pilot = Pilot.objects.get()
    perform(pilot, "grant_withdrawal", actor=people_of(pilot).handler, data={"reason": "申请撤回。"})
    assert not found.round.entries.exists()
    assert set(Assignment.objects.values_list("state", flat=True)) == {"cancelled"}


def test_dropped_items_are_scaled_and_fixed_before_scoring() -> None:
    found = sitting()
    entry = found.round.entries.get()
    with pytest.raises(StepRefused):
        actions.drop_items(entry, [item.id for item in found.round.sheet.items], actor=found.handler)
    actions.drop_items(entry, ["support"], actor=found.handler)
    perform(found.round, "invite", actor=found.handler)
    for one, actor in zip(found.experts, found.actors, strict=True):
        perform(found.of(one)[0], "accept", actor=actor)
    perform(found.fresh(), "open_scoring", actor=found.handler)
    with pytest.raises(StepRefused):
        actions.drop_items(entry, [], actor=found.handler)
    assignment = found.of(found.experts[0])[0]
    perform(assignment, "declare", actor=found.actors[0], data={"no_conflict": "on"})
    data = {"opinion": "可行。", "score-need": "25", "score-base": "20", "score-plan": "25", "score-result": "11"}
    data["comment-result"] = "成果偏少。"
    perform(assignment, "submit", actor=found.actors[0], data=data)
    assert assignment.total == Decimal("90.00")
    assert "support" not in assignment.scores


# --- sheets -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"score-need": "26"}, "score-need"),
        ({"score-need": "-1"}, "score-need"),
        ({"score-need": "20.3"}, "score-need"),
        ({"score-need": "20.25"}, "score-need"),
        ({"score-need": ""}, "score-need"),
        ({"score-need": "14.5"}, "comment-need"),
        ({"opinion": " "}, "opinion"),
    ],
)
def test_a_sheet_is_checked(change: dict[str, str], field: str) -> None:
    found = sitting(state="scoring")
    assignment = found.of(found.experts[0])[0]
    with pytest.raises(InvalidInput) as error:
        perform(assignment, "submit", actor=found.actors[0], data={**sheet_data(assignment), **change})
    assert list(error.value.form.errors) == [field]


def test_a_sheet_is_handed_in_once_and_not_changed() -> None:
    found = sitting(state="scoring")
    assignment = found.of(found.experts[0])[0]
    hand_in(assignment, found.actors[0])
    with pytest.raises(WrongState):
        hand_in(assignment, found.actors[0], Decimal("0.9"))
    with pytest.raises(PortalError):
        perform(assignment, "recuse", actor=found.actors[0], data={"reason": "反悔。"})


def test_paper_sheets_count_after_a_second_person_has_checked_them() -> None:
    found = sitting(paper_experts=1, state="scoring")
    for number in range(4):
        hand_in(found.of(found.experts[number])[0], found.actors[number])
    paper = found.of(found.experts[4])[0]
    enter(paper, found.handler)
    assert paper.state == "entered"
    assert len(standing(found.fresh())[0].totals) == 4
    with pytest.raises(NotPermitted):
        perform(paper, "confirm_entry", actor=found.handler, data={"compared": "on"})
    with pytest.raises(Unmet) as error:
        conclude(found)
    assert "待复核" in reasons(error)
    chief = actor_of(MembershipFactory(role=Role.SECTION_CHIEF))
    perform(paper, "send_entry_back", actor=chief, data={"reason": "第二项与扫描件不符。"})
    assert (paper.state, paper.total, paper.scores) == ("accepted", None, {})
    enter(paper, found.handler, Decimal("0.9"))
    perform(paper, "confirm_entry", actor=chief, data={"compared": "on"})
    assert (paper.state, paper.on_behalf, paper.checked_by) == ("submitted", True, chief.membership)
    conclude(found)
    assert Entry.objects.get().sheets == 5


# --- the end ------------------------------------------------------------------------------------
def test_a_sheet_goes_back_with_what_was_typed() -> None:
    found = sitting(state="scored")
    sheet = found.of(found.experts[1])[0]
    reason = {"asked_by": "专家本人电话要求", "reason": "分项意见填错项目。"}
    with pytest.raises(NotPermitted):
        perform(sheet, "return_sheet", actor=found.actors[1], data=reason)
    before = sheet.scores
    perform(sheet, "return_sheet", actor=found.handler, data=reason)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total, sheet.scores) == ("rating", None, {})
    assert Decimal(sheet.draft["score-need"]) == Decimal(before["need"])
    assert standing(found.fresh())[0].cells[found.experts[1].pk].total is None
    assert Message.objects.filter(recipient=found.actors[1].user, title__contains="退回").count() == 1
    perform(sheet, "submit", actor=found.actors[1], data=sheet_data(sheet, Decimal("0.9")))
    conclude(found)
    assert sheet.__class__.objects.get(pk=sheet.pk).state == "locked"


def test_the_chair_is_named_before_the_end() -> None:
    found = sitting(state="scored")
    actions.set_chair(found.fresh(), None, actor=found.handler)
    with pytest.raises(Unmet) as error:
        conclude(found)
    assert "组长" in reasons(error)


def test_too_many_missing_sheets_bar_the_conclusion() -> None:
    found = sitting(state="scoring")
    for number in range(3):
        hand_in(found.of(found.experts[number])[0], found.actors[number])
    with pytest.raises(Unmet):
        conclude(found)
    hand_in(found.of(found.experts[3])[0], found.actors[3])
    conclude(found)
    assert Assignment.objects.get(expert=found.experts[4]).state == "cancelled"


def test_the_chair_cannot_recommend_below_the_line() -> None:
    found = sitting(state="scoring")
    for number in range(5):
        hand_in(found.of(found.experts[number])[0], found.actors[number], Decimal("0.5"))
    entry = found.round.entries.get()
    for conclusion in ("recommended", "reserve"):
        with pytest.raises(InvalidInput):
            conclude(found, **{f"c{entry.pk}": conclusion})
    conclude(found, **{f"c{entry.pk}": "not_recommended"})
    entry.refresh_from_db()
    assert (entry.passed, entry.rank, entry.conclusion) == (False, 1, "not_recommended")


def test_conclusions_can_be_kept_before_the_end() -> None:
    found = sitting(state="scored")
    entry = found.round.entries.get()
    actions.note_conclusions(
        found.round, {entry.pk: ("reserve", "稍后。")}, actor=found.handler, opinion="待定", minutes=""
    )
    entry.refresh_from_db()
    assert (entry.conclusion, entry.opinion) == ("reserve", "稍后。")
    assert found.fresh().state == "scoring"


def test_seven_sheets_lose_the_highest_and_the_lowest() -> None:
    found = sitting(panel=7, state="scoring")
    for number, share in enumerate(["0.2", "0.8", "0.8", "0.8", "0.8", "0.8", "1"]):
        hand_in(found.of(found.experts[number])[0], found.actors[number], Decimal(share))
    line = standing(found.fresh())[0]
    assert (line.mean, line.spread) == (Decimal("80.00"), Decimal("80.00"))
    assert len(line.odd) == 2


def test_a_void_sitting_is_repeated() -> None:
    found = sitting(accepted(2), state="scoring")
    hand_in(found.of(found.experts[0])[0], found.actors[0])
    perform(found.fresh(), "annul", actor=found.handler, data={"reason": "评分表有误。"})
    assert set(Assignment.objects.values_list("state", flat=True)) == {"cancelled"}
    told = Message.objects.filter(title__contains="评审取消").values_list("recipient", flat=True)
    assert set(told) == {actor.user.pk for actor in found.actors if actor.user}
    void = found.fresh()
    again = actions.repeat_round(void, actor=found.handler, title="再次评审", held_on=clock.today(), keep_panel=True)
    assert again.repeats == void
    assert [e.dossier_id for e in again.entries.all()] == [e.dossier_id for e in void.entries.all()]
    assert set(again.experts.all()) == set(found.experts)
    perform(again, "invite", actor=found.handler)
    assert Assignment.objects.filter(state="invited").count() == 10
    with pytest.raises(StepRefused):
        actions.repeat_round(void, actor=found.handler, title="三次", held_on=clock.today(), keep_panel=False)


def test_histories_are_sound() -> None:
    sitting(paper_experts=1, state="scored")
    assert list(problems_of_all()) == []
    assert list(inconsistencies()) == []


# --- duties -------------------------------------------------------------------------------------
def test_experts_are_reminded_once_for_all_their_dossiers() -> None:
    held = clock.today() + dt.timedelta(days=20)
    found = sitting(accepted(3), state="inviting", held_on=held)
    duty = Deadline.objects.open().get(duty="review_answer")
    owed = [Deadline.objects.owed_by(actor).count() for actor in found.actors]
    assert owed == [1] * 5
    for assignment in found.of(found.experts[0]):
        perform(assignment, "accept", actor=found.actors[0])
    assert Deadline.objects.owed_by(found.actors[0]).count() == 0
    with clock.moved(duty.due_on):
        sweep(clock.today())
    reminded = Message.objects.filter(title__contains="答复评审邀请").values_list("recipient", flat=True)
    assert sorted(reminded) == sorted(actor.user.pk for actor in found.actors[1:] if actor.user)


def test_the_end_leaves_no_duty_open() -> None:
    sitting(state="concluded")
    assert not Deadline.objects.open().filter(subject_type="reviews.round").exists()


# --- the register -------------------------------------------------------------------------------
def test_an_account_is_made_or_linked(django_capture_on_commit_callbacks: object) -> None:
    handler = actor_of(MembershipFactory(role=Role.HANDLER))
    fresh = expert(1, account=False, email="shen.gl@example.org")
    user, new = keeping.give_account(fresh, actor=handler)
    assert new
    assert user.username == "shen.gl"
    assert not user.has_usable_password() or user.memberships.get().role == Role.EXPERT
    with pytest.raises(Unmet):
        keeping.give_account(fresh, actor=handler)
    known = MembershipFactory(role=Role.RECOMMENDER).user
    other = expert(2, account=False, email=known.email.upper())
    user, new = keeping.give_account(other, actor=handler)
    assert (user, new) == (known, False)
    assert set(known.memberships.values_list("role", flat=True)) == {Role.RECOMMENDER, Role.EXPERT}
    with pytest.raises(Unmet):
        keeping.give_account(expert(3, account=False, email=known.email), actor=handler)
    with pytest.raises(NotPermitted):
        keeping.give_account(expert(4, account=False), actor=actor_of(MembershipFactory(role=Role.EXPERT)))
    assert len(mail.outbox) == 0, "mails leave through the outbox"


def test_who_still_reviews_is_not_taken_out() -> None:
    found = sitting(state="inviting")
    with pytest.raises(Unmet):
        keeping.set_active(found.experts[0], False, actor=found.handler)
    idle = expert(9)
    keeping.set_active(idle, False, actor=found.handler, reason="本人申请。")
    assert not Membership.objects.get(user=idle.user).active
    keeping.set_active(idle, True, actor=found.handler)
    assert Membership.objects.get(user=idle.user).active
    assert Expert.objects.get(pk=idle.pk).inactive_reason == ""


def test_only_handlers_set_rounds_up() -> None:
    for role in Role:
        if role == Role.HANDLER:
            continue
        with pytest.raises(NotPermitted):
            actions.set_up_round(
                actor=actor_of(MembershipFactory(role=role)), matter_id=MATTER, title="x", held_on=clock.today()
            )
    assert not Round.objects.exists()
