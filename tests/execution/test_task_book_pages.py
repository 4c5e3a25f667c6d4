"""The page of a task book and its arrangement: who reads and writes what, nothing typed is lost, versions, signatures."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from pilots.models import Pilot
from portal.execution.models import Milestone, TaskBook
from portal.execution.task_books import actions
from portal.lifecycle.engine import perform
from tests.execution.conftest import page
from tests.pilot_data import people_of, scan
from tests.running_data import fresh, sign_task_book, signature

pytestmark = pytest.mark.django_db


def book_of(pilot: Pilot) -> TaskBook:
    return TaskBook.objects.get(dossier_id=pilot.pk)


def sent(book: TaskBook, **changes: str) -> dict[str, Any]:
    """The form of the arrangement as a browser sends it back unchanged; `changes` by name of the field."""
    data: dict[str, Any] = {"seen": str(book.revision), "do": "save"}
    for table in ("milestones", "outputs"):
        rows = book.content[table]
        data[f"rows-{table}"] = [row["id"] for row in rows]
        for row in rows:
            for column, _head in book.plan.columns[table]:
                data[f"{table}--{row['id']}-{column}"] = row.get(column, "")
    return {**data, **changes}


def arrange(pilot: Pilot) -> str:
    return reverse("execution:arrange", args=[book_of(pilot).pk])


# --- who ------------------------------------------------------------------------------------------
def test_who_sees_the_project_reads_its_task_book(as_actor, drafted, readers, strangers) -> None:  # type: ignore[no-untyped-def]
    book = book_of(drafted)
    own = as_actor(people_of(drafted).applicant).get(book.get_absolute_url())
    assert own.status_code == 200
    assert arrange(drafted) in page(own)
    for reader in readers:
        answer = as_actor(reader).get(book.get_absolute_url())
        assert answer.status_code == 200, reader
        assert arrange(drafted) not in page(answer)
        assert as_actor(reader).get(arrange(drafted)).status_code == 404
    for stranger in strangers:
        for url in (book.get_absolute_url(), arrange(drafted)):
            assert as_actor(stranger).get(url).status_code == 404, stranger


def test_the_plan_is_read_in_words(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    text = page(as_actor(people_of(drafted).handler).get(book_of(drafted).get_absolute_url()))
    for word in ("一般项目", "构建标准体系并编制标准明细", "服务满意度", "建设阶段", "地方标准", "自筹"):
        assert word in text
    assert ">general<" not in text


# --- arranging ------------------------------------------------------------------------------------
def test_rows_are_kept_in_the_order_of_the_page(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).applicant), book_of(drafted)
    first, second = (row["id"] for row in book.content["milestones"])
    data = sent(book, **{f"milestones--{first}-stage": "建设与试运行阶段"})
    data["rows-milestones"] = [second, first]
    answer = client.post(arrange(drafted), {**data, "do": "done"})
    assert answer.status_code == 302
    assert answer.url == book.get_absolute_url()
    kept = book_of(drafted).content["milestones"]
    assert [row["stage"] for row in kept] == ["运行阶段", "建设与试运行阶段"]
    assert book_of(drafted).content["tasks"] == book.content["tasks"]


def test_the_buttons_of_rows_alter_the_page_only(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).applicant), book_of(drafted)
    first, second = (row["id"] for row in book.content["milestones"])
    typed = {f"milestones--{first}-content": "已经修改但尚未保存的工作内容"}
    for command, rows in (
        ("add:milestones", 3),
        (f"remove:milestones:{second}", 1),
        (f"down:milestones:{first}", 2),
        ("add:budget", 2),
    ):
        answer = client.post(arrange(drafted), sent(book, do=command, **typed))
        assert answer.status_code == 200
        assert "已经修改但尚未保存的工作内容" in page(answer)
        shown = answer.context["tables"][0].rows
        assert len(shown) == rows
        if command.startswith("down"):
            assert [form.row_id for form in shown] == [second, first]
    assert book_of(drafted).content == book.content


def test_rows_are_pasted_from_a_spreadsheet(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).applicant), book_of(drafted)
    columns = book.plan.columns["milestones"]
    line = {"stage": "推广阶段", "starts_on": "2027/1/5", "ends_on": "2027年3月1日", "content": "总结推广"}
    lines = ["\t".join(str(head) for _name, head in columns), "\t".join(line.get(name, "") for name, _head in columns)]
    data = sent(book, do="paste:milestones", **{"text-paste:milestones": "\r\n".join(lines)})
    answer = client.post(arrange(drafted), data)
    assert answer.status_code == 200
    added = answer.context["tables"][0].rows[-1]
    assert {name: added[name].value() for name in line} == {
        **line,
        "starts_on": "2027-01-05",
        "ends_on": "2027-03-01",
    }
    assert len(answer.context["tables"][0].rows) == len(book.content["milestones"]) + 1
    assert 'id="paste-milestones"' in page(answer)


def test_a_new_row_is_kept_and_an_empty_one_is_not(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).applicant), book_of(drafted)
    data = sent(book, **{"outputs--new-1-name": "服务评价指南", "outputs--new-1-level": "group"})
    data["rows-outputs"] = [*data["rows-outputs"], "new-1", "new-2"]
    assert client.post(arrange(drafted), data).status_code == 302
    kept = book_of(drafted).content["outputs"]
    assert [row["name"] for row in kept][1:] == ["服务评价指南"]
    # what is missing of it is told with a link to its row, and holds the text back
    answer = page(client.get(arrange(drafted)))
    assert "拟输出标准“服务评价指南”没有填写计划完成日期。" in answer
    assert '#outputs--new-1"' in answer
    settle = reverse("execution:task_book_step", args=[book.pk, "settle_text"])
    refused = client.post(settle, {"seen": str(book_of(drafted).revision)})
    assert refused.status_code == 409
    assert arrange(drafted) in page(refused)


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("starts_on", "2023-13-45", "输入一个有效的日期"),
        ("stage", "长" * 81, "80"),
        ("result", "长" * 151, "150"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_its_field(as_actor, drafted, column, value, error) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).applicant), book_of(drafted)
    first, second = (row["id"] for row in book.content["milestones"])
    typed = {f"milestones--{first}-{column}": value, f"milestones--{second}-stage": "改过的第二阶段"}
    answer = client.post(arrange(drafted), sent(book, **typed))
    assert answer.status_code == 422
    assert error in page(answer)
    assert f"#field-milestones--{first}-{column}" in page(answer)
    assert "改过的第二阶段" in page(answer)
    assert book_of(drafted).content == book.content


def test_who_comes_second_reads_both_and_loses_nothing(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    people = people_of(drafted)
    client, book = as_actor(people.applicant), book_of(drafted)
    first = book.content["milestones"][0]["id"]
    mine = sent(book, **{f"milestones--{first}-stage": "我的第一阶段"})
    theirs = sent(book, **{f"milestones--{first}-stage": "同事的第一阶段"})
    assert client.post(arrange(drafted), theirs).status_code == 302
    answer = client.post(arrange(drafted), mine)
    assert answer.status_code == 409
    assert "同事的第一阶段" in page(answer)
    assert "我的第一阶段" in page(answer)
    assert book_of(drafted).content["milestones"][0]["stage"] == "同事的第一阶段"
    again = {**mine, "seen": str(answer.context["seen"])}
    assert client.post(arrange(drafted), again).status_code == 302
    assert book_of(drafted).content["milestones"][0]["stage"] == "我的第一阶段"


def test_a_fixed_text_is_not_arranged(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).applicant), book_of(drafted)
    data = sent(book)
    perform(book, "settle_text", actor=people_of(drafted).applicant)
    for answer in (client.get(arrange(drafted)), client.post(arrange(drafted), data)):
        assert answer.status_code == 302
        assert answer.url == book.get_absolute_url()
    assert "不能修改" in page(client.get(book.get_absolute_url()))


# --- signatures -----------------------------------------------------------------------------------
def test_signatures_are_shown_with_their_scans(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    people, book = people_of(drafted), sign_task_book(drafted, "signing")
    url = reverse("execution:task_book_step", args=[book.pk, "sign_as_undertaker"])
    data = {**signature(people.applicant), "scan__file": scan("三方签署的任务书.pdf"), "seen": str(book.revision)}
    data.pop("scan")
    assert as_actor(people.applicant).post(url, data).status_code == 302
    guarantors = as_actor(people.recommender)
    text = page(guarantors.get(book.get_absolute_url()))
    assert "三方签署的任务书.pdf" in text
    assert reverse("execution:task_book_step", args=[book.pk, "sign_as_guarantor"]) in text
    (file,) = guarantors.get(book.get_absolute_url()).context["signatures"][0].files
    download = reverse("attachments:download", args=[file["key"]])
    answer = guarantors.get(download)
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    assert as_actor(people.chief).get(book.get_absolute_url()).context["primary"] == []


def test_what_is_sent_back_says_why_and_its_signatures_count_no_more(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    people, book = people_of(drafted), sign_task_book(drafted, "guarantor_signing")
    perform(book, "send_back", actor=people.recommender, data={"reason": "请补充第二阶段的成果。"})
    answer = as_actor(people.applicant).get(book.get_absolute_url())
    assert "请补充第二阶段的成果。" in page(answer)
    assert [(row.signer, row.files) for row in answer.context["signatures"]] == [("", [])] * 3


def test_a_granted_change_is_a_version_with_its_differences(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    book = book_of(running)
    with transaction.atomic():
        actions.change(running, {"scope": "扩大到八家中心。"}, reason="变更试点内容")
    answer = as_actor(people_of(running).recommender).get(book.get_absolute_url())
    newest, first = answer.context["versions"]
    assert [part["label"] for part in newest["changes"]] == ["试点范围"]
    assert first["changes"] is None
    assert "扩大到八家中心。" in page(answer)


def test_the_page_costs_as_much_however_many_rows(as_actor, queries, drafted) -> None:  # type: ignore[no-untyped-def]
    client, book = as_actor(people_of(drafted).handler), sign_task_book(drafted)
    few = queries(client, book.get_absolute_url(), 16)
    with transaction.atomic():
        rows = [{**book.content["tasks"][0], "id": f"more-{n}"} for n in range(20)]
        actions.change(fresh(drafted), {"tasks": [*book.content["tasks"], *rows]}, reason="变更试点内容")
    assert queries(client, book.get_absolute_url(), 16) == few


# --- milestones -----------------------------------------------------------------------------------
def test_reports_are_made_on_the_page_and_read_by_the_guarantor(as_actor, running, readers, strangers) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    milestone = Milestone.objects.filter(dossier_id=running.pk)[0]
    url = reverse("execution:milestone_step", args=[milestone.pk, "report_progress"])
    client = as_actor(people.applicant)
    data = {"report": "已完成体系框架。", "percent": "120", "seen": str(milestone.revision)}
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "已完成体系框架。" in page(wrong)
    sends = {**data, "percent": "40", "evidence__file": scan("会议纪要.pdf")}
    assert client.post(url, sends).url == milestone.get_absolute_url()
    for reader in readers:
        answer = as_actor(reader).get(milestone.get_absolute_url())
        for words in ("已完成体系框架。", "会议纪要.pdf", "40%"):
            assert words in page(answer), reader
        assert url not in page(answer)
        assert as_actor(reader).get(url).status_code == 404
    for stranger in strangers:
        assert as_actor(stranger).get(milestone.get_absolute_url()).status_code == 404
        assert as_actor(stranger).get(url).status_code == 404
