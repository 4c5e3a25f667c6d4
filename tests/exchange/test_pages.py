"""The pages of imports as handlers and readers use them."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from openpyxl import load_workbook

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.exchange import parameters, progress, urls
from portal.exchange.models import ImportJob
from portal.reviews.models import Expert
from tests.exchange.sheets import cells_of, file_of, fresh, heads_of, take, upload
from tests.factories import CallFactory, MembershipFactory, sign_in

pytestmark = pytest.mark.django_db
READERS = {Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR}


def as_(actor: Actor) -> Client:
    assert actor.membership is not None
    return sign_in(Client(), actor.membership)


def line(number: int, **more: str) -> list[str]:
    """A line of the sheet of experts."""
    values = {
        "姓名": f"专家{number}",
        "现工作单位": "示例研究院",
        "联系电话": "13800000000",
        "电子邮箱": f"e{number}@example.org",
    }
    return [({**values, **more}).get(head, "") for head in heads_of("experts")]


def sent(clerk: Actor, number: int = 2, **more: str) -> ImportJob:
    return upload("experts", [line(n, **more) for n in range(number)], actor=clerk)


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_each_address_names_its_roles() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert set(getattr(pattern.callback, "roles", ())) <= READERS, pattern.name
        assert getattr(pattern.callback, "roles", None), pattern.name


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_the_others_find_nothing(clerk: Actor, role: Role) -> None:
    job = sent(clerk)
    client = sign_in(Client(), MembershipFactory(role=role))
    values = {"pk": job.pk, "name": "confirm", "kind": "experts"}
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        address = reverse(f"exchange:{pattern.name}", kwargs={key: values[key] for key in pattern.pattern.converters})
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code == 404, address


# --- list ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list(clerk: Actor, rows: int) -> None:
    for _n in range(rows):
        sent(clerk)
    assert queries_of(as_(clerk), reverse("exchange:jobs")) == 5


def test_the_list_is_filtered(clerk: Actor) -> None:
    mine, other = sent(clerk), sent(clerk, 1)
    take(other, "discard", clerk)
    client = as_(clerk)
    for query, wanted in (("state=checked", [mine]), ("who=others", []), ("kind=experts&who=me", [other, mine])):
        rows = client.get(reverse("exchange:jobs") + "?" + query).context["list"].page.rows
        assert rows == wanted, query


def test_the_menu_counts_what_waits_for_me(clerk: Actor) -> None:
    sent(clerk)
    html = as_(clerk).get(reverse("exchange:jobs")).content.decode()
    assert '<span>导入导出</span><span class="p-count">1<span class="visually-hidden">' in html


def test_readers_have_no_button_to_import(clerk: Actor) -> None:
    sent(clerk)
    html = sign_in(Client(), MembershipFactory(role=Role.AUDITOR)).get(reverse("exchange:jobs")).content.decode()
    assert reverse("exchange:choose") not in html


# --- new ----------------------------------------------------------------------------------------
def test_the_template_can_be_filled_in_and_sent_back(clerk: Actor) -> None:
    """What the template says is what the reader wants: the example line is imported as it stands."""
    CallFactory()
    client = as_(clerk)
    response = client.get(reverse("exchange:template", args=["experts"]))
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert book.sheetnames == ["数据", "示例", "填写说明", "可选值"]
    sheet = book["数据"]
    assert [sheet.cell(1, n).value for n in (1, 3)] == ["姓名*", "单位统一社会信用代码"]
    assert "必填" in str(sheet.cell(1, 1).comment)
    lists = {str(rule.sqref)[0]: rule for rule in sheet.data_validations.dataValidation}
    assert lists["L"].formula1 == "'可选值'!$L$2:$L$3"
    assert lists["L"].showErrorMessage
    assert not lists["I"].showErrorMessage, "a cell of several values must not be refused"
    for n, cell in enumerate(book["示例"][2], 1):
        sheet.cell(2, n).value = cell.value
    file = io.BytesIO()
    book.save(file)
    data = {"file__file": SimpleUploadedFile("专家.xlsx", file.getvalue())}
    response = client.post(reverse("exchange:new", args=["experts"]), data)
    job = ImportJob.objects.get()
    assert response["Location"] == job.get_absolute_url()
    assert (job.state, job.good_count, job.warning_count) == ("checked", 1, 0)


def test_the_help_sheet_says_what_each_column_wants(clerk: Actor) -> None:
    rows = cells_of(as_(clerk).get(reverse("exchange:template", args=["experts"])), "填写说明")
    words = {row[0]: row for row in rows if row[0]}
    assert words["姓名"][1:3] == ["是", "最多 40 个字。"]
    assert words["标准化专家"][4] == "是、否"


def test_a_wrong_file_is_refused_beside_the_field_and_named(clerk: Actor) -> None:
    client, address = as_(clerk), reverse("exchange:new", args=["experts"])
    for data, words in (
        ({}, "请上传文件"),
        ({"file__file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")}, "此处只接受 XLSX"),
        ({"file__file": file_of("experts", [line(1)], heads=["甲"] * 13)}, "出现了不止一次"),
    ):
        response = client.post(address, data)
        assert response.status_code == 422
        assert words in response.content.decode()
    assert ImportJob.objects.count() == 0


def test_an_unknown_kind_is_not_there(clerk: Actor) -> None:
    for name in ("template", "new"):
        assert as_(clerk).get(reverse(f"exchange:{name}", args=["nothing"])).status_code == 404


# --- job ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_job(clerk: Actor, rows: int) -> None:
    job = sent(clerk, rows, 电子邮箱="x")
    assert queries_of(as_(clerk), job.get_absolute_url()) == 9
    done = take(sent(clerk, rows), "confirm", clerk)
    assert queries_of(as_(clerk), done.get_absolute_url()) == 12
    assert queries_of(as_(clerk), reverse("exchange:records", args=[done.pk])) == 11


def test_the_job_shows_lines_columns_and_reasons(clerk: Actor) -> None:
    job = upload("experts", [line(1), line(2, 联系电话="138"), line(3, 姓名="")], actor=clerk)
    page = as_(clerk).get(job.get_absolute_url())
    html = page.content.decode()
    assert "2 行有差错，共 2 处" in html
    assert "请填写 11 位手机号码" in html
    assert "暂不能办理“整批导入”" in html
    rows = as_(clerk).get(job.get_absolute_url() + "?level=error&column=联系电话").context["list"].page.rows
    assert [(row.line, row.value) for row in rows] == [(3, "138")]


def test_problems_are_paged(clerk: Actor) -> None:
    job = sent(clerk, 25)
    first = as_(clerk).get(job.get_absolute_url() + "?size=20")
    assert len(first.context["list"].page.rows) == 20
    second = as_(clerk).get(job.get_absolute_url() + first.context["list"].next_url)
    assert [row.line for row in second.context["list"].page.rows] == [22, 23, 24, 25, 26]


def test_the_marked_file_says_it_beside_each_line_and_is_read_again(clerk: Actor) -> None:
    job = upload("experts", [line(1, 姓名="=1+1"), line(2, 联系电话="138")], actor=clerk)
    response = as_(clerk).get(reverse("exchange:marked", args=[job.pk]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(content))["数据"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    last = sheet.max_column
    assert sheet.cell(1, last).value == "检查结果"
    assert "差错：联系电话：请填写 11 位手机号码" in str(sheet.cell(3, last).value)
    column = heads_of("experts").index("联系电话") + 1
    assert sheet.cell(3, column).fill.fgColor.rgb == "FFFBD5D1"
    sheet.cell(3, column).value = "13800000000"
    corrected = io.BytesIO()
    sheet.parent.save(corrected)  # type: ignore[union-attr]
    data = {"file__file": SimpleUploadedFile("改.xlsx", corrected.getvalue())}
    as_(clerk).post(reverse("exchange:new", args=["experts"]), data)
    again = ImportJob.objects.latest("pk")
    assert (again.error_count, again.good_count) == (0, 2)


def test_confirming_and_undoing_by_hand(clerk: Actor) -> None:
    job, client = sent(clerk), as_(clerk)
    address = reverse("exchange:step", args=[job.pk, "confirm"])
    assert "全部写入或者全部不写入" in client.get(address).content.decode()
    assert client.post(address, {"seen": job.revision}).status_code == 302
    assert (fresh(job).state, Expert.objects.count()) == ("imported", 2)
    html = client.get(reverse("exchange:records", args=[job.pk])).content.decode()
    assert Expert.objects.all()[0].get_absolute_url() in html
    assert client.post(address, {"seen": job.revision}).status_code == 409
    undo = reverse("exchange:step", args=[job.pk, "undo"])
    assert client.post(undo, {"seen": fresh(job).revision, "reason": ""}).status_code == 422
    assert client.post(undo, {"seen": fresh(job).revision, "reason": "拿错了"}).status_code == 302
    assert (fresh(job).state, Expert.objects.count()) == ("undone", 0)
    html = client.get(reverse("exchange:records", args=[job.pk])).content.decode()
    assert "已随撤销导入一并撤销" in html


def test_what_keeps_an_import_from_being_undone_is_listed(clerk: Actor) -> None:
    job = take(sent(clerk), "confirm", clerk)
    Expert.objects.filter(name="专家1").update(active=False, updated_at=job.created_at)
    page = as_(clerk).get(reverse("exchange:records", args=[job.pk]) + "?stuck=no")
    assert [row.label for row in page.context["list"].page.rows] == ["专家1"]
    assert "修改过" in page.content.decode()
    assert "有 1 条导入的记录已被办理或者修改" in as_(clerk).get(job.get_absolute_url()).content.decode()


def test_a_page_that_waits_looks_again_and_shows_how_far_it_is(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "at_once", lambda: 0)
    job = sent(clerk)
    assert job.state == "uploaded"
    html = as_(clerk).get(job.get_absolute_url()).content.decode()
    assert 'hx-trigger="load delay:2s"' in html
    assert "共 2 行，正在办理" in html
    monkeypatch.setattr(progress, "connection", SimpleNamespace(in_atomic_block=False))
    progress.note(job.pk, 1, 2)
    assert progress.of(job.pk) is None, "not at every line"
    progress.note(job.pk, 2, 2)
    html = as_(clerk).get(job.get_absolute_url()).content.decode()
    assert '<progress value="2" max="2"' in html
    progress.forget(job.pk)


def test_files_are_read_by_those_who_see_the_import(clerk: Actor) -> None:
    address = reverse("attachments:download", args=[sent(clerk).file.key])
    for role, status in ((Role.HANDLER, 200), (Role.AUDITOR, 200), (Role.LEADER, 404), (Role.UNIT_ADMIN, 404)):
        response: Any = sign_in(Client(), MembershipFactory(role=role)).get(address)
        assert response.status_code == status, role
        if status == 200:
            assert b"".join(response.streaming_content).startswith(b"PK")
