"""From acceptance to the approval document, through the door."""

from __future__ import annotations

import datetime as dt

import pytest

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_workdays, term_end
from portal.lifecycle.engine import perform
from portal.notices import actions as notices
from portal.notices.models import Notice
from portal.reviews import actions as reviews
from portal.reviews.models import Assignment, Expert
from portal.supervision.dockets import actions as dockets
from portal.supervision.models import Docket
from tests.factories import MembershipFactory, actor_of, handler_of
from tests.pilot_data import pilot_in, upload_for

pytestmark = pytest.mark.django_db


def make_experts(number: int) -> list[tuple[Expert, object]]:
    """Experts with accounts."""
    found = []
    for n in range(number):
        membership = MembershipFactory(role=Role.EXPERT)
        expert = Expert.objects.create(
            user=membership.user,
            name=membership.user.name,
            employer=f"示例研究院{n}",
            phone="13800000000",
            email=membership.user.email,
        )
        found.append((expert, actor_of(membership)))
    return found


def score(assignment: Assignment, actor: object, share: str = "0.8") -> None:
    data = {"opinion": "目标明确，任务可行。"}
    for item in assignment.sheet.items:
        data[f"score-{item.id}"] = str(float(item.highest) * float(share))
    perform(assignment, "submit", actor=actor, data=data)


def test_a_batch_is_approved() -> None:
    first = pilot_in("accepted")
    handler = handler_of(first.call)
    chief = actor_of(MembershipFactory(role=Role.SECTION_CHIEF))
    leader = actor_of(MembershipFactory(role=Role.LEADER))
    panel = make_experts(5)
    round_ = reviews.set_up_round(
        actor=handler, matter_id="pilots.project_review", title="立项评审", held_on=clock.today()
    )
    assert reviews.take_in(round_, [first], actor=handler) == []
    reviews.set_panel(round_, [e for e, _ in panel], actor=handler)
    reviews.set_chair(round_, panel[0][0], actor=handler)
    perform(round_, "invite", actor=handler)
    for expert, actor in panel:
        for assignment in Assignment.objects.filter(expert=expert):
            perform(assignment, "accept", actor=actor)
    perform(round_, "open_scoring", actor=handler)
    for expert, actor in panel:
        for assignment in Assignment.objects.filter(expert=expert):
            perform(assignment, "declare", actor=actor, data={"no_conflict": "on"})
            score(assignment, actor)
    entry = round_.entries.get()
    perform(
        round_,
        "conclude",
        actor=handler,
        data={"conclusion": "同意立项。", f"conclusion-{entry.pk}": "recommended", f"opinion-{entry.pk}": ""},
    )
    entry.refresh_from_db()
    assert (str(entry.mean), entry.rank, entry.passed) == ("80.00", 1, True)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"locked"}
    pilot = Pilot.objects.get(pk=first.pk)
    perform(pilot, "put_forward", actor=handler, data={"exclusions_checked": "on"})
    docket, refused = dockets.begin_docket(actor=handler, matter_id="pilots.intended", title="拟立项", dossiers=[pilot])
    assert refused == []
    perform(docket, "send_up", actor=handler, data={"remark": "拟同意。"})
    perform(docket, "pass_on", actor=chief, data={"remark": "同意。"})
    perform(docket, "decide", actor=leader, data={"remark": "同意。"})
    assert Pilot.objects.get(pk=pilot.pk).state == "approval_decision"
    perform(docket, "register", actor=handler, data={})
    pilot = Pilot.objects.get(pk=pilot.pk)
    assert pilot.state == "notice"
    notice = Notice.objects.get()
    assert notice.closes_on == add_workdays(clock.today(), 5)
    with clock.moved(notice.closes_on + dt.timedelta(days=1)):
        assert notices.close_due_items() == 1
        second, refused = dockets.begin_docket(
            actor=handler, matter_id="pilots.approval", title="立项", dossiers=[pilot]
        )
        assert refused == []
        perform(second, "send_up", actor=handler, data={"remark": "拟同意。"})
        perform(second, "pass_on", actor=chief, data={"remark": "同意。"})
        perform(second, "decide", actor=leader, data={"remark": "同意。"})
        perform(
            second,
            "register",
            actor=handler,
            data={
                "number": "沪市监标技〔2026〕1号",
                "dated": clock.today().isoformat(),
                "original": [upload_for(handler, "sealed_original")],
            },
        )
        pilot = Pilot.objects.get(pk=pilot.pk)
        assert pilot.state == "approved"
        assert pilot.term_ends_on == term_end(clock.today(), 24)
        assert pilot.guarantor == pilot.recommender
    assert Docket.objects.get(pk=second.pk).state == "issued"
