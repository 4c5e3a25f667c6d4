"""People who act on one docket at the same moment, in real threads on PostgreSQL: one wins, the others are told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.base.errors import NotPermitted, PortalError, Stale, StepRefused, WrongState
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of_all
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.dockets import actions, timed
from portal.supervision.models import Docket, DocketItem, Request
from tests.factories import MembershipFactory, actor_of
from tests.lifecycle.test_simultaneous import at_once
from tests.pilot_data import upload_for
from tests.supervision.desk import INTENDED, Desk, fresh, member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("with_page", [True, False], ids=["from a page", "without a page"])
def test_twenty_leaders_on_one_docket(desk: Desk, with_page: bool) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on(), desk.decided_on()])
    leaders = [actor_of(MembershipFactory(role=Role.LEADER)) for _ in range(20)]
    seen = docket.revision if with_page else None

    def decide(who: Any) -> Any:
        return perform(Docket.objects.get(pk=docket.pk), "decide", actor=who, data={"remark": who.name}, seen=seen)

    results = at_once(*(lambda who=who: decide(who) for who in leaders))
    assert Counter(type(r) for r in results) == {Record: 1, Stale if with_page else WrongState: 19}
    winner = leaders[next(n for n, r in enumerate(results) if isinstance(r, Record))]
    docket = Docket.objects.get(pk=docket.pk)
    assert (docket.state, docket.leader, docket.leader_remark) == ("decided", winner.membership, winner.name)
    if with_page:
        assert all("审批" in r.message for r in results if isinstance(r, Stale))
    assert Record.objects.filter(chain_id=docket.chain_id, step="decide").count() == 1
    assert docket.items.agreed().count() == 2
    assert Message.objects.filter(recipient=desk.handler.user, title__startswith="审批").count() == 1
    assert IssuedPaper.objects.filter(kind="docket_sheet", status="valid").count() == 1
    assert [*problems_of_all()] == []


def test_the_same_dossier_into_many_dockets(desk: Desk) -> None:
    pilots = [desk.decided_on() for _ in range(3)]
    dockets = [desk.drafted(INTENDED, []) for _ in range(8)]

    def put_in(docket: Docket, order: int) -> Any:
        chosen = pilots if order % 2 else list(reversed(pilots))
        return actions.collect(Docket.objects.get(pk=docket.pk), chosen, actor=desk.handler)

    results = at_once(*(lambda d=d, n=n: put_in(d, n) for n, d in enumerate(dockets)))
    assert not [r for r in results if isinstance(r, Exception)], results
    assert DocketItem.objects.live().count() == 3
    assert sum(len(r) for r in results) == 8 * 3 - 3


def test_two_registrations_and_two_sweeps_issue_once(desk: Desk) -> None:
    pilots = [desk.decided_on() for _ in range(3)]
    docket = desk.signed(INTENDED, pilots)
    again = {"publish_on": "2099-01-01"}

    def register() -> Any:
        return perform(Docket.objects.get(pk=docket.pk), "register", actor=desk.handler, data={})

    def schedule() -> Any:
        return perform(Docket.objects.get(pk=docket.pk), "schedule", actor=desk.handler, data=again)

    results = at_once(register, schedule, register, schedule)
    assert Counter(isinstance(r, StepRefused) for r in results) == {False: 1, True: 3}
    if Docket.objects.get(pk=docket.pk).state == "scheduled":
        Docket.objects.filter(pk=docket.pk).update(publish_on="2020-01-01")
        at_once(*(lambda: timed.publish(Docket.objects.get(pk=docket.pk)) for _ in range(4)))
    assert Docket.objects.get(pk=docket.pk).state == "issued"
    assert [fresh(p).state for p in pilots] == ["notice"] * 3
    assert Record.objects.filter(step="intend").count() == 3
    assert [*problems_of_all()] == []


def test_a_withdrawal_against_the_registration(desk: Desk) -> None:
    """Both take the docket first, then the dossier: neither waits for the other for ever."""
    for _ in range(4):
        pilot, other = desk.decided_on(), desk.decided_on()
        docket = desk.signed(INTENDED, [pilot, other])
        who = actor_of(member(pilot.applicant))
        request = Request(dossier=pilot, chain_id=pilot.chain_id, kind="pilots.withdrawal")
        data = {"reason": "经营调整。", "letter": [upload_for(who, "request_letter")]}
        perform(request, "file", actor=who, data=data)
        results = at_once(
            lambda r=request: perform(r, "grant", actor=desk.handler, data={"reason": "同意。"}),
            lambda d=docket: perform(Docket.objects.get(pk=d.pk), "register", actor=desk.handler, data={}),
        )
        assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, PortalError)], results
        assert fresh(pilot).state == "withdrawn"
        assert fresh(other).state == "notice"
    assert [*problems_of_all()] == []


def test_twenty_checks_of_one_entry(desk: Desk) -> None:
    from tests.supervision.test_on_behalf import known, sent

    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    from portal.base import clock
    from portal.supervision.behalf import actions as behalf

    data = sent(
        signed_by="李四",
        signed_on=clock.today().isoformat(),
        signed_paper=upload_for(desk.handler, "on_behalf"),
        remark="同意。",
    )
    leader = desk.leader.membership
    entry = behalf.enter(known("docket_decide"), docket, actor=desk.handler, data=data, membership=leader)
    chiefs = [actor_of(MembershipFactory(role=Role.SECTION_CHIEF)) for _ in range(10)]

    def confirm(who: Any) -> Any:
        return perform(type(entry).objects.get(pk=entry.pk), "confirm", actor=who, data={"compared": "on"})

    results = at_once(*(lambda who=who: confirm(who) for who in chiefs), lambda: desk.decide(docket))
    won = [r for r in results if isinstance(r, Record)]
    assert len(won) == 1
    assert not [r for r in results if isinstance(r, NotPermitted)]
    assert Record.objects.filter(chain_id=docket.chain_id, step="decide").count() == 1
