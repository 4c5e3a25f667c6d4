"""Endorsements: who is asked when, what waits for the answer, and when a question ends without one."""

from __future__ import annotations

from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, Unmet
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.models import Endorsement
from tests.factories import BodyFactory, actor
from tests.pilot_data import fill, people_of, pilot_in, take, upload_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def department() -> Body:
    return BodyFactory(name="市民政局")


def answer(person: Actor) -> dict[str, Any]:
    return {"opinion": "同意。", "signer": "郑十", "scan": [upload_for(person, "endorsement")]}


def of(pilot: Pilot, kind: str) -> list[Endorsement]:
    return list(Endorsement.objects.filter(dossier=pilot, kind=kind).order_by("pk"))


def key_pilot(department: Body, state: str = "submitted", **details: Any) -> Pilot:
    return pilot_in(state, key=True, industry_department=department, **details)


# --- consent to a key project -------------------------------------------------------------------


def test_a_key_project_asks_its_industry_department(department: Body) -> None:
    (asked,) = of(pilot := key_pilot(department), "key_consent")
    assert (asked.state, asked.body, asked.chain_id) == ("asked", department, pilot.chain_id)
    steps = Record.objects.filter(chain_id=pilot.chain_id).order_by("seq").values_list("subject_type", "step")
    assert ("supervision.endorsement", "ask") in steps
    assert pilot.state == "submitted"  # nothing waits for it


def test_the_asked_department_is_told_what_to_do_not_that_a_term_ran_out(department: Body) -> None:
    person = actor(Role.RECOMMENDER, body=department)
    key_pilot(department)
    text = Message.objects.filter(recipient=person.user).latest("pk").text
    assert "办理“征求意见”" in text
    assert "答复征求意见" in text
    assert "期限届满" not in text


def test_a_general_project_asks_nobody() -> None:
    assert of(pilot_in("submitted"), "key_consent") == []


def test_the_recommender_is_not_asked_for_its_own_consent() -> None:
    recommender = BodyFactory()
    assert of(key_pilot(recommender, recommender=recommender), "key_consent") == []


def test_the_asked_body_sees_the_dossier_and_answers(department: Body) -> None:
    pilot = key_pilot(department)
    (asked,) = of(pilot, "key_consent")
    person, other = actor(Role.RECOMMENDER, body=department), actor(Role.RECOMMENDER)
    assert Dossier.objects.visible_to(person).filter(pk=pilot.pk).exists()
    assert not Dossier.objects.visible_to(other).filter(pk=pilot.pk).exists()
    assert [o.step.name for o in offers(asked, person)] == ["agree", "disagree"]
    with pytest.raises(NotVisible):
        perform(asked, "agree", actor=other, data=answer(other))
    with pytest.raises(NotPermitted):
        perform(asked, "agree", actor=people_of(pilot).recommender, data=answer(people_of(pilot).recommender))
    with pytest.raises(InvalidInput):
        perform(asked, "agree", actor=person, data={"opinion": "同意。"})
    perform(asked, "agree", actor=person, data=answer(person), seen=asked.revision)
    assert (asked.state, asked.opinion, asked.signer) == ("agreed", "同意。", "郑十")


def test_no_other_step_of_the_dossier_is_the_asked_bodys(department: Body) -> None:
    pilot = key_pilot(department)
    assert offers(pilot, actor(Role.RECOMMENDER, body=department)) == []


def test_the_consent_outlives_a_return_and_is_not_asked_twice(department: Body) -> None:
    pilot = key_pilot(department, state="submitted")
    person = actor(Role.RECOMMENDER, body=department)
    perform(of(pilot, "key_consent")[0], "agree", actor=person, data=answer(person))
    take(pilot, "send_back", people_of(pilot).recommender)
    take(pilot, "submit", people_of(pilot).applicant)
    assert [e.state for e in of(pilot, "key_consent")] == ["agreed"]


def test_an_open_question_outlives_return_and_correction(department: Body) -> None:
    pilot = key_pilot(department, state="returned")
    take(pilot, "submit", people_of(pilot).applicant)
    assert [e.state for e in of(pilot, "key_consent")] == ["asked"]
    corrected = key_pilot(department, state="supplemented")
    assert [e.state for e in of(corrected, "key_consent")] == ["asked"]


