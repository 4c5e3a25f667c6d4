"""Who may know what of a review: no expert the others' sheets, nobody a sheet before it is handed in, outsiders nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base.errors import PortalError
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.reviews import actions, packages
from portal.reviews.models import Assignment, Entry, Round
from tests.factories import MembershipFactory, actor_of, sign_in
from tests.pilot_data import people_of
from tests.reviews.rounds import Sitting, actor_for, conclude, enter, hand_in, sheet_data, sitting

pytestmark = pytest.mark.django_db
#: words that stand in one sheet alone
OPINION, COMMENT, TOTAL = "此意见只有一位专家写过", "此分项意见只有一位专家写过", "83.50"


def marked(found: Sitting, number: int = 0) -> Assignment:
    """The first dossier's sheet of an expert, with words and a total that are nowhere else."""
    assignment = found.of(found.experts[number])[0]
    data = sheet_data(assignment)
    first = assignment.sheet.items[0]
    data |= {"opinion": OPINION, f"comment-{first.id}": COMMENT, f"score-{first.id}": "23.5"}
    perform(assignment, "submit", actor=found.actors[number], data=data)
    assert str(assignment.total) == TOTAL
    return assignment


def tells(response: Any) -> bool:
    """Whether an answer gives anything of that sheet away."""
    text = (b"".join(response.streaming_content) if response.streaming else response.content).decode(errors="ignore")
    return any(word in text for word in (OPINION, COMMENT, TOTAL, "83.5"))


def status_of(client: Client, address: str) -> int:
    """The status of an answer that is read to its end."""
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.status_code


def addresses(found: Sitting, assignment: Assignment) -> list[str]:
    """Every address of this room that leads to a round, its dossiers or the sheet, and the dossier's own pages."""
    round_, entry = found.round.pk, assignment.entry_id
    names = (
        "round",
        "panel",
        "board",
        "summary",
        "papers",
        "log",
        "round_edit",
        "repeat",
        "take_in",
        "declare",
        "letter",
    )
    dossier = assignment.entry.dossier_id
    page = reverse("workbench:dossier", args=[dossier])
    return [
        *[reverse(f"reviews:{name}", args=[round_]) for name in names],
        *[reverse(f"reviews:{name}", args=[round_, entry]) for name in ("entry", "leave_out", "drop_items")],
        reverse("reviews:step", args=[round_, "conclude"]),
        reverse("reviews:assignment", args=[assignment.pk]),
        reverse("reviews:assignment_step", args=[assignment.pk, "enter_on_behalf"]),
        reverse("reviews:sheet", args=[assignment.pk]),
        reverse("reviews:own_step", args=[assignment.pk, "recuse"]),
        reverse("reviews:rounds"),
        reverse("reviews:mine") + "?show=done",
        reverse("reviews:checks"),
        *[f"{page}?tab={tab}" for tab in ("form", "materials", "opinions", "history", "papers", "review", "notes")],
        reverse("workbench:home"),
        reverse("workbench:worklist") + "?q=社区",
        reverse("messaging:list"),
        reverse("documents:list"),
    ]


def everybody(found: Sitting) -> dict[str, Membership | None]:
    """A person in each role, among them the dossier's own people."""
    pilot = found.round.entries.get().dossier
    people = people_of(Dossier.objects.get(pk=pilot.pk))  # type: ignore[arg-type]
    return {
        "applicant": people.applicant.membership,
        "recommender": people.recommender.membership,
        "other applicant": MembershipFactory(),
        "chief": MembershipFactory(role=Role.SECTION_CHIEF),
        "leader": MembershipFactory(role=Role.LEADER),
        "auditor": MembershipFactory(role=Role.AUDITOR),
        "administrator": MembershipFactory(role=Role.SYSTEM_ADMIN),
        "expert of the panel": found.actors[1].membership,
        "expert elsewhere": MembershipFactory(role=Role.EXPERT),
        "handler": found.handler_membership,
    }


