"""The lists of running projects: the guarantor's own, and those that the bureau keeps an eye on."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.execution.watches import watches
from tests.factories import actor
from tests.pilot_data import people_of
from tests.running_data import ask_for, evaluate, fresh, on, ordered, sign_task_book, take
from tests.supervision.desk import Desk
from tests.world_running import approved

pytestmark = pytest.mark.django_db
GUARANTEED, SUPERVISED = "/desk/guaranteed/", "/desk/supervised/"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def waiting(desk: Desk) -> Pilot:
    """An approved pilot whose task book is not signed."""
    return fresh(approved(desk, title="待签任务书的标准化试点"))


def keys(response: Any) -> list[int]:
    return [row.pk for row in response.context["list"].page.rows]


def counts(response: Any) -> dict[str, int]:
    return {watch.id: count for watch, count, _current in response.context["watches"]}


# --- the guarantor ----------------------------------------------------------------------------------
def test_the_guarantor_finds_the_projects_it_answers_for(as_actor, desk, waiting) -> None:  # type: ignore[no-untyped-def]
    body = waiting.recommender
    runs = approved(desk, title="实施中的标准化试点", recommender=body)
    sign_task_book(runs)
    desk.decided_on(recommender=body)  # not approved yet
    approved(desk)  # of another body
    client = as_actor(people_of(waiting).recommender)
    answer = client.get(GUARANTEED)
    assert set(keys(answer)) == {waiting.pk, runs.pk}
    assert "0/2" in answer.content.decode()
    assert keys(client.get(GUARANTEED + "?state=approved")) == [waiting.pk]
    for role in Role:
        if role != Role.RECOMMENDER:
            assert as_actor(actor(role)).get(GUARANTEED).status_code == 404, role


def test_open_questions_stand_beside_their_project(as_actor, desk, waiting) -> None:  # type: ignore[no-untyped-def]
    runs = approved(desk, title="申请终止的标准化试点", recommender=waiting.recommender)
    sign_task_book(runs)
    ask_for(fresh(runs), "pilots.termination", endorsed=False)
    client = as_actor(people_of(waiting).recommender)
    answer = client.get(GUARANTEED + "?asked=yes")
    assert keys(answer) == [runs.pk]
    question = fresh(runs).endorsements.get()
    assert reverse("supervision:endorsement", args=[question.pk]) in answer.content.decode()
    assert keys(client.get(GUARANTEED + "?asked=no")) == [waiting.pk]


def test_the_guarantors_list_costs_as_much_for_three_as_for_one(as_actor, queries, desk, waiting) -> None:  # type: ignore[no-untyped-def]
    sign_task_book(waiting)
    client = as_actor(people_of(waiting).recommender)
    assert queries(client, GUARANTEED, 8) == 8
    for n in (2, 3):
        sign_task_book(approved(desk, title=f"第{n}项标准化试点", recommender=waiting.recommender))
    assert len(keys(client.get(GUARANTEED))) == 3
    assert queries(client, GUARANTEED, 8) == 8


def test_the_list_as_a_sheet(as_actor, waiting) -> None:  # type: ignore[no-untyped-def]
    sign_task_book(waiting)
    people = people_of(waiting)
    url = reverse("workbench:export", args=["guaranteed"])
    assert as_actor(people.handler).get(url).status_code == 404
    response = as_actor(people.recommender).get(url)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = [[cell.value for cell in row] for row in book.active]
    assert rows[1][4:6] == ["阶段任务", "期限届满"]
    assert rows[2][4] == "0/2（0%）"
    assert rows[2][5].date() == fresh(waiting).term_ends_on
    book.close()
    response.close()


# --- the bureau -------------------------------------------------------------------------------------
def test_each_list_holds_what_its_name_says(as_actor, desk, waiting) -> None:  # type: ignore[no-untyped-def]
    people = people_of(waiting)
    client = as_actor(people.handler)
    expected = dict.fromkeys((watch.id for watch in watches()), 0)

    def holds(**more: int) -> None:
        answer = client.get(SUPERVISED)
        assert counts(answer) == {**expected, **more}
        for watch in more:
            assert keys(client.get(f"{SUPERVISED}{watch}/")) == [waiting.pk], watch

    holds(**{"task-book": 1})
    sign_task_book(waiting)
    holds()
    ordered(waiting, "suspend")
    holds(suspended=1)
    ordered(waiting, "resume")
    with on(fresh(waiting).term_ends_on - dt.timedelta(days=91)):
        holds()
    with on(fresh(waiting).term_ends_on - dt.timedelta(days=90)):
        holds(ending=1)
    take(waiting, "open_midterm", people.handler)
    holds(**{"midterm-due": 1})
    evaluate(waiting, "midterm")
    take(waiting, "file_midterm", people.applicant, truthful="on", no_secrets="on")
    holds(midterm=1)
    end = fresh(waiting).term_ends_on + dt.timedelta(days=1)
    with on(end):
        take(waiting, "fall_overdue", "time")
        holds(overdue=1)


def test_the_menu_counts_what_the_handler_has_to_do(as_actor, waiting) -> None:  # type: ignore[no-untyped-def]
    from portal.workbench.lists import watched_waiting

    handler = people_of(waiting).handler
    assert not watched_waiting(handler).exists()
    sign_task_book(waiting, "bureau_signing")
    assert [row.pk for row in watched_waiting(handler)] == [waiting.pk]


def test_who_keeps_an_eye_on_them(as_actor, desk, waiting) -> None:  # type: ignore[no-untyped-def]
    url = f"{SUPERVISED}task-book/"
    for person in (people_of(waiting).handler, desk.chief, desk.leader, actor(Role.AUDITOR)):
        assert keys(as_actor(person).get(url)) == [waiting.pk], person
        assert as_actor(person).get(f"{SUPERVISED}nonsense/").status_code == 404
    assert keys(as_actor(actor(Role.HANDLER)).get(url)) == []  # of another desk
    for role in (Role.UNIT_ADMIN, Role.UNIT_EDITOR, Role.RECOMMENDER, Role.EXPERT, Role.SYSTEM_ADMIN):
        client = as_actor(actor(role))
        for address in (SUPERVISED, url, reverse("workbench:export", args=["watched-task-book"])):
            assert client.get(address).status_code == 404, (role, address)


def test_only_steps_that_lead_on_are_offered_for_many(as_actor, waiting) -> None:  # type: ignore[no-untyped-def]
    people = people_of(waiting)
    sign_task_book(waiting)
    take(waiting, "open_midterm", people.handler)
    evaluate(waiting, "midterm")
    take(waiting, "file_midterm", people.applicant, truthful="on", no_secrets="on")
    offered = as_actor(people.handler).get(f"{SUPERVISED}midterm/").context["bulk_steps"]
    assert "pass_midterm" in [step.name for step in offered]
    assert "accept" not in [step.name for step in offered]


def test_a_list_of_the_bureau_costs_as_much_for_three_as_for_one(as_actor, queries, desk, waiting) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(desk.handler)
    assert queries(client, f"{SUPERVISED}task-book/", 9) == 9
    for n in (2, 3):
        approved(desk, title=f"第{n}项标准化试点")
    assert len(keys(client.get(f"{SUPERVISED}task-book/"))) == 3
    assert queries(client, f"{SUPERVISED}task-book/", 9) == 9
