"""From acceptance to the approval document, driven at random: rounds, dockets, notices, objections, requests, the clock.

Whatever happens, the invariants at the end of the machine hold after every act, and what the bureau does among itself
leaves what everybody outside can find out exactly as it was.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Min
from django.test import Client
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
from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import PortalError
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import sweep
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle import consistency, history
from portal.lifecycle.declared import steps_of, subjects
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.models import Record, Subject
from portal.messaging.models import Message
from portal.notices.actions import file_objection
from portal.notices.models import Notice, NoticeItem, Objection
from portal.reviews import actions as reviews
from portal.reviews.models import Assignment, Entry, Round
from portal.supervision.dockets import actions as dockets
from portal.supervision.models import Docket, DocketItem, Enquiry, Request
from tests.factories import BodyFactory, CallFactory, MembershipFactory, UnitFactory, actor, actor_of, sign_in
from tests.pilot_data import people_of, pilot_in, upload_for
from tests.reviews.rounds import MATTER, actor_for, expert, sheet_data

START = dt.date(2026, 3, 2)
REASON = {"reason": "理由详见办理记录。"}
REMARK = {"remark": "同意。"}
SUBJECTS = ("round", "docket", "notice", "objection", "request", "enquiry", "pilot")
#: steps whose effect is announced: what people outside can find out changes with them
ANNOUNCED = {"register", "issue_on_date", "close", "grant", "refuse", "lapse", "ask", "reply", "file", "publish"}


class Decisions(RuleBasedStateMachine):
    """Three accepted pilots of one unit and everybody who decides on them."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.day = START
        self.recorded = -1
        self.serial = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def people(self) -> None:
        with clock.moved(START):
            handler, unit, body = MembershipFactory(role=Role.HANDLER), UnitFactory(), BodyFactory()
            call = CallFactory(handler=handler)
            pilots = [
                pilot_in("accepted", call=call, unit=unit, recommender=body, title=f"第{n}项标准化试点")
                for n in (1, 2, 3)
            ]
            self.keys = [pilot.pk for pilot in pilots]
            around = people_of(pilots[0])
            self.who: dict[str, Actor] = {
                "handler": actor_of(handler),
                "chief": actor(Role.SECTION_CHIEF),
                "leader": actor(Role.LEADER),
                "applicant": around.applicant,
                "recommender": around.recommender,
            }
            self.auditor = actor(Role.AUDITOR)
            self.experts = [expert(n) for n in range(5)]
            self.panel = {found.pk: actor_for(found) for found in self.experts}
            self.outside = {
                "applicant": around.applicant,
                "recommender": around.recommender,
                "other unit": actor(Role.UNIT_ADMIN, unit=UnitFactory()),
                "other body": actor(Role.RECOMMENDER, body=BodyFactory()),
                "public": PUBLIC,
            }

    # --- the bureau ------------------------------------------------------------------------------

    @rule(choice=st.integers(0, 9), other=st.integers(0, 9))
    def go_on(self, choice: int, other: int) -> None:
        """The ordinary work: the first thing that waits, or one of the next."""
        ways: list[Callable[[int], bool]] = [self.review, self.propose, self.sign, self.begin_docket, self.answer]
        with clock.moved(self.day):
            for way in [*ways[choice % 5 :], *ways[: choice % 5]]:
                if way(other):
                    return

    @rule(choice=st.integers(0, 9), other=st.integers(0, 9))
    def go_on_again(self, choice: int, other: int) -> None:
        self.go_on(choice, other)

    @rule(choice=st.integers(0, 9), other=st.integers(0, 9))
    def and_again(self, choice: int, other: int) -> None:
        self.go_on(choice, other)

    @rule(choice=st.integers(0, 9), why=st.sampled_from(["annul", "send_back", "cancel", "unschedule", "take out"]))
    def turn_back(self, choice: int, why: str) -> None:
        """Rounds are annulled, dockets returned, given up, taken off the calendar, or lose an item."""
        with clock.moved(self.day), self.unnoticed():
            if why == "annul":
                for round_ in Round.objects.live().order_by("pk")[:1]:
                    perform(round_, "annul", actor=self.who["handler"], data=REASON)
            elif why == "take out":
                for item in DocketItem.objects.filter(live=True).select_related("docket").order_by("pk")[:1]:
                    self.attempt(partial(dockets.take_out, item, actor=self.who["handler"], reason="补充论证"))
            else:
                for docket in self.live_dockets()[:1]:
                    person = self.who["chief" if docket.state == "chief_review" else "leader"]
                    person = person if why == "send_back" else self.who["handler"]
                    self.attempt(partial(perform, docket, why, actor=person, data={**REASON, **REMARK}))

    # --- people outside --------------------------------------------------------------------------

    @precondition(lambda self: NoticeItem.objects.filter(outcome="open").exists())
    @rule(choice=st.integers(0, 9))
    def object(self, choice: int) -> None:
        items = list(NoticeItem.objects.filter(outcome="open").order_by("pk"))
        with clock.moved(self.day), contextlib.suppress(PortalError):
            file_objection(items[choice % len(items)], name="欧阳实名", phone="13912345678", grounds="与事实不符。")

    @rule(choice=st.integers(0, 9), what=st.sampled_from(["file", "take_back", "grant", "refuse", "ask", "reply"]))
    def ask_for_something(self, choice: int, what: str) -> None:
        """Requests to withdraw, seldom granted; enquiries and their answers."""
        pilot, applicant, handler = self.pilot(choice), self.who["applicant"], self.who["handler"]
        with clock.moved(self.day), contextlib.suppress(PortalError):
            if what == "file":
                request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind="pilots.withdrawal")
                letter = [upload_for(applicant, "request_letter")]
                perform(request, "file", actor=applicant, data={**REASON, "letter": letter})
            elif what == "ask":
                enquiry = Enquiry(dossier_id=pilot.pk, chain_id=pilot.chain_id)
                perform(enquiry, "ask", actor=handler, data={"question": "请说明经费来源。"})
            elif what == "reply":
                for enquiry in Enquiry.objects.filter(state="open")[:1]:
                    perform(enquiry, "reply", actor=applicant, data={"answer": "单位自筹。"})
            elif what != "grant" or choice > 6:
                for request in Request.objects.filter(state="filed")[:1]:
                    perform(request, what, actor=applicant if what == "take_back" else handler, data=REASON)

    # --- whoever tries whatever ------------------------------------------------------------------

    @rule(
        kind=st.sampled_from(SUBJECTS),
        who=st.sampled_from(["handler", "chief", "leader", "applicant", "recommender", "expert", "public", "time"]),
        choice=st.integers(0, 99),
    )
    def try_anything(self, kind: str, who: str, choice: int) -> None:
        """A step that is refused leaves everything as it was."""
        rows = self.rows(kind)
        if not rows:
            return
        subject = rows[choice % len(rows)]
        names = sorted(steps_of(type(subject)))
        name = names[choice % len(names)]
        people = {**self.who, "expert": next(iter(self.panel.values())), "public": PUBLIC, "time": SYSTEM}
        if who == "handler" and name in ("grant_withdrawal", "open_review"):
            return  # parts of other acts, which no page offers
        before = self.everything()
        with clock.moved(self.day):
            try:
                perform(
                    subject, name, actor=people[who], data={**REASON, **REMARK, "answer": "已核。", "finding": "已核。"}
                )
            except PortalError:
                assert self.everything() == before, (kind, name)

    @rule(kind=st.sampled_from(SUBJECTS), choice=st.integers(0, 9))
    def nothing_is_offered_outside(self, kind: str, choice: int) -> None:
        """People outside are offered nothing of what is the bureau's."""
        for subject in self.rows(kind):
            for name in ("other unit", "other body", "public"):
                assert not offers(subject, self.outside[name]), (kind, name)
            if kind in ("round", "docket", "notice", "objection"):
                assert not offers(subject, self.who["applicant"])

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
        assert not Docket.objects.filter(state="scheduled", publish_on__lte=self.day).exists()
        assert not Deadline.objects.open().filter(due_on__lt=self.day).exclude(then="").exists()

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
        """What has ended owes nothing; what has not is owed by somebody, where the state says who."""
        for model in subjects().values():
            over = [state.id for state in model.lifecycle.states.values() if state.terminal]
            done = model._default_manager.filter(state__in=over).values("pk")
            left = Deadline.objects.open().filter(subject_type=model.label_of_type(), subject_id__in=done)
            good = {"endorse"} if model is Pilot else set()
            assert set(left.values_list("duty", flat=True)) <= good, model

    @invariant()
    def the_nearest_due_date_is_the_outsiders(self) -> None:
        for pilot in self.pilots():
            found = Deadline.objects.open().filter(dossier=pilot.pk, inside=False).aggregate(nearest=Min("due_on"))
            assert pilot.due_on == found["nearest"]

    @invariant()
    def each_paper_is_issued_once(self) -> None:
        of_what = ("record", "kind", "title", "snapshot__project__number")
        per_step = IssuedPaper.objects.exclude(record=None).values(*of_what)
        assert not per_step.annotate(n=Count("pk")).filter(n__gt=1).exists()
        valid = IssuedPaper.objects.filter(status="valid", kind__in=("review_summary", "panel_opinion", "notice"))
        assert not valid.values("kind", "record__chain").annotate(n=Count("pk")).filter(n__gt=1).exists()
        numbers = IssuedPaper.objects.values("number").annotate(n=Count("pk")).filter(n__gt=1)
        assert not numbers.exists()

    @invariant()
    def a_pilot_is_in_one_place(self) -> None:
        """One live docket item, one live round, one open item of a notice; each fitting the state."""
        for pilot in self.pilots():
            item = DocketItem.objects.filter(dossier=pilot.pk, live=True).select_related("docket").first()
            if item is not None:
                assert pilot.state in item.docket.matter_info.sources
                assert not item.docket.state_info.terminal
            live = Entry.objects.filter(dossier=pilot.pk).exclude(round__state__in=("concluded", "void"))
            assert live.count() <= 1
            if live:
                assert pilot.state == "project_review"
            shown = NoticeItem.objects.filter(dossier=pilot.pk, outcome="open")
            assert shown.count() <= 1
            if shown:
                assert pilot.state == "notice"
            if pilot.state == "approved":
                assert pilot.term_ends_on
                assert pilot.approval_number
                assert NoticeItem.objects.filter(dossier=pilot.pk).latest("pk").outcome == "clear"
            else:
                assert pilot.approved_on is None

    @invariant()
    def scores_are_nobodys_before_the_end(self) -> None:
        """Only handlers, and each expert the own sheet, before the round has ended."""
        waiting = Assignment.objects.exclude(total=None).exclude(entry__round__state="concluded")
        for person in (*self.outside.values(), self.who["chief"], self.who["leader"], self.auditor):
            assert not waiting.visible_to(person).exclude(state="entered").exists(), person.role
        for key, person in self.panel.items():
            assert not Assignment.objects.visible_to(person).exclude(expert=key).exists()

    # --- the work --------------------------------------------------------------------------------

    def review(self, choice: int) -> bool:
        """One thing that brings a review forward."""
        handler = self.who["handler"]
        round_ = Round.objects.live().order_by("pk").first()
        if round_ is None:
            waiting = [p for p in self.pilots() if p.state == "accepted" or self.wants_review(p)]
            if not waiting:
                return False
            round_ = reviews.set_up_round(actor=handler, matter_id=MATTER, title="立项评审", held_on=self.day)
            assert reviews.take_in(round_, waiting[: 1 + choice % 3], actor=handler) == []
            with self.unnoticed():
                reviews.set_panel(round_, self.experts, actor=handler)
                reviews.set_chair(round_, self.experts[0], actor=handler)
            return True
        if not round_.entries.exists():
            perform(round_, "annul", actor=handler, data=REASON)
            return True
        with self.unnoticed():
            self.bring_forward(round_, choice)
        return True

    def bring_forward(self, round_: Round, choice: int) -> None:
        handler, sheets = self.who["handler"], Assignment.objects.filter(entry__round=round_).order_by("pk")
        if round_.state == "preparing":
            perform(round_, "invite", actor=handler)
        elif round_.state == "inviting":
            for sheet in sheets.filter(state="invited"):
                perform(sheet, "accept", actor=self.panel[sheet.expert_id])
            perform(round_, "open_scoring", actor=handler)
        elif left := list(sheets.filter(state__in=("accepted", "rating"))):
            for number, sheet in enumerate(left[:5]):
                person = self.panel[sheet.expert_id]
                if sheet.state == "accepted":
                    perform(sheet, "declare", actor=person, data={"no_conflict": "on"})
                share = share_of(choice + number)
                perform(sheet, "submit", actor=person, data=sheet_data(sheet, share))
        else:
            data: dict[str, Any] = {"conclusion": "见各项目结论。"}
            for entry in round_.entries.all():
                data[f"opinion-{entry.pk}"] = "任务不具体。"
                data[f"conclusion-{entry.pk}"] = "not_recommended" if choice % 3 == 2 else "recommended"
            perform(round_, "conclude", actor=handler, data=data)

    def propose(self, choice: int) -> bool:
        """A reviewed pilot is put forward."""
        for pilot in self.pilots():
            if pilot.state == "project_review":
                with self.unnoticed(), contextlib.suppress(PortalError):
                    perform(pilot, "put_forward", actor=self.who["handler"], data={"exclusions_checked": "on"})
                    return True
        return False

    def begin_docket(self, choice: int) -> bool:
        """What waits for a decision is collected."""
        for matter, state in (("pilots.intended", "approval_decision"), ("pilots.approval", "notice")):
            free = [p for p in self.pilots() if p.state == state and not p.docket_items.filter(live=True).exists()]
            if free:
                with self.unnoticed():
                    docket, refused = dockets.begin_docket(
                        actor=self.who["handler"], matter_id=matter, title="请示", dossiers=free[: 1 + choice % 3]
                    )
                    assert refused == []
                    docket.items.filter(grounds="").update(grounds="任务不具体。")
                    if matter == "pilots.approval" and choice % 3 == 1:
                        docket.items.update(step="reconsider")
                return True
        return False

    def sign(self, choice: int) -> bool:
        """A docket goes on by one signature; the registration of what cannot be carried out is refused as a whole."""
        found = self.live_dockets()
        if not found:
            return False
        docket = found[choice % len(found)]
        step, who, data = self.signature(docket, choice)
        guarded = contextlib.nullcontext() if step in ANNOUNCED else self.unnoticed()
        before = self.everything()
        with guarded:
            try:
                perform(docket, step, actor=self.who[who], data=data)
            except PortalError:
                assert self.everything() == before
                return False
        return True

    def signature(self, docket: Docket, choice: int) -> tuple[str, str, dict[str, Any]]:
        if docket.state in ("drafting", "returned"):
            return "send_up", "handler", REMARK
        if docket.state == "chief_review":
            return "pass_on", "chief", REMARK
        if docket.state == "leader_review":
            data: dict[str, Any] = dict(REMARK)
            item = docket.items.live().first()
            if choice % 4 == 3 and item is not None:
                data |= {f"disagree-{item.pk}": "on", f"note-{item.pk}": "补充论证。"}
            return "decide", "leader", data
        data = {}
        if docket.needs_document:
            self.serial += 1
            original = [upload_for(self.who["handler"], "sealed_original")]
            data = {"number": f"沪市监标技〔2026〕{self.serial}号", "dated": self.day.isoformat(), "original": original}
        if choice % 4 == 2:
            return "schedule", "handler", {**data, "publish_on": (self.day + dt.timedelta(days=2)).isoformat()}
        return "register", "handler", data

    def answer(self, choice: int) -> bool:
        """An objection is looked into; a notice whose term is over is closed."""
        handler = self.who["handler"]
        for objection in Objection.objects.filter(state__in=("filed", "admitted")).order_by("pk")[:1]:
            step = "admit" if objection.state == "filed" else ("uphold" if choice % 2 else "reject")
            with self.unnoticed():
                data = {"finding": "经核实。", "answer": "感谢监督。"} if step != "admit" else {}
                perform(objection, step, actor=handler, data=data)
            return True
        for notice in Notice.objects.filter(state="running", closes_on__lt=self.day)[:1]:
            with contextlib.suppress(PortalError):
                perform(notice, "close", actor=handler, data={"account": "公示期已满。"})
                return True
        return False

    # --- helpers ---------------------------------------------------------------------------------

    def attempt(self, act: Callable[[], object]) -> None:
        """Does something; refused, it leaves everything as it was."""
        before = self.everything()
        try:
            with transaction.atomic():
                act()
        except PortalError:
            assert self.everything() == before

    @contextlib.contextmanager
    def unnoticed(self) -> Iterator[None]:
        """What people outside can find out is afterwards what it was before."""
        before = self.known_outside()
        yield
        assert self.known_outside() == before

    def known_outside(self) -> list[Any]:
        """Everything that lists, pages, counts and messages of people outside are made of."""
        found: list[Any] = []
        for name, person in self.outside.items():
            seen = Dossier.objects.visible_to(person).order_by("pk")
            found.append((name, list(seen.values_list("pk", "title", "shown_state", "stage", "due_on"))))
            papers = IssuedPaper.objects.visible_to(person).order_by("pk")
            found.append(list(papers.values_list("number", "kind", "status")))
            for model in (Round, Docket, Assignment, Objection):
                found.append(model.objects.visible_to(person).count())  # type: ignore[attr-defined]
            if person.user:
                told = Message.objects.filter(recipient=person.user).order_by("pk")
                found.append(list(told.values_list("title", "text")))
            for pilot in self.pilots():
                if seen.filter(pk=pilot.pk).exists():
                    found.append(
                        (str(pilot.state_for(person).label), sorted(o.step.name for o in offers(pilot, person)))
                    )
        told = Record.objects.filter(subject_type=Dossier.label_of_type(), inside=False, subject_id__in=self.keys)
        found.append(list(told.order_by("pk").values_list("label", "opinion")))
        shown = NoticeItem.objects.select_related("notice").order_by("pk")
        found.append([(item.pk, str(item.public_label), str(item.notice.closes_on)) for item in shown])
        return found

    def wants_review(self, pilot: Pilot) -> bool:
        """Back from the leader, or out of an annulled round."""
        if pilot.state != "project_review":
            return False
        entry = Entry.objects.filter(dossier=pilot.pk).order_by("-pk").first()
        live = Entry.objects.filter(dossier=pilot.pk).exclude(round__state__in=("concluded", "void")).exists()
        return not live and (entry is None or entry.round.state == "void")

    def pilots(self) -> list[Pilot]:
        return list(Pilot.objects.filter(pk__in=self.keys).select_related("call", "recommender").order_by("pk"))

    def pilot(self, choice: int) -> Pilot:
        return self.pilots()[choice % 3]

    def live_dockets(self) -> list[Docket]:
        return list(Docket.objects.exclude(state__in=("issued", "cancelled", "scheduled")).order_by("pk"))

    def rows(self, kind: str) -> list[Subject]:
        models: dict[str, Any] = {
            "round": Round,
            "docket": Docket,
            "notice": Notice,
            "objection": Objection,
            "request": Request,
            "enquiry": Enquiry,
        }
        return self.pilots() if kind == "pilot" else list(models[kind].objects.order_by("pk"))  # type: ignore[return-value]

    def everything(self) -> Any:
        """What a refused step must not touch."""
        return (
            [list(model._default_manager.order_by("pk").values_list("pk", "state", "revision")) for model in MODELS],
            Record.objects.count(),
            IssuedPaper.objects.count(),
            Message.objects.count(),
            list(Deadline.objects.order_by("pk").values_list("pk", "status")),
            list(DocketItem.objects.order_by("pk").values_list("pk", "decision", "live", "step")),
        )