def test_a_sheet_is_read_by_its_expert_and_the_handlers_alone_until_the_end() -> None:
    found = sitting(state="scoring")
    assignment = marked(found)
    for name, membership in everybody(found).items():
        assert membership is not None
        client = sign_in(Client(), membership)
        for address in addresses(found, assignment):
            response = client.get(address)
            assert response.status_code in (200, 302, 403, 404, 409), (name, address)
            if name != "handler":
                assert not tells(response), (name, address)
    client = sign_in(Client(), found.handler_membership)
    assert tells(client.get(reverse("reviews:assignment", args=[assignment.pk])))
    for address in addresses(found, assignment):
        response = Client().get(address)
        assert response.status_code in (302, 404), address


def test_after_the_end_chief_leader_and_auditor_read_it_and_outsiders_never() -> None:
    found = sitting(state="scoring")
    assignment = marked(found)
    for number in range(1, 5):
        hand_in(found.of(found.experts[number])[0], found.actors[number])
    conclude(found)
    readers = {"chief", "leader", "auditor", "handler"}
    for name, membership in everybody(found).items():
        assert membership is not None
        client = sign_in(Client(), membership)
        answers = [tells(client.get(address)) for address in addresses(found, assignment)]
        assert any(answers) == (name in readers), name


def test_before_it_is_handed_in_nobody_else_reads_what_was_typed() -> None:
    found = sitting(state="scoring")
    assignment = found.of(found.experts[0])[0]
    typed = {"opinion": OPINION, "score-need": "23.5", "comment-need": COMMENT, "csrfmiddlewaretoken": "x"}
    actions.save_draft(assignment, typed, actor=found.actors[0])
    assignment.refresh_from_db()
    assert "csrfmiddlewaretoken" not in assignment.draft
    for name, membership in everybody(found).items():
        assert membership is not None
        client = sign_in(Client(), membership)
        for address in addresses(found, assignment):
            assert not tells(client.get(address)), (name, address)
    own = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    assert OPINION in own.get(reverse("reviews:sheet", args=[assignment.pk])).content.decode()


def test_nobody_else_can_save_or_hand_in_a_sheet() -> None:
    found = sitting(state="scoring")
    assignment = found.of(found.experts[0])[0]
    for actor in (found.actors[1], found.handler, PUBLIC):
        with pytest.raises(PortalError):
            actions.save_draft(assignment, {"opinion": "x"}, actor=actor)
        with pytest.raises(PortalError):
            perform(assignment, "submit", actor=actor, data=sheet_data(assignment))


def test_material_is_shown_after_the_declaration_alone() -> None:
    found = sitting(state="accepted")
    assignment, actor = found.of(found.experts[0])[0], found.actors[0]
    dossier = assignment.entry.dossier_id
    file = Attachment.objects.filter(holder_type="dossiers.dossier", holder_id=dossier).exclude(slot="").first()
    assert file is not None
    pages = [
        reverse("workbench:dossier", args=[dossier]),
        reverse("declaration:print", args=[dossier, 1]),
        reverse("declaration:versions", args=[dossier]),
        reverse("attachments:download", args=[file.key]),
    ]
    client = sign_in(Client(), actor.membership)  # type: ignore[arg-type]
    assert [status_of(client, page) for page in pages] == [404] * 4
    response = client.get(reverse("reviews:sheet", args=[assignment.pk]))
    assert response.status_code == 302
    assert response["Location"] == reverse("reviews:declare", args=[found.round.pk])
    perform(assignment, "declare", actor=actor, data={"no_conflict": "on"})
    assert [status_of(client, page) for page in pages] == [200] * 4
    assert "社区嵌入式养老服务标准化试点" in client.get(reverse("reviews:sheet", args=[assignment.pk])).content.decode()
    perform(assignment, "recuse", actor=actor, data={"reason": "亲属任职。"})
    assert [status_of(client, page) for page in pages] == [404] * 4


def test_material_is_closed_again_when_the_round_ends() -> None:
    found = sitting(state="concluded")
    dossier = found.round.entries.get().dossier_id
    for actor in found.actors:
        assert not Dossier.objects.visible_to(actor).filter(pk=dossier).exists()
        assert Assignment.objects.visible_to(actor).count() == 1


