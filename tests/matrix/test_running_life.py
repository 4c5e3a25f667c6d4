"""From the approval document to every end, driven at random: people act, dockets are registered, the clock moves, the
sweep runs or sleeps.

Whatever happens, the invariants at the end of the machine hold after every act; the dates are reckoned apart.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Min
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pilots.models import Pilot
from pilots.states import ACTIVE, ENDS, IN_TERM
from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.errors import PortalError
from portal.deadlines.models import Deadline, Reminder
from portal.deadlines.sweep import sweep
from portal.documents.models import IssuedPaper
from portal.execution.models import Milestone, TaskBook
from portal.lifecycle import consistency, history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.supervision.models import DocketItem, Endorsement, Rectification, Request, Statement, Suspension
from portal.supervision.rectifications.queries import live_of
from tests.pilot_data import people_of
from tests.pilots.office import decided
from tests.pilots.reckoning import Life, working_days_later
from tests.running_data import (
    agree,
    ask_for,
    concluded,
    evaluate,
    fresh,
    hear,
    material,
    ordered,
    rectification_report,
    running_in,
    sign_task_book,
    take,
)

#: open duties of the pilot that a state wants, beside those of its acts, milestones and task book
OWED = {
    "approved": {"task_book"},
    "implementing": {"midterm_opening", "term", "refiling"},
    "midterm_due": {"midterm_report", "term", "refiling"},
    "midterm_review": {"midterm_check", "term", "refiling"},
    "midterm_rectify": {"term", "refiling"},
    "overdue": {"grace"},
    "acceptance_applied": {"acceptance_opening"},
    "acceptance_review": set(),
    "acceptance_decision": {"acceptance_deciding"},
    "acceptance_rectify": set(),
}
#: how many days, or working days, these duties give
IN_DAYS = {"task_book": 30, "midterm_report": 30, "grace": 30}
IN_WORKING_DAYS = {"midterm_check": 30, "acceptance_opening": 40, "acceptance_deciding": 20}
#: of these there is always one
ALWAYS = {"approved": "task_book", "overdue": "grace", "acceptance_applied": "acceptance_opening"}


class Running(RuleBasedStateMachine):
    """One approved pilot and everybody who has to do with it."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.recorded = -1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(state=st.sampled_from(["approved", "implementing", "after_midterm"]))
    def approved(self, state: str) -> None:
        """Some lives begin further on, so that their ends are reached."""
        found = running_in(state)
        assert found.term_starts_on is not None
        self.key, self.day = found.pk, found.term_starts_on
        self.life = Life(found.term_starts_on)
        self.refile_by: dt.date | None = None
        self.rectified = 0
        self.stages: dict[str, dt.date] = {}

    @property
    def pilot(self) -> Pilot:
        return fresh(Pilot.objects.get(pk=self.key))

    # --- the ordinary way ------------------------------------------------------------------------

    @rule(good=st.booleans())
    def go_on(self, good: bool) -> None:
        """What the present state waits for; a step that is refused changes nothing (the door's own promise)."""
        pilot = self.pilot
        way = self.ways().get(pilot.state)
        if way is not None and pilot.suspended_on is None:
            with clock.moved(clock.at(self.day, 9)):
                way(pilot, good)

    #: hypothesis draws each rule about as often: the ordinary way needs more turns than one
    @rule(good=st.booleans())
    def go_on_again(self, good: bool) -> None:
        self.go_on(good)

    @rule(good=st.booleans(), days=st.sampled_from([0, 45, 300]), pause=st.booleans())
    def and_again(self, good: bool, days: int, pause: bool) -> None:
        """A suspension begins or ends, time passes, and the work goes on."""
        if pause:
            self.suspend_or_resume()
        self.time_passes(days, False)
        self.go_on(good)

    @rule()
    def go_well(self) -> None:
        self.go_on(True)

    def ways(self) -> dict[str, Callable[[Pilot, bool], object]]:
        return {
            "approved": lambda pilot, good: sign_task_book(pilot) if good else None,
            "implementing": self.on_from_the_work,
            "midterm_due": self.file_midterm,
            "midterm_review": self.judge_midterm,
            "midterm_rectify": lambda pilot, good: self.report(pilot, "report_midterm_rectification"),
            "overdue": self.on_from_overdue,
            "acceptance_applied": self.take_up_or_return,
            "acceptance_review": self.propose,
            "acceptance_decision": self.decide,
            "acceptance_rectify": lambda pilot, good: self.report(pilot, "report_acceptance_rectification"),
        }

    def on_from_the_work(self, pilot: Pilot, good: bool) -> None:
        if not pilot.midterm_outcome:
            take(pilot, "open_midterm" if good else "waive_midterm", "handler", reason="期限较短。")
            return
        if not pilot.early_acceptance_on and self.day < self.life.term_end - dt.timedelta(days=80):
            take(pilot, "consent_to_early_acceptance", "handler", reason="任务已完成。")
        self.apply(pilot)

    def on_from_overdue(self, pilot: Pilot, good: bool) -> None:
        if not pilot.midterm_outcome:
            take(pilot, "waive_midterm_of_overdue", "handler", reason="期限已满。")
        self.apply(pilot)

    def apply(self, pilot: Pilot) -> None:
        evaluate(pilot, "acceptance")
        applicant = people_of(pilot).applicant
        perform(fresh(pilot), "apply_for_acceptance", actor=applicant, data=material(applicant))
        self.refile_by = None

    def file_midterm(self, pilot: Pilot, good: bool) -> None:
        evaluate(pilot, "midterm")
        take(pilot, "file_midterm", "applicant", truthful="on", no_secrets="on")

    def judge_midterm(self, pilot: Pilot, good: bool) -> None:
        concluded(pilot, "pilots.midterm", "recommended" if good else "not_recommended")
        if good:
            take(pilot, "pass_midterm", "handler", remark="", verification="合格。")
        else:
            due = (clock.today() + dt.timedelta(days=40)).isoformat()
            take(pilot, "order_midterm_rectification", "handler", points="补记录", due_on=due, verification="不合格。")

    def report(self, pilot: Pilot, step: str) -> None:
        applicant = people_of(pilot).applicant
        perform(pilot, step, actor=applicant, data=rectification_report(applicant))

    def take_up_or_return(self, pilot: Pilot, good: bool) -> None:
        if good:
            if Endorsement.objects.filter(dossier=pilot, kind="acceptance_consent", state="asked").exists():
                agree(pilot, "acceptance_consent")
            take(pilot, "open_acceptance_review", "handler")
        else:
            take(pilot, "return_acceptance", "handler", reason="材料不全。")
            self.refile_by = working_days_later(self.day, 15)

    def propose(self, pilot: Pilot, good: bool) -> None:
        concluded(pilot, "pilots.acceptance", "recommended" if good else "reserve")
        again = "pass" if good else "fail" if pilot.acceptance_rectifications else "rectify"
        data = {"conclusion": again, "points": "补充证明" if again == "rectify" else "", "months": "3"}
        take(pilot, "conclude_acceptance", "handler", verification="已核查。", **data)

    def decide(self, pilot: Pilot, good: bool) -> None:
        proposed = pilot.acceptance_proposal["conclusion"]
        if proposed == "fail":
            hear(pilot, "fail_acceptance")
        decided(pilot, "pilots.acceptance")
        self.rectified += proposed == "rectify"

    # --- what is asked for -----------------------------------------------------------------------

    @rule(months=st.integers(1, 6), granted=st.booleans())
    def extend(self, months: int, granted: bool) -> None:
        pilot = self.pilot
        with clock.moved(clock.at(self.day, 10)), self.whole():
            ask_for(pilot, "pilots.extension", months=str(months))
            decided(pilot, "pilots.extension", "" if granted else "refuse_request")
            self.life.extended += months if granted else 0

    @rule(days=st.integers(1, 30))
    def change(self, days: int) -> None:
        """The last milestone ends some days earlier, and the pilot is called otherwise."""
        pilot = self.pilot
        with clock.moved(clock.at(self.day, 10)), self.whole():
            ask_for(pilot, "pilots.change_title", title=f"第{days}版社区养老服务标准化试点")
            assert decided(pilot, "pilots.change").title == f"第{days}版社区养老服务标准化试点"

    @rule()
    def suspend_or_resume(self) -> None:
        pilot = self.pilot
        if pilot.state not in ACTIVE:
            return
        with clock.moved(clock.at(self.day, 11)):
            if pilot.suspended_on is None:
                ordered(pilot, "suspend")
                self.life.suspended = self.day
            else:
                ordered(pilot, "resume")
                self.wake()

    @rule(how=st.sampled_from(["ask", "hear", "revoke", "revoke result", "fail"]), sure=st.integers(0, 3))
    def end(self, how: str, sure: int) -> None:
        """Ends are rare, so that lives are long; without a hearing they are refused."""
        pilot = self.pilot
        step = {"revoke": "revoke_approval", "revoke result": "revoke_result", "fail": "fail_acceptance"}.get(
            how, "terminate"
        )
        with clock.moved(clock.at(self.day, 12)):
            if sure != 3:
                heard = Statement.objects.filter(dossier=pilot, step=step).exclude(state="withdrawn").exists()
                asked = Request.objects.filter(
                    dossier=pilot, kind="pilots.termination", state__in=("filed", "endorsed")
                )
                if not heard and not asked.exists():
                    with pytest.raises(PortalError):
                        ordered(pilot, step)
                return
            with self.whole():
                if how == "ask":
                    ask_for(pilot, "pilots.termination")
                    decided(pilot, "pilots.termination", "terminate")
                else:
                    hear(pilot, step)
                    ordered(pilot, step)
                self.wake()

    @rule()
    def reopen(self) -> None:
        pilot = self.pilot
        if pilot.state in ENDS and pilot.state != "passed":
            with clock.moved(clock.at(self.day, 13)):
                decided(pilot, "pilots.reopening")

    @rule(days=st.sampled_from([0, 3, 20, 45, 120, 300]), asleep=st.booleans())
    def time_passes(self, days: int, asleep: bool) -> None:
        self.day += dt.timedelta(days=days)
        if asleep:
            return
        with clock.moved(clock.at(self.day, 8)):
            sweep(self.day)
            sweep(self.day)  # a step of time opens what is due at once
            again = sweep(self.day)
        assert (again.steps_taken, again.reminders) == (0, 0)
        # what was opened today with a day that has passed is looked at tomorrow
        late = Deadline.objects.running().filter(due_on__lt=self.day, opened_on__lt=self.day).exclude(then="")
        assert not late.exists(), [(row.duty, row.problem) for row in late]
        if self.pilot.state == "overdue":
            self.refile_by = None

    @rule(step=st.sampled_from(["extend", "pass_acceptance", "resume", "terminate", "open_midterm", "fall_overdue"]))
    def try_something(self, step: str) -> None:
        """What nobody may take, or not now, changes nothing."""
        pilot = self.pilot
        before = self.everything()
        with clock.moved(clock.at(self.day, 14)):
            for person in (people_of(pilot).applicant, people_of(pilot).recommender):
                with pytest.raises(PortalError):
                    perform(pilot, step, actor=person, data={"months": "3"})
            if step == "fall_overdue" and self.day <= max(filter(None, (self.life.term_end, self.refile_by))):
                with pytest.raises(PortalError):
                    perform(pilot, step, actor=SYSTEM)
        assert self.everything() == before

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def the_history_is_sound_and_leads_to_the_state(self) -> None:
        before, self.recorded = self.recorded, Record.objects.count()
        if before != self.recorded:
            assert [*consistency.problems()] == []
            assert [*history.problems_of_all()] == []

    @invariant()
    def the_dates_are_those_reckoned_apart(self) -> None:
        pilot, life = self.pilot, self.life
        assert (pilot.term_ends_on, pilot.midterm_on) == (life.term_end, life.midterm_on)
        assert (pilot.extended_months, pilot.paused_days) == (life.extended, life.paused.days)
        assert pilot.suspended_on == life.suspended
        assert pilot.acceptance_rectifications == self.rectified
        if pilot.state == "implementing":
            assert pilot.refile_by == self.refile_by
        due = dict(Deadline.objects.open().filter(dossier=pilot).values_list("duty", "due_on"))
        limit = max(filter(None, (life.term_end, self.refile_by if pilot.state in IN_TERM else None)))
        assert due.get("term", limit) == limit
        assert due.get("midterm_opening", life.midterm_on) == life.midterm_on
        for row in Deadline.objects.open().filter(dossier=pilot, duty__in=[*IN_DAYS, *IN_WORKING_DAYS]):
            opened, stood = row.opened_on, life.stood_still_after(row.opened_on)
            if row.duty in IN_DAYS:
                assert row.due_on == opened + dt.timedelta(days=IN_DAYS[row.duty]) + stood, row.duty
            else:
                assert row.due_on == working_days_later(opened, IN_WORKING_DAYS[row.duty]) + stood, row.duty

    @invariant()
    def milestones_move_by_pauses_alone(self) -> None:
        planned = Milestone.objects.filter(dossier_id=self.key, state="planned")
        self.stages = self.stages or dict(planned.values_list("row", "ends_on"))
        for milestone in planned:
            owed = Deadline.objects.open().get(subject_type=milestone.label_of_type(), subject_id=milestone.pk)
            assert self.stages[milestone.row] == milestone.ends_on == owed.due_on

    @invariant()
    def open_duties_fit_the_state(self) -> None:
        pilot = self.pilot
        open_ones = Deadline.objects.open().filter(dossier=pilot)
        if pilot.state_info.terminal:
            beside = open_ones.exclude(subject_type=Statement.label_of_type())  # one about a revoked result may run
            assert not beside.exists(), [(row.duty, row.subject_type) for row in beside]
            return
        own = set(open_ones.filter(subject_type=pilot.label_of_type()).values_list("duty", flat=True))
        assert own <= OWED[pilot.state], (pilot.state, own)
        assert {ALWAYS[pilot.state]} <= own if pilot.state in ALWAYS else True
        assert ("term" in own) == (pilot.state in IN_TERM)
        stopped = open_ones.exclude(paused_on=None)
        assert stopped.exists() <= (pilot.suspended_on is not None)
        assert not stopped.exclude(next_on=None).exists()
        running = open_ones.filter(paused_on=None, inside=False).aggregate(nearest=Min("due_on"))
        assert pilot.due_on == running["nearest"]

    @invariant()
    def one_of_each_at_a_time(self) -> None:
        for rows in (
            DocketItem.objects.filter(live=True).values("dossier"),
            Request.objects.filter(state__in=("draft", "filed", "endorsed")).values("dossier", "kind"),
            Rectification.objects.filter(state__in=("ordered", "overdue", "reported")).values("dossier"),
            Suspension.objects.filter(state="open").values("dossier"),
            Statement.objects.filter(state__in=("drawn_up", "served", "stated")).values("dossier", "step"),
            IssuedPaper.objects.filter(kind="certificate", status="valid").values("dossier"),
            IssuedPaper.objects.values("record", "kind", "subject_id", "subject_type"),
        ):
            assert not rows.order_by().annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def acts_follow_the_project(self) -> None:
        pilot, found = self.pilot, live_of(self.pilot)
        rectifying = pilot.state in ("midterm_rectify", "acceptance_rectify")
        assert (found is not None and found.state != "reported") == rectifying
        if found is not None and found.state == "reported":
            assert pilot.state in ("midterm_review", "acceptance_review")
        assert Suspension.objects.filter(dossier=pilot, state="open").exists() == (pilot.suspended_on is not None)
        if pilot.state in ENDS:
            assert not Request.objects.filter(dossier=pilot, state__in=("draft", "filed", "endorsed")).exists()
            assert not Milestone.objects.filter(dossier=pilot, state="planned").exists()
        valid = IssuedPaper.objects.filter(dossier=pilot, kind="certificate", status="valid").exists()
        assert valid == (pilot.state == "passed")
        assert (pilot.ended_on is not None) == (pilot.state in ENDS)
        if pilot.state not in ("approved", *ENDS):
            assert TaskBook.objects.get(dossier=pilot).is_signed

    @invariant()
    def nobody_is_reminded_twice(self) -> None:
        twice = Reminder.objects.filter(sent=True).values("deadline", "on").annotate(n=Count("pk")).filter(n__gt=1)
        assert not twice.exists()

    # --- helpers ---------------------------------------------------------------------------------

    def wake(self) -> None:
        """A pause that was under way is over today."""
        if self.life.suspended is not None:
            stood = self.day - self.life.suspended
            if self.life.suspended > self.life.term_end:
                self.life.beyond += stood
            self.life.pauses.append((self.life.suspended, self.day))
            self.stages = {row: day + stood if day >= self.life.suspended else day for row, day in self.stages.items()}
            if self.refile_by is not None:
                self.refile_by += stood
            self.life.suspended = None

    @contextlib.contextmanager
    def whole(self) -> Any:
        """An act of several steps that is refused somewhere has not happened at all."""
        with contextlib.suppress(PortalError), transaction.atomic():
            yield

    def everything(self) -> Any:
        return (
            Pilot.objects.filter(pk=self.key).values().get(),
            Record.objects.count(),
            list(Deadline.objects.order_by("pk").values_list("pk", "status", "due_on")),
        )


@pytest.mark.django_db
def test_a_running_life_holds_together() -> None:
    run_state_machine_as_test(
        Running,
        settings=settings(
            max_examples=6,
            phases=[Phase.generate],  # a failing life is printed as it was lived: making it shorter takes minutes
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
