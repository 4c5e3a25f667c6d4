"""Imports by spreadsheet: experts beside a plain bulk insert of the same rows, and subjects that go through the door.

What an import writes is rolled back after each run, so that every run finds the same database. From the file to the last
row: the sheet is read and checked again when it is confirmed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from benchmarks.measuring import Row, measure

EXPERTS = 2000
SUBJECTS = (500, 2000)


def rows(times: int) -> Iterator[Row]:
    """All rows; an import takes seconds, so each is measured a few times only."""
    from portal.accounts.actors import Actor
    from portal.accounts.models import Membership
    from portal.accounts.roles import Role

    handler = Membership.objects.filter(role=Role.HANDLER).select_related("user")[0]
    actor, few = Actor(handler.user, handler), max(1, min(times, 3))
    yield from _experts(actor, few)
    yield from _subjects(actor, few)
    yield from _pilots(actor, few)


def _experts(actor: Any, times: int) -> Iterator[Row]:
    from portal.exchange.kinds import kind

    heads = [column.head for column in kind("experts").columns()]
    base = measure("floor_bulk_insert", partial(_undone, _bulk_insert), size=EXPERTS, times=times, warm=1)
    yield base
    job = _uploaded("experts", heads, [_expert(n, heads) for n in range(EXPERTS)], actor)
    for name, act in (("import_experts_check", _check), ("import_experts", _confirm)):
        row = measure(name, partial(_undone, partial(act, job, actor)), size=EXPERTS, times=times, warm=1)
        yield {**row, **_per_row(row), "times_floor": round(row["cpu_ms"] / base["cpu_ms"], 2)}


def _subjects(actor: Any, times: int) -> Iterator[Row]:
    """A small subject of the tests, whose table exists for the time of the benchmark."""
    from django.db import connection

    from portal.exchange import kinds
    from portal.lifecycle import declared
    from tests.exchange.crate import KIND, Crate

    with connection.schema_editor() as editor:
        editor.create_model(Crate)
    declared._subjects[Crate._meta.label_lower] = Crate
    kinds.register(KIND)
    try:
        heads = [column.head for column in KIND.columns()]
        for size in SUBJECTS:
            lines = [[f"箱{n}", 2, "东库", "2023-05-15", ""] for n in range(size)]
            job = _uploaded("crates", heads, lines, actor)
            row = measure(
                "import_subjects", partial(_undone, partial(_confirm, job, actor)), size=size, times=times, warm=1
            )
            yield {**row, **_per_row(row)}
    finally:
        kinds.unregister(KIND.id)
        del declared._subjects[Crate._meta.label_lower]
        with connection.schema_editor() as editor:
            editor.delete_model(Crate)


def _pilots(actor: Any, times: int) -> Iterator[Row]:
    """Running projects of a unit each: with history, deadlines and search, through the door."""
    from portal.accounts.models import Body
    from portal.exchange.kinds import kind

    heads = [column.head for column in kind("pilots").columns()]
    bureau = Body.objects.filter(kind=Body.Kind.DISTRICT_BUREAU, valid_to=None)[0]
    for size in SUBJECTS:
        job = _uploaded("pilots", heads, [_pilot(n, heads, bureau.name) for n in range(size)], actor)
        for name, act in (("import_pilots_check", _check), ("import_pilots", _confirm)):
            row = measure(name, partial(_undone, partial(act, job, actor)), size=size, times=times, warm=1)
            yield {**row, **_per_row(row)}


def _per_row(row: Row) -> Row:
    return {"ms_a_row": round(row["wall_ms"] / row["size"], 2)}


def _expert(number: int, heads: Sequence[str]) -> list[str]:
    values = {
        "姓名": f"专家{number}",
        "现工作单位": f"上海示例研究院第{number % 40}研究所",
        "单位统一社会信用代码": "91350100M000100Y43",
        "职务": "室主任",
        "职称": "高级工程师",
        "联系电话": f"138{number:08d}",
        "电子邮箱": f"import{number}@example.org",
        "研究方向": "服务业标准化",
        "标准化专家": "是",
    }
    return [values.get(head, "") for head in heads]


def _pilot(number: int, heads: Sequence[str], bureau: str) -> list[str]:
    from portal.base import clock

    start = clock.today().replace(day=1)
    values = {
        "立项年度": str(start.year),
        "项目名称": f"平台启用前标准化试点（之{number}）",
        "承担单位": f"上海老项目服务第{number}有限公司",
        "项目保证单位": bureau,
        "立项文号": f"沪市监标技〔{start.year}〕88号",
        "立项日期": start.isoformat(),
        "当前状态": "实施中",
        "中期评估": "未进行",
        "联系人": "李明",
        "联系电话": "13800000000",
    }
    return [values.get(head, "") for head in heads]


def _bulk_insert() -> None:
    from portal.reviews.models import Expert

    Expert.objects.bulk_create(
        (
            Expert(
                name=f"专家{n}",
                employer=f"上海示例研究院第{n % 40}研究所",
                employer_code="91350100M000100Y43",
                post="室主任",
                title="高级工程师",
                phone=f"138{n:08d}",
                email=f"import{n}@example.org",
                expertise="服务业标准化",
                standards_expert=True,
            )
            for n in range(EXPERTS)
        ),
        batch_size=500,
    )


def _uploaded(kind: str, heads: Sequence[str], lines: list[list[Any]], actor: Any) -> Any:
    """An import of these lines whose check is done."""
    import xlsxwriter
    from django.core.files.uploadedfile import SimpleUploadedFile

    from portal.attachments.actions import receive
    from portal.exchange import working
    from portal.exchange.forms import SLOT
    from portal.exchange.models import ImportJob
    from portal.lifecycle.engine import perform

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("数据")
    for number, line in enumerate([heads, *lines]):
        sheet.write_row(number, 0, line)
    book.close()
    held = receive(SimpleUploadedFile("benchmark.xlsx", file.getvalue()), slot=SLOT, actor=actor)
    job = ImportJob(kind=kind)
    perform(job, "upload", actor=actor, data={"file": [str(held.key)]})
    working.run(job.pk)
    return ImportJob.objects.get(pk=job.pk)


def _check(job: Any, actor: Any) -> None:
    _again(job, "recheck", actor)


def _confirm(job: Any, actor: Any) -> None:
    _again(job, "confirm", actor)


def _again(job: Any, step: str, actor: Any) -> None:
    from portal.exchange import working
    from portal.exchange.models import ImportJob
    from portal.lifecycle.engine import perform

    perform(ImportJob.objects.get(pk=job.pk), step, actor=actor)
    working.run(job.pk)
    assert ImportJob.objects.get(pk=job.pk).state == ("checked" if step == "recheck" else "imported")


def _undone(act: Callable[[], None]) -> None:
    from django.db import transaction

    with transaction.atomic():
        act()
        transaction.set_rollback(True)
