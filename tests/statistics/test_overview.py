"""The overview counts what runs: how it counts, for whom, and the list behind each number."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from openpyxl import load_workbook

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import CallField
from portal.statistics import counting, overviews, urls
from portal.statistics.dimensions import BY_ID, DIMENSIONS
from portal.statistics.measures import MEASURES
from portal.statistics.overviews import Overview
from portal.statistics.views import READERS
from tests.factories import BodyFactory, CallFactory, DistrictFactory, MembershipFactory, actor, sign_in
from tests.pilot_data import people_of, pilot_in
from tests.statistics.conftest import Add

pytestmark = pytest.mark.django_db


def as_(found: Actor) -> Client:
    assert found.membership is not None
    return sign_in(Client(), found.membership)


@pytest.fixture
def chief() -> Actor:
    return actor(Role.SECTION_CHIEF)


def page_of(client: Client, query: str = "") -> Any:
    return client.get(reverse("statistics:overview", args=["bycolumns"]) + query)


def totals(found: Actor, overview: Overview) -> dict[str, int]:
    """Each measure counted by itself."""
    rows, today = counting.running(overview, found), clock.today()
    return {measure.id: rows.filter(measure.where(overview, today)).count() for measure in MEASURES}


def address(pattern: URLPattern) -> str:
    return reverse(f"statistics:{pattern.name}", kwargs=dict.fromkeys(pattern.pattern.converters, "bycolumns"))


# --- how it counts ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "columns", "counted"),
    [
        (None, {}, set()),
        (0, {}, {"due30", "due60", "due90"}),
        (30, {}, {"due30", "due60", "due90"}),
        (31, {}, {"due60", "due90"}),
        (60, {}, {"due60", "due90"}),
        (61, {}, {"due90"}),
        (90, {}, {"due90"}),
        (91, {}, set()),
        (-1, {}, {"overdue"}),
        (400, {"state": "correction"}, {"overdue"}),
        (10, {"state": "correction"}, {"overdue"}),
        (10, {"extended": True}, {"due30", "due60", "due90", "extended"}),
        (-1, {"suspended": True}, {"suspended"}),
        (10, {"suspended": True, "extended": True}, {"suspended", "extended"}),
    ],
)
def test_what_is_counted(
    add: Add, overview: Overview, chief: Actor, days: int | None, columns: dict[str, Any], counted: set[str]
) -> None:
    before = totals(chief, overview)
    add(days, **columns)
    after = totals(chief, overview)
    assert {name for name in after if after[name] > before[name]} == counted | {"all"}


def test_what_does_not_run_is_not_counted(add: Add, overview: Overview, chief: Actor) -> None:
    before = totals(chief, overview)
    add(5, state="draft", private=True)
    add(5, state="refused")
    add(5, private=True)
    assert totals(chief, overview) == before


def test_an_overview_without_overdue_states(add: Add, overview: Overview, chief: Actor) -> None:
    plain = replace(overview, overdue_states=())
    add(-3)
    add(3)
    counts = totals(chief, plain)
    assert (counts["overdue"], counts["due30"]) == (1, 1)


# --- for whom -----------------------------------------------------------------------------------
def test_each_reader_counts_what_is_visible(add: Add, first: Any, overview: Overview) -> None:
    add(5)
    handler = people_of(first).handler
    assert totals(handler, overview)["all"] == 2
    assert totals(actor(Role.HANDLER), overview)["all"] == 0, "another desk's"
    for role in (Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR):
        assert totals(actor(role), overview)["all"] == 2


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_the_others_find_nothing(first: Any, role: Role) -> None:
    client = sign_in(Client(), MembershipFactory(role=role))
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert client.get(address(pattern)).status_code == 404, pattern.name


def test_each_address_names_its_roles() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert getattr(pattern.callback, "roles", None) == READERS, pattern.name


# --- the table ----------------------------------------------------------------------------------
def test_the_table_adds_up_in_every_dimension(add: Add, first: Any, overview: Overview, chief: Actor) -> None:
    other = CallField.objects.filter(call=first.call).exclude(pk=first.field_id).first()
    assert other is not None
    add(5, field=other, district=DistrictFactory(code="310115"))
    add(-5, field=None, district=None, recommender=None, handler=None)
    add(45, recommender=BodyFactory(), suspended=True)
    whole = totals(chief, overview)
    assert whole["all"] == 4
    for dimension in DIMENSIONS:
        groups = counting.table(overview, dimension, chief, clock.today())
        assert len(groups) > 1, dimension.id
        assert groups[-1].value == "none", dimension.id
        assert counting.total_of(groups) == whole


def test_fields_of_the_same_name_in_two_years_are_one_group(
    add: Add, first: Any, overview: Overview, chief: Actor
) -> None:
    call = CallFactory(year=first.call.year - 1)
    twin = CallField.objects.get(call=call, name=first.field.name)
    add(5, field=twin, call=call)
    groups = counting.table(overview, BY_ID["field"], chief, clock.today())
    assert [(group.name, group.counts["all"]) for group in groups] == [(first.field.name, 2)]


def test_every_number_leads_to_a_list_of_as_many(add: Add, first: Any, overview: Overview, chief: Actor) -> None:
    add(5, extended=True)
    add(-5, district=None)
    add(45, suspended=True)
    add(80, state="correction", recommender=None, field=None)
    client = as_(chief)
    seen = 0
    for dimension in DIMENSIONS:
        page = page_of(client, f"?by={dimension.id}")
        cells = [(number, url) for _group, line in page.context["lines"] for _m, number, url in line]
        for number, url in [*cells, *((number, url) for _m, number, url in page.context["tiles"])]:
            if number:
                seen += 1
                assert len(client.get(url).context["list"].page.rows) == number, url
    assert seen > 40


# --- pages --------------------------------------------------------------------------------------
def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(add: Add, first: Any, rows: int) -> None:
    for number in range(rows - 1):
        add(number, recommender=BodyFactory())
    for reader, whole, listed in (
        (actor(Role.LEADER), 5, 7),
        (people_of(first).handler, 5, 7),
    ):
        client = as_(reader)
        assert queries_of(client, reverse("statistics:overview", args=["bycolumns"])) == whole
        assert queries_of(client, reverse("statistics:list", args=["bycolumns"])) == listed


def test_the_page_says_when_and_how_it_counts(add: Add, chief: Actor) -> None:
    add(-2)
    html = page_of(as_(chief)).content.decode()
    assert f"数据截至 {clock.today().isoformat()}" in html
    assert "范围：全部实施中项目" in html
    for measure in MEASURES:
        assert str(measure.explain) in html
    assert "范围：您负责领域" in page_of(as_(actor(Role.HANDLER))).content.decode()


def test_an_overview_of_nothing_says_so(overview: Overview, chief: Actor) -> None:
    html = page_of(as_(chief)).content.decode()
    assert "没有实施中的项目" in html
    assert "导出 Excel" not in html


def test_the_menu_leads_to_the_first_programme(overview: Overview, chief: Actor) -> None:
    client = as_(chief)
    assert client.get(reverse("statistics:home"))["Location"] == reverse("statistics:overview", args=["bycolumns"])
    overviews.unregister("bycolumns")
    assert "没有实施中的项目" in client.get(reverse("statistics:home")).content.decode()
    assert page_of(client).status_code == 404


def test_several_programmes_stand_side_by_side(add: Add, overview: Overview, chief: Actor) -> None:
    other = Overview(
        "other", "标准化组织", overview.model, ("draft",), term_field="due_on", suspended=overview.suspended
    )
    overviews.register(other)
    assert reverse("statistics:overview", args=["other"]) in page_of(as_(chief)).content.decode()


def test_the_list_is_ordered_by_the_end_of_the_term_and_paged(add: Add, first: Any, chief: Actor) -> None:
    ends = [40, None, -3, 7, *range(100, 120)]
    for days in ends:
        add(days)
    url = reverse("statistics:list", args=["bycolumns"])
    page = as_(chief).get(url + "?size=20")
    rows = page.context["list"].page.rows
    assert len(rows) == 20
    second = as_(chief).get(url + page.context["list"].next_url).context["list"].page.rows
    found = [row.due_on for row in (*rows, *second)]
    assert found == [*sorted(day for day in found if day), None, None]
    assert "已逾期 3 天" in page.content.decode()


def test_a_suspended_one_is_not_shown_as_overdue(add: Add, chief: Actor) -> None:
    add(-3, suspended=True)
    html = as_(chief).get(reverse("statistics:list", args=["bycolumns"]) + "?count=suspended").content.decode()
    assert "暂停中" in html
    assert "已逾期 3 天" not in html


def cells_of(response: Any) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_table_and_list_as_xlsx(add: Add, first: Any, chief: Actor) -> None:
    add(5, extended=True, recommender=None)
    client = as_(chief)
    rows = cells_of(client.get(reverse("statistics:export", args=["bycolumns"]) + "?by=recommender"))
    assert "按推荐单位" in rows[0][0]
    assert rows[1] == ["推荐单位", *(str(measure.label) for measure in MEASURES)]
    assert rows[2:] == [
        [first.recommender.name, 1, 0, 0, 0, 0, 0, 0],
        ["无推荐单位", 1, 1, 1, 1, 0, 1, 0],
        ["合计", 2, 1, 1, 1, 0, 1, 0],
    ]
    rows = cells_of(client.get(reverse("statistics:list_export", args=["bycolumns"]) + "?count=extended"))
    assert len(rows) == 3
    assert rows[2][1].startswith("第一个试点")


def test_the_states_are_the_true_ones(overview: Overview, chief: Actor) -> None:
    pilot = pilot_in("accepted")
    html = as_(chief).get(reverse("statistics:list", args=["bycolumns"])).content.decode()
    assert str(pilot.state_info.label) in html