MODELS = (Pilot, Round, Assignment, Docket, Notice, Objection, Request, Enquiry)


def share_of(number: int) -> Decimal:
    """Scores that differ, all above the pass line."""
    return Decimal("0.72") + Decimal("0.04") * (number % 5)


@pytest.mark.django_db
def test_the_way_to_the_approval_holds_together() -> None:
    run_state_machine_as_test(
        Decisions,
        settings=settings(
            max_examples=5,
            stateful_step_count=35,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- a walk that is known ------------------------------------------------------------------------


def held(walk: Decisions) -> None:
    """All invariants of the machine hold."""
    for found in walk.invariants:
        found.function(walk)


def states(walk: Decisions) -> list[str]:
    return [pilot.state for pilot in walk.pilots()]


def seen_outside(walk: Decisions) -> dict[tuple[str, str], str]:
    """What pages tell people outside of the three pilots: the words of each page, without what differs on every request."""
    found = {}
    desks = ["/desk/", "/desk/dossiers/", "/desk/search/?q=标准化试点", "/messages/", "/papers/"]
    desks += [f"/desk/dossiers/{key}/{tab}" for key in walk.keys[:2] for tab in ("", "?tab=history", "?tab=papers")]
    for name, person in walk.outside.items():
        client = sign_in(Client(), person.membership) if person.membership else Client()
        for address in ("/", "/notices/", "/registers/", *(desks if person.membership else ())):
            response = client.get(address)
            words = re.sub(r"<[^>]*>", " ", response.content.decode())
            found[name, address] = f"{response.status_code} {' '.join(words.split())}"
    return found


def act(walk: Decisions, way: int, choice: int = 0, times: int = 1) -> None:
    """The bureau's ordinary work: 0 review, 1 put forward, 2 sign, 3 begin a docket, 4 answer and close."""
    for _time in range(times):
        walk.go_on(way, choice)
        held(walk)


def review_to_the_end(walk: Decisions, number: int, choice: int) -> None:
    """A round with so many of the waiting pilots; `choice` decides how it concludes."""
    act(walk, 0, number - 1)
    assert Round.objects.live().get().entries.count() == number
    while Round.objects.live().exists():
        act(walk, 0, choice)


@pytest.mark.django_db
def test_the_walk_reaches_every_end() -> None:
    """The rules of the machine lead to approval, refusal and withdrawal, and to an objection that is upheld; until the
    document is issued no page tells anybody outside anything."""
    walk = Decisions()
    try:
        walk.people()
        review_to_the_end(walk, 1, 2)  # not recommended
        act(walk, 0, 1)  # that the others are reviewed is told
        with clock.moved(START):
            before = seen_outside(walk)
        act(walk, 0, 1)
        while Round.objects.live().exists():
            act(walk, 0, 1)
        act(walk, 1, times=3)
        act(walk, 3, 2)
        act(walk, 2, times=3)
        assert Docket.objects.get().state == "decided"
        with clock.moved(START):
            after = seen_outside(walk)
        assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {}
        act(walk, 2)
        assert states(walk) == ["not_approved", "notice", "notice"]
        walk.object(0)
        act(walk, 4, 1, times=2)
        assert Objection.objects.get().state == "upheld"
        walk.time_passes(12, missed=False)
        held(walk)
        act(walk, 3, 2)
        act(walk, 2, times=4)
        assert states(walk) == ["not_approved", "approval_decision", "approved"]
        walk.ask_for_something(7, "file")
        walk.ask_for_something(7, "grant")
        held(walk)
        assert states(walk) == ["not_approved", "withdrawn", "approved"]
    finally:
        walk.teardown()
