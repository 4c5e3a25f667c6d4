"""A small world for tests that walk all pages: one dossier in correction with everything around it, and its people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client

from pilots.matters import public_facts
from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership, User
from portal.accounts.roles import Role
from portal.attachments.actions import receive
from portal.attachments.models import Attachment
from portal.base import clock
from portal.calls.models import Call, CallRecommender
from portal.declaration import actions
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.messaging.actions import tell
from portal.messaging.models import Message, Outbox
from portal.notices.actions import file_objection, start_notice
from portal.notices.models import Notice, Objection
from portal.registration.models import Claim, Invitation, Join
from portal.supervision.models import Endorsement
from tests.exchange.sheets import an_import
from tests.factories import (
    BodyFactory,
    CallFactory,
    DistrictBureauFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    sign_in,
)
from tests.matrix.cases import claim_data
from tests.pilot_data import people_of, pilot_in, scan, take
from tests.world_decisions import Decisions, make_decisions
from tests.world_running import Running, make_running


@dataclass
class World:
    """People by name in `people`; `strangers` stand in no relation to anything in it."""

    call: Call
    draft_call: Call
    pilot: Pilot
    endorsement: Endorsement
    paper: IssuedPaper
    file: Attachment
    pending: Attachment
    message: Message
    outbox: Outbox
    claim: Claim
    join: Join
    invitation: Invitation
    editor: Membership
    notice: Notice
    objection: Objection
    decisions: Decisions
    running: Running
    people: dict[str, Membership | User] = field(default_factory=dict)
    strangers: dict[str, Membership] = field(default_factory=dict)

    def roles(self) -> dict[str, str]:
        """The roles of the people of the world."""
        return {name: found.role for name, found in self.people.items() if isinstance(found, Membership)}

    def sign_in(self, client: Client, who: str) -> Client:
        """The client, signed in as that person of the world."""
        found = self.people.get(who) or self.strangers[who]
        if isinstance(found, Membership):
            return sign_in(client, found)
        client.force_login(found)
        return client


def make_world() -> World:
    """One unit's key project in correction with two versions, so that every page has something to show."""
    department = BodyFactory(name="市民政局")
    pilot = pilot_in("correction", key=True, industry_department=department, title="养老服务<b>标准化</b>试点")
    around = people_of(pilot)
    goals = {
        "fields": {"aims": ["mechanism"], "goals": "满意度达到百分之九十八。", "scope": "六家中心。"},
        "tables": {},
    }
    actions.save_section(pilot, "goals", goals, actor=around.applicant, seen=None)
    take(pilot, "supplement", around.applicant)
    take(pilot, "ask_second_correction", around.handler)
    take(pilot, "agree_second_correction", around.chief)
    take(pilot, "require_correction", around.handler)
    people = _people(pilot, around, department)
    decisions = make_decisions(pilot, around, people["leader"])
    people["reviewer"] = decisions.reviewer
    strangers = _strangers()
    newcomer = people["newcomer"]
    CallRecommender.objects.create(call=pilot.call, body=pilot.recommender)
    claim = Claim(user=newcomer)
    perform(claim, "submit", actor=Actor(newcomer), data=claim_data(pilot.applicant.district_id))
    join = Join(user=newcomer, unit=pilot.applicant)
    perform(join, "ask", actor=Actor(newcomer), data={"note": "标准化部员工"})
    invitation = Invitation.objects.create(
        unit=pilot.applicant,
        email="new@example.org",
        role=Role.UNIT_EDITOR,
        invited_by=around.applicant.user,
        expires_at=clock.now() + dt.timedelta(days=7),
    )
    notice = start_notice(
        items=[(pilot, public_facts(pilot))],
        programme="pilots",
        matter="pilots.intended",
        title="拟立项项目<b>公示</b>",
        text="现予公示。",
        days=5,
        responsible=around.handler.membership,
    )
    an_import(around.handler.membership)
    return World(
        call=pilot.call,
        draft_call=CallFactory(published=False),
        pilot=pilot,
        endorsement=Endorsement.objects.get(dossier=pilot, kind="key_consent"),
        paper=IssuedPaper.objects.filter(dossier=pilot, kind="correction_notice").order_by("pk")[0],
        file=Attachment.objects.filter(holder_type="dossiers.dossier", holder_id=pilot.pk, slot="licence")[0],
        pending=receive(scan(), slot="others", actor=around.applicant),
        message=_message(around.handler),
        outbox=Outbox.objects.order_by("pk")[0],
        claim=claim,
        join=join,
        invitation=invitation,
        editor=MembershipFactory(role=Role.UNIT_EDITOR, unit=pilot.applicant),
        notice=notice,
        objection=file_objection(notice.items.get(), name="欧阳实名", phone="13912345678", grounds="与事实不符。"),
        decisions=decisions,
        running=make_running(pilot, around, people["leader"]),
        people=people,
        strangers=strangers,
    )


def _message(person: Actor) -> Message:
    with transaction.atomic():
        tell([person.user], key="world", title="测试消息", text="正文", at=clock.now())
    return Message.objects.filter(recipient=person.user).order_by("pk")[0]


def _people(pilot: Pilot, around: Any, department: Any) -> dict[str, Any]:
    bureau = DistrictBureauFactory(district=pilot.applicant.district)
    return {
        "applicant": around.applicant.membership,
        "recommender": around.recommender.membership,
        "handler": around.handler.membership,
        "chief": around.chief.membership,
        "department": MembershipFactory(role=Role.RECOMMENDER, body=department),
        "district": MembershipFactory(role=Role.RECOMMENDER, body=bureau),
        "leader": MembershipFactory(role=Role.LEADER),
        "auditor": MembershipFactory(role=Role.AUDITOR),
        "newcomer": UserFactory(),
    }


def _strangers() -> dict[str, Membership]:
    """A person in each role that sees by relation only, of other places."""
    return {
        "other applicant": MembershipFactory(role=Role.UNIT_ADMIN, unit=UnitFactory()),
        "other editor": MembershipFactory(role=Role.UNIT_EDITOR, unit=UnitFactory()),
        "other recommender": MembershipFactory(role=Role.RECOMMENDER, body=BodyFactory()),
        "handler of another desk": MembershipFactory(role=Role.HANDLER),
        "expert": MembershipFactory(role=Role.EXPERT),
        "system admin": MembershipFactory(role=Role.SYSTEM_ADMIN),
    }
