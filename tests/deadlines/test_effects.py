"""Steps open and close deadlines; the dossier's nearest due date follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.calls.models import ParameterVersion
from portal.deadlines import keeping, queries
from portal.deadlines.actions import nudge, targets
from portal.deadlines.checks import check_duties
from portal.deadlines.duties import Duty
from portal.deadlines.models import Deadline
from portal.lifecycle.states import APPLICANT, HANDLER
from tests.factories import MembershipFactory, actor, actor_of
from tests.pilot_data import people_of, pilot_in, take

pytestmark = pytest.mark.django_db


def _open(pilot: Any) -> list[str]:
    return list(queries.open_of(pilot).values_list("duty", flat=True))


def _last(pilot: Any, duty: str) -> Deadline:
    return Deadline.objects.filter(dossier=pilot.pk, duty=duty).latest("pk")


def test_declared_duties_are_sound() -> None:
    assert check_duties() == []


@pytest.mark.sqlite_core
def test_each_step_hands_the_duty_on() -> None:
    pilot = pilot_in("draft")
    people = people_of(pilot)
    assert _open(pilot) == ["drafting"]
    assert pilot.due_on == pilot.call.closes_on

    take(pilot, "submit", people.applicant)
    people = people_of(pilot)
    assert _open(pilot) == ["first_review"]
    assert pilot.due_on == pilot.call.reporting_closes_on
    review = _last(pilot, "first_review")
    assert (review.owner, review.body_id, review.unit_id) == ("recommender", pilot.recommender_id, None)
    assert review.rule == "推荐部门报送截止日（含当日）"

    take(pilot, "send_back", people.recommender)
    assert _open(pilot) == ["return_fix"]
    assert pilot.due_on == pilot.return_due_on
    pilot.refresh_from_db()
    assert pilot.due_on == pilot.return_due_on
    assert {row.duty: row.result for row in Deadline.objects.filter(dossier=pilot.pk).exclude(status="open")} == {
        "drafting": "按期办理",
        "first_review": "按期办理",
    }


def test_the_rule_names_the_numbers_it_was_computed_with() -> None:
    pilot = pilot_in("recommended")
    row = _last(pilot, "acceptance_check")
    assert row.rule == "形式审查期限 5 个工作日"
    assert row.due_on == add_workdays(clock.today(), 5)


def test_what_another_side_ended_was_not_done_by_its_owner() -> None:
    pilot = pilot_in("submitted", opinion=False)
    take(pilot, "retract", people_of(pilot).applicant)
    assert _last(pilot, "first_review").status == Deadline.Status.VOID
    pilot = pilot_in("withdrawn")
    assert _open(pilot) == []
    assert pilot.due_on is None
    assert set(Deadline.objects.filter(dossier=pilot.pk).values_list("duty", "status")) == {
        ("drafting", "done"),
        ("first_review", "void"),
    }


def test_time_that_ran_out_is_told_apart() -> None:
    assert _last(pilot_in("lapsed"), "drafting").result == "期满自动办理"


def test_what_is_done_after_its_day_was_late() -> None:
    pilot = pilot_in("recommended")
    people = people_of(pilot)
    with clock.moved(clock.today() + dt.timedelta(days=20)):
        take(pilot, "accept", people.handler)
    assert _last(pilot, "acceptance_check").result == "逾期办理"


def test_a_duty_opened_again_replaces_the_open_one() -> None:
    pilot = pilot_in("draft", complete=False)
    duty = Duty("drafting", "提交申报", APPLICANT, due=lambda s, on: on, rule="规则")
    keeping.open_deadlines(pilot, [duty], on=clock.today())
    assert _open(pilot) == ["drafting"]
    assert Deadline.objects.filter(status="void").count() == 1


def test_duties_inside_the_bureau_neither_show_nor_count_outside() -> None:
    pilot = pilot_in("draft", complete=False)
    people = people_of(pilot)
    secret = Duty("secret", "内部复核", HANDLER, due=lambda s, on: on, rule="内部", inside=True)
    keeping.open_deadlines(pilot, [secret], on=clock.today())
    keeping.keep_due_date(pilot)
    assert pilot.due_on == pilot.call.closes_on
    assert {row.duty for row in queries.shown_of(pilot, people.applicant)} == {"drafting"}
    assert {row.duty for row in queries.shown_of(pilot, people.handler)} == {"drafting", "secret"}
    assert not Deadline.objects.visible_to(people.applicant).filter(duty="secret").exists()


def test_a_parameter_replaces_the_declared_reminders() -> None:
    ParameterVersion.objects.create(
        key="reminder_offsets",
        value={"drafting": {"before": [7], "after": [2]}},
        effective_from=dt.date(2020, 1, 1),
        basis="default",
    )
    assert _last(pilot_in("draft", complete=False), "drafting").offsets == [-7, 2]


# --- whose duties -------------------------------------------------------------------------------


def test_duties_are_those_of_the_unit_the_body_the_desk() -> None:
    today = clock.today()
    draft, submitted, recommended = pilot_in("draft", complete=False), pilot_in("submitted"), pilot_in("recommended")
    for pilot, party in ((draft, "applicant"), (submitted, "recommender"), (recommended, "handler")):
        owner = getattr(people_of(pilot), party)
        assert [row.dossier_id for row in queries.duties_of(owner, today)] == [pilot.pk]
        for other in ("applicant", "recommender", "handler", "chief"):
            if other != party:
                rows = queries.duties_of(getattr(people_of(pilot), other), today)
                assert pilot.pk not in [row.dossier_id for row in rows]
    for role in (Role.UNIT_EDITOR, Role.RECOMMENDER, Role.HANDLER, Role.LEADER, Role.EXPERT, Role.SYSTEM_ADMIN):
        assert not queries.duties_of(actor(role), today).exists()


def test_a_dossier_with_a_handler_is_no_duty_of_the_colleagues() -> None:
    pilot = pilot_in("recommended")
    assert pilot.handler == people_of(pilot).handler.membership
    colleague = actor_of(MembershipFactory(role=Role.HANDLER))
    pilot.field.desk.handlers.add(colleague.membership)
    assert not queries.duties_of(colleague, clock.today()).exists()
    type(pilot).objects.filter(pk=pilot.pk).update(handler=None)
    assert queries.duties_of(colleague, clock.today()).count() == 1


def test_a_duty_of_something_beside_the_dossier_counts_for_the_dossier() -> None:
    department = actor(Role.RECOMMENDER)
    pilot = pilot_in("submitted", key=True, industry_department=department.membership.body)
    (duty,) = queries.duties_of(department, clock.today())
    assert (duty.duty, duty.dossier_id, duty.subject_type) == ("endorse", pilot.pk, "supervision.endorsement")
    assert duty.rule == "答复期限 10 个工作日"
    assert set(_open(pilot)) == {"first_review", "endorse"}
    pilot.refresh_from_db()
    assert pilot.due_on == min(duty.due_on, pilot.call.reporting_closes_on)
    handler = people_of(pilot).handler
    assert {target.party.id for target in targets(pilot, handler)} == {"recommender", "endorser"}
    nudge(pilot, actor=handler)
    first = min(queries.open_of(pilot), key=lambda row: row.due_on)
    assert first.nudges.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_duties(rows: int, django_assert_num_queries: Any) -> None:
    unit = people_of(first := pilot_in("draft", complete=False)).applicant
    for _ in range(rows - 1):
        pilot_in("draft", complete=False, call=first.call, unit=first.applicant)
    today = clock.today()
    with django_assert_num_queries(1):
        assert len([row.dossier.title + row.dossier.call.title for row in queries.duties_of(unit, today)]) == rows
    with django_assert_num_queries(1):
        assert len(queries.due_between(unit, today, today + dt.timedelta(days=31))) == rows


def test_due_between_includes_both_ends_and_what_is_visible_only() -> None:
    pilot = pilot_in("submitted")
    people, due = people_of(pilot), pilot.due_on
    day = dt.timedelta(days=1)
    for person in (people.applicant, people.recommender, people.handler, people.chief):
        assert queries.due_between(person, due, due).count() == 1
        assert not queries.due_between(person, due + day, due + day * 9).exists()
    assert not queries.due_between(actor(Role.RECOMMENDER), due, due).exists()
