"""The ends of a pilot: who is heard before, what is issued and what loses its force, and how a wrong decision is corrected."""

from __future__ import annotations

import datetime as dt

import pytest

from pilots.lines import midterm_and_end
from pilots.models import Pilot
from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, Unmet, WrongState
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.documents.models import IssuedPaper
from portal.execution.models import Milestone, TaskBook
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of
from portal.lifecycle.models import Chain, Record
from portal.supervision.models import Rectification, Statement
from portal.supervision.rectifications.queries import live_of
from tests.matrix.decisions import decided_pilot
from tests.pilot_data import people_of
from tests.pilots.office import decided, document, drafted, signed
from tests.pilots.reckoning import ONE, months_later, working_days_later
from tests.running_data import (
    concluded,
    ended_from,
    fresh,
    hear,
    on,
    ordered,
    rectification_report,
    running_in,
    sign_task_book,
    take,
)

pytestmark = pytest.mark.django_db


def papers(pilot: Pilot, kind: str) -> list[str]:
    """What became of the papers of that kind, earliest first."""
    return list(IssuedPaper.objects.filter(dossier=pilot, kind=kind).order_by("pk").values_list("status", flat=True))


def later(pilot: Pilot, days: int = 0) -> dt.date:
    """Two months before the end, where the pilots of `running_in` come to their acceptance, and some days on."""
    assert pilot.term_ends_on is not None
    return months_later(pilot.term_ends_on, -2) + dt.timedelta(days=days)


# --- hearing --------------------------------------------------------------------------------------
def test_nothing_is_decided_against_a_party_before_it_was_heard() -> None:
    pilot = running_in("overdue")
    handler, day = people_of(pilot).handler, pilot.overdue_since
    assert day is not None
    with on(day):
        with pytest.raises(Unmet, match="事先告知"):
            ordered(pilot, "terminate")
        statement = hear(pilot, "terminate", end="")
        with pytest.raises(Unmet, match="陈述申辩程序尚未结束"):
            ordered(pilot, "terminate")
        with pytest.raises(Unmet, match="事先告知"):
            ordered(pilot, "revoke_approval")  # heard about something else
    last = working_days_later(day, 10)
    with on(last):
        sweep(last)
        assert Statement.objects.get(pk=statement.pk).state == "served"  # the last day is the party's
        perform(statement, "state_case", actor=people_of(pilot).applicant, data={"text": "请予宽限。"})
        with pytest.raises(Unmet, match="尚未结束"):
            ordered(pilot, "terminate")
        perform(statement, "consider", actor=handler, data={"finding": "不予采纳。"})
        pilot = decided(pilot, "pilots.ending", "terminate")
    assert (pilot.state, papers(pilot, "termination_decision")) == ("terminated", ["valid"])
    assert pilot.ended_on == last
    assert not Deadline.objects.open().filter(dossier=pilot).exists()


def test_a_statement_expires_by_itself_after_ten_working_days() -> None:
    pilot = running_in("approved")
    day = clock.today()
    statement = hear(pilot, "terminate", end="")
    last = working_days_later(day, 10)
    with on(last + ONE):
        assert sweep(last + ONE).steps_taken >= 1
        assert Statement.objects.get(pk=statement.pk).state == "expired"
        ordered(pilot, "terminate")
    assert fresh(pilot).state == "terminated"


def test_a_notice_is_withdrawn_where_the_decision_is_out_of_reach() -> None:
    pilot = running_in("acceptance_decision")
    with on(later(pilot)):
        statement = hear(pilot, "fail_acceptance", end="")
        ordered(pilot, "pass_acceptance")
    assert Statement.objects.get(pk=statement.pk).state == "withdrawn"


# --- acceptance -----------------------------------------------------------------------------------
def test_failing_waits_for_the_statement() -> None:
    pilot = running_in("acceptance_decision")
    with on(later(pilot)):
        with pytest.raises(Unmet, match="陈述申辩"):
            ordered(pilot, "fail_acceptance")
        docket = signed(drafted(pilot, "pilots.acceptance", "fail_acceptance"), people_of(pilot).handler)
        assert docket.items.get().decision == "agreed"
        hear(pilot, "fail_acceptance", end="state")
        assert fresh(pilot).state == "acceptance_decision"  # decided, not announced
        perform(docket, "register", actor=people_of(pilot).handler, data=document(people_of(pilot).handler))
    assert fresh(pilot).state == "failed"
    assert papers(pilot, "certificate") == []


def test_an_acceptance_is_rectified_once() -> None:
    pilot = running_in("acceptance_rectify")
    applicant = people_of(pilot).applicant
    with on(later(pilot, 5)):
        perform(fresh(pilot), "report_acceptance_rectification", actor=applicant, data=rectification_report(applicant))
        with pytest.raises(InvalidInput):
            take(pilot, "conclude_acceptance", "handler", conclusion="rectify", points="再整改", months="1")
        with pytest.raises(InvalidInput):  # what the check found has to be said
            take(pilot, "conclude_acceptance", "handler", conclusion="pass")
        take(pilot, "conclude_acceptance", "handler", conclusion="pass", verification="逐条核查合格。")
        with pytest.raises(Unmet, match="一次为限"):
            ordered(pilot, "order_acceptance_rectification")
        ordered(pilot, "pass_acceptance")
    done = Rectification.objects.get(dossier=pilot)
    assert (done.state, done.finding) == ("verified", "逐条核查合格。")
    owed = Deadline.objects.get(subject_type=done.label_of_type(), subject_id=done.pk, duty="rectify")
    assert owed.status == Deadline.Status.DONE