def test_another_department_is_asked_when_the_form_names_another(department: Body) -> None:
    pilot, other = key_pilot(department, state="returned"), BodyFactory(name="市商务委")
    people = people_of(pilot)
    fill(pilot, people.applicant, people.recommender.membership.body, key=True, industry_department=other)  # type: ignore
    take(pilot, "submit", people.applicant)
    assert [(e.body, e.state) for e in of(pilot, "key_consent")] == [(department, "expired"), (other, "asked")]


def test_a_refused_consent_is_asked_for_again_with_the_next_submission(department: Body) -> None:
    pilot = key_pilot(department, state="submitted", opinion=False)
    person = actor(Role.RECOMMENDER, body=department)
    perform(of(pilot, "key_consent")[0], "disagree", actor=person, data=answer(person))
    take(pilot, "retract", people_of(pilot).applicant)
    take(pilot, "submit", people_of(pilot).applicant)
    assert [e.state for e in of(pilot, "key_consent")] == ["disagreed", "asked"]


@pytest.mark.parametrize("step", ["withdraw", "decline", "retract"])
def test_nobody_needs_to_answer_once_the_declaration_is_off_the_table(department: Body, step: str) -> None:
    pilot = key_pilot(department, opinion=False)
    people = people_of(pilot)
    take(pilot, step, people.recommender if step == "decline" else people.applicant)
    (ended,) = of(pilot, "key_consent")
    assert ended.state == "expired"
    person = actor(Role.RECOMMENDER, body=department)
    if step == "retract":  # a draft is its applicant's alone
        with pytest.raises(NotVisible):
            perform(ended, "agree", actor=person, data=answer(person))


# --- confirmation of corrected content ----------------------------------------------------------


def test_acceptance_waits_for_the_confirmation_of_corrected_content() -> None:
    pilot = pilot_in("supplemented", content=True)
    people = people_of(pilot)
    (asked,) = of(pilot, "content_correction")
    assert asked.body_id == pilot.recommender_id
    with pytest.raises(Unmet, match="等待"):
        take(pilot, "accept", people.handler)
    accepting = next(o for o in offers(pilot, people.handler) if o.step.name == "accept")
    assert not accepting.allowed
    perform(asked, "agree", actor=people.recommender, data=answer(people.recommender))
    take(pilot, "accept", people.handler)
    assert pilot.state == "accepted"


def test_other_ways_stay_open_while_the_confirmation_waits() -> None:
    pilot = pilot_in("supplemented", content=True)
    take(pilot, "refuse_acceptance", people_of(pilot).handler)
    assert [e.state for e in of(pilot, "content_correction")] == ["expired"]


@pytest.mark.parametrize("outcome", ["disagree", "expire"])
def test_without_agreement_there_is_no_acceptance(outcome: str) -> None:
    pilot = pilot_in("supplemented", content=True)
    people = people_of(pilot)
    (asked,) = of(pilot, "content_correction")
    if outcome == "expire":
        perform(asked, "expire", actor=people.handler, data={"reason": "多次提醒未答复。"})
    else:
        perform(asked, "disagree", actor=people.recommender, data=answer(people.recommender))
    with pytest.raises(Unmet, match="未予同意"):
        take(pilot, "accept", people.handler)


def test_a_second_correction_asks_for_confirmation_anew() -> None:
    pilot = pilot_in("supplemented", content=True)
    people = people_of(pilot)
    perform(of(pilot, "content_correction")[0], "agree", actor=people.recommender, data=answer(people.recommender))
    take(pilot, "ask_second_correction", people.handler)
    take(pilot, "agree_second_correction", people.chief)
    take(pilot, "require_correction", people.handler, content=True)
    take(pilot, "supplement", people.applicant)
    assert [e.state for e in of(pilot, "content_correction")] == ["agreed", "asked"]
    with pytest.raises(Unmet):
        take(pilot, "accept", people.handler)


def test_a_correction_of_form_only_asks_nobody() -> None:
    pilot = pilot_in("supplemented")
    assert of(pilot, "content_correction") == []
    take(pilot, "accept", people_of(pilot).handler)


def test_only_the_handler_and_time_end_a_question(department: Body) -> None:
    pilot = key_pilot(department)
    (asked,) = of(pilot, "key_consent")
    reason = {"reason": "事项已变更。"}
    people = people_of(pilot)
    for person in (people.applicant, people.recommender, people.chief, actor(Role.RECOMMENDER, body=department)):
        with pytest.raises(NotPermitted):
            perform(asked, "expire", actor=person, data=reason)
    perform(asked, "expire", actor=SYSTEM, data=reason)
    assert asked.state == "expired"
