"""Whose scores who sees: blind until the round has ended, and never to experts, applicants or recommenders."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.documents.models import IssuedPaper
from portal.lifecycle import history
from portal.lifecycle.models import Record
from portal.messaging.models import Message, Outbox
from portal.reviews.actions import save_draft
from portal.reviews.models import Assignment
from portal.ui import tabs
from tests.factories import MembershipFactory, sign_in
from tests.pilot_data import people_of, pilot_in
from tests.reviews.rounds import Sitting, conclude, hand_in, sheet_data, sitting

pytestmark = pytest.mark.django_db

TYPED, DRAFTED = "甲专家独有的评审意见", "乙专家尚未提交的意见"
#: a sum that no date, count or number of a page contains
TOTAL = "80.00"


@pytest.fixture
def sat() -> Sitting:
    """One expert has handed a sheet in, another one has typed something, the others nothing."""
    found = sitting([pilot_in("accepted")], state="scoring")
    first, second = found.of(found.experts[0])[0], found.of(found.experts[1])[0]
    hand_in(first, found.actors[0])
    Assignment.objects.filter(pk=first.pk).update(opinion=TYPED)
    draft = {**sheet_data(second, Decimal("0.9")), "opinion": DRAFTED}
    save_draft(second, draft, actor=found.actors[1])
    return found


def pilot_of(found: Sitting) -> Pilot:
    return Pilot.objects.get(pk=found.round.entries.get().dossier_id)


def addresses(found: Sitting) -> list[str]:
    """Whatever tells of the round, its sheets or the dossier; lists and what is exported of them. Each one is an address
    of the portal: a name that is none raises here."""
    round_, pilot = found.round.pk, pilot_of(found)
    sheets = [found.of(found.experts[number])[0].pk for number in (0, 1)]
    page = reverse("workbench:dossier", args=[pilot.pk])
    return [
        *[reverse(f"reviews:{name}", args=[round_]) for name in ("round", "board", "summary", "log", "papers")],
        reverse("reviews:step", args=[round_, "conclude"]),
        reverse("reviews:entry", args=[round_, found.round.entries.get().pk]),
        *[reverse(f"reviews:{name}", args=[key]) for key in sheets for name in ("assignment", "sheet")],
        *[f"{page}?tab={tab}" for tab in _tabs_of(found)],
        reverse("workbench:home"),
        reverse("workbench:worklist"),
        reverse("workbench:export", args=["all"]),
        reverse("reviews:rounds"),
        reverse("reviews:mine") + "?show=done",
        reverse("messaging:list"),
        reverse("documents:list"),
        reverse("home"),
    ]


def _tabs_of(found: Sitting) -> list[str]:
    """The tabs of the dossier's page that the bureau has; for others the page shows the first one instead."""
    return [tab.id for tab in tabs.tabs_of(pilot_of(found), found.handler) if tab.id != "form"]


def pages(found: Sitting, membership: Membership | None) -> Iterator[tuple[str, str]]:
    """What this person gets from each of them, files included."""
    client = sign_in(Client(), membership) if membership else Client()
    for address in addresses(found):
        response = client.get(address)
        if response.status_code == 200:
            yield address, text_of(response)


def text_of(response: Any) -> str:
    """An answer as text; a workbook by the texts in its cells."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(name).decode(errors="ignore") for name in book.namelist())
    return str(content.decode(errors="ignore"))


def outsiders(found: Sitting) -> dict[str, Membership | None]:
    """Everybody but handlers and the experts of the panel."""
    around = people_of(pilot_of(found))
    return {
        "public": None,
        "applicant": around.applicant.membership,
        "recommender": around.recommender.membership,
        "other expert": MembershipFactory(role=Role.EXPERT),
        "system admin": MembershipFactory(role=Role.SYSTEM_ADMIN),
    }


def inside() -> dict[str, Membership | None]:
    """Who reads reviews once they have ended."""
    return {str(role): MembershipFactory(role=role) for role in (Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR)}


def leaks(found: Sitting, people: dict[str, Membership | None], *secrets: str) -> list[tuple[str, str, str]]:
    return [
        (who, address, secret)
        for who, membership in people.items()
        for address, html in pages(found, membership)
        for secret in secrets
        if secret in html
    ]


def test_nobody_sees_a_score_before_the_end_nor_ever_a_draft(sat: Sitting) -> None:
    third = {"third expert": sat.actors[2].membership}
    assert leaks(sat, {**outsiders(sat), **inside(), **third}, TYPED, TOTAL, DRAFTED) == []
    assert leaks(sat, {"second expert": sat.actors[1].membership}, TYPED, TOTAL) == []
    assert leaks(sat, {"handler": sat.handler.membership, "first expert": sat.actors[0].membership}, DRAFTED) == []
    own = [address for address, html in pages(sat, sat.actors[1].membership) if DRAFTED in html]
    assert own == [reverse("reviews:sheet", args=[sat.of(sat.experts[1])[0].pk])]
    assert leaks(sat, {"handler": sat.handler.membership}, TYPED) != [], "what is handed in the handler reads"


def test_no_search_finds_what_was_written_in_a_sheet(sat: Sitting) -> None:
    """A page of results repeats what was asked, so it is compared with that of a word that is nowhere."""
    title = pilot_of(sat).title or ""
    everybody = {**outsiders(sat), **inside(), "handler": sat.handler.membership, "expert": sat.actors[1].membership}
    for who, membership in everybody.items():
        client = sign_in(Client(), membership) if membership else Client()
        for lists in ("workbench:search", "workbench:worklist", "reviews:rounds"):
            found = [client.get(reverse(lists), {"q": words}) for words in (TYPED, DRAFTED, "从未有人写过的词句")]
            assert len({answer.status_code for answer in found}) == 1, (who, lists)
            assert not [answer for answer in found if title in answer.content.decode()], (who, lists)
    known = sign_in(Client(), sat.handler.membership).get(reverse("workbench:worklist"), {"q": title})
    assert title in known.content.decode(), "the same search finds the project by its name"


def test_scores_stay_inside_after_the_end() -> None:
    found = sitting([pilot_in("accepted")], state="scored")
    Assignment.objects.filter(pk=found.of(found.experts[0])[0].pk).update(opinion=TYPED)
    conclude(found)
    panel = {"expert": found.actors[1].membership}
    assert leaks(found, {**outsiders(found), **panel}, TYPED) == []
    readers = {who: [a for a, html in pages(found, m) if TYPED in html] for who, m in inside().items()}
    assert all(readers.values()), readers
    for person in outsiders(found).values():
        mine = Message.objects.filter(recipient=person.user) if person else Message.objects.none()
        assert not [message for message in mine if "分" in message.text and "80" in message.text]
    for paper in IssuedPaper.objects.filter(readers__contains="|applicant|"):
        assert TYPED not in str(paper.snapshot)


def test_histories_and_orders_tell_no_score(sat: Sitting) -> None:
    """The history proves a sheet by its fingerprint; whatever reads histories or the outbox learns nothing."""
    for record in Record.objects.filter(chain_id=sat.round.chain_id):
        text = str(history.content(record))
        assert "score-" not in text
        assert TYPED not in text
    assert not [order for order in Outbox.objects.all() if TYPED in str(order.payload)]
