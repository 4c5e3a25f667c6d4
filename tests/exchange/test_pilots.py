"""Import of pilots from before the portal: checked line by line, entering their state, only future duties open, undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Unit
from portal.base import clock
from portal.base.errors import Unmet
from portal.deadlines.models import Deadline
from portal.dossiers import search
from portal.exchange.models import ImportJob
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from tests.exchange.sheets import take, upload
from tests.factories import CallFactory, DistrictBureauFactory, handler_of, sign_in
from tests.running_data import ordered

pytestmark = pytest.mark.django_db

HEADS = (
    "立项年度", "项目编号", "项目名称", "项目类别", "领域", "承担单位", "统一社会信用代码", "所在区", "项目保证单位",
    "立项文号", "立项日期", "已延期月数", "当前状态", "中期评估", "结果文号", "结果日期", "联系人", "联系电话",
)  # fmt: skip


@pytest.fixture
def desk(db: None) -> Any:
    """A published call whose desks imported projects are filed under, and a district bureau."""
    call = CallFactory()
    call.published_at = clock.now()
    call.save()
    return call, DistrictBureauFactory()


def line(bureau: Any, **changes: str) -> list[str]:
    """A complete line of a running pilot."""
    start = clock.today().replace(day=1) - dt.timedelta(days=200)
    usual = {
        "立项年度": str(start.year),
        "项目名称": "平台启用前标准化试点",
        "项目类别": "一般项目",
        "承担单位": "上海老项目服务有限公司",
        "统一社会信用代码": "91350100M000100Y43",
        "项目保证单位": bureau.name,
        "立项文号": f"沪市监标技〔{start.year}〕88号",
        "立项日期": start.isoformat(),
        "当前状态": "实施中",
        "中期评估": "未进行",
        "联系人": "李明",
        "联系电话": "13800000000",
    }
    usual.update(changes)
    return [usual.get(head, "") for head in HEADS]


def come_in(clerk: Actor, *rows: list[str]) -> ImportJob:
    """Uploads, and confirms when nothing is wrong."""
    job = upload("pilots", rows, actor=clerk, heads=HEADS)
    return job if job.bad_count else take(job, "confirm", clerk)


def test_a_running_pilot_enters_its_state_with_future_duties_only(desk: Any) -> None:
    call, bureau = desk
    clerk = handler_of(call)
    job = come_in(clerk, line(bureau))
    assert job.state == "imported", job.state
    pilot = Pilot.objects.get(title="平台启用前标准化试点")
    assert pilot.state == "implementing"
    assert pilot.imported_on == clock.today()
    assert pilot.guarantor == bureau
    assert pilot.number is not None
    assert pilot.number.startswith(f"SD-{pilot.call.year}-")
    assert {d.duty for d in Deadline.objects.filter(dossier_id=pilot.pk)} == {"midterm_opening", "term"}
    assert not Deadline.objects.filter(dossier_id=pilot.pk, due_on__lt=clock.today()).exists()
    record = Record.objects.get(chain_id=pilot.chain_id)
    assert record.step == "import_running"
    assert "导入" in record.label


def test_after_the_midterm_only_the_term_is_open(desk: Any) -> None:
    call, bureau = desk
    come_in(handler_of(call), line(bureau, 中期评估="通过"))
    pilot = Pilot.objects.get(title="平台启用前标准化试点")
    assert pilot.midterm_outcome == "passed"
    assert [d.duty for d in Deadline.objects.open().filter(dossier_id=pilot.pk)] == ["term"]


def test_gaps_are_kept_and_filled_in_later(desk: Any) -> None:
    call, bureau = desk
    clerk = handler_of(call)
    come_in(clerk, line(bureau, 统一社会信用代码="", 立项文号="", 联系人=""))
    pilot = Pilot.objects.get(title="平台启用前标准化试点")
    assert pilot.gaps == ["统一社会信用代码", "项目编号", "立项文号", "领域", "联系人"]
    assert Unit.objects.get(pk=pilot.applicant_id).credit_code == ""
    perform(pilot, "fill_gaps", actor=clerk, data={"approval_number": "沪市监标技〔2022〕9号"})
    assert pilot.approval_number == "沪市监标技〔2022〕9号"
    assert "立项文号" not in pilot.gaps


def test_ended_pilots_come_in_with_their_result_and_owe_nothing(desk: Any) -> None:
    call, bureau = desk
    come_in(
        handler_of(call),
        line(
            bureau,
            立项日期="2021-09-01",
            立项年度="2021",
            当前状态="通过验收",
            结果日期="2023-11-20",
            结果文号="沪市监标技〔2023〕7号",
        ),
    )
    pilot = Pilot.objects.get(title="平台启用前标准化试点")
    assert (pilot.state, pilot.ended_on, pilot.result_number) == (
        "passed",
        dt.date(2023, 11, 20),
        "沪市监标技〔2023〕7号",
    )
    assert not Deadline.objects.filter(dossier_id=pilot.pk).exists()
    assert pilot.call.state == "closed"
    assert pilot.call.year == 2021


def test_the_page_of_an_imported_pilot_has_no_form_and_dates_nothing_by_the_import(desk: Any) -> None:
    """Its call is older than the portal: nothing was filled in here."""
    call, bureau = desk
    clerk = handler_of(call)
    ended = {"当前状态": "通过验收", "结果日期": "2023-11-20", "结果文号": "沪市监标技〔2023〕7号", "立项文号": ""}
    come_in(clerk, line(bureau, 立项日期="2021-09-01", 立项年度="2021", 中期评估="通过", **ended))
    pilot = Pilot.objects.get(title="平台启用前标准化试点")
    assert clerk.membership is not None
    client = sign_in(Client(), clerk.membership)
    shown = client.get(reverse("workbench:dossier", args=[pilot.pk]))
    assert shown.status_code == 200
    tabs = [tab.id for tab, _count in shown.context["tabs"]]
    assert "form" not in tabs
    for tab in tabs:
        assert client.get(reverse("workbench:dossier", args=[pilot.pk]) + f"?tab={tab}").status_code == 200, tab
    days = {str(stage.label): stage.date for stage in shown.context["stages"] if stage.date}
    assert days == {"立项": dt.date(2021, 9, 1), "验收": dt.date(2023, 11, 20)}
    text = shown.content.decode()
    assert "文号待补" in text
    assert "中期评估：通过。" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"当前状态": "逾期未验收"}, "尚未届满"),
        ({"立项日期": "2019-05-01", "立项年度": "2019"}, "已届满"),
        ({"当前状态": "通过验收"}, "请填写结果日期"),
        ({"统一社会信用代码": "91350100M000100Y44"}, "校验"),
        ({"项目保证单位": "某某局"}, "不在可选范围内"),
        ({"立项日期": "去年"}, "不是日期"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(desk: Any, changes: dict[str, str], words: str) -> None:
    call, bureau = desk
    job = come_in(handler_of(call), line(bureau, **changes))
    assert job.state == "checked"
    assert job.bad_count == 1
    assert any(words in text for text in job.problems.values_list("text", flat=True))
    assert not Pilot.objects.exists()


def test_the_same_project_twice_is_refused(desk: Any) -> None:
    call, bureau = desk
    job = come_in(handler_of(call), line(bureau), line(bureau))
    assert job.bad_count == 1
    come_in(handler_of(call), line(bureau))
    assert come_in(handler_of(call), line(bureau)).bad_count == 1
    assert Pilot.objects.count() == 1


def test_a_whole_import_is_undone_unless_something_happened_since(desk: Any) -> None:
    call, bureau = desk
    clerk = handler_of(call)
    job = come_in(clerk, line(bureau), line(bureau, 项目名称="另一个标准化试点"))
    assert Pilot.objects.filter(state="implementing").count() == 2
    take(job, "undo", clerk, reason="文件选错。")
    assert set(Pilot.objects.values_list("state", flat=True)) == {"import_undone"}
    again = come_in(clerk, line(bureau))
    pilot = Pilot.objects.exclude(state="import_undone").get()
    ordered(pilot, "extend", months="3")
    with pytest.raises(Unmet, match="办理"):
        take(again, "undo", clerk, reason="文件选错。")


def test_numbers_follow_the_lines_and_everything_is_found(desk: Any) -> None:
    call, bureau = desk
    lines = [line(bureau, 项目名称=f"第{n}个社区标准化试点", 承担单位="上海老项目服务有限公司") for n in range(3)]
    lines[1][HEADS.index("项目编号")] = "沪标试2020-7"
    come_in(handler_of(call), *lines)
    year = lines[0][0]
    found = Pilot.objects.order_by("pk")
    assert [pilot.number for pilot in found] == [f"SD-{year}-0001", "沪标试2020-7", f"SD-{year}-0002"]
    for pilot in found:
        assert list(search.matching(Pilot.objects.all(), pilot.number or "")) == [pilot]
        assert pilot in search.matching(Pilot.objects.all(), "老项目")
    assert len({pilot.applicant_id for pilot in found}) == 1


def test_two_lines_with_one_number_are_refused(desk: Any) -> None:
    call, bureau = desk
    job = come_in(handler_of(call), *(line(bureau, 项目名称=f"试点{n}", 项目编号="沪标试2020-7") for n in range(2)))
    assert job.bad_count == 1
    assert job.problems.get(level="error").line == 3
    assert not Pilot.objects.exists()


def test_a_further_line_costs_few_queries(desk: Any) -> None:
    call, bureau = desk

    def cost(first: int, number: int) -> int:
        lines = [
            line(bureau, 项目名称=f"试点{n}", 统一社会信用代码="", 承担单位=f"上海单位{n}")
            for n in range(first, first + number)
        ]
        job = upload("pilots", lines, actor=handler_of(call), heads=HEADS)
        with CaptureQueriesContext(connection) as captured:
            take(job, "confirm", handler_of(call))
        return len(captured)

    cost(0, 1)  # the call of that year is made with the first one
    assert cost(20, 5) - cost(10, 1) <= 4 * 11
