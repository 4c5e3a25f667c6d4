"""What is decided and not announced stays inside: every page, count, search, message, file and record, from every outside role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.models import Correction, Docket, OnBehalf
from tests.factories import MembershipFactory, actor_of, sign_in
from tests.supervision.desk import APPROVAL, INTENDED, Desk, after_notice, close_notice, member

pytestmark = pytest.mark.django_db

#: words that would tell an outsider of an undecided or unannounced result
TELLING = (
    "呈批",
    "拟立项",
    "不予立项",
    "批准立项",
    "待审批",
    "提请审议",
    "局领导",
    "请示",
    "任务不具体",
    "建议立项",
    "80.00",
)


@dataclass
class Snapshot:
    """Everything that an outsider can read of a dossier and around it."""

    pages: dict[str, str]
    messages: list[str]
    papers: set[int]
    records: list[str]
    due: list[tuple[str, Any]]


def outsiders(pilot: Pilot) -> Iterator[Membership]:
    """Somebody of each outside role that sees the dossier or might try to."""
    yield member(pilot.applicant)
    yield MembershipFactory(role=Role.UNIT_EDITOR, unit=pilot.applicant)
    yield MembershipFactory(role=Role.RECOMMENDER, body=pilot.recommender)
    yield MembershipFactory(role=Role.UNIT_ADMIN)
    yield MembershipFactory(role=Role.RECOMMENDER)
    yield MembershipFactory(role=Role.EXPERT)


def read(pilot: Pilot, membership: Membership) -> Snapshot:
    client, who = sign_in(Client(), membership), actor_of(membership)
    base = reverse("workbench:dossier", args=[pilot.pk])
    addresses = [
        base,
        *(f"{base}?tab={tab}" for tab in ("history", "opinions", "papers", "deadlines", "endorsements", "acts", "notices", "reviews", "notes")),
        reverse("workbench:home"),
        reverse("workbench:worklist"),
        reverse("workbench:worklist") + "?state=approval_decision",
        reverse("workbench:worklist") + f"?q={pilot.number}",
        reverse("workbench:search") + f"?q={pilot.title}",
        reverse("documents:list"),
        reverse("messaging:list"),
        reverse("home"),
    ]  # fmt: skip
    pages = {}
    for address in addresses:
        response = client.get(address, follow=True)
        if response.status_code == 200:
            pages[address] = _body(response.content.decode())
    records = Record.objects.none()
    if pages.get(base):
        from portal.workbench.timeline import records_of

        records = records_of(pilot, who)
    return Snapshot(
        pages,
        sorted(Message.objects.filter(recipient=membership.user).values_list("text", flat=True)),
        set(IssuedPaper.objects.visible_to(who).values_list("pk", flat=True)),
        [record.label for record in records],
        sorted(Deadline.objects.open().filter(dossier=pilot.pk, inside=False).values_list("label", "due_on")),
    )


def _body(html: str) -> str:
    """The main part of a page, without the token that changes each time."""
    main = html.split('id="content"', 1)[-1].split("</main>", 1)[0]
    return "\n".join(line for line in main.splitlines() if "csrfmiddlewaretoken" not in line)


def to_decided(desk: Desk, pilots: list[Pilot]) -> Docket:
    """An undecided matter all the way to a decision that is not registered."""
    return desk.signed(INTENDED, pilots, {pilots[-1].pk: "任务不具体。"})


def test_nothing_shows_between_review_and_registration(desk: Desk) -> None:
    pilots = [desk.accepted() for _ in range(2)]
    for pilot in pilots:
        perform(pilot, "open_review", actor=desk.handler)
    watched = {pilot.pk: list(outsiders(pilot)) for pilot in pilots}
    with clock.moved(clock.now()):
        before = {pilot.pk: [read(pilot, who) for who in watched[pilot.pk]] for pilot in pilots}
        from tests.supervision.desk import review

        for pilot in pilots:
            review(desk.handler, pilot, conclusion="recommended", mean="80.00", opinion="目标明确。")
            perform(pilot, "put_forward", actor=desk.handler, data={"exclusions_checked": "on"})
        _same(pilots, watched, before, "put forward")
        docket = desk.drafted(INTENDED, pilots)
        _same(pilots, watched, before, "drafted")
        perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
        perform(docket, "send_back", actor=desk.chief, data={"remark": "请核。"})
        perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
        perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意报批。"})
        _same(pilots, watched, before, "before the leader")
        desk.decide(docket, {pilots[1].pk: "任务不具体。"})
        _same(pilots, watched, before, "decided")


def _same(
    pilots: list[Pilot], watched: dict[int, list[Membership]], before: dict[int, list[Snapshot]], when: str
) -> None:
    """Every outsider reads word for word what was read before, and no telling word."""
    for pilot in pilots:
        for membership, was in zip(watched[pilot.pk], before[pilot.pk], strict=True):
            now = read(pilot, membership)
            for address, page in now.pages.items():
                assert page == was.pages[address], (when, membership.role, address)
                for word in TELLING if address != reverse("home") else ():  # the diagram there names all steps
                    assert word not in page, (when, membership.role, address, word)
            assert now.messages == was.messages, (when, membership.role)
            assert now.papers == was.papers, (when, membership.role)
            assert now.records == was.records, (when, membership.role)
            assert now.due == was.due, (when, membership.role)


def test_a_scheduled_document_is_not_announced(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        people = list(outsiders(pilot))
        before = [read(pilot, who) for who in people]
        docket = desk.signed(APPROVAL, [pilot])
        day = clock.today().replace(year=clock.today().year + 1).isoformat()
        perform(docket, "schedule", actor=desk.handler, data=desk.document(publish_on=day))
        for membership, was in zip(people, before, strict=True):
            now = read(pilot, membership)
            assert now.pages == was.pages
            assert (now.messages, now.papers, now.records) == (was.messages, was.papers, was.records)
        file = Attachment.objects.get(slot="sealed_original")
        for membership in people:
            client = sign_in(Client(), membership)
            assert client.get(reverse("attachments:download", args=[file.key])).status_code == 404


ADDRESSES: list[tuple[str, Callable[[Docket], list[Any]]]] = [
    ("docket", lambda d: [d.pk]),
    ("docket_items", lambda d: [d.pk]),
    ("docket_sort", lambda d: [d.pk]),
    ("docket_collect", lambda d: [d.pk]),
    ("docket_deliberation", lambda d: [d.pk]),
    ("docket_check", lambda d: [d.pk]),
    ("docket_docx", lambda d: [d.pk]),
    ("docket_draft", lambda d: [d.pk, "approval_notice"]),
    ("docket_step", lambda d: [d.pk, "decide"]),
    ("docket_step", lambda d: [d.pk, "register"]),
    ("dockets", lambda d: []),
    ("dockets_all", lambda d: []),
    ("dockets_decide", lambda d: []),
    ("dockets_past", lambda d: []),
    ("dockets_review", lambda d: []),
    ("docket_new", lambda d: []),
    ("deputies", lambda d: []),
    ("handover", lambda d: []),
    ("on_behalf_list", lambda d: []),
    ("unit_changes", lambda d: []),
]


def test_no_address_of_this_room_is_there_for_outsiders(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    docket = desk.passed_on(APPROVAL, [pilot])
    for membership in (*outsiders(pilot), MembershipFactory(role=Role.SYSTEM_ADMIN)):
        client = sign_in(Client(), membership)
        for name, args in ADDRESSES:
            url = reverse(f"supervision:{name}", args=args(docket))
            for response in (client.get(url), client.post(url)):
                assert response.status_code in (404, 405), (membership.role, name, response.status_code)
        sheet = IssuedPaper.objects.get(kind="docket_sheet", status="valid", subject_id=docket.pk)
        assert client.get(reverse("documents:download", args=[sheet.pk])).status_code == 404
        for model in (Docket, OnBehalf, Correction):
            assert not model.objects.visible_to(actor_of(membership)).exists()
    assert Client().get(docket.get_absolute_url()).status_code == 302  # the public is led to sign in


def test_the_verification_page_tells_nothing_of_a_sheet(desk: Desk) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    sheet = IssuedPaper.objects.get(kind="docket_sheet", status="valid")
    html = Client().get(reverse("verify_code", args=[sheet.code])).content.decode()
    assert docket.title not in html
    assert docket.items.get().dossier.title not in html


def test_each_unit_reads_its_own_reason_only(desk: Desk) -> None:
    first, second = (
        desk.decided_on(conclusion="not_recommended", opinion="甲不成熟。"),
        desk.decided_on(conclusion="not_recommended", opinion="乙不成熟。"),
    )
    desk.issue(desk.signed(INTENDED, [first, second]), document=False)
    client = sign_in(Client(), member(first.applicant))
    html = client.get(reverse("workbench:dossier", args=[first.pk]) + "?tab=opinions").content.decode()
    assert "甲不成熟。" in html
    assert "未列入年度立项计划" in html
    papers = IssuedPaper.objects.visible_to(actor_of(member(first.applicant)))
    assert not papers.filter(kind="refusal_list").exists()
    assert not Message.objects.filter(recipient=member(first.applicant).user, text__contains="乙不成熟").exists()


def test_the_approval_notice_reaches_those_it_names(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    other = desk.on_notice()[0]
    with clock.moved(after_notice(other)):
        close_notice()
        desk.issue(desk.signed(APPROVAL, [pilot]))
    paper, file = IssuedPaper.objects.get(kind="approval_notice"), Attachment.objects.get(slot="sealed_original")
    reading = [member(pilot.applicant), MembershipFactory(role=Role.RECOMMENDER, body=pilot.recommender)]
    for membership in reading:
        assert IssuedPaper.objects.visible_to(actor_of(membership)).filter(pk=paper.pk).exists()
        client = sign_in(Client(), membership)
        response = client.get(reverse("attachments:download", args=[file.key]))
        assert b"".join(response.streaming_content)  # type: ignore[arg-type]
    for membership in (member(other.applicant), MembershipFactory(role=Role.EXPERT)):
        assert not IssuedPaper.objects.visible_to(actor_of(membership)).filter(pk=paper.pk).exists()
        client = sign_in(Client(), membership)
        assert client.get(reverse("attachments:download", args=[file.key])).status_code == 404
