"""Requests, enquiries, consultations: through the door and on their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, Stale, Unmet
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.models import Docket, DocketItem, Endorsement, Enquiry, Request
from tests.factories import BodyFactory, MembershipFactory, actor, actor_of, handler_of, sign_in
from tests.pilot_data import PDF, people_of, upload_for
from tests.supervision.desk import APPROVAL, INTENDED, Desk, after_notice, close_notice, fresh, member
from tests.supervision.test_docket_pages import client_of, text

pytestmark = pytest.mark.django_db


def ask(pilot: Pilot) -> Request:
    who = actor_of(member(pilot.applicant))
    request = Request(dossier=pilot, chain_id=pilot.chain_id, kind="pilots.withdrawal")
    perform(request, "file", actor=who, data={"reason": "经营调整。", "letter": [upload_for(who, "request_letter")]})
    return request


def pdf(name: str = "函.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


# --- withdrawal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["accepted", "decided_on", "on_notice"])
def test_a_granted_withdrawal_ends_the_dossier(desk: Desk, way: str) -> None:
    pilot = desk.on_notice()[0] if way == "on_notice" else getattr(desk, way)()
    request = ask(pilot)
    assert fresh(pilot).state == pilot.state
    assert Deadline.objects.open().filter(subject_type=request.label_of_type(), subject_id=request.pk).exists()
    perform(request, "grant", actor=desk.handler, data={"reason": "同意撤回。"})
    now = fresh(pilot)
    assert (now.state, now.state_note, request.state) == ("withdrawn", "受理后准予撤回", "granted")
    assert Message.objects.filter(recipient=member(pilot.applicant).user, text__contains="同意撤回。").exists()


def test_it_drops_the_live_item(desk: Desk) -> None:
    pilot, other = desk.decided_on(), desk.decided_on()
    docket = desk.signed(INTENDED, [pilot, other])
    perform(ask(pilot), "grant", actor=desk.handler, data={"reason": "同意。"})
    item = DocketItem.objects.get(docket=docket, dossier=pilot.pk)
    assert (item.live, item.decision, item.note) == (False, "left", "撤回申报")
    desk.issue(docket, document=False)
    assert (fresh(pilot).state, fresh(other).state) == ("withdrawn", "notice")


def test_what_leaves_during_the_sign_off_is_shown_and_told_to_who_signs(desk: Desk) -> None:
    pilot, other = desk.decided_on(), desk.decided_on()
    docket = desk.passed_on(INTENDED, [pilot, other])
    seen = docket.revision
    sheets = IssuedPaper.objects.filter(kind="docket_sheet")
    before = sheets.count()
    asked = ask(pilot)
    assert f"已列入呈批件 {docket.serial}" in text(client_of(desk.handler).get(asked.get_absolute_url()))
    theirs = sign_in(Client(), member(pilot.applicant)).get(asked.get_absolute_url())
    assert "呈批件" not in text(theirs)
    perform(asked, "grant", actor=desk.handler, data={"reason": "同意。"})
    for who in (desk.handler, desk.leader):
        told = Message.objects.get(recipient=who.user, title__startswith="呈批件内的项目退出")
        assert pilot.title in told.text
        assert "其余 1 项照常办理" in told.text
    assert (sheets.count(), sheets.filter(status="valid").count()) == (before + 1, 1)
    row = next(row for row in sheets.get(status="valid").snapshot["rows"] if row["title"] == pilot.title)
    assert (row["result"], row["note"]) == ("已退出", "撤回申报")
    with pytest.raises(Stale):
        perform(Docket.objects.get(pk=docket.pk), "decide", actor=desk.leader, data={"remark": "同意。"}, seen=seen)
    html = text(client_of(desk.leader).get(docket.get_absolute_url()))
    assert "已退出的项目" in html
    assert "撤回申报" in html
    desk.decide(Docket.objects.get(pk=docket.pk))
    desk.issue(Docket.objects.get(pk=docket.pk), document=False)
    assert (fresh(pilot).state, fresh(other).state) == ("withdrawn", "notice")


def test_what_everything_left_is_not_decided_but_goes_back(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.passed_on(INTENDED, [pilot])
    perform(ask(pilot), "grant", actor=desk.handler, data={"reason": "同意。"})
    assert Message.objects.filter(recipient=desk.leader.user, text__contains="呈批件内已没有项目").exists()
    docket = Docket.objects.get(pk=docket.pk)
    with pytest.raises(Unmet, match="已全部退出"):
        desk.decide(docket)
    perform(docket, "send_back", actor=desk.leader, data={"remark": "项目已撤回。"})
    perform(docket, "cancel", actor=desk.handler, data={"reason": "项目已撤回。"})
    assert docket.state == "cancelled"


def test_a_scheduled_document_that_names_it_goes_back(desk: Desk) -> None:
    pilots = desk.on_notice(2)
    with clock.moved(after_notice(pilots[0])):
        close_notice()
        docket = desk.signed(APPROVAL, pilots)
        day = clock.today().replace(year=clock.today().year + 1).isoformat()
        perform(docket, "schedule", actor=desk.handler, data=desk.document(publish_on=day))
        perform(ask(pilots[0]), "grant", actor=desk.handler, data={"reason": "同意。"})
        docket = Docket.objects.get(pk=docket.pk)
        assert (docket.state, docket.number) == ("decided", None)
        assert Message.objects.filter(recipient=desk.handler.user, text__contains="清单须相应修改").exists()
        desk.issue(docket)
    assert [fresh(p).state for p in pilots] == ["withdrawn", "approved"]


def test_a_refused_or_taken_back_request_changes_nothing(desk: Desk) -> None:
    pilot = desk.accepted()
    request = ask(pilot)
    with pytest.raises(Unmet, match="已有同类申请"):
        ask(pilot)
    perform(request, "refuse", actor=desk.handler, data={"reason": "请先说明。"})
    again = ask(pilot)
    perform(again, "take_back", actor=actor_of(member(pilot.applicant)))
    assert (fresh(pilot).state, request.state, again.state) == ("accepted", "refused", "taken_back")
    assert not Deadline.objects.open().filter(subject_type=request.label_of_type()).exists()


def test_who_asks_and_who_answers(desk: Desk) -> None:
    pilot = desk.accepted()
    request = Request(dossier=pilot, chain_id=pilot.chain_id, kind="pilots.withdrawal")
    for who in (desk.handler, people_of(pilot).recommender, actor(Role.UNIT_ADMIN)):
        with pytest.raises(NotPermitted):
            perform(request, "file", actor=who, data={"reason": "x"})
    with pytest.raises(InvalidInput):
        perform(request, "file", actor=actor_of(member(pilot.applicant)), data={"reason": "没有公函"})
    filed = ask(pilot)
    for who in (desk.chief, desk.leader, people_of(pilot).recommender, actor_of(member(pilot.applicant))):
        with pytest.raises(NotPermitted):
            perform(filed, "grant", actor=who, data={"reason": "x"})
    with pytest.raises(NotVisible):
        perform(filed, "grant", actor=handler_of(Desk().call), data={"reason": "x"})


def test_a_request_lapses_with_the_result(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    request = ask(pilot)
    with clock.moved(after_notice(pilot)):
        close_notice()
        desk.issue(desk.signed(APPROVAL, [pilot]))
    assert Request.objects.get(pk=request.pk).state == "lapsed"
    assert Message.objects.filter(recipient=member(pilot.applicant).user, title__contains="不再办理").exists()


@pytest.mark.parametrize("state", ["submitted", "recommended"])
def test_before_acceptance_nothing_is_asked_for(desk: Desk, state: str) -> None:
    from tests.pilot_data import pilot_in

    pilot = pilot_in(state, call=desk.call)
    with pytest.raises(Unmet, match="当前状态"):
        ask(pilot)


def test_the_pages_of_a_request(desk: Desk) -> None:
    pilot = desk.accepted()
    applicant = sign_in(Client(), member(pilot.applicant))
    home = text(applicant.get(reverse("workbench:dossier", args=[pilot.pk])))
    url = reverse("supervision:request_new", args=["pilots.withdrawal", pilot.pk])
    assert url in home
    assert "立项文件印发前" in text(applicant.get(url))
    wrong = applicant.post(url, {"reason": ""})
    assert wrong.status_code == 422
    text(wrong)
    html = text(applicant.post(url, {"reason": "经营调整。", "letter__file": pdf()}, follow=True))
    assert "函.pdf" in html
    assert "已提出，待办理" in html
    request = Request.objects.get()
    handler = client_of(desk.handler)
    assert pilot.title in text(handler.get(reverse("supervision:requests")))
    assert "函.pdf" in text(handler.get(request.get_absolute_url()))
    page = reverse("supervision:request_step", args=[request.pk, "grant"])
    assert "不能撤销" in text(handler.get(page))
    html = text(handler.post(page, {"seen": request.revision, "reason": "同意。"}, follow=True))
    assert "已同意" in html
    assert fresh(pilot).state == "withdrawn"
    assert url not in text(applicant.get(reverse("workbench:dossier", args=[pilot.pk])))
    assert applicant.get(reverse("supervision:request_new", args=["nothing", pilot.pk])).status_code == 404
    tab = text(applicant.get(reverse("workbench:dossier", args=[pilot.pk]) + "?tab=acts"))
    assert "撤回申报" in tab


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_a_fixed_number_of_queries(desk: Desk, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        pilot = desk.accepted()
        ask(pilot)
        enquire(desk, pilot)
    client = client_of(desk.handler)
    client.get(reverse("supervision:requests"))
    with django_assert_num_queries(6):
        html = text(client.get(reverse("supervision:requests")))
    assert html.count("data-open") == 2 * number


# --- enquiries ----------------------------------------------------------------------------------


def enquire(desk: Desk, pilot: Pilot) -> Enquiry:
    enquiry = Enquiry(dossier=pilot, chain_id=pilot.chain_id)
    perform(enquiry, "ask", actor=desk.handler, data={"question": "经费从何而来？"})
    return enquiry


def test_question_and_answer(desk: Desk) -> None:
    pilot = desk.accepted()
    enquiry = enquire(desk, pilot)
    who = actor_of(member(pilot.applicant))
    assert Message.objects.filter(recipient=who.user, text__contains="经费从何而来？").exists()
    due = Deadline.objects.open().get(subject_type=enquiry.label_of_type(), subject_id=enquiry.pk)
    assert due.owner == "applicant"
    for other in (desk.handler, people_of(pilot).recommender, actor(Role.UNIT_ADMIN)):
        with pytest.raises((NotPermitted, NotVisible)):
            perform(enquiry, "reply", actor=other, data={"answer": "x"})
    perform(enquiry, "reply", actor=who, data={"answer": "自筹。", "files": [upload_for(who, "enquiry")]})
    assert Message.objects.filter(recipient=desk.handler.user, text__contains="自筹。").exists()
    assert fresh(pilot).state == "accepted"
    perform(enquiry, "close", actor=desk.handler, data={"remark": ""})
    assert enquiry.state == "closed"


def test_enquiries_are_between_bureau_and_applicant(desk: Desk) -> None:
    pilot = desk.accepted()
    enquiry = enquire(desk, pilot)
    seen = [desk.handler, desk.chief, desk.leader, actor(Role.AUDITOR), actor_of(member(pilot.applicant))]
    unseen = [people_of(pilot).recommender, actor(Role.UNIT_ADMIN), actor(Role.EXPERT), handler_of(Desk().call)]
    assert all(Enquiry.objects.visible_to(who).filter(pk=enquiry.pk).exists() for who in seen)
    assert not any(Enquiry.objects.visible_to(who).filter(pk=enquiry.pk).exists() for who in unseen)


def test_an_enquiry_ends_with_its_dossier(desk: Desk) -> None:
    pilot = desk.accepted()
    enquiry = enquire(desk, pilot)
    perform(ask(pilot), "grant", actor=desk.handler, data={"reason": "同意。"})
    assert Enquiry.objects.get(pk=enquiry.pk).state == "closed"
    with pytest.raises(Unmet, match="已经终止"):
        enquire(desk, fresh(pilot))


def test_the_pages_of_an_enquiry(desk: Desk) -> None:
    pilot = desk.accepted()
    handler, applicant = client_of(desk.handler), sign_in(Client(), member(pilot.applicant))
    url = reverse("supervision:enquiry_new", args=[pilot.pk])
    assert url in text(handler.get(reverse("workbench:dossier", args=[pilot.pk])))
    assert applicant.get(url).status_code == 404
    text(handler.get(url))
    html = text(handler.post(url, {"question": "设备何时到位？", "files__file": pdf("清单.pdf")}, follow=True))
    assert "清单.pdf" in html
    enquiry = Enquiry.objects.get()
    page = text(applicant.get(enquiry.get_absolute_url()))
    assert "设备何时到位？" in page
    step = reverse("supervision:enquiry_step", args=[enquiry.pk, "reply"])
    html = text(applicant.post(step, {"answer": "下月。", "files__file": pdf("合同.pdf")}, follow=True))
    assert "下月。" in html
    assert "合同.pdf" in html
    for file in Attachment.objects.filter(holder_type=Enquiry._meta.label_lower, holder_id=enquiry.pk):
        url = reverse("attachments:download", args=[file.key])
        for reader in (applicant, handler):
            response = reader.get(url)
            assert b"".join(response.streaming_content) == PDF  # type: ignore[arg-type]
        assert client_of(people_of(pilot).recommender).get(url).status_code == 404
    recommender = client_of(people_of(pilot).recommender)
    assert recommender.get(enquiry.get_absolute_url()).status_code == 404


# --- consultation -------------------------------------------------------------------------------


def test_a_consultation_is_the_bureaus_own(desk: Desk) -> None:
    pilot, department = desk.decided_on(), BodyFactory(name="市民政局")
    handler = client_of(desk.handler)
    text(handler.get(reverse("supervision:consultation", args=[pilot.pk])))
    url = reverse("supervision:consultation_step", args=[pilot.pk, "consult_disagreed"])
    text(handler.get(url))
    data = {
        "body": department.pk,
        "held_on": clock.today().isoformat(),
        "signer": "郑十",
        "opinion": "建议暂缓。",
        "scan__file": pdf("复函.pdf"),
    }
    html = text(handler.post(url, data, follow=True))
    assert "建议暂缓。" in html
    found = Endorsement.objects.get(kind="consultation")
    assert (found.state, found.inside, found.body) == ("disagreed", True, department)
    assert Record.objects.get(chain_id=pilot.chain_id, step="consult_disagreed").inside
    outside: list[Membership] = [
        member(pilot.applicant),
        MembershipFactory(role=Role.RECOMMENDER, body=pilot.recommender),
        MembershipFactory(role=Role.RECOMMENDER, body=department),
    ]
    for membership in outside:
        client = sign_in(Client(), membership)
        assert client.get(found.get_absolute_url()).status_code == 404
        page = client.get(reverse("workbench:dossier", args=[pilot.pk]) + "?tab=endorsements")
        assert "建议暂缓" not in page.content.decode()
        assert not Endorsement.objects.visible_to(actor_of(membership)).filter(pk=found.pk).exists()
    assert "建议暂缓。" in text(handler.get(reverse("workbench:dossier", args=[pilot.pk]) + "?tab=endorsements"))
    assert client_of(desk.chief).get(url).status_code == 404
