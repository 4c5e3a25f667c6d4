"""The page of a dossier: what each reader reads, query counts, tabs, notes."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.roles import Role
from portal.dossiers import programmes
from portal.dossiers.models import Dossier
from portal.lifecycle.history import problems_of
from portal.lifecycle.models import Record
from portal.ui.tabs import tabs_of
from tests.factories import PilotFactory, actor
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db


def url(pilot, tab: str = "") -> str:  # type: ignore[no-untyped-def]
    return reverse("workbench:dossier", args=[pilot.pk]) + (f"?tab={tab}" if tab else "")


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "recommended", "correction", "accepted"])
def test_the_page_costs_at_most_15_queries(as_actor, queries, state: str) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state=state)
    people = people_of(pilot)
    for who in (people.applicant, people.recommender, people.handler):
        if state == "draft" and who is not people.applicant:
            continue
        queries(as_actor(who), url(pilot), 15)


def test_a_further_programme_costs_no_further_query(as_actor, django_assert_num_queries, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    client = as_actor(people_of(pilot).handler)
    client.get(url(pilot))
    with CaptureQueriesContext(connection) as alone:
        assert client.get(url(pilot)).status_code == 200
    other = replace(programmes.programme("pilots"), id="others")
    monkeypatch.setitem(programmes._programmes, other.id, other)
    with django_assert_num_queries(len(alone)):
        assert pilot.title in client.get(url(pilot)).content.decode()


def test_a_found_dossier_is_complete(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    with django_assert_num_queries(1):
        found = programmes.find(Dossier.objects.all(), pilot.pk)
        assert type(found) is type(pilot)
        for name in programmes.RELATED:
            attrgetter(name.replace("__", "."))(found) if name != "handler__user" else found.handler
    fresh = type(pilot).objects.get(pk=pilot.pk)
    for column in fresh._meta.concrete_fields:
        assert getattr(found, column.attname) == getattr(fresh, column.attname), column
    assert programmes.find(Dossier.objects.none(), pilot.pk) is None


def test_each_further_tab_costs_at_most_8_queries(as_actor, queries) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="correction")
    people = people_of(pilot)
    for who in (people.handler, people.applicant):
        client = as_actor(who)
        for tab in tabs_of(pilot, who):
            queries(client, url(pilot, tab.id), 8, **{"HX-Request": "true"})


def test_a_tab_is_a_part_by_script_and_a_page_by_link(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    client = as_actor(people_of(pilot).recommender)
    part = client.get(url(pilot, "history"), headers={"HX-Request": "true"})
    page = client.get(url(pilot, "history"))
    assert "<html" not in part.content.decode()
    assert "<html" in page.content.decode()
    assert "HX-Request" in page["Vary"]
    assert "提交申报" in part.content.decode()


def test_a_foreign_dossier_is_not_found(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    for stranger in (actor(Role.UNIT_ADMIN), actor(Role.RECOMMENDER), actor(Role.HANDLER)):
        client = as_actor(stranger)
        for address in (url(pilot), reverse("workbench:step", args=[pilot.pk, "accept"])):
            response = client.get(address)
            assert response.status_code == 404
            assert pilot.title not in response.content.decode()
        for name in ("note", "call_record"):
            assert client.post(reverse(f"workbench:{name}", args=[pilot.pk])).status_code == 404


def test_the_box_says_who_has_to_act_until_when(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    people = people_of(pilot)
    handlers = as_actor(people.handler).get(url(pilot)).content.decode()
    assert "等待您办理" in handlers
    assert "还有 5 个工作日" in handlers
    assert reverse("workbench:step", args=[pilot.pk, "accept"]) in handlers
    applicants = as_actor(people.applicant).get(url(pilot)).content.decode()
    assert "等待经办人办理" in applicants
    assert reverse("workbench:step", args=[pilot.pk, "accept"]) not in applicants


def test_outsiders_read_units_insiders_names(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="accepted")
    people = people_of(pilot)
    people.handler.user.name = "周经办"
    people.handler.user.save()
    inside = as_actor(people.chief).get(url(pilot, "history")).content.decode()
    outside = as_actor(people.applicant).get(url(pilot, "history"), headers={"HX-Request": "true"}).content.decode()
    person = Record.objects.get(chain=pilot.chain, step="accept").person.name
    assert person in inside
    assert person not in outside
    assert "市市场监督管理局" in outside


def test_notes_and_calls_are_kept_inside(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    people = people_of(pilot)
    client = as_actor(people.handler)
    assert client.post(reverse("workbench:note", args=[pilot.pk]), {"note-text": "待核对合同原件"}).status_code == 302
    data = {"call-caller": "示例公司 王五", "call-said": "询问受理时间"}
    assert client.post(reverse("workbench:call_record", args=[pilot.pk]), data).status_code == 302
    inside = client.get(url(pilot, "notes")).content.decode()
    assert "待核对合同原件" in inside
    assert "示例公司 王五" in inside
    for tab in ("", "history", "notes", "opinions"):
        outside = as_actor(people.applicant).get(url(pilot, tab)).content.decode()
        assert "待核对合同原件" not in outside
        assert "询问受理时间" not in outside
    assert list(problems_of(pilot.chain)) == []


def test_an_empty_note_is_answered_beside_its_field(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    client = as_actor(people_of(pilot).handler)
    response = client.post(reverse("workbench:note", args=[pilot.pk]), {"note-text": ""})
    assert response.status_code == 422
    assert "#field-note-text" in response.content.decode()


def test_who_only_reads_keeps_no_notes(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    for who in (actor(Role.AUDITOR), people_of(pilot).applicant):
        response = as_actor(who).post(reverse("workbench:note", args=[pilot.pk]), {"note-text": "x"})
        assert response.status_code == 404
    assert not Record.objects.filter(chain=pilot.chain, step="").exists()
