"""An import from the upload to its undo, with a subject that goes through the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, Unmet
from portal.exchange import parameters, working
from portal.exchange.models import ImportJob
from portal.exchange.reading import read
from portal.exchange.rows import Source
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Chain, Record
from portal.messaging import outbox
from portal.messaging.models import Message, Outbox
from tests.exchange.crate import KIND, Crate, CrateResource
from tests.exchange.sheets import CRATES, DAY, fresh, imported, problems, take, upload, workbook
from tests.factories import actor

pytestmark = pytest.mark.django_db
Come = Callable[..., ImportJob]
GOOD = [("螺栓", 12, "东库", DAY, "否"), ("垫片", 3, "西库", DAY, "")]


def many(number: int) -> list[tuple[Any, ...]]:
    return [(f"箱{n}", 2, "东库", DAY, "") for n in range(number)]


@pytest.fixture
def background(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import is left to the worker."""
    monkeypatch.setattr(parameters, "at_once", lambda: 0)


# --- check --------------------------------------------------------------------------------------
def test_a_check_writes_nothing(come: Come) -> None:
    job = come(GOOD)
    assert (job.state, job.row_count, job.good_count, job.error_count) == ("checked", 2, 2, 0)
    assert Crate.objects.count() == 0
    assert job.serial.startswith("DR-")


def test_a_check_of_many_lines_takes_no_more_queries(crates: None, clerk: Actor) -> None:
    numbers = []
    for size in (2, 40):
        source = Source(clerk, clock.now(), "DR-2026-0001", "批量数据.xlsx")
        resource = CrateResource(KIND, source)
        sheet = read(workbook(CRATES, many(size)), resource.columns, most=50)
        with CaptureQueriesContext(connection) as queries:
            assert len(resource.run(sheet, dry_run=True).good) == size
        numbers.append(len(queries))
    assert numbers == [1, 1]


def test_problems_stand_at_their_line_and_column(come: Come) -> None:
    job = come(
        [
            ("螺栓", 12, "东库", DAY, "否"),
            ("", 60, "南库", "去年", "也许"),
            ("名" * 21, "十", None, DAY, None),
            ("玻璃", None, "西库", DAY, "是"),
            ("螺栓", 1, "", DAY, ""),
        ]
    )
    found = problems(job)
    assert (job.good_count, job.bad_count, job.error_count, job.warning_count) == (1, 4, 9, 1)
    assert [(line, column, level) for line, column, level, _text in found] == [
        (3, "名称", "error"),
        (3, "重量（千克）", "error"),
        (3, "库房", "error"),
        (3, "入库日期", "error"),
        (3, "易碎", "error"),
        (4, "名称", "error"),
        (4, "重量（千克）", "error"),
        (5, "重量（千克）", "warning"),
        (5, "易碎", "error"),
        (6, "", "error"),
    ]
    texts = [text for *_place, text in found]
    assert texts[0] == "必填，未填写。"
    assert texts[1] == "不能大于 50。"
    assert texts[2] == "“南库”不在可选范围内，请填写：东库、西库。"
    assert texts[3] == "不是日期，请填写为 2023-05-15 的形式。"
    assert texts[5] == "最多 20 个字，现为 21 个字，请缩短。"
    assert texts[6] == "不是整数，请只填数字。"
    assert texts[8] == "西库不存放易碎品，请改为东库。"
    assert texts[9] == "与第 2 行重复，请删除其中一行。"


def test_an_import_with_errors_cannot_be_confirmed(come: Come, clerk: Actor) -> None:
    job = come([*GOOD, ("", 1, "", DAY, "")])
    with pytest.raises(Unmet, match="检查发现 1 处差错"):
        perform(job, "confirm", actor=clerk)


def test_nothing_to_import_cannot_be_confirmed(come: Come, clerk: Actor) -> None:
    take(come(GOOD), "confirm", clerk)
    job = come(GOOD, skip_known="on")
    assert (job.good_count, job.skip_count, job.error_count) == (0, 2, 0)
    with pytest.raises(Unmet, match="没有可导入的数据"):
        perform(job, "confirm", actor=clerk)


def test_a_file_that_is_not_the_template_is_refused_beside_the_field(come: Come) -> None:
    with pytest.raises(InvalidInput, match="缺少“名称、入库日期”"):
        come([("x", "y")], heads=("甲", "乙"))
    assert ImportJob.objects.count() == 0


def test_a_formula_is_text_and_said_so(come: Come, clerk: Actor) -> None:
    job = come([("=1+1", "=2*3", "东库", DAY, "")])
    assert [(column, level) for _line, column, level, _text in problems(job)] == [
        ("名称", "warning"),
        ("重量（千克）", "warning"),
        ("重量（千克）", "error"),
    ]
    job = take(come([("=1+1", 6, "东库", DAY, "")]), "confirm", clerk)
    assert Crate.objects.get().name == "=1+1"


