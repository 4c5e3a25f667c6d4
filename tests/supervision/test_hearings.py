"""Statements, rectifications and suspensions on their pages: who reads them, what leads where, what is kept from whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.actors import SYSTEM
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.calls.models import ParameterVersion
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.execution.models import TaskBook
from portal.lifecycle.engine import perform
from portal.supervision.models import OnBehalf, Rectification, Statement, Suspension
from portal.workbench.timeline import records_of
from tests.factories import MembershipFactory, actor_of
from tests.matrix.decisions import decided_pilot
from tests.pilot_data import PDF, people_of
from tests.running_data import ask_for, fresh, hear, ordered, rectification_report, running_in, sign_task_book, take
from tests.supervision.running import INSIDE, who_reads
from tests.supervision.test_docket_pages import client_of, text

pytestmark = pytest.mark.django_db


def pdf(name: str = "送达回证.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def page_of(pilot: Pilot, tab: str = "") -> str:
    return reverse("workbench:dossier", args=[pilot.pk]) + (f"?tab={tab}" if tab else "")


def step_of(statement: Statement, name: str) -> str:
    return reverse("supervision:statement_step", args=[statement.pk, name])


# --- statements -----------------------------------------------------------------------------------
def test_from_the_notice_to_the_finding() -> None:
    pilot = running_in("implementing")
    people = people_of(pilot)
    handler, undertaker = client_of(people.handler), client_of(people.applicant)
    choice = reverse("supervision:statement_choose", args=[pilot.pk])
    assert choice in text(handler.get(page_of(pilot)))
    assert choice not in text(undertaker.get(page_of(pilot)))
    html = text(handler.get(choice))
    for shown in ("终止试点项目", "撤销立项"):
        assert shown in html
    assert "不予通过验收" not in html, "not in this state"
    new = reverse("supervision:statement_new", args=[pilot.pk, "terminate"])
    assert "在规定期限内完成" in text(handler.get(new)), "the usual grounds are offered"
    wrong = handler.post(new, {"facts": "", "grounds": "逾期。"})
    assert wrong.status_code == 422
    html = text(handler.post(new, {"facts": "自立项以来未开展工作。", "grounds": "逾期未实施。"}, follow=True))
    statement = Statement.objects.get()
    assert "已告知，待送达登记" in html
    for paper in ("事先告知书", "送达回证"):
        assert paper in html
    assert "已就同一决定告知" in text(handler.get(new))
    assert statement.get_absolute_url() in text(handler.get(choice))
    assert "事先告知书已出具，待登记送达" in text(handler.get(page_of(pilot)))
    mine = text(undertaker.get(statement.get_absolute_url()))
    assert "自立项以来未开展工作。" in mine
    kinds = IssuedPaper.objects.visible_to(people.applicant).values_list("kind", flat=True)
    assert "service_receipt" not in kinds, "the empty receipt is the bureau's"

    served = {"served_on": clock.today().isoformat(), "method": "直接送达", "receipt__file": pdf()}
    handler.post(step_of(statement, "serve"), {**served, "seen": statement.revision})
    statement.refresh_from_db()
    due = Deadline.objects.open().get(duty="state")
    html = text(undertaker.get(page_of(pilot)))
    assert f"请于 {due.due_on} 前（含当日）提出陈述申辩" in html
    assert statement.get_absolute_url() in html
    assert f"至 {due.due_on}（含当日）届满" in text(handler.get(page_of(pilot)))
    assert who_reads(pilot, statement.get_absolute_url()) == {"undertaker", *INSIDE}

    stated = {"text": "上半年已完成调研。", "evidence__file": pdf("调研报告.pdf"), "seen": statement.revision}
    html = text(undertaker.post(step_of(statement, "state_case"), stated, follow=True))
    assert "已陈述申辩，待复核" in html
    assert "调研报告.pdf" in html
    evidence = Attachment.objects.get(slot="statement_evidence")
    read = reverse("attachments:download", args=[evidence.key])
    assert client_of(people.recommender).get(read).status_code == 404
    answer = handler.get(read)
    assert answer.status_code == 200
    list(answer.streaming_content)
    statement.refresh_from_db()
    handler.post(
        step_of(statement, "consider"), {"finding": "调研不属于任务书任务，不予采纳。", "seen": statement.revision}
    )
    assert "不予采纳" in text(undertaker.get(statement.get_absolute_url()))


def test_the_guarantor_learns_of_the_decision_only() -> None:
    pilot = running_in("implementing")
    statement = hear(pilot, "terminate", end="")
    people = people_of(pilot)
    guarantor = client_of(people.recommender)
    pages = [page_of(pilot), *(page_of(pilot, tab) for tab in ("history", "opinions", "acts", "deadlines", "papers"))]
    pages += [reverse(name) for name in ("workbench:home", "messaging:list", "documents:list", "workbench:waiting")]
    for page in pages:
        html = text(guarantor.get(page))
        for telling in ("陈述申辩", "事先告知", "逾期未办理", "送达"):
            assert telling not in html, (page, telling)
    assert not records_of(pilot, people.recommender).filter(subject_type=Statement.label_of_type()).exists()
    assert not Deadline.objects.visible_to(people.recommender).filter(subject_id=statement.pk, duty="state").exists()
    assert guarantor.get(step_of(statement, "state_case")).status_code == 404
    undertaker = client_of(people.applicant)
    for tab in ("history", "acts", "deadlines"):
        assert "陈述申辩" in text(undertaker.get(page_of(pilot, tab)))


def test_a_statement_by_letter_takes_effect_when_it_was_checked() -> None:
    pilot = running_in("implementing")
    statement = hear(pilot, "revoke_approval", end="")
    people = people_of(pilot)
    handler = client_of(people.handler)
    enter = reverse("supervision:enter", args=["state_case", statement.pk])
    assert enter in text(handler.get(statement.get_absolute_url()))
    assert enter not in text(client_of(people.applicant).get(statement.get_absolute_url()))
    typed = {
        "signed_by": pilot.applicant.name,
        "signed_on": clock.today().isoformat(),
        "text": "请予保留立项。",
        "signed_paper__file": pdf("陈述申辩书.pdf"),
    }
    assert handler.post(enter, typed).status_code == 302
    entry = OnBehalf.objects.get()
    statement.refresh_from_db()
    assert (entry.represented, statement.state) == (pilot.applicant.name, "served")
    assert "请予保留立项。" in text(client_of(people.chief).get(entry.get_absolute_url()))
    perform(entry, "confirm", actor=people.chief, data={"compared": "on"})
    statement.refresh_from_db()
    assert (statement.state, statement.text) == ("stated", "请予保留立项。")


def test_a_task_book_signed_on_paper() -> None:
    pilot = decided_pilot("approved")
    book = sign_task_book(pilot, until="signing")
    people = people_of(pilot)
    handler = client_of(people.handler)
    for kind, state, after in (
        ("sign_undertaker", "承担单位签署任务书", "guarantor_signing"),
        ("sign_guarantor", "保证单位签署任务书", "bureau_signing"),
    ):
        enter = reverse("supervision:enter", args=[kind, book.pk])
        html = text(handler.get(page_of(pilot)))
        assert enter in html
        assert f"代录：{state}" in html
        typed = {"signed_by": "单位", "signer": "钱六", "signed_on": clock.today().isoformat(), "scan__file": pdf()}
        assert handler.post(enter, typed).status_code == 302
        perform(OnBehalf.objects.latest("pk"), "confirm", actor=people.chief, data={"compared": "on"})
        book = TaskBook.objects.get(pk=book.pk)
        assert book.state == after


def test_an_endorsement_by_letter_is_entered_from_its_page() -> None:
    pilot = running_in("implementing")
    request = ask_for(pilot, "pilots.termination", endorsed=False)
    asked = request.endorsements.get()
    html = text(client_of(people_of(pilot).handler).get(asked.get_absolute_url()))
    assert reverse("supervision:enter", args=["endorse_agree", asked.pk]) in html
    assert "代录" not in text(client_of(people_of(pilot).recommender).get(asked.get_absolute_url()))


# --- rectifications -------------------------------------------------------------------------------
def test_a_rectification_from_the_order_to_the_finding() -> None:
    pilot = running_in("midterm_rectify")
    people = people_of(pilot)
    found = Rectification.objects.get()
    url = found.get_absolute_url()
    assert who_reads(pilot, url) == {"undertaker", "guarantor", *INSIDE}
    undertaker, handler = client_of(people.applicant), client_of(people.handler)
    home = text(undertaker.get(page_of(pilot)))
    assert f"请于 {found.due_on} 前（含当日）提交整改报告" in home
    assert url in home
    html = text(undertaker.get(url))
    report = reverse("workbench:step", args=[pilot.pk, "report_midterm_rectification"])
    for shown in ("补齐实施记录", "整改通知书", report):
        assert shown in html
    assert report not in text(client_of(people.recommender).get(url))
    with clock.moved(clock.at(found.due_on + dt.timedelta(days=3), 9)):
        perform(found, "run_out", actor=SYSTEM)
        assert "已逾期 3 天" in text(undertaker.get(url))
        data = rectification_report(people.applicant)
        take(pilot, "report_midterm_rectification", "applicant", **data)
        html = text(handler.get(url))
        for shown in ("已整改，见佐证材料。", "已逐条整改。", "扫描件.pdf"):
            assert shown in html
        settle = reverse("workbench:step", args=[pilot.pk, "pass_midterm"])
        assert settle in html
        take(pilot, "pass_midterm", "handler", remark="", verification="记录已补齐，整改合格。")
    html = text(undertaker.get(url))
    assert "记录已补齐，整改合格。" in html
    assert "整改合格" in text(undertaker.get(page_of(pilot, "acts")))


# --- suspensions ----------------------------------------------------------------------------------
def allow_suspension() -> None:
    ParameterVersion.objects.create(
        key="suspension_allowed", programme="pilots", value=1, effective_from=clock.today(), basis="default"
    )


def test_a_suspension_is_seen_and_says_what_it_moved() -> None:
    pilot = running_in("implementing")
    people = people_of(pilot)
    allow_suspension()
    undertaker = client_of(people.applicant)
    assert "申请：暂停" in text(undertaker.get(page_of(pilot)))
    ask_for(pilot, "pilots.suspension")
    request = pilot.requests.get()
    ordered(pilot, "suspend", request=request.pk)
    day = clock.today()
    home = text(undertaker.get(page_of(pilot)))
    assert f"项目自 {day} 起暂停" in home
    assert "申请：恢复" in home
    assert "申请：暂停" not in home
    assert "未恢复" in text(undertaker.get(page_of(pilot, "acts")))
    with clock.moved(clock.at(day + dt.timedelta(days=30), 9)):
        ask_for(pilot, "pilots.resumption")
        ordered(pilot, "resume", request=pilot.requests.latest("pk").pk)
        found = Suspension.objects.get()
        html = text(undertaker.get(page_of(pilot, "acts")))
    assert "暂停 30 天" in html
    label, before, after = found.shifts[0]
    assert f"{label}：{before} → {after}" in html
    assert "起暂停" not in text(undertaker.get(page_of(fresh(pilot))))


def test_queries_of_the_tab(django_assert_max_num_queries: Any) -> None:
    """The tab with everything in it, and the page of the dossier."""
    pilot = running_in("midterm_rectify")
    people = people_of(pilot)
    hear(pilot, "terminate", end="")
    ask_for(pilot, "pilots.extension", months="3")
    Pilot.objects.filter(pk=pilot.pk).update(paused_days=10)
    for person in (people.applicant, people.handler, people.recommender, actor_of(MembershipFactory(role=Role.LEADER))):
        client = client_of(person)
        client.get(page_of(pilot, "acts"))
        with django_assert_max_num_queries(8):
            client.get(page_of(pilot, "acts"), headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(pilot))
        assert len(seen) <= 15, (person.role, len(seen))
