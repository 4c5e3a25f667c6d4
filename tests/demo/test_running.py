"""The demonstration of running pilots: every state of them and of what belongs to them, histories that last years, work at
each desk, and a clock that can be moved on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pilots.demo import stories_running
from pilots.models import Pilot
from pilots.states import ACTIVE, ENDS, RUNNING_STATES
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_months, term_end
from portal.calls.models import Call, ParameterVersion
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.documents.models import IssuedPaper
from portal.execution import evaluations
from portal.execution.models import Evaluation, Milestone, Output, TaskBook
from portal.lifecycle.engine import offers
from portal.lifecycle.models import Record
from portal.reviews.models import Entry
from portal.supervision.models import Docket, Endorsement, Rectification, Request, Statement, Suspension
from tests.commands import run
from tests.factories import actor_of

pytestmark = pytest.mark.usefixtures("demonstration")


def running() -> Any:
    """The pilots of the calls of earlier years."""
    return Pilot.objects.filter(call__number__startswith=stories_running.NUMBER)


def signed_in(login: str, role: Role | None = None) -> Any:
    held = Membership.objects.select_related("user", "unit", "body").filter(user__username=login)
    return actor_of(held.get(role=role) if role else held.get())


# --- states ---------------------------------------------------------------------------------------
def test_the_running_calls_show_every_running_state() -> None:
    there = set(running().values_list("state", flat=True))
    elsewhere = {"passed", "failed", "import_undone"}  # those of 2023, and of an old register
    assert there == {state.id for state in RUNNING_STATES} - elsewhere | {"approved"}


def test_an_old_register_was_imported_once_and_once_too_often() -> None:
    imported = Pilot.objects.filter(imported_on__isnull=False)
    assert sorted(imported.values_list("state", flat=True)) == ["import_undone", "passed", "terminated"]
    assert not Deadline.objects.open().filter(dossier__in=imported.values("pk")).exists()


@pytest.mark.parametrize("model", [TaskBook, Milestone, Rectification, Statement, Suspension])
def test_every_state_of_what_belongs_to_them_is_there(model: Any) -> None:
    assert set(model.objects.values_list("state", flat=True)) == set(model.lifecycle.states)


def test_requests_of_each_kind_of_matter_were_decided_or_wait() -> None:
    there = set(Request.objects.values_list("kind", "state"))
    assert {
        ("pilots.extension", "granted"),
        ("pilots.extension", "refused"),
        ("pilots.extension", "endorsed"),
        ("pilots.suspension", "granted"),
        ("pilots.resumption", "granted"),
        ("pilots.resumption", "filed"),
        ("pilots.termination", "granted"),
        ("pilots.change_leader", "granted"),
        ("pilots.change_title", "filed"),
    } <= there


def test_the_pilots_of_2023_went_to_their_ends() -> None:
    ended = Pilot.objects.filter(call__year=2023, approved_on__isnull=False)
    assert sorted(ended.values_list("state", flat=True)) == ["failed", *["passed"] * 4, "terminated"]
    for pilot in ended.filter(state="passed"):
        assert pilot.archived_on
        assert IssuedPaper.objects.filter(
            subject_id=pilot.pk, subject_type=pilot.label_of_type(), kind="certificate", status="valid"
        ).exists()


def test_a_revoked_result_has_no_valid_certificate() -> None:
    pilot = Pilot.objects.get(state="result_revoked")
    papers = IssuedPaper.objects.filter(subject_id=pilot.pk, subject_type=pilot.label_of_type(), kind="certificate")
    assert papers.exists()
    assert not papers.filter(status="valid").exists()


# --- what is in them ------------------------------------------------------------------------------
def test_terms_follow_from_the_approval() -> None:
    for pilot in running().filter(state__in=[*ACTIVE, *ENDS]):
        months = 24 + pilot.extended_months
        assert pilot.term_ends_on == term_end(pilot.term_starts_on, months) + dt.timedelta(days=pilot.paused_days)
    assert running().filter(extended_months=3).count() == 1
    assert running().filter(paused_days__gt=30).count() == 1
    assert running().filter(suspended_on__isnull=False).count() == 1


def test_suspension_is_allowed_by_a_version_that_says_what_it_is() -> None:
    version = ParameterVersion.objects.get(key="suspension_allowed", programme="pilots")
    assert version.value == 1
    assert "演示" in version.basis


def test_the_work_is_told_in_words_of_its_own() -> None:
    reports = list(Milestone.objects.exclude(report="").values_list("report", flat=True))
    assert len(set(reports)) == len(reports) > 40
    kinds = set(Output.objects.values_list("kind", flat=True))
    assert {"standard", "training", "effect", "event"} <= kinds
    assert {"applied", "published"} <= set(Output.objects.filter(kind="standard").values_list("standing", flat=True))
    filed = Evaluation.objects.exclude(filed_at=None)
    assert filed.count() >= 15
    assert not any(evaluations.problems(found) for found in filed)


def test_open_evaluations_are_half_written() -> None:
    halves = Evaluation.objects.filter(filed_at=None, dossier__state="midterm_due")
    assert halves.exists()
    assert all(0 < len(evaluations.problems(half)) < 5 for half in halves)


def test_midterms_were_judged_both_ways() -> None:
    found = Entry.objects.filter(round__matter="pilots.midterm", round__state="concluded")
    assert {"recommended", "not_recommended"} <= set(found.values_list("conclusion", flat=True))


def test_granted_changes_stand_in_the_task_book() -> None:
    request = Request.objects.get(kind="pilots.change_leader", state="granted")
    book = TaskBook.objects.get(dossier_id=request.dossier_id)
    assert book.version == 2
    assert book.content["leader"]["name"] == request.data["changes"]["leader"]["name"]


def test_nothing_happens_before_its_time() -> None:
    """The records of a chain are in the order of their time, and none lies ahead."""
    chains = running().values_list("chain", flat=True)
    last: dict[int, dt.datetime] = {}
    for chain, at in Record.objects.filter(chain__in=list(chains)).order_by("chain", "seq").values_list("chain", "at"):
        assert last.get(chain, at) <= at <= clock.now()
        last[chain] = at


def test_the_earlier_calls_are_closed_and_marked() -> None:
    calls = Call.objects.filter(number__startswith=stories_running.NUMBER)
    assert calls.count() == 3
    assert set(calls.values_list("state", flat=True)) == {"closed"}
    assert all("演示" in call.title for call in calls)


# --- live work ------------------------------------------------------------------------------------
def test_the_first_unit_has_a_midterm_to_fill_in_and_a_task_book_to_sign() -> None:
    me = signed_in("qiye1")
    owed = set(Deadline.objects.owed_by(me).values_list("duty", flat=True))
    assert {"midterm_report", "task_book"} <= owed
    book = TaskBook.objects.get(dossier__applicant=me.unit_id, state="signing")
    assert any(offer.step.name == "sign_as_undertaker" and offer.allowed for offer in offers(book, me))


def test_the_first_recommender_has_an_endorsement_and_a_signature() -> None:
    me = signed_in("quju1")
    owed = set(Deadline.objects.owed_by(me).values_list("duty", flat=True))
    assert {"guarantor_signature", "endorse"} <= owed
    asked = Endorsement.objects.get(body_id=me.body_id, kind="acceptance_consent", state="asked")
    assert any(offer.step.name == "agree" and offer.allowed for offer in offers(asked, me))


@pytest.mark.parametrize(
    ("login", "duty"),
    [
        ("jingban1", "bureau_signature"),
        ("jingban1", "answer_request"),
        ("jingban2", "acceptance_opening"),
        ("jingban3", "answer_request"),
        ("jingban3", "acceptance_opening"),
        ("jingban4", "consider_statement"),
        ("jingban4", "serve_notice"),
        ("jingban5", "end_suspension"),
        ("jingban5", "midterm_check"),
        ("jingban5", "acceptance_deciding"),
    ],
)
def test_each_desk_has_running_work(login: str, duty: str) -> None:
    assert Deadline.objects.owed_by(signed_in(login, Role.HANDLER)).filter(duty=duty).exists()


def test_results_lie_before_the_leader() -> None:
    leader = actor_of(Membership.objects.select_related("user", "body").get(role=Role.LEADER))
    docket = Docket.objects.visible_to(leader).get(matter="pilots.acceptance", state="leader_review")
    assert any(offer.step.name == "decide" and offer.allowed for offer in offers(docket, leader))


# --- time goes on ---------------------------------------------------------------------------------
def test_the_clock_can_be_moved_on_for_two_and_a_half_years() -> None:
    """Month by month: mid-terms open, terms end, statements expire; nothing stands against what time does."""
    today = clock.today()
    before = dict(Pilot.objects.values_list("pk", "state"))
    steps = reminders = 0
    for month in range(1, 31):
        day = add_months(today, month)
        with clock.moved(day):
            report = sweep(day)
        steps, reminders = steps + report.steps_taken, reminders + report.reminders
        assert report.problems == 0, day
    assert steps > 15
    assert reminders > 80
    after = dict(Pilot.objects.values_list("pk", "state"))
    moved = {(before[key], after[key]) for key in before if before[key] != after[key]}
    assert ("implementing", "overdue") in moved
    assert not Statement.objects.filter(state="served").exists()
    assert "in order" in run("check_history")