def test_what_the_spreadsheet_could_not_compute_is_an_error(come: Come) -> None:
    assert "错误值" in problems(come([("#REF!", 6, "东库", DAY, "")]))[0][3]


def test_a_column_that_nobody_knows_is_told(come: Come) -> None:
    job = come([("螺栓", DAY, "红")], heads=("名称*", "入库日期", "颜色"))
    assert problems(job) == [
        (1, "颜色", "warning", "模板中没有这一列，该列不导入。"),
        (2, "重量（千克）", "warning", "资料待补：重量。"),
    ]


# --- import -------------------------------------------------------------------------------------
def test_confirmed_lines_become_records_with_their_source(come: Come, clerk: Actor) -> None:
    job = take(come(GOOD), "confirm", clerk)
    assert job.state == "imported"
    first, second = Crate.objects.order_by("pk")
    assert (first.name, first.weight, first.state, second.name) == ("螺栓", 12, "stored", "垫片")
    record = Record.objects.get(chain=first.chain_id)
    assert (record.label, record.user_id) == ("导入", clerk.user.pk if clerk.user else 0)
    data = history.content(record)["data"]
    assert (data["job"], data["file"], data["line"]) == (job.serial, "批量数据.xlsx", 2)
    assert [(row.line, row.object_id, row.chain_seq) for row in imported(job)] == [(2, first.pk, 1), (3, second.pk, 1)]
    assert not [text for chain in Chain.objects.all() for text in history.problems_of(chain)]


def test_all_lines_or_none(come: Come, clerk: Actor) -> None:
    """What only the door finds undoes the lines before it."""
    job = take(come([*GOOD, ("砝码", 13, "东库", DAY, "")]), "confirm", clerk)
    assert (job.state, job.error_count) == ("checked", 1)
    assert "没有导入任何数据" in job.note
    assert Crate.objects.count() == 0
    assert problems(job) == [(4, "", "error", "重量 13 千克的箱子不收。")]
    assert imported(job) == []


def test_confirming_checks_again(come: Come, clerk: Actor) -> None:
    """Somebody has imported the same meanwhile."""
    one, other = come(GOOD), come(GOOD)
    take(one, "confirm", clerk)
    other = take(other, "confirm", clerk)
    assert (other.state, other.error_count, Crate.objects.count()) == ("checked", 2, 2)
    assert "请删除本行" in problems(other)[0][3]


def test_confirming_imports_what_was_shown_and_nothing_else(come: Come, clerk: Actor) -> None:
    """With known records skipped, fewer lines than shown are no silent success."""
    one, other = come(GOOD[:1]), come(GOOD, skip_known="on")
    assert other.good_count == 2
    take(one, "confirm", clerk)
    other = take(other, "confirm", clerk)
    assert (other.state, other.good_count, other.skip_count) == ("checked", 1, 1)
    assert "检查时可导入 2 行，现在可导入 1 行" in other.note
    assert take(other, "confirm", clerk).state == "imported"
    assert Crate.objects.count() == 2


def test_a_recheck_sees_what_is_there_now(come: Come, clerk: Actor) -> None:
    one, other = come(GOOD), come(GOOD)
    take(one, "confirm", clerk)
    assert take(other, "recheck", clerk).error_count == 2


def test_a_discarded_import_ends(come: Come, clerk: Actor) -> None:
    job = take(come(GOOD), "discard", clerk)
    assert (job.state, Crate.objects.count()) == ("discarded", 0)


# --- undo ---------------------------------------------------------------------------------------
def test_an_undo_ends_every_record_and_keeps_the_history(come: Come, clerk: Actor) -> None:
    job = take(come(GOOD), "confirm", clerk)
    job = take(job, "undo", clerk, reason="表格拿错了")
    assert job.state == "undone"
    assert {crate.state for crate in Crate.objects.all()} == {"void"}
    for crate in Crate.objects.all():
        assert [r.label for r in Record.objects.filter(chain=crate.chain_id)] == ["导入", "导入作废"]
    again = take(come(GOOD), "confirm", clerk)
    assert again.state == "imported"
    assert sorted(c.serial[-4:] for c in Crate.objects.all()) == ["0001", "0002", "0003", "0004"], "numbers are kept"


def test_no_undo_once_somebody_has_acted(come: Come, clerk: Actor) -> None:
    job = take(come(GOOD), "confirm", clerk)
    crate = Crate.objects.get(name="垫片")
    perform(crate, "open", actor=clerk)
    assert list(fresh(job).obstacles) == [imported(job)[1].pk]
    assert "办理“开箱”" in fresh(job).obstacles[imported(job)[1].pk]
    with pytest.raises(Unmet, match="有 1 条导入的记录已被办理或者修改"):
        perform(fresh(job), "undo", actor=clerk, data={"reason": "拿错了"})


