"""Requests of running pilots on their pages: the choice, the form and its draft, the guarantor's opinion, the docket."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.base import clock
from portal.execution.models import TaskBook
from portal.lifecycle.engine import perform
from portal.lifecycle.history import problems_of
from portal.lifecycle.models import Chain
from portal.supervision.models import Docket, DocketItem, Endorsement, Request
from tests.factories import MembershipFactory, sign_in
from tests.pilot_data import PDF, people_of
from tests.running_data import agree, ask_for, fresh, running_in
from tests.supervision.running import INSIDE, desk_of, signed, who_reads
from tests.supervision.test_docket_pages import client_of, text

pytestmark = pytest.mark.django_db


def pdf(name: str = "申请函.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def page_of(pilot: Pilot, tab: str = "") -> str:
    return reverse("workbench:dossier", args=[pilot.pk]) + (f"?tab={tab}" if tab else "")


def new(pilot: Pilot, kind: str) -> str:
    return reverse("supervision:request_new", args=[kind, pilot.pk])


@pytest.fixture
def pilot(db: None) -> Pilot:
    return running_in("implementing")


def test_how_a_request_is_begun(pilot: Pilot) -> None:
    client = client_of(people_of(pilot).applicant)
    home = text(client.get(page_of(pilot)))
    for shown in ("申请事项", "申请：延期", "申请：变更", "申请：终止"):
        assert shown in home
    for hidden in ("申请：暂停", "申请：恢复", "申请：撤回申报"):
        assert hidden not in home, "by parameter pilots are not suspended, and they are past withdrawal"
    choice = reverse("supervision:request_choose")
    assert choice in text(client.get(reverse("supervision:requests")))
    html = text(client.get(choice))  # a single project is chosen at once
    for shown in (pilot.title, "变更项目名称", "变更参加单位", "变更阶段安排", "延期", "终止"):
        assert shown in html
    Pilot.objects.filter(pk=pilot.pk).update(extended_months=3)
    assert "延期以一次为限，本项目已延期 3 个月" in text(client.get(choice, {"dossier": pilot.pk}))
    stranger = sign_in(Client(), MembershipFactory(role=Role.UNIT_ADMIN))
    assert stranger.get(choice, {"dossier": pilot.pk}).status_code == 404
    assert "没有可以提出申请的项目" in text(stranger.get(choice))


def test_the_reasons_stand_before_the_form(pilot: Pilot) -> None:
    assert pilot.term_ends_on is not None
    client = client_of(people_of(pilot).applicant)
    with clock.moved(clock.at(pilot.term_ends_on - dt.timedelta(days=10), 9)):
        html = text(client.get(new(pilot, "pilots.extension")))
        assert "30 日前" in html
        assert 'name="months"' not in html
        sent = client.post(new(pilot, "pilots.extension"), {"reason": "来不及。", "months": "6", "letter__file": pdf()})
        assert sent.status_code == 409
        assert "来不及。" in text(sent), "what was typed is kept"
    assert not Request.objects.exists()


def test_a_draft_is_its_units_own_and_is_filed_by_a_colleague(pilot: Pilot) -> None:
    people = people_of(pilot)
    client = client_of(people.applicant)
    url = new(pilot, "pilots.change_members")
    typed = {"members--new1--name": "上海示例大学", "reason": "增加参加单位。", "letter__file": pdf(), "keep": "1"}
    html = text(client.post(url, typed, follow=True))
    assert "草稿已保存" in html
    draft = Request.objects.get()
    assert (draft.state, draft.reason) == ("draft", "增加参加单位。")
    assert who_reads(pilot, draft.get_absolute_url()) == {"undertaker"}
    for person in (people.handler, people.recommender):
        other = client_of(person)
        for tab in ("history", "acts", "deadlines", "papers"):
            assert "开始填写" not in text(other.get(page_of(pilot, tab)))
    assert "变更参加单位" not in text(client_of(people.handler).get(reverse("supervision:requests")))
    assert "开始填写" in text(client.get(page_of(pilot, "history")))

    colleague = sign_in(Client(), MembershipFactory(role=Role.UNIT_EDITOR, unit=pilot.applicant))
    response = colleague.get(url, follow=True)  # the address of a new one leads to the draft
    html = text(response)
    assert response.redirect_chain[-1][0] == reverse("supervision:request_step", args=[draft.pk, "file"])
    assert "上海示例大学" in html
    assert html.count('name="members--new') == 4 * 3, "three empty rows beyond the one that is filled"
    file = reverse("supervision:request_step", args=[draft.pk, "file"])
    more = {**typed, "seen": str(draft.revision), "letter__file": pdf()}
    wrong = colleague.post(file, {name: value for name, value in more.items() if name != "keep"})
    assert wrong.status_code == 422
    assert "请填写“统一社会信用代码”" not in text(wrong)
    assert "承担的工作" in text(wrong)
    draft.refresh_from_db()
    assert draft.state == "draft"
    stale = client.post(file, {**typed, "seen": "0", "letter__file": pdf()})
    assert stale.status_code == 409
    assert "刚刚被本单位其他人员保存" in text(stale)
    good = {
        **typed,
        "members--new1--share": "人才培养",
        "seen": str(draft.revision),
        "letter__file": pdf(),
    }
    del good["keep"]
    html = text(colleague.post(file, good, follow=True))
    assert "项目保证单位将收到征求意见的通知" in html
    draft.refresh_from_db()
    assert draft.state == "filed"
    for shown in ("变更前后对照", "（无，新增）", "上海示例大学；人才培养", "申请函.pdf", "待答复"):
        assert shown in html
    assert who_reads(pilot, draft.get_absolute_url()) == {"undertaker", "guarantor", *INSIDE}
    assert list(problems_of(Chain.objects.get(pk=pilot.chain_id))) == []


def test_a_draft_is_printed_to_be_sealed_before_it_is_filed(pilot: Pilot) -> None:
    client = client_of(people_of(pilot).applicant)
    url = new(pilot, "pilots.extension")
    html = text(client.post(url, {"months": "6", "reason": "", "print": "1"}, follow=True))
    assert "还有 1 处需要填写，填写完整后再打印" in html
    draft = Request.objects.get()
    file = reverse("supervision:request_step", args=[draft.pk, "file"])
    typed = {"months": "6", "reason": "标准发布延后。", "seen": draft.revision, "print": "1"}
    html = text(client.post(file, typed, follow=True))
    for shown in (
        "延期申请表",
        pilot.title,
        "标准发布延后。",
        str(pilot.term_ends_on),
        "申请单位（盖章）",
        "data-print",
    ):
        assert shown in html
    draft.refresh_from_db()
    assert draft.state == "draft"
    printed = reverse("supervision:request_print", args=[draft.pk])
    assert client_of(people_of(pilot).handler).get(printed).status_code == 404


def test_a_draft_can_be_discarded_and_leaves_no_trace_outside(pilot: Pilot) -> None:
    people = people_of(pilot)
    client = client_of(people.applicant)
    client.post(new(pilot, "pilots.extension"), {"reason": "再想想。", "keep": "1"})
    draft = Request.objects.get()
    assert "删除草稿" in text(client.get(new(pilot, "pilots.extension"), follow=True))
    client.post(reverse("supervision:request_step", args=[draft.pk, "discard"]), {"seen": draft.revision})
    draft.refresh_from_db()
    assert (draft.state, draft.data) == ("taken_back", {})
    assert "再想想" not in text(client_of(people.handler).get(page_of(pilot, "history")))
    again = client.post(new(pilot, "pilots.extension"), {"reason": "重新填写。", "keep": "1"}, follow=True)
    assert "重新填写。" in text(again)


def test_rows_of_the_plan_are_changed_and_dropped(pilot: Pilot) -> None:
    client = client_of(people_of(pilot).applicant)
    book = TaskBook.objects.get(dossier_id=pilot.pk)
    first, second = book.content["targets"]
    fields = {
        f"targets--{row['id']}--{name}": row[name] for row in (first, second) for name in ("name", "unit", "target")
    }
    fields[f"targets--{first['id']}--target"] = "九十"
    url = new(pilot, "pilots.change_targets")
    wrong = client.post(url, {**fields, "reason": "指标调整。", "letter__file": pdf()})
    html = text(wrong)
    assert wrong.status_code == 422
    assert "“目标值”应为数字" in html
    assert f'id="field-targets--{first["id"]}--target"' in html, "the summary leads to the cell"
    fields[f"targets--{first['id']}--target"] = "90"
    fields[f"targets--{second['id']}--drop"] = "on"
    html = text(client.post(url, {**fields, "reason": "指标调整。", "letter__file": pdf()}, follow=True))
    assert "（删除）" in html
    assert "服务满意度；%；90" in html
    unchanged = client.post(
        new(pilot, "pilots.change_title"), {"title": pilot.title, "reason": "x", "letter__file": pdf()}
    )
    assert "没有修改任何内容" in text(unchanged)


def test_the_guarantor_answers_and_a_docket_decides(pilot: Pilot) -> None:
    people, desk = people_of(pilot), desk_of(pilot)
    request = ask_for(pilot, "pilots.change_title", endorsed=False, title="长者照护服务标准化试点")
    handler = client_of(people.handler)
    html = text(handler.get(request.get_absolute_url()))
    assert "暂不能拟办呈批件：等待保证单位答复" in html
    choice = reverse("supervision:docket_new")
    listed = text(handler.get(choice, {"matter": "pilots.change"}))
    assert pilot.title in listed
    assert "等待保证单位答复" in listed
    assert pilot.title not in text(handler.get(choice, {"matter": "pilots.extension"})), "nobody asked for that"
    guarantor = client_of(people.recommender)
    assert "答复" in text(guarantor.get(request.get_absolute_url()))
    agree(pilot, "pilots.change_title")
    html = text(handler.get(request.get_absolute_url()))
    assert "保证单位已表示意见" in html
    assert "拟办呈批件" in html
    assert "此项申请须拟办呈批件" not in html, "what is not to be taken here is not offered as barred"
    query = {"matter": "pilots.change", "id": pilot.pk}
    prepared = text(handler.get(choice, query))
    assert "长者照护服务标准化试点" in prepared
    assert "保证单位同意（同意）" in prepared
    made = handler.post(choice, {**query, "title": "关于变更项目名称的请示", "from": "selection"}, follow=True)
    docket = Docket.objects.get()
    assert docket.levels == 2
    for page in (text(made), text(handler.get(request.get_absolute_url()))):
        assert docket.serial in page
    assert "申请内容、保证单位意见" in text(made)
    assert "呈批" not in text(guarantor.get(request.get_absolute_url()))
    assert "呈批" not in text(client_of(people.applicant).get(request.get_absolute_url()))
    signed(desk, docket)
    desk.issue(docket)
    request.refresh_from_db()
    now = fresh(pilot)
    assert (request.state, now.title) == ("granted", "长者照护服务标准化试点")
    html = text(client_of(people.applicant).get(request.get_absolute_url()))
    assert "已同意" in html
    assert "复函" in html or "关于同意" in html
    row = IssuedSheet.rows(docket)[0]
    assert "长者照护服务标准化试点" in row["opinion"], "the sheet that is filed says what was asked for"
    file = docx.Document(io.BytesIO(handler.get(reverse("supervision:docket_docx", args=[docket.pk])).content))
    words = "\n".join(cell.text for table in file.tables for line in table.rows for cell in line.cells)
    assert "申请内容、保证单位意见" in words
    assert "保证单位同意" in words


class IssuedSheet:
    """The sheet of a docket as it stands."""

    @staticmethod
    def rows(docket: Docket) -> list[dict[str, Any]]:
        from portal.documents.models import IssuedPaper

        sheet = IssuedPaper.objects.get(subject_type=docket.label_of_type(), subject_id=docket.pk, status="valid")
        found: list[dict[str, Any]] = sheet.snapshot["rows"]
        return found


def test_a_silent_guarantor_does_not_hold_it_up(pilot: Pilot) -> None:
    people = people_of(pilot)
    request = ask_for(pilot, "pilots.extension", endorsed=False, months="6")
    asked = Endorsement.objects.get(request=request)
    handler = client_of(people.handler)
    assert asked.state == "asked"
    with clock.moved(clock.now() + dt.timedelta(days=40)):
        html = text(handler.get(request.get_absolute_url()))
        assert "暂不能拟办呈批件" not in html
        prepared = text(handler.get(reverse("supervision:docket_new"), {"matter": "pilots.extension", "id": pilot.pk}))
        assert "保证单位待答复" in prepared


def test_only_decisions_that_fit_the_state_can_be_proposed(pilot: Pilot) -> None:
    desk = desk_of(pilot)
    ask_for(pilot, "pilots.extension", months="6")
    docket = desk.drafted("pilots.extension", [fresh(pilot)])
    html = text(client_of(desk.handler).get(docket.get_absolute_url()))
    assert 'value="extend"' in html
    assert 'value="extend_late"' not in html
    item = DocketItem.objects.get(docket=docket)
    data = {"seen": docket.revision, f"position-{item.pk}": 1, f"step-{item.pk}": "extend_late"}
    refused = client_of(desk.handler).post(reverse("supervision:docket_items", args=[docket.pk]), data)
    assert refused.status_code == 409


def test_a_refusal_is_answered_with_its_reasons(pilot: Pilot) -> None:
    desk = desk_of(pilot)
    request = ask_for(pilot, "pilots.termination")
    docket = desk.drafted("pilots.termination", [fresh(pilot)])
    item = DocketItem.objects.get(docket=docket)
    data = {
        "seen": docket.revision,
        f"position-{item.pk}": 1,
        f"step-{item.pk}": "refuse_request",
        f"grounds-{item.pk}": "任务过半，宜继续实施。",
    }
    assert client_of(desk.handler).post(reverse("supervision:docket_items", args=[docket.pk]), data).status_code == 302
    docket.refresh_from_db()
    signed(desk, docket)
    perform(docket, "register", actor=desk.handler, data={})
    request.refresh_from_db()
    assert (request.state, fresh(pilot).state) == ("refused", "implementing")
    html = text(client_of(people_of(pilot).applicant).get(request.get_absolute_url()))
    assert "任务过半，宜继续实施。" in html


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_lists(number: int, django_assert_num_queries: Any) -> None:
    """The list of requests, and what a docket can collect."""
    first = running_in("implementing")
    pilots = [first]
    for extra in range(1, number):
        from tests.pilot_data import pilot_in
        from tests.world_decisions import put_into_work

        same: dict[str, Any] = {"call": first.call, "unit": first.applicant, "recommender": first.recommender}
        pilots.append(put_into_work(pilot_in("accepted", title=f"第{extra}项标准化试点", **same)))
    for pilot in pilots:
        ask_for(pilot, "pilots.termination")
    handler = client_of(people_of(first).handler)
    url = reverse("supervision:docket_new")
    handler.get(url, {"matter": "pilots.termination"})
    with django_assert_num_queries(11):
        html = text(handler.get(url, {"matter": "pilots.termination"}))
    assert html.count('name="id"') == number
    client = client_of(people_of(first).applicant)
    client.get(reverse("supervision:requests"))
    with django_assert_num_queries(6):
        html = text(client.get(reverse("supervision:requests"), {"waiting": "yes", "kind": "pilots.termination"}))
    assert html.count("data-open") == number
    assert "没有符合条件的申请" in text(client.get(reverse("supervision:requests"), {"state": "granted"}))