def test_other_experts_and_outsiders_see_no_rows() -> None:
    found = sitting(state="scored")
    stranger = actor_of(MembershipFactory(role=Role.EXPERT))
    pilot = found.round.entries.get().dossier
    people = people_of(pilot)  # type: ignore[arg-type]
    for actor in (stranger, people.applicant, people.recommender, PUBLIC, Actor(None)):
        assert not Round.objects.visible_to(actor).exists()
        assert not Assignment.objects.visible_to(actor).exists()
    for actor in found.actors:
        assert [a.expert.user for a in Assignment.objects.visible_to(actor)] == [actor.user]


def test_history_and_messages_tell_no_score() -> None:
    found = sitting(state="scoring")
    assignment = marked(found)
    hand_in(found.of(found.experts[1])[0], found.actors[1], Decimal("0.5"))
    words = (OPINION, COMMENT, TOTAL, "83.5", "23.5")
    for record in Record.objects.filter(chain_id=found.round.chain_id):
        text = str(history.content(record).get("data"))  # the times of the acts may well contain 23.5
        assert not any(word in text or word in record.opinion for word in words), record.label
    for message in Message.objects.all():
        assert not any(word in message.text or word in message.title for word in words)
    assert str(assignment.total) == TOTAL


def test_papers_with_scores_are_not_issued_before_the_end(tmp_path: Any, settings: Any) -> None:
    found = sitting(state="scored")
    packages.order_package(found.round, actor=found.handler)
    kinds = set(IssuedPaper.objects.filter(subject_type="reviews.round").values_list("kind", flat=True))
    assert kinds == {"review_selection", "review_invitation", "review_sign_in"}
    conclude(found)
    kinds = set(IssuedPaper.objects.filter(subject_type="reviews.round").values_list("kind", flat=True))
    with_scores = {"review_sheets", "review_summary", "review_opinion"}
    assert kinds == {"review_selection", "review_invitation", "review_sign_in", *with_scores}
    pilot = found.round.entries.get().dossier
    people = people_of(pilot)  # type: ignore[arg-type]
    for actor in (people.applicant, people.recommender, *found.actors, PUBLIC):
        seen = IssuedPaper.objects.visible_to(actor).filter(subject_type="reviews.round")
        assert not seen.exists()
    chief = actor_of(MembershipFactory(role=Role.SECTION_CHIEF))
    assert IssuedPaper.objects.visible_to(chief).filter(kind="review_summary").exists()


def test_scans_are_read_by_whoever_may_see_the_scores() -> None:
    found = sitting(paper_experts=1, state="scoring")
    paper = found.of(found.experts[4])[0]
    enter(paper, found.handler)
    scan = Attachment.objects.get(holder_type="reviews.assignment", holder_id=paper.pk)
    address = reverse("attachments:download", args=[scan.key])
    expected = {"handler": 200, "chief": 200}
    for name, membership in everybody(found).items():
        assert membership is not None
        status = status_of(sign_in(Client(), membership), address)
        assert status == expected.get(name, 404), name


def test_the_expert_elsewhere_gets_no_letter() -> None:
    found = sitting(state="inviting")
    address = reverse("reviews:letter", args=[found.round.pk])
    stranger = MembershipFactory(role=Role.EXPERT)
    assert sign_in(Client(), stranger).get(address).status_code == 404
    assert Entry.objects.filter(round=found.round).count() == 1
    assert actor_for(found.experts[0]).user == found.actors[0].user


def test_the_search_of_an_expert_finds_assigned_dossiers_alone() -> None:
    found = sitting(state="accepted")
    client = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    page = reverse("workbench:worklist") + "?q=社区"
    assert client.get(page).context["list"].page.rows == []
    perform(found.of(found.experts[0])[0], "declare", actor=found.actors[0], data={"no_conflict": "on"})
    assert len(client.get(page).context["list"].page.rows) == 1