def test_somebody_acts_while_the_undo_waits(come: Come, clerk: Actor, background: None) -> None:
    job = come(GOOD)
    working.run(job.pk)
    perform(fresh(job), "confirm", actor=clerk)
    working.run(job.pk)
    perform(fresh(job), "undo", actor=clerk, data={"reason": "拿错了"})
    perform(Crate.objects.get(name="螺栓"), "open", actor=clerk)
    working.run(job.pk)
    job = fresh(job)
    assert job.state == "imported"
    assert "不能整批撤销" in job.note
    assert {crate.state for crate in Crate.objects.all()} == {"stored", "opened"}


def test_a_record_that_cannot_be_ended_keeps_all(come: Come, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = take(come(GOOD), "confirm", clerk)
    monkeypatch.setattr(CrateResource, "obstacles", lambda self, rows: {})
    perform(Crate.objects.get(name="垫片"), "open", actor=clerk)
    job = take(job, "undo", clerk, reason="拿错了")
    assert (job.state, job.note[:5]) == ("imported", "第 3 行")
    assert {crate.state for crate in Crate.objects.all()} == {"stored", "opened"}


# --- worker -------------------------------------------------------------------------------------
def test_the_worker_does_what_nobody_waits_for(come: Come, clerk: Actor, background: None) -> None:
    job = come(many(3))
    assert job.state == "uploaded"
    outbox.drain()
    assert fresh(job).state == "checked"
    perform(fresh(job), "confirm", actor=clerk)
    outbox.drain()
    assert (fresh(job).state, Crate.objects.count()) == ("imported", 3)
    assert [m.title[-3:] for m in Message.objects.filter(recipient=clerk.user).order_by("pk")] == ["待确认", "已导入"]


def test_work_asked_for_twice_is_done_once(come: Come, clerk: Actor, background: None) -> None:
    job = come(many(2))
    for _time in range(2):
        working.run(job.pk)
    perform(fresh(job), "confirm", actor=clerk)
    for _time in range(2):
        working.run(job.pk)
    assert Crate.objects.count() == 2


def test_the_worker_looks_after_what_a_person_waited_for(come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request died: a row waits, for a minute later."""
    monkeypatch.setattr(working, "at_once", lambda pk: None)
    job = come(GOOD)
    row = Outbox.objects.get(kind="import_check")
    assert (job.state, row.payload) == ("uploaded", {"job": job.pk})
    assert row.not_before is not None
    assert row.not_before > row.created_at
    outbox.run(row.pk)
    assert fresh(job).state == "checked"


def test_a_failing_check_leaves_the_job_to_the_worker_and_ends_after_its_tries(
    come: Come, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(CrateResource, "check", fails)
    job = come(GOOD)
    assert job.state == "uploaded", "the person is not shown an error page"
    working.give_up(job.pk, "RuntimeError")
    assert (fresh(job).state, "RuntimeError" in fresh(job).note) == ("broken", False)


@pytest.mark.parametrize(("before", "after"), [("confirm", "checked"), ("undo", "imported")])
def test_what_cannot_be_written_goes_back(
    come: Come, clerk: Actor, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    job = come(GOOD)
    if before == "undo":
        job = take(job, "confirm", clerk)
    monkeypatch.setattr(working, "resource_for", lambda *args: 1 / 0)
    monkeypatch.setattr(ImportJob, "obstacles", {})
    job = take(job, before, clerk, reason="拿错了")
    assert job.works
    working.give_up(job.pk, "ZeroDivisionError")
    assert (fresh(job).state, fresh(job).note[:6]) == (after, "系统办理时出")


# --- who ----------------------------------------------------------------------------------------
def test_colleagues_share_imports_and_others_do_not(come: Come) -> None:
    job = come(GOOD)
    colleague = actor(Role.HANDLER)
    assert ImportJob.objects.visible_to(colleague).get() == job
    for role in (Role.SECTION_CHIEF, Role.AUDITOR):
        assert ImportJob.objects.visible_to(actor(role)).exists()
        with pytest.raises(NotPermitted):
            perform(fresh(job), "confirm", actor=actor(role))
    for role in (Role.LEADER, Role.UNIT_ADMIN, Role.RECOMMENDER, Role.EXPERT, Role.SYSTEM_ADMIN):
        assert not ImportJob.objects.visible_to(actor(role)).exists()
        with pytest.raises(NotVisible):
            perform(fresh(job), "confirm", actor=actor(role))
    assert take(job, "confirm", colleague).state == "imported"


def test_nobody_else_uploads(crates: None) -> None:
    for role in (Role.SECTION_CHIEF, Role.AUDITOR, Role.UNIT_ADMIN):
        with pytest.raises(NotPermitted):
            upload("crates", GOOD, actor=actor(role))
