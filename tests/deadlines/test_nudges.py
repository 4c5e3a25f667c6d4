"""催办: who may, whom it reaches, how often, what stays of it; singly and in bulk; the page and the tab."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, PortalError, Unmet
from portal.deadlines import queries
from portal.deadlines import tab as deadlines_tab
from portal.deadlines.actions import nudge, nudge_many, targets
from portal.deadlines.models import Nudge
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from tests.factories import actor, sign_in
from tests.pilot_data import people_of, pilot_in

pytestmark = pytest.mark.django_db


def _told(person: Any) -> list[str]:
    messages = Message.objects.of(person.user).filter(key__startswith="nudge:").order_by("pk")
    return list(messages.values_list("title", flat=True))


def test_a_nudge_is_a_record_a_message_and_a_mail() -> None:
    pilot = pilot_in("submitted")
    people = people_of(pilot)
    made = nudge(pilot, actor=people.handler, note="报送截止日将至。")
    assert _told(people.recommender) == [f"催办提醒：{pilot.describe()}"]
    text = Message.objects.of(people.recommender.user).first().text
    assert text.splitlines() == [
        "市市场监督管理局提醒您办理下列事项：",
        f"1. {pilot.describe()}：请于 {pilot.due_on} 前（含当日）办理“初审并推荐”",
        "附言：报送截止日将至。",
    ]
    record = Record.objects.filter(chain=pilot.chain).latest("seq")
    assert (record.label, record.step, record.user, record.inside) == ("催办", "", people.handler.user, False)
    assert record.opinion == "催办推荐单位：初审并推荐。报送截止日将至。"
    assert made.deadline is not None
    assert queries.reminded_or_nudged(pilot, "first_review")
    revision = pilot.revision
    pilot.refresh_from_db()
    assert pilot.revision == revision  # nobody's open page goes stale


#: state → party that has to act; who may nudge it
MAY = {
    "submitted": {"handler", "chief"},
    "returned": {"handler", "chief", "recommender"},
    "recommended": {"chief"},
    "correction": {"handler", "chief", "recommender"},
    "accepted": set(),
}


@pytest.mark.parametrize("state", MAY)
def test_who_may_nudge(state: str) -> None:
    pilot = pilot_in(state)
    people = people_of(pilot)
    for who in ("applicant", "recommender", "handler", "chief"):
        if who in MAY[state]:
            assert nudge(pilot, actor=getattr(people, who)).party
            Nudge.objects.all().delete()
        else:
            with pytest.raises((NotPermitted, Unmet)):
                nudge(pilot, actor=getattr(people, who))
    for stranger in (actor(Role.RECOMMENDER), actor(Role.HANDLER), actor(Role.UNIT_ADMIN)):
        with pytest.raises(NotVisible):
            nudge(pilot, actor=stranger)
    for onlooker in (actor(Role.LEADER), actor(Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            nudge(pilot, actor=onlooker)


def test_a_chiefs_nudge_of_a_handler_stays_inside() -> None:
    pilot = pilot_in("recommended")
    people = people_of(pilot)
    nudge(pilot, actor=people.chief)
    assert Record.objects.filter(chain=pilot.chain).latest("seq").inside
    assert list(queries.nudges_of(pilot, people.applicant)) == []
    assert queries.nudges_of(pilot, people.handler).count() == 1


def test_the_same_party_is_nudged_once_a_day() -> None:
    pilot = pilot_in("submitted")
    people = people_of(pilot)
    start = dt.datetime(2026, 12, 1, 2, 0, tzinfo=dt.UTC)
    with clock.moved(start):
        nudge(pilot, actor=people.handler)
    with clock.moved(start + dt.timedelta(hours=23)), pytest.raises(Unmet) as refused:
        nudge(pilot, actor=people.chief)
    assert refused.value.message == "市市场监督管理局已于 2026-12-01 10:00 催办，2026-12-02 10:00 后可以再次催办。"
    with clock.moved(start + dt.timedelta(hours=24)):
        nudge(pilot, actor=people.handler)
    assert len(_told(people.recommender)) == 2


def test_a_party_that_nobody_can_sign_in_for_is_phoned() -> None:
    pilot = pilot_in("submitted")
    people = people_of(pilot)
    Membership.objects.filter(role=Role.RECOMMENDER).update(active=False)
    with pytest.raises(PortalError, match="请电话联系"):
        nudge(pilot, actor=people.handler)
    assert not Nudge.objects.exists()


def test_in_bulk_each_party_gets_one_message_and_failures_are_reported() -> None:
    first = pilot_in("submitted")
    second = pilot_in("submitted", call=first.call, recommender=first.recommender)
    other = pilot_in("submitted", call=first.call)
    done = pilot_in("accepted", call=first.call)
    foreign = pilot_in("submitted")
    handler = people_of(first).handler
    nudge(other, actor=handler)
    keys = [pilot.pk for pilot in (first, second, other, done, foreign)]
    outcomes = {outcome.dossier.pk: outcome for outcome in nudge_many(keys, actor=handler)}
    assert set(outcomes) == set(keys[:4])  # what cannot be seen is not even reported
    assert outcomes[first.pk].nudge
    assert outcomes[second.pk].nudge
    assert "催办" in outcomes[other.pk].error
    assert outcomes[done.pk].error == "目前没有需要由您催办的事项。"
    assert _told(people_of(first).recommender) == ["催办提醒：2 个项目"]
    text = Message.objects.of(people_of(first).recommender.user).first().text
    assert f"1. {first.number}" in text
    assert f"2. {second.number}" in text


# --- pages --------------------------------------------------------------------------------------


def test_the_page_says_what_will_happen_then_does_it(client: Client) -> None:
    pilot = pilot_in("submitted")
    people = people_of(pilot)
    sign_in(client, people.handler.membership)
    page = client.get(reverse("deadlines:nudge"), {"dossier": pilot.pk})
    assert "初审并推荐" in page.content.decode()
    assert not Nudge.objects.exists()
    response = client.post(reverse("deadlines:nudge"), {"dossier": pilot.pk, "note": "请回复", "next": "/desk/"})
    assert (response.status_code, response["Location"]) == (302, "/desk/")
    assert Nudge.objects.get().note == "请回复"
    again = client.post(reverse("deadlines:nudge"), {"dossier": pilot.pk}, follow=True)
    assert "后可以再次催办" in again.content.decode()


def test_all_that_wait_for_a_recommender_under_a_call_are_chosen_by_it(client: Client) -> None:
    pilot = pilot_in("submitted")
    pilot_in("submitted", call=pilot.call)
    pilot_in("recommended", call=pilot.call, recommender=pilot.recommender)
    sign_in(client, people_of(pilot).handler.membership)
    where = {"call": pilot.call_id, "body": pilot.recommender_id}
    assert client.get(reverse("deadlines:nudge"), where).context["keys"] == [pilot.pk]
    client.post(reverse("deadlines:nudge"), where)
    assert Nudge.objects.get().dossier_id == pilot.pk


def test_the_page_does_not_lead_away_from_the_portal(client: Client) -> None:
    pilot = pilot_in("submitted")
    sign_in(client, people_of(pilot).handler.membership)
    response = client.post(reverse("deadlines:nudge"), {"dossier": pilot.pk, "next": "https://evil.example/"})
    assert response["Location"] == reverse("workbench:dossier", args=[pilot.pk])


def test_what_cannot_be_seen_cannot_be_nudged(client: Client) -> None:
    pilot = pilot_in("submitted")
    for stranger in (actor(Role.HANDLER), actor(Role.RECOMMENDER), people_of(pilot).applicant):
        sign_in(client, stranger.membership)
        assert client.get(reverse("deadlines:nudge"), {"dossier": pilot.pk}).status_code == 404
        assert client.post(reverse("deadlines:nudge"), {"dossier": [pilot.pk, "x"]}).status_code == 404
    assert not Nudge.objects.exists()


@pytest.mark.parametrize("state", ["draft", "submitted", "correction", "lapsed"])
def test_the_tab_shows_to_everybody_who_sees_the_dossier(client: Client, state: str) -> None:
    pilot = pilot_in(state)
    people = people_of(pilot)
    sign_in(client, people.applicant.membership)
    page = client.get(reverse("workbench:dossier", args=[pilot.pk]), {"tab": "deadlines"}).content.decode()
    assert ("期限依据" in page) == (state != "lapsed")
    assert "催办申报单位" not in page


def test_queries_of_the_tab(django_assert_max_num_queries: Any) -> None:
    pilot = pilot_in("correction")
    handler = people_of(pilot).handler
    nudge(pilot, actor=handler)
    with django_assert_max_num_queries(5):
        found = deadlines_tab.context(pilot, handler)
    assert [row.duty for row in found["open"]] == ["correcting"]
    assert len(found["closed"]) == 3
    assert len(found["nudges"]) == 1
    assert targets(pilot, handler)[0].party.id == "applicant"
