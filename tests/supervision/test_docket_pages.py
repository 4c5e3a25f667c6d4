"""The pages of dockets: lists per role, beginning, editing, deciding, registering; what each role meets there."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from portal.accounts.models import AuditEvent
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.engine import perform
from portal.supervision.models import Docket, DocketItem
from tests.factories import MembershipFactory, sign_in
from tests.html import inline_code, repeated_ids, unlabelled_fields
from tests.pilot_data import PDF
from tests.supervision.desk import APPROVAL, INTENDED, NUMBER, Desk, after_notice, close_notice, fresh, member

pytestmark = pytest.mark.django_db


def client_of(actor: Any) -> Client:
    return sign_in(Client(), actor.membership)


def text(response: Any) -> str:
    html: str = response.content.decode()
    assert not inline_code(html)
    assert not repeated_ids(html)
    assert not unlabelled_fields(html)
    return html


LISTS = {
    "dockets": {Role.HANDLER},
    "dockets_review": {Role.SECTION_CHIEF, Role.HANDLER},
    "dockets_decide": {Role.LEADER, Role.SECTION_CHIEF},
    "dockets_past": {Role.LEADER, Role.SECTION_CHIEF, Role.HANDLER, Role.AUDITOR},
    "dockets_all": {Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR},
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_belong_to_their_roles(name: str) -> None:
    for role in Role:
        response = sign_in(Client(), MembershipFactory(role=role)).get(reverse(f"supervision:{name}"))
        assert response.status_code == (200 if role in LISTS[name] else 404), role
        if response.status_code == 200:
            assert "没有呈批件" in text(response)


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_a_fixed_number_of_queries(desk: Desk, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        desk.passed_on(INTENDED, [desk.decided_on()])
    client = client_of(desk.leader)
    client.get(reverse("supervision:dockets_decide"))
    with django_assert_num_queries(6):
        html = text(client.get(reverse("supervision:dockets_decide")))
    assert html.count("data-open") == number


@pytest.mark.parametrize("number", [1, 3])
def test_a_docket_takes_a_fixed_number_of_queries(desk: Desk, number: int, django_assert_num_queries: Any) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on() for _ in range(number)])
    client = client_of(desk.leader)
    client.get(docket.get_absolute_url())
    with django_assert_num_queries(16):
        text(client.get(docket.get_absolute_url()))


def test_from_the_selection_to_the_docket(desk: Desk) -> None:
    first, second, accepted = desk.decided_on(), desk.decided_on(conclusion="reserve"), desk.accepted()
    client = client_of(desk.handler)
    assert "拟办呈批件" in text(client.get(reverse("workbench:worklist")))
    url = reverse("supervision:docket_new")
    html = text(client.get(url, {"id": [first.pk, second.pk, accepted.pk]}))
    assert "试点拟立项审议" in html
    assert "当前状态不能列入本事项" in html
    ids = [first.pk, second.pk, accepted.pk]
    typed = {"id": ids, "matter": INTENDED, "title": "", "from": "selection"}
    again = text(client.post(url, typed))
    assert "当前状态不能列入本事项" in again, "the chosen ones stay when the title is missing"
    response = client.post(url, {**typed, "title": "关于拟立项的请示"}, follow=True)
    html = text(response)
    assert "未列入" in html  # the accepted one, with the reason
    assert Docket.objects.get().items.count() == 2
    assert "平均 80.00 分" in html


def test_without_a_selection_what_waits_is_offered_and_rounds_narrow_it(desk: Desk) -> None:
    pilot, other = desk.decided_on(), desk.decided_on()
    client, url = client_of(desk.handler), reverse("supervision:docket_new")
    html = text(client.get(url, {"matter": INTENDED}))
    assert pilot.title in html
    assert other.title in html
    round_ = pilot.review_entries.get().round
    html = text(client.get(url, {"matter": INTENDED, "round": round_.pk}))
    assert pilot.title in html
    assert other.title not in html
    assert text(client.post(url, {"matter": INTENDED, "title": ""})).count("请") > 0


def test_editing_on_the_page(desk: Desk) -> None:
    first, second = desk.decided_on(), desk.decided_on()
    docket = desk.drafted(INTENDED, [first])
    client = client_of(desk.handler)
    html = text(client.get(reverse("supervision:docket_collect", args=[docket.pk])))
    assert second.title in html
    client.post(reverse("supervision:docket_collect", args=[docket.pk]), {"id": [second.pk]})
    items = {i.dossier_id: i for i in docket.items.all()}
    assert len(items) == 2
    docket.refresh_from_db()
    data = {
        "seen": docket.revision,
        f"position-{items[first.pk].pk}": 2,
        f"step-{items[first.pk].pk}": "reject",
        f"grounds-{items[first.pk].pk}": "任务不具体。",
        f"position-{items[second.pk].pk}": 1,
        f"step-{items[second.pk].pk}": "intend",
        f"grounds-{items[second.pk].pk}": "",
    }
    url = reverse("supervision:docket_items", args=[docket.pk])
    assert client.post(url, data).status_code == 302
    assert [i.dossier_id for i in docket.items.order_by("position")] == [second.pk, first.pk]
    stale = client.post(url, data)
    assert stale.status_code == 409
    assert "刚刚被修改" in text(stale)
    docket.refresh_from_db()
    out = {**data, "seen": docket.revision, "out": "1", "item": [items[first.pk].pk], "reason": ""}
    refused = client.post(url, out)
    assert refused.status_code == 409
    assert "移出的原因" in text(refused)
    docket.refresh_from_db()
    client.post(url, {**out, "seen": docket.revision, "reason": "申报单位要求暂缓。"})
    html = text(client.get(docket.get_absolute_url()))
    assert "申报单位要求暂缓。" in html
    assert "已退出的项目" in html
    assert client.post(reverse("supervision:docket_sort", args=[docket.pk]), {"key": "rank"}).status_code == 302
    for who in (desk.chief, desk.leader):
        assert client_of(who).post(url, data).status_code == 404


def test_the_way_of_a_docket_in_pages(desk: Desk) -> None:
    pilot, other = desk.decided_on(), desk.decided_on()
    docket = desk.drafted(INTENDED, [pilot, other])
    handler, chief, leader = client_of(desk.handler), client_of(desk.chief), client_of(desk.leader)

    def step(client: Client, name: str, data: dict[str, Any]) -> Any:
        url = reverse("supervision:docket_step", args=[docket.pk, name])
        page = client.get(url)
        assert page.status_code == 200, (name, page.status_code)
        text(page)
        docket.refresh_from_db()
        return client.post(url, {"seen": docket.revision, **data}, follow=True)

    assert "拟办中" in text(handler.get(docket.get_absolute_url()))
    assert leader.get(docket.get_absolute_url()).status_code == 404
    assert "处室审核" in text(step(handler, "send_up", {"remark": "拟同意。"}))
    assert docket.title in text(chief.get(reverse("supervision:dockets_review")))
    assert "请核对" in text(step(chief, "send_back", {"remark": "请核对。"}))
    html = text(handler.get(docket.get_absolute_url()))
    assert "退回意见：请核对。" in html
    step(handler, "send_up", {"remark": "已核对。"})
    step(chief, "pass_on", {"remark": "同意。"})
    item = DocketItem.objects.get(docket=docket, dossier=other.pk)
    form = text(leader.get(reverse("supervision:docket_step", args=[docket.pk, "decide"])))
    assert f"disagree-{item.pk}" in form
    assert "平均 80.00 分" in form
    wrong = step(leader, "decide", {"remark": "同意。", f"disagree-{item.pk}": "on"})
    assert wrong.status_code == 422
    assert "不同意的项目请写明理由" in text(wrong)
    data = {"remark": "同意。", f"disagree-{item.pk}": "on", f"note-{item.pk}": "再论证。"}
    assert "已审批" in text(step(leader, "decide", data))
    assert docket.title in text(leader.get(reverse("supervision:dockets_past")))
    html = text(handler.get(reverse("supervision:docket_check", args=[docket.pk])))
    assert "可以发文登记" in html
    assert "已发文" in text(step(handler, "register", {}))
    assert (fresh(pilot).state, fresh(other).state) == ("notice", "project_review")
    assert "再论证。" in text(handler.get(docket.get_absolute_url()))


def test_the_registration_with_its_document(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        docket = desk.signed(APPROVAL, [pilot])
        client = client_of(desk.handler)
        url = reverse("supervision:docket_step", args=[docket.pk, "register"])
        data = {"seen": docket.revision, "number": "沪市监标技2026-1", "dated": clock.today().isoformat()}
        wrong = client.post(url, data)
        assert wrong.status_code == 422
        assert "六角括号" in text(wrong)
        assert "请上传文件" in text(wrong)
        file = SimpleUploadedFile("立项通知.pdf", PDF, content_type="application/pdf")
        done = client.post(url, {**data, "number": NUMBER, "original__file": file}, follow=True)
        html = text(done)
        assert NUMBER in html
        assert "立项通知.pdf" in html
        assert fresh(pilot).state == "approved"
        applicant = sign_in(Client(), member(pilot.applicant))
        page = text(applicant.get(reverse("workbench:dossier", args=[pilot.pk]) + "?tab=papers"))
        assert "关于下达" in page


def test_many_dockets_are_decided_at_once(desk: Desk) -> None:
    dockets = [desk.passed_on(INTENDED, [desk.decided_on()]) for _ in range(3)]
    client = client_of(desk.leader)
    url = reverse("supervision:dockets_bulk", args=["decide"])
    ids = [d.pk for d in dockets]
    html = text(client.get(url, {"id": ids}))
    assert html.count(reverse("supervision:dockets")) >= 3
    desk.decide(dockets[0])
    data: dict[str, Any] = {"id": ids, "remark": "同意。"}
    data.update({f"seen-{d.pk}": 1 if n == 0 else Docket.objects.get(pk=d.pk).revision for n, d in enumerate(dockets)})
    html = text(client.post(url, data))
    assert "已审批 2 件，未审批 1 件" in html
    assert set(Docket.objects.values_list("state", flat=True)) == {"decided"}
    assert client_of(desk.handler).get(url, {"id": ids}).status_code == 404


def test_deliberation_has_its_own_form(desk: Desk) -> None:
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    client, url = client_of(desk.handler), reverse("supervision:docket_deliberation", args=[docket.pk])
    assert "会议名称" in text(client.get(url))
    wrong = client.post(url, {"meeting": "处务会"})
    assert wrong.status_code == 422
    today = clock.today().isoformat()
    data = {"meeting": "处务会", "meeting_on": today, "meeting_minutes": "〔2026〕3", "meeting_conclusion": "同意。"}
    html = text(client.post(url, data, follow=True))
    assert "处务会" in html
    assert client_of(desk.chief).get(url).status_code == 404


def test_where_it_lies_is_shown_to_the_bureau_alone(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.passed_on(INTENDED, [pilot])
    url = reverse("workbench:dossier", args=[pilot.pk])
    for who in (desk.handler, desk.chief, desk.leader):
        html = text(client_of(who).get(url))
        assert f"已列入呈批件 {docket.serial}：局领导审批，在局领导处，已 0 天。" in html
        assert docket.get_absolute_url() in html
    for membership in (member(pilot.applicant), MembershipFactory(role=Role.RECOMMENDER, body=pilot.recommender)):
        html = text(sign_in(Client(), membership).get(url))
        assert "呈批" not in html
        assert docket.serial not in html
        assert "立项评审中" in html


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_dossiers_says_where_each_lies(desk: Desk, number: int, django_assert_max_num_queries: Any) -> None:
    pilots = [desk.decided_on() for _ in range(number)]
    docket = desk.passed_on(INTENDED, pilots)
    url = reverse("workbench:worklist") + "?columns=docket"
    client = client_of(desk.leader)
    client.get(url)
    with django_assert_max_num_queries(12):
        html = text(client.get(url))
    assert html.count("呈批件在局领导处，已 0 天") == number
    for membership in (
        member(pilots[0].applicant),
        MembershipFactory(role=Role.RECOMMENDER, body=pilots[0].recommender),
    ):
        html = text(sign_in(Client(), membership).get(url))
        assert pilots[0].title in html
        assert "呈批件" not in html
        assert docket.serial not in html


# --- docx ---------------------------------------------------------------------------------------


def read_docx(response: Any) -> str:
    document = Document(io.BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_sheet_and_the_draft_for_the_office_system(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        docket = desk.passed_on(APPROVAL, [pilot])
        client = client_of(desk.handler)
        sheet = read_docx(client.get(reverse("supervision:docket_docx", args=[docket.pk])))
        for words in (
            docket.serial,
            pilot.title,
            pilot.applicant.name,
            "拟同意。",
            "同意报批。",
            "批准立项",
            "平均 80.00 分",
        ):
            assert words in sheet, words
        url = reverse("supervision:docket_draft", args=[docket.pk, "approval_notice"])
        draft = read_docx(client.get(url))
        body = pilot.recommender.full_name  # type: ignore[union-attr]
        for words in ("关于下达", "项目保证单位", pilot.number or "", pilot.title, body, "24 个月", "此件公开发布"):
            assert words in draft, words
        lines = draft.splitlines()
        assert lines.count(f"{pilot.call.year}年度市级标准化试点项目清单") == 1, (
            "the annex is called as the text calls it"
        )
        assert lines[lines.index("序号") + 8] == "1"
        assert "发文登记" in sheet
        assert AuditEvent.objects.filter(kind="download", label__contains=docket.serial).count() == 2
        assert client.get(reverse("supervision:docket_draft", args=[docket.pk, "refusal_list"])).status_code == 404
        applicant = sign_in(Client(), member(pilot.applicant))
        assert applicant.get(url).status_code == 404


def test_what_is_typed_is_text_in_docx_and_page(desk: Desk) -> None:
    pilot = desk.decided_on(title="<b>养老</b> & 服务标准化试点")
    docket = desk.drafted(INTENDED, [pilot], title="<script>alert(1)</script>请示")
    client = client_of(desk.handler)
    assert "<script>alert(1)" not in text(client.get(docket.get_absolute_url()))
    assert pilot.title in read_docx(client.get(reverse("supervision:docket_docx", args=[docket.pk])))


def test_taking_out_after_the_decision(desk: Desk) -> None:
    good, bad = desk.decided_on(), desk.decided_on()
    docket = desk.signed(INTENDED, [good, bad])
    item = DocketItem.objects.get(docket=docket, dossier=bad.pk)
    DocketItem.objects.filter(pk=item.pk).update(state_seen="project_review")
    client = client_of(desk.handler)
    html = text(client.get(reverse("supervision:docket_check", args=[docket.pk])))
    assert bad.title in html
    assert "已变更" in html
    url = reverse("supervision:docket_out", args=[docket.pk, item.pk])
    assert client_of(desk.chief).post(url, {"reason": "x"}).status_code == 404
    assert client.post(url, {"reason": "状态已变。"}).status_code == 302
    item.refresh_from_db()
    assert not item.live
    other = desk.drafted(INTENDED, [])
    strange = reverse("supervision:docket_out", args=[other.pk, item.pk])
    assert client.post(strange, {"reason": "x"}).status_code == 404


def test_an_auditor_reads_and_does_nothing(desk: Desk) -> None:
    docket = desk.signed(INTENDED, [desk.decided_on()])
    client = sign_in(Client(), MembershipFactory(role=Role.AUDITOR))
    html = text(client.get(docket.get_absolute_url()))
    assert "流转记录" in html
    for name in ("register", "schedule", "cancel", "decide"):
        assert client.get(reverse("supervision:docket_step", args=[docket.pk, name])).status_code == 404
    for name in ("docket_items", "docket_sort"):
        assert client.post(reverse(f"supervision:{name}", args=[docket.pk])).status_code == 404


def test_scheduling_on_the_page(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.signed(INTENDED, [pilot])
    client = client_of(desk.handler)
    url = reverse("supervision:docket_step", args=[docket.pk, "schedule"])
    assert "发布日期" in text(client.get(url))
    assert client.post(url, {"seen": docket.revision, "publish_on": clock.today().isoformat()}).status_code == 422
    perform(docket, "cancel", actor=desk.handler, data={"reason": "另办。"})
    assert "已取消" in text(client.get(docket.get_absolute_url()))
