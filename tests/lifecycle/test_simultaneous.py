"""People who act at the same moment, in real threads on PostgreSQL: one wins, the others are told what happened."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base.errors import PortalError, Stale, StepRefused, Unmet, WrongState
from portal.declaration import actions
from portal.documents.models import IssuedPaper
from portal.lifecycle import consistency
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of_all
from portal.lifecycle.models import Record
from portal.messaging.models import Outbox
from portal.supervision.models import Endorsement
from tests.factories import BodyFactory, CallFactory, MembershipFactory, UnitFactory, actor, actor_of
from tests.pilot_data import begin, fill, people_of, pilot_in, step_data, upload_for

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs all acts in threads that start together; what each gave, or the error it met."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def sound() -> bool:
    return [*problems_of_all(), *consistency.problems()] == []


def colleagues(pilot: Pilot, count: int) -> list[Membership]:
    """Further handlers at the same desk."""
    desk = pilot.call.desks.get()
    found = [MembershipFactory(role=Role.HANDLER) for _ in range(count)]
    desk.handlers.add(*found)
    return found


@pytest.mark.parametrize("with_page", [True, False], ids=["from a page", "without a page"])
def test_twenty_acceptances_one_wins_nineteen_are_told(with_page: bool) -> None:
    pilot = pilot_in("recommended")
    handlers = [actor_of(m) for m in colleagues(pilot, 19)]
    everybody = [people_of(pilot).handler, *handlers]
    seen = pilot.revision if with_page else None

    def accept(who: Any) -> Any:
        return perform(Pilot.objects.get(pk=pilot.pk), "accept", actor=who, data={"remark": ""}, seen=seen)

    results = at_once(*(lambda who=who: accept(who) for who in everybody))
    assert Counter(type(r) for r in results) == {Record: 1, Stale if with_page else WrongState: 19}
    if with_page:
        assert all("办理“受理”" in r.message for r in results if isinstance(r, Stale))
    pilot.refresh_from_db()
    assert pilot.state == "accepted"
    assert Record.objects.filter(chain_id=pilot.chain_id, step="accept").count() == 1
    assert IssuedPaper.objects.filter(dossier_id=pilot.pk, kind="acceptance_notice").count() == 1
    assert Outbox.objects.filter(kind="paper").count() == IssuedPaper.objects.count()
    assert sound()


def test_steps_against_each_other() -> None:
    """The applicant withdraws while the handler accepts, refuses, asks for a correction: one of them."""
    pilot = pilot_in("recommended")
    people = people_of(pilot)

    def take(step: str, who: Any) -> Any:
        fresh = Pilot.objects.get(pk=pilot.pk)
        return perform(fresh, step, actor=who, data=step_data(fresh, step, who), seen=pilot.revision)

    steps = [("withdraw", people.applicant), *((s, people.handler) for s in ("accept", "refuse_acceptance"))] * 4
    results = at_once(*(lambda s=s, w=w: take(s, w) for s, w in steps))
    assert Counter(isinstance(r, StepRefused) for r in results) == {False: 1, True: 11}
    assert sound()


def test_twenty_submissions_take_twenty_numbers_without_gap() -> None:
    call, body = CallFactory(), BodyFactory()
    drafts = [begin(call, UnitFactory(), recommender=body, title=f"第 {n} 项养老服务标准化试点") for n in range(18)]
    drafts += [begin(call, UnitFactory(), complete=False) for _ in range(2)]  # refused, and take no number

    def submit(pilot: Pilot) -> Any:
        who = people_of(pilot).applicant
        return perform(pilot, "submit", actor=who, data=step_data(pilot, "submit", who))

    for draft in drafts:
        people_of(draft)  # made beforehand
    results = at_once(*(lambda p=p: submit(p) for p in drafts))
    refused = [r for r in results if isinstance(r, Exception)]
    assert len(refused) == 2
    assert all(isinstance(r, PortalError) for r in refused)
    numbers = sorted(Pilot.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers == [f"SD-{call.year}-{n:04d}" for n in range(1, 19)]
    papers = sorted(IssuedPaper.objects.values_list("number", flat=True))
    assert [int(p.rsplit("-", 1)[1]) for p in papers] == list(range(1, 19))
    assert sound()


def test_of_two_declarations_of_one_title_one_is_submitted() -> None:
    """The guard cannot see what another transaction has not yet committed; the door looks again."""
    call, unit = CallFactory(), UnitFactory()
    twins = [begin(call, unit) for _ in range(4)]
    for twin in twins:
        people_of(twin)  # made beforehand

    def submit(pilot: Pilot) -> Any:
        who = people_of(pilot).applicant
        return perform(pilot, "submit", actor=who, data=step_data(pilot, "submit", who))

    results = at_once(*(lambda p=p: submit(p) for p in twins))
    assert Counter(isinstance(r, Unmet) for r in results) == {False: 1, True: 3}
    assert list(Pilot.objects.exclude(number=None).values_list("number", flat=True)) == [f"SD-{call.year}-0001"]
    assert sound()


def test_an_answer_and_the_end_of_the_question_do_not_block_each_other() -> None:
    """Both take the dossier first; in another order the database would have to break a deadlock."""
    department = BodyFactory()
    answerer = actor(Role.RECOMMENDER, body=department)
    for _ in range(6):
        pilot = pilot_in("submitted", key=True, industry_department=department)
        asked, applicant = Endorsement.objects.get(dossier=pilot), people_of(pilot).applicant
        data = {"opinion": "同意。", "signer": "郑十", "scan": [upload_for(answerer, "endorsement")]}
        results = at_once(
            lambda p=pilot, a=applicant: perform(p, "withdraw", actor=a, data=step_data(p, "withdraw", a)),
            lambda e=asked, d=data: perform(e, "agree", actor=answerer, data=d),
        )
        assert not isinstance(results[0], Exception), results[0]
        assert isinstance(results[1], Record | StepRefused), results[1]
        asked.refresh_from_db()
        assert asked.state == ("agreed" if isinstance(results[1], Record) else "expired")
    assert sound()


def test_typing_and_submitting_at_once() -> None:
    """What was saved before the submission is in the version; what came later was refused."""
    pilot = begin(CallFactory(), UnitFactory())
    who = people_of(pilot).applicant
    content = {"fields": {"foundation": "另一段工作基础的说明，足够长。"}, "tables": {}}

    def save() -> Any:
        return actions.save_section(pilot, "foundation", content, actor=who, seen=None)

    def submit() -> Any:
        return perform(Pilot.objects.get(pk=pilot.pk), "submit", actor=who, data=step_data(pilot, "submit", who))

    results = at_once(submit, save, save, submit)
    won = [r for r in (results[0], results[3]) if isinstance(r, Record)]
    assert len(won) == 1
    version, stored = pilot.form_versions.get(), pilot.form_document
    stored.refresh_from_db()
    assert version.content["sections"]["foundation"]["fields"] == stored.data["foundation"]["fields"]
    assert sound()


def test_the_same_section_from_two_desks() -> None:
    """Of two people who saw the same revision one is told."""
    pilot = begin(CallFactory(), UnitFactory(), complete=False)
    fill(pilot, people_of(pilot).applicant, BodyFactory())
    who = people_of(pilot).applicant
    seen = pilot.form_document.revision("goals")

    def save(text: str) -> Any:
        content = {"fields": {"goals": text}, "tables": {}}
        return actions.save_section(pilot, "goals", content, actor=who, seen=seen)

    results = at_once(*(lambda t=t: save(f"目标 {t}") for t in range(8)))
    assert Counter(isinstance(r, actions.SectionConflict) for r in results) == {False: 1, True: 7}
