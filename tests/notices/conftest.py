"""A running notice with pilots on it, the people around it, and the form of an objection as a browser sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from pilots.matters import public_facts
from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.calls.models import Call, Desk
from portal.notices.actions import file_objection, start_notice
from portal.notices.models import Notice, NoticeItem, Objection
from tests.factories import CallFactory, MembershipFactory, actor_of
from tests.pilot_data import pilot_in

NAME, PHONE, MAIL = "欧阳实名", "13912345678", "objector@example.net"
GROUNDS = "该项目申报书所列标准由他人先行制定，与事实不符，请予核实。"


@dataclass
class Board:
    """A running notice and the people around it."""

    call: Call
    pilots: list[Pilot]
    notice: Notice
    handler: Membership
    others: dict[str, Membership] = field(default_factory=dict)

    @property
    def item(self) -> NoticeItem:
        return self.notice.items.select_related("notice", "dossier").order_by("position")[0]

    @property
    def desk(self) -> Actor:
        """The handler of the field, acting."""
        return actor_of(self.handler)

    def object(self, item: NoticeItem | None = None, **facts: Any) -> Objection:
        """An objection, filed."""
        given = {"name": NAME, "phone": PHONE, "email": MAIL, "grounds": GROUNDS, **facts}
        return file_objection(item or self.item, **given)


@pytest.fixture(autouse=True)
def _no_counters() -> None:
    """Counters of addresses stand in the shared cache."""
    cache.clear()


@pytest.fixture
def make_board(db: None) -> Callable[..., Board]:
    """Makes a running notice with so many pilots."""

    def make(number: int = 1) -> Board:
        handler = MembershipFactory(role=Role.HANDLER)
        call = CallFactory(handler=handler)
        pilots = [pilot_in("accepted", call=call, title=f"公示项目{n}标准化试点") for n in range(1, number + 1)]
        notice = start_notice(
            items=[(pilot, public_facts(pilot)) for pilot in pilots],
            programme="pilots",
            matter="pilots.intended",
            title=f"{call.year}年度市级标准化试点拟立项项目公示",
            text="拟将下列项目列入市级标准化试点，现予公示。",
            days=5,
            responsible=handler,
        )
        return Board(call, pilots, notice, handler)

    return make


@pytest.fixture
def board(make_board: Callable[..., Board]) -> Board:
    """A running notice with one pilot, and one person of every other role."""
    made = make_board()
    pilot = made.pilots[0]
    people = {role: MembershipFactory(role=role) for role in (Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR)}
    made.others = {str(role): membership for role, membership in people.items()}
    other_call = CallFactory(handler=MembershipFactory(role=Role.HANDLER))
    made.others |= {
        "other_handler": Membership.objects.get(desks__in=Desk.objects.filter(call=other_call)),
        "applicant": Membership.objects.filter(unit=pilot.applicant).first(),
        "recommender": Membership.objects.filter(body=pilot.recommender).first(),
        "other_applicant": MembershipFactory(role=Role.UNIT_ADMIN),
        "expert": MembershipFactory(role=Role.EXPERT),
        "admin": MembershipFactory(role=Role.SYSTEM_ADMIN),
    }
    return made


def form_address(item: NoticeItem) -> str:
    return reverse("notices:object", args=[item.notice_id, item.pk])


def typed(client: Client, item: NoticeItem, **changes: Any) -> dict[str, Any]:
    """What a person types into the form, opened as a browser opens it."""
    page = client.get(form_address(item))
    data = {
        "visitor": page.context["visitor"],
        "by_unit": "0",
        "name": NAME,
        "contact": "",
        "phone": PHONE,
        "email": MAIL,
        "grounds": GROUNDS,
        "consent": "on",
    }
    return {**data, **changes}
