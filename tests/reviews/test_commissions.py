"""Rounds that another body runs for the bureau: what it may do, and that nobody else learns of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.models import Body, Membership
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, PortalError, WrongState
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle.consistency import problems as inconsistencies
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.history import problems_of_all
from portal.messaging.models import Message
from portal.reviews import actions, packages
from portal.reviews.models import Assignment, Package, Round
from tests.factories import BodyFactory, MembershipFactory, actor_of, sign_in
from tests.pilot_data import people_of
from tests.reviews.matters import INSPECTION, declare
from tests.reviews.rounds import Sitting, accepted, conclude, enter, expert, hand_in, sitting

pytestmark = pytest.mark.django_db
#: what each sheet comes to: 80 of 100, and the bonus as far as its cap
TOTAL = "<strong>90</strong>"


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


def institute(**facts: Any) -> Actor:
    """Somebody of a technical institute."""
    body = facts.pop("body", None) or BodyFactory(kind=Body.Kind.INSTITUTE, name="示例标准化研究院")
    return actor_of(MembershipFactory(role=Role.RECOMMENDER, body=body))


def until(days: int = 20) -> str:
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def commissioned(state: str = "preparing", actor: Actor | None = None, **facts: Any) -> tuple[Sitting, Actor]:
    """A round that a body was asked to run, taken to that state by the body as far as it may."""
    clerk = actor or institute()
    found = sitting(matter=INSPECTION, panel=3, **facts)
    data = {"body": clerk.body_id, "until": until(), "reason": "项目较多，委托技术机构组织。"}
    perform(found.round, "commission", actor=found.handler, data=data)
    if state == "preparing":
        return found, clerk
    perform(found.round, "invite", actor=found.handler)
    if state == "inviting":
        return found, clerk
    for one in found.experts:
        perform(found.of(one)[0], "note_acceptance", actor=clerk, data={"how": "电话确认"})
    perform(found.round, "open_scoring", actor=clerk)
    for one, person in zip(found.experts, found.actors, strict=False):
        perform(found.of(one)[0], "declare", actor=person, data={"no_conflict": "on"})
        if state != "scoring":
            hand_in(found.of(one)[0], person)
    return found, clerk


# --- the commission -----------------------------------------------------------------------------
def test_the_letter_goes_to_the_body_with_the_list() -> None:
    found, clerk = commissioned()
    letter = IssuedPaper.objects.get(kind="review_commission")
    assert (letter.body_id, letter.snapshot["until"], len(letter.snapshot["rows"])) == (clerk.body_id, until(), 1)
    assert IssuedPaper.objects.visible_to(clerk).filter(kind="review_commission").get() == letter
    assert not IssuedPaper.objects.visible_to(institute()).exists()
    assert found.fresh().commissioned_to_id == clerk.body_id
    duty = Deadline.objects.owed_by(clerk).get()
    assert (duty.label, duty.due_on.isoformat()) == ("完成受托评审", until())
    assert Message.objects.filter(recipient=clerk.user, title__contains="委托验收").exists()


def test_the_letter_follows_the_dossiers() -> None:
    found, clerk = commissioned(pilots=(both := accepted(2)))
    first = IssuedPaper.objects.get(kind="review_commission")
    actions.leave_out(found.fresh().entries.get(dossier=both[1]), actor=found.handler, reason="暂缓验收。")
    (old, new) = IssuedPaper.objects.filter(kind="review_commission").order_by("pk")
    assert (old.pk, old.status, old.replaced_by_id, new.status) == (first.pk, "replaced", new.pk, "valid")
    assert [row["title"] for row in new.snapshot["rows"]] == [both[0].title]
    assert (new.body_id, new.snapshot["until"]) == (clerk.body_id, until())
    assert Message.objects.filter(recipient=clerk.user, title__contains="委托评审项目有调整").count() == 1
    assert actions.take_in(found.fresh(), [type(both[1]).objects.get(pk=both[1].pk)], actor=found.handler) == []
    newest = IssuedPaper.objects.filter(kind="review_commission").get(status="valid")
    assert len(newest.snapshot["rows"]) == 2
    assert Deadline.objects.owed_by(clerk).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"until": "2020-01-01"}, "until"), ({"reason": ""}, "reason"), ({"body": "department"}, "body")],
)
def test_a_commission_is_checked(change: dict[str, str], field: str) -> None:
    found, clerk = sitting(matter=INSPECTION, panel=3), institute()
    if change.get("body"):
        change = {"body": str(BodyFactory().pk)}
    data = {"body": clerk.body_id, "until": until(), "reason": "项目较多。", **change}
    with pytest.raises(InvalidInput) as error:
        perform(found.round, "commission", actor=found.handler, data=data)
    assert list(error.value.form.errors) == [field]


def test_only_matters_that_allow_it_are_commissioned() -> None:
    found = sitting()
    assert "commission" not in {offer.step.name for offer in offers(found.round, found.handler)}
    with pytest.raises(NotPermitted):
        perform(found.round, "commission", actor=found.handler, data={})


def test_a_commission_is_withdrawn_before_scoring_only() -> None:
    found, clerk = commissioned("inviting")
    perform(found.round, "withdraw_commission", actor=found.handler, data={"reason": "受托单位人手不足。"})
    assert found.fresh().commissioned_to is None
    assert IssuedPaper.objects.get(kind="review_commission").status == "revoked"
    assert not Round.objects.visible_to(clerk).exists()
    assert not Dossier.objects.visible_to(clerk).exists()
    assert not Deadline.objects.owed_by(clerk).exists()
    assert Message.objects.filter(recipient=clerk.user, title__contains="撤回委托").exists()
    found, clerk = commissioned("scoring")
    with pytest.raises(WrongState):
        perform(found.round, "withdraw_commission", actor=found.handler, data={"reason": "改变安排。"})


def test_the_body_may_have_recommended_the_project() -> None:
    pilots = accepted()
    body = pilots[0].recommender
    assert body is not None
    Body.objects.filter(pk=body.pk).update(kind=Body.Kind.DISTRICT_BUREAU)
    found, clerk = commissioned("scored", actor=institute(body=body), pilots=pilots)
    conclude(Sitting(found.round, clerk, found.experts))
    assert found.fresh().state == "concluded"


# --- what the body does -------------------------------------------------------------------------
def test_the_body_carries_the_round_through_in_pages() -> None:
    found, clerk = commissioned("inviting", paper_experts=1)
    client, round_ = sign_in(Client(), clerk.membership), found.round.pk  # type: ignore[arg-type]
    page = client.get(reverse("reviews:commissions")).content.decode()
    assert reverse("reviews:round", args=[round_]) in page
    for name in ("round", "panel", "board", "summary", "papers"):
        assert client.get(reverse(f"reviews:{name}", args=[round_])).status_code == 200, name
    panel = client.get(reverse("reviews:panel", args=[round_])).content.decode()
    assert "随机抽取" not in panel
    assert "定为组长" not in panel
    for one in found.experts:
        data = {"expert": one.pk, "do": "accept", "how": "电话确认"}
        client.post(reverse("reviews:panel_note", args=[round_]), data)
    assert client.post(reverse("reviews:step", args=[round_, "open_scoring"]), {}).status_code == 302
    for one, person in zip(found.experts, found.actors, strict=False):
        perform(found.of(one)[0], "declare", actor=person, data={"no_conflict": "on"})
        hand_in(found.of(one)[0], person)
    paper = found.of(found.experts[2])[0]
    enter(paper, clerk)
    check = reverse("reviews:assignment_step", args=[paper.pk, "confirm_entry"])
    assert client.post(check, {"compared": "on"}).status_code in (403, 404, 409), "not by who entered it"
    colleague = sign_in(Client(), institute(body=clerk.membership.body).membership)  # type: ignore[union-attr, arg-type]
    assert [row.pk for row in colleague.get(reverse("reviews:checks")).context["rows"]] == [paper.pk]
    assert colleague.post(check, {"compared": "on"}).status_code == 302
    assert TOTAL in client.get(reverse("reviews:assignment", args=[paper.pk])).content.decode()
    assert client.post(reverse("reviews:order_package", args=[round_])).status_code == 302
    assert Package.objects.get().asked_by == clerk.membership
    key = found.round.entries.get().pk
    data = {"conclusion": "符合要求。", f"conclusion-{key}": "recommended", f"opinion-{key}": "通过。"}
    address = reverse("reviews:step", args=[round_, "conclude"])
    assert client.post(address, {**data, "keep": "1"}).status_code == 302
    assert client.post(address, data).status_code == 302
    assert found.fresh().state == "concluded"
    assert Message.objects.filter(recipient=found.handler.user, title__contains="受托评审已结束").exists()
    assert not Deadline.objects.owed_by(clerk).exists()
    assert list(problems_of_all()) == []
    assert list(inconsistencies()) == []


def test_what_stays_with_the_bureau() -> None:
    found, clerk = commissioned("inviting")
    client = sign_in(Client(), clerk.membership)  # type: ignore[arg-type]
    for name in ("round_edit", "take_in", "log", "repeat"):
        assert client.get(reverse(f"reviews:{name}", args=[found.round.pk])).status_code == 404, name
    for name in ("panel_change", "panel_draw", "panel_chair", "notices"):
        assert client.post(reverse(f"reviews:{name}", args=[found.round.pk])).status_code == 404, name
    for step in ("annul", "invite", "commission", "withdraw_commission"):
        with pytest.raises(PortalError):
            perform(found.fresh(), step, actor=clerk, data={"reason": "x"})
    with pytest.raises(NotPermitted):
        actions.draw(found.round, 1, actor=clerk)
    with pytest.raises(NotPermitted):
        actions.add_expert(found.round, expert(9), actor=clerk)
    for name in ("experts", "rounds", "round_new"):
        assert client.get(reverse(f"reviews:{name}")).status_code == 404, name


def test_the_body_reads_a_sheet_once_it_is_handed_in() -> None:
    found, clerk = commissioned("scoring")
    assignment = found.of(found.experts[0])[0]
    actions.save_draft(assignment, {"opinion": "只在草稿里"}, actor=found.actors[0])
    client = sign_in(Client(), clerk.membership)  # type: ignore[arg-type]
    address = reverse("reviews:assignment", args=[assignment.pk])
    entry = reverse("reviews:entry", args=[found.round.pk, assignment.entry_id])
    for page in (address, entry, reverse("reviews:summary", args=[found.round.pk])):
        assert "只在草稿里" not in client.get(page).content.decode()
    hand_in(assignment, found.actors[0])
    assert TOTAL in client.get(address).content.decode()
    assert TOTAL in client.get(entry).content.decode()


def test_its_papers_are_downloaded_from_the_round(tmp_path: Any, settings: Any) -> None:
    found, clerk = commissioned("scored")
    conclude(Sitting(found.round, clerk, found.experts))
    client = sign_in(Client(), clerk.membership)  # type: ignore[arg-type]
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    IssuedPaper.objects.update(making="made", path="x.pdf")
    expected = {
        "review_commission": 200,
        "review_summary": 200,
        "review_opinion": 200,
        "review_sheets": 200,
        "review_selection": 404,
        "review_invitation": 404,
    }
    other = sign_in(Client(), institute().membership)  # type: ignore[arg-type]
    for kind, status in expected.items():
        paper = IssuedPaper.objects.filter(kind=kind)[0]
        address = reverse("reviews:round_paper", args=[paper.pk])
        response = client.get(address)
        assert response.status_code == status, kind
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[attr-defined]
        assert other.get(address).status_code == 404, kind


# --- secrecy ------------------------------------------------------------------------------------
def test_nobody_else_learns_of_a_commissioned_round() -> None:
    found, clerk = commissioned("scored", paper_experts=1)
    assignment = found.of(found.experts[0])[0]
    paper = found.of(found.experts[2])[0]
    enter(paper, clerk)
    scan = Attachment.objects.get(holder_type="reviews.assignment", holder_id=paper.pk)
    around = people_of(Dossier.objects.get(pk=assignment.entry.dossier_id))  # type: ignore[arg-type]
    others = {
        "applicant": around.applicant.membership,
        "recommender": around.recommender.membership,
        "other institute": institute().membership,
        "other expert": MembershipFactory(role=Role.EXPERT),
    }
    addresses = [
        *[
            reverse(f"reviews:{name}", args=[found.round.pk])
            for name in ("round", "panel", "board", "summary", "papers", "log", "round_edit", "take_in")
        ],
        *[reverse(f"reviews:{name}", args=[found.round.pk, assignment.entry_id]) for name in ("entry", "visit_new")],
        reverse("reviews:step", args=[found.round.pk, "conclude"]),
        reverse("reviews:assignment", args=[assignment.pk]),
        reverse("reviews:assignment_step", args=[paper.pk, "confirm_entry"]),
        reverse("attachments:download", args=[scan.key]),
    ]
    for name, membership in others.items():
        assert isinstance(membership, Membership)
        client, actor = sign_in(Client(), membership), actor_of(membership)
        for address in addresses:
            assert client.get(address).status_code == 404, (name, address)
        assert not Round.objects.visible_to(actor).exists(), name
        assert not Assignment.objects.visible_to(actor).exists(), name
        if membership.role == Role.RECOMMENDER:
            assert client.get(reverse("reviews:commissions")).context["list"].page.rows == [], name
            assert client.get(reverse("reviews:checks")).context["rows"] == [], name
    assert not Round.objects.visible_to(PUBLIC).exists()


def test_the_body_sees_no_other_round_and_no_other_dossier() -> None:
    pilots = accepted(2)
    found, clerk = commissioned("inviting", pilots=pilots[:1])
    other = sitting(pilots[1:], state="inviting")
    assert list(Round.objects.visible_to(clerk)) == [found.round]
    assert [d.pk for d in Dossier.objects.visible_to(clerk)] == [pilots[0].pk]
    client = sign_in(Client(), clerk.membership)  # type: ignore[arg-type]
    assert client.get(reverse("workbench:dossier", args=[pilots[0].pk])).status_code == 200
    assert client.get(reverse("reviews:board", args=[other.round.pk])).status_code == 404
    with pytest.raises(PortalError):
        packages.order_package(other.round, actor=clerk)
    tab = client.get(reverse("workbench:dossier", args=[pilots[0].pk]) + "?tab=review").content.decode()
    assert found.round.title not in tab


# --- lists --------------------------------------------------------------------------------------
def test_queries_of_the_commissioned_rounds() -> None:
    pilots, clerk, counted = accepted(3), institute(), []
    client = sign_in(Client(), clerk.membership)  # type: ignore[arg-type]
    address = reverse("reviews:commissions")
    for pilot in pilots:
        commissioned("inviting", actor=clerk, pilots=[pilot])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[2] <= 14
