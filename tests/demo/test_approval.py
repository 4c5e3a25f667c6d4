"""The demonstration beyond acceptance: every state of rounds, sheets, dockets, notices, objections and requests is there."""

from __future__ import annotations

from typing import Any

import pytest

from pilots.demo import experts
from pilots.demo.units import all_units
from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import term_end
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import offers
from portal.messaging.models import Outbox
from portal.notices.models import Notice, NoticeItem, Objection
from portal.reviews.models import Assignment, Entry, Expert, Round, Unavailability
from portal.supervision.models import (
    Correction,
    Deputy,
    Docket,
    DocketItem,
    Endorsement,
    Enquiry,
    OnBehalf,
    Request,
)
from portal.workbench.lists import waiting
from tests.factories import actor_of

pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.mark.parametrize("model", [Round, Assignment, Docket, Notice, Objection, Request, Enquiry, OnBehalf])
def test_every_state_is_there(model: Any) -> None:
    assert set(model.objects.values_list("state", flat=True)) == set(model.lifecycle.states)


def test_what_else_happens_beside_the_way() -> None:
    today = clock.today()
    assert {"proposed", "confirmed"} <= set(Correction.objects.values_list("state", flat=True))
    assert Deputy.objects.on(today).exists()
    assert Endorsement.objects.filter(kind="consultation", inside=True, state="agreed").exists()
    assert {"pending", "agreed", "left", "done"} <= set(DocketItem.objects.values_list("decision", flat=True))


# --- experts ----------------------------------------------------------------------------------------
def test_the_register_of_experts() -> None:
    assert Expert.objects.count() == len(experts.all_experts()) >= 14
    assert Expert.objects.filter(active=False).exists()
    assert Expert.objects.filter(user=None, assignments__isnull=False).exists()
    assert Unavailability.objects.filter(last__gt=clock.today()).exists()
    assert all(expert.qualifications.exists() and expert.fields for expert in Expert.objects.all())
    assert all(expert.phone.startswith("100") for expert in Expert.objects.all())
    assert Expert.objects.filter(employments__isnull=False).exists()


def test_the_first_expert_has_sheets_and_invitations_waiting() -> None:
    mine = Assignment.objects.filter(expert__user__username="zhuanjia1")
    there = set(mine.values_list("state", "entry__round__state"))
    assert {("rating", "scoring"), ("submitted", "scoring"), ("invited", "inviting"), ("locked", "concluded")} <= there
    assert mine.filter(state="rating").exclude(draft={}).exists()
    held = Membership.objects.select_related("user").get(user__username="zhuanjia1", role=Role.EXPERT)
    assert Deadline.objects.owed_by(actor_of(held)).exists()


def test_scores_differ_and_low_ones_are_explained() -> None:
    sheets = list(Assignment.objects.valid().select_related("entry__round"))
    rounds: dict[int, list[Any]] = {}
    for sheet in sheets:
        rounds.setdefault(sheet.entry.round_id, []).append(sheet.total)
    assert all(len(set(totals)) > len(totals) / 4 for totals in rounds.values())
    assert len({sheet.total for sheet in sheets}) > 50
    assert len({sheet.opinion for sheet in sheets}) > 20
    low = 0
    for sheet in sheets:
        for item in sheet.sheet.items:
            score = float(sheet.scores[item.id])
            if item.bonus:  # points are given for something that is named, none need no words
                assert sheet.comments.get(item.id) or not score
                continue
            if score * 100 < float(item.highest) * sheet.sheet.comment_below:
                assert sheet.comments[item.id]
                low += 1
    assert low > 5
    ended = Entry.objects.filter(round__state="concluded")
    assert {"recommended", "not_recommended"} <= set(ended.values_list("conclusion", flat=True))
    assert ended.filter(spread__gt=15).exists()


def test_a_void_round_was_repeated() -> None:
    void = Round.objects.get(state="void")
    again = Round.objects.get(repeats=void)
    assert again.state == "scoring"
    assert [e.dossier_id for e in again.entries.all()] == [e.dossier_id for e in void.entries.all()]


