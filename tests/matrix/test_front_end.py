"""The front end as a whole, driven at random: people act in any order, the clock moves, the sweep runs.

Whatever happens, the invariants at the end of the machine hold after every act.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Min
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pilots.models import Pilot
from pilots.states import APPROVAL_STATES
from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import PortalError
from portal.deadlines.actions import nudge
from portal.deadlines.models import Deadline, Reminder
from portal.deadlines.sweep import sweep
from portal.declaration import actions
from portal.declaration.access import open_slots
from portal.declaration.models import FormVersion
from portal.declaration.sections import SEALED_FORM
from portal.declaration.versions import sealed_form_of
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle import consistency, history
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.models import Record
from portal.messaging.models import Outbox
from portal.supervision.models import Endorsement
from tests.factories import BodyFactory, CallFactory, MembershipFactory, UnitFactory, actor, actor_of
from tests.pilot_data import fill, put, step_data, upload_for

START = dt.date(2023, 4, 24)
MOST = 3
#: the ordinary way on from each state, and side ways of it; "seal" is the upload of the sealed scan
WAY_ON = {
    "draft": [("submit", "applicant")],
    "returned": [("submit", "editor")],
    "submitted": [
        ("seal", "editor"),
        ("recommend", "recommender"),
        ("note_opinion", "recommender"),
        ("send_back", "recommender"),
    ],
    "recommended": [
        ("require_correction", "handler"),
        ("accept", "handler"),
        ("receive_copies", "handler"),
        ("agree_second_correction", "chief"),
        ("ask_second_correction", "handler"),
    ],
    "correction": [("supplement", "applicant")],
    "lapsed": [("permit_late", "handler")],
}
#: accepted and further: see test_decisions.py
BEYOND = {"accepted", *(state.id for state in APPROVAL_STATES)}
PEOPLE = ("applicant", "editor", "recommender", "department", "handler", "chief")


class FrontEnd(RuleBasedStateMachine):
    """Up to three declarations of one unit under one call, and everybody who has to do with them."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.pilots: list[Pilot] = []
        self.numbers: dict[int, str] = {}
        self.day = START
        self.recorded = -1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def people(self) -> None:
        with clock.moved(START):
            unit, self.department = UnitFactory(), BodyFactory()
            self.body = BodyFactory()
            handler = MembershipFactory(role=Role.HANDLER)
            self.call = CallFactory(
                handler=handler,
                opens_on=START - dt.timedelta(days=7),
                closes_on=START + dt.timedelta(days=20),
                reporting_closes_on=START + dt.timedelta(days=34),
            )
            self.who: dict[str, Actor] = {
                "applicant": actor(Role.UNIT_ADMIN, unit=unit),
                "editor": actor(Role.UNIT_EDITOR, unit=unit),
                "recommender": actor(Role.RECOMMENDER, body=self.body),
                "department": actor(Role.RECOMMENDER, body=self.department),
                "handler": actor_of(handler),
                "chief": actor(Role.SECTION_CHIEF),
            }
            self.outsiders = [PUBLIC, *(actor(role) for role in Role)]

    # --- what people do --------------------------------------------------------------------------

    @precondition(lambda self: len(self.pilots) < MOST and self.call.is_open(self.day))
    @rule(key=st.booleans())
    def begin(self, key: bool) -> None:
        with clock.moved(self.day):
            pilot = actions.begin(self.call, self.who["applicant"])
            title = f"第{'一二三'[len(self.pilots)]}项社区养老服务标准化试点"
            fill(pilot, self.who["editor"], self.body, title=title, key=key, industry_department=self.department)
        self.pilots.append(pilot)

    #: hypothesis draws each rule about as often: the ordinary way needs more turns than one
    @precondition(lambda self: self.pilots)
    @rule(index=st.integers(0, MOST - 1), content=st.booleans())
    def go_on_from_the_beginning(self, index: int, content: bool) -> None:
        self.carry_on(index, 0, content)

    @precondition(lambda self: self.pilots and len(self.pilots) < MOST)
    @rule(index=st.integers(0, MOST - 1))
    def copy(self, index: int) -> None:
        source = self.pilots[index % len(self.pilots)]
        with clock.moved(self.day), contextlib.suppress(PortalError):
            self.pilots.append(actions.begin_copy(source, self.call, self.who["applicant"]))

    @precondition(lambda self: self.pilots)
    @rule(index=st.integers(0, MOST - 1), first=st.integers(0, 4), content=st.booleans())
    def go_on(self, index: int, first: int, content: bool) -> None:
        self.carry_on(index, first, content)

    @precondition(lambda self: self.pilots)
    @rule(index=st.integers(0, MOST - 1), who=st.sampled_from(PEOPLE), choice=st.integers(0, 9), content=st.booleans())
    def take_what_is_offered(self, index: int, who: str, choice: int, content: bool) -> None:
        """A step that the page offers is taken, or fails for what was typed, never for who or where."""
        pilot, person = self.pilot(index), self.who[who]
        with clock.moved(self.day):
            found = [offer.step for offer in offers(pilot, person) if offer.allowed]
            open_to_me = [step.name for step in found if step.tone != "danger" or choice > 7]
            if open_to_me:
                name = open_to_me[choice % len(open_to_me)]
                data = step_data(pilot, name, person, content=content)
                perform(pilot, name, actor=person, data=data, seen=pilot.revision)

    @precondition(lambda self: self.pilots)
    @rule(
        index=st.integers(0, MOST - 1),
        who=st.sampled_from([*PEOPLE, "time"]),
        step=st.sampled_from(sorted(steps_of(Pilot))),
    )
    def try_anything(self, index: int, who: str, step: str) -> None:
        """A step that is refused leaves everything as it was."""
        pilot, person = self.pilot(index), SYSTEM if who == "time" else self.who[who]
        before = self.everything(pilot)
        with clock.moved(self.day):
            data = step_data(pilot, step, person) if who != "time" else {}
            try:
                perform(pilot, step, actor=person, data=data)
            except PortalError:
                assert self.everything(pilot) == before

    @precondition(lambda self: self.pilots)
    @rule(index=st.integers(0, MOST - 1))
    def seal(self, index: int) -> None:
        pilot = self.pilot(index)
        with clock.moved(self.day):
            if SEALED_FORM in open_slots(pilot, self.who["editor"]):
                put(pilot, SEALED_FORM, self.who["editor"])

    @precondition(lambda self: Endorsement.objects.filter(state="asked").exists())
    @rule(step=st.sampled_from(["agree", "disagree", "expire"]))
    def answer(self, step: str) -> None:
        asked = Endorsement.objects.filter(state="asked").order_by("pk").first()
        assert asked is not None
        person = self.who["handler"]
        if step != "expire":
            person = self.who["department" if asked.body_id == self.department.pk else "recommender"]
        with clock.moved(self.day):
            data: dict[str, Any] = {"reason": "经提醒未答复。"}
            if step != "expire":
                data = {"opinion": "已核。", "signer": "郑十", "scan": [upload_for(person, "endorsement")]}
            try:
                perform(asked, step, actor=person, data=data)
            except PortalError:  # the handler was not at the desk of this dossier yet
                assert step == "expire"

    @precondition(lambda self: self.pilots)
    @rule(index=st.integers(0, MOST - 1), who=st.sampled_from(["handler", "recommender"]))
    def urge(self, index: int, who: str) -> None:
        with clock.moved(self.day), contextlib.suppress(PortalError):
            nudge(self.pilot(index), actor=self.who[who])

    @rule(days=st.integers(0, 6), missed=st.booleans())
    def time_passes(self, days: int, missed: bool) -> None:
        """Days pass; the sweep runs, perhaps twice, unless the worker is asleep."""
        self.day += dt.timedelta(days=days)
        if missed:
            return
        with clock.moved(self.day):
            sweep(self.day)
            again = sweep(self.day)
        assert (again.steps_taken, again.reminders, again.calls_closed) == (0, 0, 0)
        late = Deadline.objects.open().filter(due_on__lt=self.day).exclude(then="")
        assert not late.exists(), [(d.duty, d.problem) for d in late]

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def histories_lead_to_the_states(self) -> None:
        """States after every act; the chains whenever something was recorded."""
        assert [*consistency.problems()] == []
        before, self.recorded = self.recorded, Record.objects.count()
        if before != self.recorded:
            assert [*history.problems_of_all()] == []

    @invariant()
    def ends_have_no_open_duties(self) -> None:
        """Nothing is owed on a declaration that has ended; beside an accepted one only the answer of an asked body."""
        for pilot in Pilot.objects.all():
            owed = set(Deadline.objects.open().filter(dossier=pilot.pk).values_list("duty", flat=True))
            if pilot.state_info.terminal:
                assert owed == set(), (pilot.state, owed)
            elif pilot.state in BEYOND:
                assert owed <= {"endorse"}, (pilot.state, owed)
            else:
                party = pilot.state_info.waits_for.id
                assert Deadline.objects.open().filter(dossier=pilot.pk, owner=party).exists(), (pilot.state, owed)

    @invariant()
    def the_nearest_due_date_is_kept(self) -> None:
        for pilot in Pilot.objects.all():
            found = Deadline.objects.open().filter(dossier=pilot.pk, inside=False).aggregate(nearest=Min("due_on"))
            assert pilot.due_on == found["nearest"]

    @invariant()
    def each_paper_is_issued_once_per_step(self) -> None:
        per_step = IssuedPaper.objects.values("record", "kind").annotate(n=Count("pk")).filter(n__gt=1)
        assert not per_step.exists()
        for record in Record.objects.filter(step__in=["accept", "refuse_acceptance", "require_correction", "submit"]):
            if record.subject_type == Dossier.label_of_type():
                expected = {paper.kind for paper in steps_of(Pilot)[record.step].papers}
                assert set(record.papers.values_list("kind", flat=True)) == expected
        papers = IssuedPaper.objects.count()
        assert Outbox.objects.filter(kind="paper").count() == papers
        single = IssuedPaper.objects.filter(kind__in=["application_form", "recommendation_opinion"], status="valid")
        assert not single.values("dossier", "kind").annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def numbers_are_given_once_without_gaps(self) -> None:
        for pilot in Pilot.objects.exclude(number=None):
            assert self.numbers.setdefault(pilot.pk, pilot.number or "") == pilot.number
        given = sorted(Pilot.objects.exclude(number=None).values_list("number", flat=True))
        assert given == [f"SD-{self.call.year}-{n:04d}" for n in range(1, len(given) + 1)] if given else True
        by_prefix: dict[str, list[int]] = {}
        for number in IssuedPaper.objects.values_list("number", flat=True):
            prefix, serial = number.rsplit("-", 1)
            by_prefix.setdefault(prefix, []).append(int(serial))
        for serials in by_prefix.values():
            assert sorted(serials) == list(range(1, len(serials) + 1))

    @invariant()
    def drafts_are_private_and_others_see_what_they_should(self) -> None:
        for pilot in Pilot.objects.all():
            shown = pilot.lifecycle.state(pilot.shown_state)
            assert pilot.shown_state == pilot.state_info.shown_id
            assert (pilot.private, pilot.stage) == (pilot.state_info.private, shown.stage.id if shown.stage else "")
            for name, person in self.who.items():
                sees = Dossier.objects.visible_to(person).filter(pk=pilot.pk).exists()
                if name in ("applicant", "editor"):
                    assert sees
                elif pilot.private:
                    assert not sees, name
                elif name != "department":
                    assert sees, name
            for person in self.outsiders:
                if Dossier.objects.visible_to(person).filter(pk=pilot.pk).exists():
                    assert not pilot.private
                    assert person.role in (Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR)

    @invariant()
    def a_version_for_each_submission(self) -> None:
        for pilot in Pilot.objects.all():
            taken = Record.objects.filter(chain_id=pilot.chain_id, subject_type=Dossier.label_of_type())
            submitted = taken.filter(step="submit").count()
            versions = list(
                FormVersion.objects.filter(dossier=pilot).order_by("number").values_list("number", flat=True)
            )
            assert versions == list(range(1, len(versions) + 1))
            assert submitted <= len(versions) <= submitted + taken.filter(step="supplement").count()
            assert (pilot.number is None) == (submitted == 0)

    @invariant()
    def no_question_stays_open_without_its_declaration(self) -> None:
        for endorsement in Endorsement.objects.filter(state="asked").select_related("dossier"):
            pilot = Pilot.objects.get(pk=endorsement.dossier_id)
            assert not pilot.private
            assert pilot.state_info.good or not pilot.state_info.terminal

    @invariant()
    def nobody_is_reminded_twice_or_of_what_is_done(self) -> None:
        assert not Reminder.objects.filter(sent=True, on__lt=F("deadline__opened_on")).exists()
        twice = Reminder.objects.filter(sent=True).values("deadline", "on").annotate(n=Count("pk")).filter(n__gt=1)
        assert not twice.exists()

    # --- helpers ---------------------------------------------------------------------------------

    def carry_on(self, index: int, first: int, content: bool) -> None:
        """The ordinary steps of the present state are tried in their order, beginning somewhere, until one is taken."""
        pilot = self.pilot(index)
        ways = WAY_ON.get(pilot.state, [])
        with clock.moved(self.day):
            for step, who in ways[first % len(ways) :] if ways else []:
                person = self.who[who]
                if step == "seal":
                    if sealed_form_of(pilot) is None:
                        put(pilot, SEALED_FORM, person)
                        return
                elif any(o.step.name == step and o.allowed for o in offers(pilot, person)):
                    perform(pilot, step, actor=person, data=step_data(pilot, step, person, content=content))
                    return

    def pilot(self, index: int) -> Pilot:
        pilot = self.pilots[index % len(self.pilots)]
        return Pilot.objects.select_related("call", "applicant", "recommender", "field").get(pk=pilot.pk)

    @staticmethod
    def everything(pilot: Pilot) -> Any:
        """What a refused step must not touch."""
        return (
            Pilot.objects.filter(pk=pilot.pk).values().get(),
            list(Record.objects.order_by("pk").values_list("hash", flat=True)),
            list(Deadline.objects.order_by("pk").values_list("pk", "status")),
            IssuedPaper.objects.count(),
            Outbox.objects.count(),
            FormVersion.objects.count(),
        )


@pytest.mark.django_db
def test_the_front_end_holds_together() -> None:
    run_state_machine_as_test(
        FrontEnd,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
