"""What the bureau does among itself between the review of an acceptance and its announcement, word for word unseen outside."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, WrongState
from portal.deadlines.models import Deadline
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import offers, perform
from portal.messaging.models import Message
from tests.factories import MembershipFactory, actor_of, sign_in
from tests.pilot_data import people_of
from tests.pilots.office import document, drafted
from tests.pilots.reckoning import months_later
from tests.running_data import concluded, fresh, on, ordered, running_in, take
from tests.supervision.test_secrecy import outsiders, read

pytestmark = pytest.mark.django_db

#: words that would tell an outsider of a result that is not announced
TELLING = ("呈批", "待审批", "提请审批", "拟处理意见", "请示", "任务未完成", "未通过验收专家", "55.00")


def test_nothing_shows_between_the_review_and_the_result() -> None:
    pilot = running_in("acceptance_review")
    handler, chief = people_of(pilot).handler, people_of(pilot).chief
    assert pilot.term_ends_on is not None
    with on(months_later(pilot.term_ends_on, -2)):
        watched = list(outsiders(fresh(pilot)))
        before = [read(fresh(pilot), who) for who in watched]
        assert any(snapshot.pages for snapshot in before)

        def same(when: str) -> None:
            for membership, was in zip(watched, before, strict=True):
                now = read(fresh(pilot), membership)
                for address, page in now.pages.items():
                    assert page == was.pages[address], (when, membership.role, address)
                    for word in TELLING if address != reverse("home") else ():
                        assert word not in page, (when, membership.role, address, word)
                assert now.pages.keys() == was.pages.keys(), (when, membership.role)
                assert (now.messages, now.papers) == (was.messages, was.papers), (when, membership.role)
                assert (now.records, now.due) == (was.records, was.due), (when, membership.role)

        concluded(pilot, "pilots.acceptance", "not_recommended", "任务未完成。")
        take(pilot, "conclude_acceptance", "handler", conclusion="fail", remark="任务未完成")
        assert Deadline.objects.open().get(dossier=pilot, duty="acceptance_deciding").inside
        same("put forward")
        docket = drafted(pilot, "pilots.acceptance", "pass_acceptance")
        perform(docket, "send_up", actor=handler, data={"remark": "任务未完成。"})
        perform(docket, "pass_on", actor=chief, data={"remark": "同意报批。"})
        same("before the leader")
        leader = actor_of(MembershipFactory(role=Role.LEADER))
        perform(docket, "decide", actor=leader, data={"remark": "同意。"})
        same("decided")
        later = (clock.today().replace(year=clock.today().year + 1)).isoformat()
        perform(docket, "schedule", actor=handler, data={**document(handler), "publish_on": later})
        same("scheduled")


def test_outsiders_meet_the_shown_state_alone() -> None:
    pilot = running_in("acceptance_decision")
    applicant, guarantor = people_of(pilot).applicant, people_of(pilot).recommender
    assert (pilot.state, pilot.shown_state, pilot.stage) == ("acceptance_decision", "acceptance_review", "accepting")
    for person in (applicant, guarantor):
        assert person.membership is not None
        client = sign_in(Client(), person.membership)
        worklist = reverse("workbench:worklist")
        assert "待审批" not in client.get(worklist, {"state": "acceptance_decision"}).content.decode()
        assert pilot.title in client.get(worklist, {"state": "acceptance_review"}).content.decode()
        page = client.get(reverse("workbench:dossier", args=[pilot.pk])).content.decode()
        assert "验收评审中" in page
        assert "待审批" not in page
        assert pilot.state_for(person).id == "acceptance_review"
        offered = {offer.step.name for offer in offers(pilot, person)}
        assert offered == ({"add_material"} if person is applicant else set())  # as in the review
        # a step that cannot be taken names the state that is shown
        with pytest.raises(WrongState) as refused:
            perform(pilot, "file_midterm", actor=applicant, data={})
        assert "待审批" not in refused.value.message
    with pytest.raises(NotPermitted):
        perform(pilot, "pass_acceptance", actor=applicant)


def test_a_result_is_told_when_it_is_announced() -> None:
    pilot = running_in("acceptance_decision")
    people = people_of(pilot)
    assert pilot.term_ends_on is not None
    with on(months_later(pilot.term_ends_on, -2)):
        told = Message.objects.filter(subject_id=pilot.pk, title__contains="通过验收")
        assert not told.exists()
        ordered(pilot, "pass_acceptance")
        reached = set(told.values_list("recipient", flat=True))
    assert {people.applicant.user.pk, people.recommender.user.pk} <= reached  # type: ignore[union-attr]
    assert fresh(pilot).shown_state == "passed"


def test_strangers_see_nothing_of_a_running_pilot() -> None:
    pilot = running_in("midterm_rectify")
    strangers: list[Membership] = [
        MembershipFactory(role=role) for role in (Role.UNIT_ADMIN, Role.RECOMMENDER, Role.EXPERT, Role.HANDLER)
    ]
    for membership in strangers:
        assert not Dossier.objects.visible_to(actor_of(membership)).filter(pk=pilot.pk).exists()
        for related in ("rectifications", "statements", "requests", "suspensions", "milestones", "task_book"):
            model = Dossier._meta.get_field(related).related_model
            rows = model._default_manager.visible_to(actor_of(membership))  # type: ignore[union-attr]
            assert not rows.filter(dossier=pilot.pk).exists(), (membership.role, related)
        page = sign_in(Client(), membership).get(reverse("workbench:dossier", args=[pilot.pk]))
        assert page.status_code == 404
