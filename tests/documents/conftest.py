"""A declaration that papers are issued on, and the people around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call
from portal.declaration.papers import AcceptanceNotice
from portal.documents.actions import issue
from portal.documents.models import IssuedPaper
from portal.documents.paper import Paper
from portal.lifecycle.engine import perform
from tests.factories import BodyFactory, CallFactory, MembershipFactory, UnitFactory, actor_of

AT = clock.at(dt.date(2023, 5, 18), 10)


@dataclass
class Office:
    """A pilot as the bureau has it before it, its applicant, recommender and handler, and strangers to it."""

    call: Call
    pilot: Pilot
    applicant: Membership
    recommender: Membership
    handler: Membership
    chief: Membership
    other_applicant: Membership
    other_recommender: Membership

    def issue(self, paper: type[Paper] = AcceptanceNotice, **data: Any) -> IssuedPaper:
        return issue(paper, self.pilot, actor_of(self.handler), AT, data)

    def another_pilot(self, title: str = "社区养老服务标准化试点") -> Pilot:
        return make_pilot(self.call, actor_of(self.applicant), self.recommender, title)


def make_pilot(call: Call, applicant: Actor, recommender: Membership, title: str) -> Pilot:
    """A pilot that has left its applicant's desk; what the form would have filled in is filled in here."""
    pilot = Pilot(call=call, programme="pilots", applicant=applicant.membership.unit, created_by=applicant.user)
    pilot.district = applicant.membership.unit.district
    perform(pilot, "begin", actor=applicant)
    Pilot.objects.filter(pk=pilot.pk).update(
        title=title,
        number=f"SD-2023-{pilot.pk:04d}",
        recommender=recommender.body,
        field=call.fields.first(),
        private=False,
        submitted_at=AT,
    )
    return Pilot.objects.get(pk=pilot.pk)


@pytest.fixture
def office(db: None) -> Office:
    with clock.moved(AT):
        handler = MembershipFactory(role=Role.HANDLER)
        call = CallFactory(
            handler=handler, title="关于开展2023年度市级标准化试点工作的通知", number="沪市监标技〔2023〕139号"
        )
        applicant = MembershipFactory(unit=UnitFactory(name="上海市黄浦区城市运行管理中心"))
        body = BodyFactory(name="黄浦区市场监管局", full_name="上海市黄浦区市场监督管理局")
        recommender = MembershipFactory(role=Role.RECOMMENDER, body=body)
        pilot = make_pilot(call, actor_of(applicant), recommender, "城市数字治理“一网统管”标准化试点")
        return Office(
            call,
            pilot,
            applicant,
            recommender,
            handler,
            MembershipFactory(role=Role.SECTION_CHIEF),
            MembershipFactory(),
            MembershipFactory(role=Role.RECOMMENDER),
        )