def test_while_it_rectifies_it_fails_only_after_the_report_did_not_come() -> None:
    pilot = running_in("acceptance_rectify")
    due = Rectification.objects.get(dossier=pilot).due_on
    assert due == months_later(later(pilot), 3)  # as it was proposed, from the day of the decision
    with on(due):
        sweep(due)
        hear(pilot, "fail_acceptance")
        with pytest.raises(Unmet, match="尚未届满"):
            ordered(pilot, "fail_acceptance")
    with on(due + ONE):
        sweep(due + ONE)
        assert live_of(pilot).state == "overdue"  # type: ignore[union-attr]
        ordered(pilot, "fail_acceptance")
    assert fresh(pilot).state == "failed"
    assert Rectification.objects.get(dossier=pilot).state == "ended"


@pytest.mark.parametrize("wanted", [0, 1])
def test_a_certificate_is_issued_by_parameter(wanted: int) -> None:
    pilot = running_in("acceptance_decision")
    Pilot.objects.filter(pk=pilot.pk).update(parameters={**pilot.parameters, "certificate_issued": wanted})
    with on(later(pilot)):
        pilot = decided(pilot, "pilots.acceptance")
    assert pilot.state == "passed"
    assert papers(pilot, "certificate") == ["valid"] * wanted


def test_a_revoked_result_takes_the_certificate_with_it_and_a_restored_one_brings_another() -> None:
    pilot = running_in("passed")
    with on(later(pilot, 30)):
        with pytest.raises(Unmet, match="事先告知"):
            ordered(pilot, "revoke_result")
        hear(pilot, "revoke_result")
        pilot = decided(pilot, "pilots.result_revocation")
        assert (pilot.state, papers(pilot, "certificate")) == ("result_revoked", ["revoked"])
        assert papers(pilot, "revocation_decision") == ["valid"]
        pilot = decided(pilot, "pilots.reopening")
        assert (pilot.state, papers(pilot, "revocation_decision")) == ("passed", ["revoked"])
        assert papers(pilot, "certificate")[-1] == "valid"
        assert papers(pilot, "certificate").count("valid") == 1
    assert [*problems_of(Chain.objects.get(pk=pilot.chain_id))] == []


# --- corrected decisions --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("end", "paper"), [("terminated", "termination_decision"), ("approval_revoked", "revocation_decision")]
)
def test_a_wrong_end_is_taken_back_and_the_work_goes_on(end: str, paper: str) -> None:
    pilot = running_in(end)
    stages = Milestone.objects.filter(dossier=pilot)
    assert {stage.state for stage in stages} == {"dropped"}
    with on(later(pilot, 1)):
        pilot = decided(pilot, "pilots.reopening")
        assert (pilot.state, pilot.ended_on, pilot.result_number) == ("implementing", None, "")
        assert papers(pilot, paper) == ["revoked"]
        owed = Deadline.objects.open().filter(dossier=pilot)
        assert owed.get(duty="term").due_on == pilot.term_ends_on
        # no mid-term was held: it is owed as before, and opened on the next day as its own has passed
        assert owed.get(duty="midterm_opening").due_on == pilot.midterm_on
        # what was dropped with the project is planned again, as the task book says
        assert {stage.state for stage in stages.all()} == {"planned"}
        assert [row.due_on for row in owed.filter(duty="milestone")] == [stage.ends_on for stage in stages.all()]
    with on(later(pilot, 2)):
        sweep(clock.today())
        assert fresh(pilot).state == "midterm_due"


def test_a_pilot_that_had_not_begun_comes_back_to_its_task_book() -> None:
    pilot = ended_from("approved", "terminate")
    book = TaskBook.objects.get(dossier=pilot)
    assert book.state == "void"
    with on(later(pilot, 1)):
        pilot = decided(pilot, "pilots.reopening")
        assert (pilot.state, TaskBook.objects.get(pk=book.pk).state) == ("approved", "drafting")
        assert Deadline.objects.open().get(dossier=pilot, duty="task_book").due_on > clock.today()
        assert sign_task_book(pilot).is_signed
        assert fresh(pilot).state == "implementing"
        assert Milestone.objects.filter(dossier=pilot, state="planned").exists()


@pytest.mark.parametrize("state", ["midterm_rectify", "acceptance_rectify"])
def test_a_rectification_goes_on_with_its_project(state: str) -> None:
    pilot = ended_from(state, "terminate")
    ended = Rectification.objects.get(dossier=pilot)
    assert ended.judged_at is not None
    day = clock.local(ended.judged_at).date() + dt.timedelta(days=9)
    with on(day):
        pilot = decided(pilot, "pilots.reopening")
        assert pilot.state == state
        going_on = Rectification.objects.get(dossier=pilot)
        assert (going_on.state, going_on.due_on) == ("ordered", ended.due_on + dt.timedelta(days=9))
        assert Deadline.objects.open().get(dossier=pilot, duty="rectify").due_on == going_on.due_on
        step = f"report_{state.removesuffix('_rectify')}_rectification"
        take(pilot, step, "applicant", **rectification_report(people_of(pilot).applicant))


