"""The public register: what was announced and nothing else, search and filters, tiles and table, a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.choices import districts, forget
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.notices import registers
from portal.notices.tiles import PLACES, picture, size
from tests.factories import CallFactory, DistrictFactory, UnitFactory
from tests.pilot_data import pilot_in

pytestmark = pytest.mark.django_db
ADDRESS = "/registers/pilots/"


def approved(title: str, *, district: str = "310101", call: Any = None, **columns: Any) -> Pilot:
    """An approved pilot; how it came there is proved elsewhere."""
    unit = UnitFactory(district=DistrictFactory(code=district))
    pilot = pilot_in("accepted", call=call, title=title, unit=unit)
    day = clock.today()
    Dossier.objects.filter(pk=pilot.pk).update(state="approved", shown_state="approved", stage="approval")
    Pilot.objects.filter(pk=pilot.pk).update(
        approved_on=day,
        approval_number="沪市监标技〔2026〕1号",
        term_starts_on=day,
        term_ends_on=day + dt.timedelta(days=730),
        guarantor=pilot.recommender,
        **columns,
    )
    return Pilot.objects.get(pk=pilot.pk)


def words(answer: Any) -> str:
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_the_register_shows_what_the_document_names(client: Client) -> None:
    pilot = approved("养老服务标准化试点")
    text = words(client.get(ADDRESS))
    for shown in (pilot.number, pilot.title, pilot.applicant.name, pilot.guarantor.name, "一般项目", "黄浦区"):
        assert shown in text
    assert f"{pilot.term_starts_on} — {pilot.term_ends_on}" in text
    assert pilot.approval_number in text


@pytest.mark.parametrize("state", ["submitted", "recommended", "accepted", "not_accepted", "withdrawn"])
def test_nothing_that_is_not_approved(client: Client, state: str) -> None:
    pilot = pilot_in(state, title="未公布标准化试点")
    assert pilot.title not in words(client.get(ADDRESS))
    assert pilot.title not in words(client.get(ADDRESS, {"q": "未公布"}))


@pytest.mark.parametrize("state", ["project_review", "approval_decision", "notice", "not_approved"])
def test_nothing_that_is_decided_but_not_announced(client: Client, state: str) -> None:
    """Even with the columns of an approval, the shown state counts."""
    pilot = approved("未公布标准化试点")
    Dossier.objects.filter(pk=pilot.pk).update(state="approved", shown_state=state)
    text = words(client.get(ADDRESS, {"q": "未公布"}))
    assert pilot.number not in text
    assert "共 0 个项目" in text


def test_search_and_filters(client: Client) -> None:
    old = CallFactory(year=2025)
    one = approved("养老服务标准化试点", call=old)
    two = approved("氢能装备标准化试点", district="310115", project_class="key")
    cases: list[tuple[dict[str, str], list[Pilot]]] = [
        ({"q": "养老"}, [one]),
        ({"q": two.number or ""}, [two]),
        ({"year": "2025"}, [one]),
        ({"class": "key"}, [two]),
        ({"district": "310115"}, [two]),
        ({"field": "社会管理"}, [one, two]),
        ({"district": "310115", "year": "2025"}, []),
        ({"year": "nonsense"}, [one, two]),
    ]
    for query, found in cases:
        text = words(client.get(ADDRESS, query))
        assert [pilot.number in text for pilot in (one, two)] == [pilot in found for pilot in (one, two)], query


def test_tiles_and_table_show_the_same_numbers(client: Client) -> None:
    approved("甲标准化试点")
    approved("乙标准化试点", district="310115")
    approved("丙标准化试点", district="310115")
    answer = client.get(ADDRESS)
    numbers = {tile.code: tile.number for tile in answer.context["tiles"]}
    assert numbers == {"310101": 1, "310115": 2}
    narrowed = client.get(ADDRESS, {"district": "310101"})
    assert {tile.code: tile.number for tile in narrowed.context["tiles"]} == numbers
    assert [tile.chosen for tile in narrowed.context["tiles"] if tile.code == "310101"] == [True]


def test_every_district_has_a_place_of_its_own() -> None:
    call_command("load_reference", verbosity=0)
    forget()
    known = districts()
    assert {code for code, _name in known} == set(PLACES)
    assert len(set(PLACES.values())) == len(PLACES) == 17
    tiles = picture([*known, ("999", "新设区")], {"999": 3})
    assert len({(tile.x, tile.y) for tile in tiles}) == 18
    assert size(tiles)[1] > size(picture(known, {}))[1]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_register(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        approved(f"第{n}标准化试点")
    client.get(ADDRESS)
    with django_assert_num_queries(
        5
    ):  # the parameter, years and fields for the filters, numbers of the districts, rows
        client.get(ADDRESS)


def test_all_registers_are_listed(client: Client) -> None:
    text = words(client.get(reverse("notices:registers")))
    for title in ("市级标准化试点立项名录", "市级标准化试点验收结果", "市级标准化试点终止、撤销名单"):
        assert title in text
    assert client.get("/registers/nonsense/").status_code == 404


def test_one_register_is_shown_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.notices.registers._registers", {"pilots": registers.register_of("pilots")})
    assert client.get(reverse("notices:registers")).url == ADDRESS
