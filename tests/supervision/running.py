"""What the tests of acts around a running pilot share: who reads which pages."""

from __future__ import annotations

from typing import Any

from django.test import Client

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.lifecycle.engine import perform
from portal.supervision.models import Docket
from tests.factories import BodyFactory, MembershipFactory, UnitFactory, actor_of, sign_in
from tests.pilot_data import people_of
from tests.supervision.desk import Desk
from tests.supervision.test_docket_pages import text


def readers(pilot: Pilot) -> dict[str, Membership]:
    """Somebody in each role, in relation to the pilot and not."""
    people = people_of(pilot)
    found: dict[str, Any] = {
        "undertaker": people.applicant.membership,
        "guarantor": people.recommender.membership,
        "handler": people.handler.membership,
        "chief": people.chief.membership,
        "leader": MembershipFactory(role=Role.LEADER),
        "auditor": MembershipFactory(role=Role.AUDITOR),
        "other unit": MembershipFactory(role=Role.UNIT_ADMIN, unit=UnitFactory()),
        "other body": MembershipFactory(role=Role.RECOMMENDER, body=BodyFactory()),
        "expert": MembershipFactory(role=Role.EXPERT),
        "handler elsewhere": MembershipFactory(role=Role.HANDLER),
    }
    return found


INSIDE = {"handler", "chief", "leader", "auditor"}


def who_reads(pilot: Pilot, url: str) -> set[str]:
    """The names of those who get the page; everybody else gets 404."""
    found = set()
    for name, membership in readers(pilot).items():
        response = sign_in(Client(), membership).get(url)
        assert response.status_code in (200, 404), (name, response.status_code)
        if response.status_code == 200:
            text(response)
            found.add(name)
    return found


def desk_of(pilot: Pilot) -> Desk:
    """The desk of the pilot's own call."""
    people = people_of(pilot)
    return Desk(call=pilot.call, chief=people.chief, leader=actor_of(MembershipFactory(role=Role.LEADER)))


def signed(desk: Desk, docket: Docket) -> Docket:
    """Leads a drafted docket to its decision, by as many levels as it wants; every item agreed."""
    perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
    if docket.levels < 3:
        perform(docket, "decide_as_chief", actor=desk.chief, data={"remark": "同意。"})
    else:
        perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意报批。"})
        desk.decide(docket)
    return docket