@pytest.mark.parametrize(
    ("state", "duty"),
    [("midterm_review", "midterm_check"), ("overdue", "grace"), ("acceptance_applied", "acceptance_opening")],
)
def test_a_pilot_comes_back_to_where_it_stood(state: str, duty: str) -> None:
    pilot = ended_from(state, "terminate")
    docket = drafted(pilot, "pilots.reopening")
    item = docket.items.get()
    assert [decision.step for decision in docket.matter_info.decisions_on(item)] == [item.step]
    perform(docket, "cancel", actor=people_of(pilot).handler, data={"reason": "另行拟办。"})
    with on(clock.local(Record.objects.filter(chain_id=pilot.chain_id).latest("seq").at).date()):
        with pytest.raises(Unmet, match="不在这一状态"):
            ordered(pilot, "reopen")
        pilot = decided(pilot, "pilots.reopening")
        assert pilot.state == state
        assert Deadline.objects.open().filter(dossier=pilot, duty=duty).exists()
    assert [*problems_of(Chain.objects.get(pk=pilot.chain_id))] == []


def test_a_wrong_failure_is_decided_anew() -> None:
    pilot = running_in("failed")
    with on(later(pilot, 1)):
        pilot = decided(pilot, "pilots.reopening")
        assert (pilot.state, pilot.shown_state, pilot.ended_on) == ("acceptance_decision", "acceptance_review", None)
        assert decided(pilot, "pilots.acceptance", "pass_acceptance").state == "passed"


def test_a_wrong_refusal_of_the_approval_is_decided_anew() -> None:
    pilot = decided(decided_pilot("not_approved"), "pilots.reopening")
    assert (pilot.state, pilot.shown_state) == ("approval_decision", "project_review")


def test_a_plaque_is_fetched_once() -> None:
    pilot = running_in("passed")
    fetched = {"number": "SD-028", "receiver": "钱六", "on": later(pilot).isoformat()}
    with on(later(pilot)):
        with pytest.raises(InvalidInput):
            take(pilot, "hand_over_plaque", "handler", **{**fetched, "on": later(pilot, 1).isoformat()})
        take(pilot, "hand_over_plaque", "handler", **fetched)
        now = fresh(pilot)
        assert (now.state, now.plaque_number, now.plaque_on) == ("passed", "SD-028", later(pilot))
        lines = [str(line.text) for line in midterm_and_end(now, people_of(now).applicant)]
        assert f"标牌：SD-028，已于 {later(pilot)} 领取。" in lines
        with pytest.raises(NotPermitted):
            take(pilot, "hand_over_plaque", "handler", **fetched)


def test_an_end_is_archived_once() -> None:
    pilot = running_in("passed")
    box = {"box": "2026-088", "retention": "永久", "on": later(pilot).isoformat()}
    with on(later(pilot)):
        with pytest.raises(InvalidInput):  # no archive of tomorrow
            take(pilot, "archive", "handler", **{**box, "on": later(pilot, 1).isoformat()})
        take(pilot, "archive", "handler", **box)
        with pytest.raises(Unmet, match="归档"):
            take(pilot, "archive", "handler", **box)


# --- mid-term -------------------------------------------------------------------------------------
def test_the_mid_term_follows_its_panel() -> None:
    pilot = running_in("midterm_review")
    with pytest.raises(Unmet, match="尚未评审"):
        take(pilot, "pass_midterm", "handler", remark="")
    concluded(pilot, "pilots.midterm", "not_recommended")
    with pytest.raises(Unmet, match="限期整改"):
        take(pilot, "pass_midterm", "handler", remark="")
    too_late = (months_later(clock.today(), 3) + ONE).isoformat()
    with pytest.raises(InvalidInput):
        take(pilot, "order_midterm_rectification", "handler", points="补齐记录", due_on=too_late)
    due = months_later(clock.today(), 3)
    take(pilot, "order_midterm_rectification", "handler", points="补齐记录", due_on=due.isoformat())
    assert Deadline.objects.open().get(dossier=pilot, duty="rectify").due_on == due


def test_a_term_that_runs_out_while_it_rectifies_ends_the_rectification() -> None:
    """A later mid-term or acceptance must not be judged by the report of an earlier one."""
    pilot = running_in("midterm_rectify")
    assert pilot.term_ends_on is not None
    with on(pilot.term_ends_on + ONE):
        take(pilot, "fall_overdue", "time")
        assert Rectification.objects.get(dossier=pilot).state == "ended"
        ordered(pilot, "extend_late", months="6")
        take(pilot, "open_midterm", SYSTEM)
        with pytest.raises(WrongState):
            take(pilot, "report_midterm_rectification", "applicant", **rectification_report(people_of(pilot).applicant))