# --- decisions --------------------------------------------------------------------------------------
def test_six_pilots_of_2023_were_approved() -> None:
    found = Pilot.objects.filter(call__year=2023, approved_on__isnull=False)
    assert found.count() == 6
    for pilot in found:
        assert pilot.approval_number == "沪市监标技演示〔2023〕88号"
        assert pilot.guarantor_id == pilot.recommender_id
        assert pilot.approved_on
        assert pilot.term_ends_on == term_end(pilot.approved_on, 24)
    corrected = found.get(title__contains="联动机制")
    assert corrected.applicant.name == all_units()["yingan"]["name"]
    refused = Pilot.objects.get(call__year=2023, state="not_approved")
    assert DocketItem.objects.get(dossier=refused.pk, decision="done").grounds
    assert Objection.objects.get(item__notice__opens_on__year=2023).state == "rejected"


def test_the_register_of_approved_pilots_has_content() -> None:
    shown = NoticeItem.objects.filter(result_state="approved")
    approved = Pilot.objects.filter(approved_on__isnull=False, imported_on=None)
    assert shown.count() == approved.count() >= 8


def test_a_notice_is_running_with_objections_in_each_state() -> None:
    today = clock.today()
    notice = Notice.objects.running_on(today).get()
    there = set(Objection.objects.filter(item__notice=notice).values_list("state", flat=True))
    assert there == set(Objection.lifecycle.states)


def test_the_scheduled_docket_waits_for_its_day() -> None:
    docket = Docket.objects.get(state="scheduled")
    assert docket.publish_on
    assert docket.publish_on > clock.today()
    assert docket.number


def test_papers_wait_for_the_worker() -> None:
    kinds = {"approval_notice", "public_notice", "objection_answer", "review_summary"}
    assert kinds <= set(IssuedPaper.objects.values_list("kind", flat=True))
    assert Outbox.objects.filter(kind="paper", done_at=None).exists()


# --- live work --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "state"), [("section_chief", "chief_review"), ("leader", "leader_review")])
def test_signers_have_dockets_before_them(role: str, state: str) -> None:
    held = Membership.objects.select_related("user", "body").get(role=role)
    assert Docket.objects.visible_to(actor_of(held)).filter(state=state).exists()


def test_a_round_is_ready_for_its_conclusion() -> None:
    ready = [
        found
        for found in Round.objects.filter(state="scoring")
        if not Assignment.objects.filter(entry__round=found).exclude(state__in=["submitted", "locked"]).exists()
    ]
    (found,) = ready
    assert any(step.step.name == "conclude" and step.allowed for step in offers(found, actor_of(found.organiser)))


def test_a_notice_is_over_and_waits_for_its_account() -> None:
    found = Notice.objects.get(state="running", closes_on__lt=clock.today())
    assert found.responsible is not None
    assert any(step.step.name == "close" and step.allowed for step in offers(found, actor_of(found.responsible)))


def test_a_letter_waits_for_a_second_handler() -> None:
    letter = Objection.objects.get(state="entered")
    assert letter.entered_by is not None
    first, second = letter.entered_by, Membership.objects.get(user__username="jingban3", role=Role.HANDLER)
    assert "confirm" not in {step.step.name for step in offers(letter, actor_of(first))}
    assert "confirm" in {step.step.name for step in offers(letter, actor_of(second))}


def test_a_reviewed_project_can_be_collected_in_a_docket() -> None:
    free = Pilot.objects.exclude(pk__in=DocketItem.objects.filter(left_at=None).values("dossier"))
    assert free.filter(state="approval_decision").exists()


@pytest.mark.parametrize(
    "login", ["qiye1", "qiye14", "quju1", "bumen1", "bumen2", "jingban2", "zhuanjia1", "zhuanjia5"]
)
def test_people_owe_something(login: str) -> None:
    held = Membership.objects.select_related("user", "unit", "body").get(user__username=login)
    assert Deadline.objects.owed_by(actor_of(held)).exists()


def test_a_department_that_is_only_asked_recommends_nothing() -> None:
    asked = actor_of(Membership.objects.select_related("user", "body").get(user__username="bumen1"))
    assert Pilot.objects.visible_to(asked).filter(state="submitted").exists()
    assert not waiting(asked).exists()


def test_a_second_person_finds_entries_to_check() -> None:
    chief = actor_of(Membership.objects.select_related("user", "body").get(role=Role.SECTION_CHIEF))
    assert OnBehalf.objects.waiting_for(chief).exists()
    assert Assignment.objects.visible_to(chief).filter(state="entered").exists()
