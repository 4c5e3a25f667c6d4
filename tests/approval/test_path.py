"""From acceptance to the approval document, through the door."""

from __future__ import annotations

import datetime as dt

import pytest

from pilots.approval import no_regrading_is_open
from pilots.matters import risks
from pilots.models import Pilot
from portal.accounts.actors import SYSTEM
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, Unmet
from portal.base.workdays import add_workdays, term_end
from portal.deadlines.models import Deadline
from portal.lifecycle.engine import perform
from portal.notices import actions as notices
from portal.notices.models import Notice
from portal.reviews import actions as reviews
from portal.reviews.models import Assignment, Entry, Expert
from portal.supervision.dockets import actions as dockets
from portal.supervision.models import Docket, Endorsement
from tests.factories import MembershipFactory, actor_of, handler_of
from tests.pilot_data import people_of, pilot_in, upload_for

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


# --- a key project becomes a general one ----------------------------------------------------------
@pytest.fixture
def key_project() -> Pilot:
    """A key project that is reviewed."""
    pilot = pilot_in("accepted")
    Pilot.objects.filter(pk=pilot.pk).update(project_class="key", industry_department=pilot.recommender)
    round_ = reviews.set_up_round(
        actor=handler_of(pilot.call), matter_id="pilots.project_review", title="立项评审", held_on=clock.today()
    )
    assert reviews.take_in(round_, [Pilot.objects.get(pk=pilot.pk)], actor=handler_of(pilot.call)) == []
    return Pilot.objects.get(pk=pilot.pk)


def regraded(pilot: Pilot, *steps: tuple[str, str]) -> Pilot:
    """The pilot after these steps, each by one of its people."""
    for step, who in steps:
        perform(
            Pilot.objects.get(pk=pilot.pk), step, actor=getattr(people_of(pilot), who), data={"reason": "条件不符。"}
        )
    return Pilot.objects.get(pk=pilot.pk)


def test_a_key_project_is_regraded_when_applicant_and_recommender_agree(key_project: Pilot) -> None:
    people = people_of(key_project)
    entry = Entry.objects.get(dossier=key_project)
    assert entry.pass_line == 75
    pilot = regraded(key_project, ("propose_regrading", "handler"))
    asked = Endorsement.objects.get(dossier=pilot, kind="regrade_consent")
    assert (asked.body_id, asked.state) == (pilot.recommender_id, "asked")
    assert Deadline.objects.open().filter(dossier=pilot, duty="regrade_answer").exists()
    with pytest.raises(Unmet, match="等待申报单位答复"):
        regraded(pilot, ("regrade_to_general", "handler"))
    pilot = regraded(pilot, ("agree_to_regrading", "applicant"))
    with pytest.raises(Unmet, match="推荐单位意见（调整项目类别）"):
        regraded(pilot, ("regrade_to_general", "handler"))
    scan = [upload_for(people.recommender, "endorsement")]
    perform(asked, "agree", actor=people.recommender, data={"opinion": "同意。", "signer": "郑十", "scan": scan})
    pilot = regraded(pilot, ("regrade_to_general", "handler"))
    assert (pilot.state, pilot.project_class, pilot.regrade) == ("project_review", "general", "done")
    entry.refresh_from_db()
    assert entry.pass_line == 60
    assert risks([pilot]) == {pilot.pk: ["评审中由重点项目调整为一般项目"]}
    with pytest.raises(NotPermitted):
        regraded(pilot, ("propose_regrading", "handler"))


@pytest.mark.parametrize(("step", "who"), [("decline_regrading", "applicant"), ("drop_regrading", "handler")])
def test_a_key_project_that_is_not_regraded_stays_one(key_project: Pilot, step: str, who: str) -> None:
    pilot = regraded(key_project, ("propose_regrading", "handler"))
    assert "已建议调整为一般项目" in str(no_regrading_is_open(pilot, SYSTEM))
    pilot = regraded(pilot, (step, who))
    assert pilot.is_key
    assert no_regrading_is_open(pilot, SYSTEM) is None
    assert Endorsement.objects.get(dossier=pilot, kind="regrade_consent").state == "expired"
    assert not Deadline.objects.open().filter(dossier=pilot, duty="regrade_answer").exists()
    with pytest.raises(NotPermitted):
        regraded(pilot, ("agree_to_regrading", "applicant"))
