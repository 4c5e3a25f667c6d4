"""The lists of dossiers: who sees what, filters, search, orders, columns, export, query counts."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from tests.factories import BodyFactory, CallFactory, PilotFactory, UnitFactory, actor, handler_of
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db
URL = "/desk/dossiers/"


@pytest.fixture
def call():  # type: ignore[no-untyped-def]
    return CallFactory()


def titles(response) -> list[str]:  # type: ignore[no-untyped-def]
    return [str(row) for row in response.context["list"].page.rows]


def test_query_count_does_not_grow_with_the_rows(as_actor, queries, call) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(handler_of(call))
    PilotFactory(state="recommended", call=call, title="一号标准化试点")
    one = queries(client, URL, 12)
    PilotFactory(state="recommended", call=call, title="二号标准化试点")
    PilotFactory(state="submitted", call=call, title="三号标准化试点")
    assert queries(client, URL, 12) == one
    searched = queries(client, f"{URL}?q=标准&sort=due&size=20", 12)
    assert searched <= one + 1


def test_each_role_has_its_own_list(as_actor, call) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted", call=call)
    people = people_of(pilot)
    for who, url, word in (
        (people.applicant, URL, "我的项目"),
        (people.recommender, f"{URL}waiting/", "待推荐"),
        (people.handler, URL, "全部项目"),
        (people.chief, URL, "全部项目"),
    ):
        response = as_actor(who).get(url)
        assert titles(response) == [pilot.title]
        assert f'<h1 class="p-title">{word}</h1>' in response.content.decode()
    assert titles(as_actor(people.handler).get(f"{URL}waiting/")) == []
    stranger = as_actor(actor(Role.UNIT_ADMIN))
    assert "本单位还没有申报项目" in stranger.get(URL).content.decode()


def test_a_draft_is_in_its_applicants_list_only(as_actor, call) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="draft", call=call)
    people = people_of(pilot)
    assert titles(as_actor(people.applicant).get(URL)) == [pilot.title]
    assert titles(as_actor(people.handler).get(URL)) == []


def test_filters_narrow_and_are_shown_as_chips(as_actor, call) -> None:  # type: ignore[no-untyped-def]
    body = BodyFactory(name="市民政局")
    mine = PilotFactory(state="submitted", call=call, title="养老服务标准化试点", recommender=body)
    other = PilotFactory(state="recommended", call=call, title="冷链物流标准化试点")
    client = as_actor(handler_of(call))
    for query, found in (
        (f"recommender={body.pk}", mine),
        ("state=recommended", other),
        ("stage=acceptance", other),
        (f"q={other.number}", other),
        ("q=冷链", other),
        ("q=养老+标准化", mine),
        ("waiting=yes", other),
        ("due=7", other),
    ):
        response = client.get(f"{URL}?{query}")
        assert titles(response) == [found.title], query
        assert len(response.context["list"].filters.chips) == 1
    assert titles(client.get(f"{URL}?q=不存在的词")) == []
    assert len(titles(client.get(f"{URL}?state=nonsense&due=nonsense&call=x"))) == 2


def test_search_finds_neighbours_only(as_actor, call) -> None:  # type: ignore[no-untyped-def]
    unit = UnitFactory(name="上海申农种业研究所")
    pilot = PilotFactory(state="submitted", call=call, title="数字乡村治理标准化试点", unit=unit)
    client = as_actor(handler_of(call))
    for text in ("数", "数字", "数字乡", "数字乡村治理", "申农种业", pilot.number.lower(), "SD", "乡村 种业"):
        assert titles(client.get(URL, {"q": text})) == [pilot.title], text
    for text in ("字数", "数字治理", "乡村标准", "种业所"):
        assert titles(client.get(URL, {"q": text})) == [], text
    unit.name = "上海浦江种业研究院"
    unit.save()
    assert titles(client.get(URL, {"q": "浦江"})) == [pilot.title]
    assert titles(client.get(URL, {"q": "申农"})) == []
    assert len(titles(client.get(URL, {"q": "！？"}))) == 0


def test_the_top_bars_search_leads_to_the_number(as_actor, call) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted", call=call)
    client = as_actor(handler_of(call))
    assert client.get("/desk/search/", {"q": pilot.number}).url == reverse("workbench:dossier", args=[pilot.pk])
    assert client.get("/desk/search/", {"q": "养老"}).url.startswith(URL)
    stranger = as_actor(actor(Role.UNIT_ADMIN))
    assert stranger.get("/desk/search/", {"q": pilot.number}).url.startswith(URL)


def test_chosen_columns_and_page_size_are_remembered(as_actor, call) -> None:  # type: ignore[no-untyped-def]
    PilotFactory(state="submitted", call=call)
    client = as_actor(handler_of(call))
    response = client.get(f"{URL}?columns=&columns=district&size=20")
    assert [column.id for column in response.context["list"].columns] == ["number", "title", "state", "district"]
    again = client.get(URL)
    assert [column.id for column in again.context["list"].columns] == ["number", "title", "state", "district"]
    assert again.context["list"].size == 20


def test_the_export_has_the_rows_and_no_formulas(as_actor, call, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for title in ("=1+1 标准化试点", "养老标准化试点"):
        PilotFactory(state="submitted", call=call, title=title)
    client = as_actor(handler_of(call))
    with django_assert_max_num_queries(20):
        response = client.get(f"{URL}export/all/?sort=number")
        data = b"".join(response.streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [[cell.value for cell in row] for row in book.active]
    assert cells[1][:2] == ["编号", "项目名称"]
    assert {row[1] for row in cells[2:]} == {"=1+1 标准化试点", "养老标准化试点"}
    assert client.get(f"{URL}export/nonsense/").status_code == 404
    book.close()
    response.close()


def test_lists_need_a_sign_in(client) -> None:  # type: ignore[no-untyped-def]
    for url in (URL, "/desk/", f"{URL}export/all/", f"{URL}bulk/accept/", "/desk/search/"):
        assert client.get(url).status_code == 302, url
