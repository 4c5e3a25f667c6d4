"""Spreadsheets for tests, and imports made of them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.attachments.actions import receive
from portal.exchange import kinds, working
from portal.exchange.forms import SLOT
from portal.exchange.models import ImportedRow, ImportJob, ImportProblem
from portal.lifecycle.engine import perform

CRATES = ("名称", "重量（千克）", "库房", "入库日期", "易碎")
DAY = "2023-05-15"


def workbook(heads: Sequence[Any], rows: Iterable[Sequence[Any]], *, title: str = "数据") -> io.BytesIO:
    """An xlsx file with these rows under these heads."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def heads_of(kind: str) -> list[str]:
    return [column.head for column in kinds.kind(kind).columns()]


def file_of(kind: str, rows: Iterable[Sequence[Any]], *, heads: Sequence[Any] = ()) -> SimpleUploadedFile:
    return SimpleUploadedFile("批量数据.xlsx", workbook(heads or heads_of(kind), rows).read())


def upload(
    kind: str, rows: Iterable[Sequence[Any]], *, actor: Actor, heads: Sequence[Any] = (), **data: Any
) -> ImportJob:
    """An import of these rows, as the page makes one; its check is done unless it is left to the worker."""
    held = receive(file_of(kind, rows, heads=heads), slot=SLOT, actor=actor)
    job = ImportJob(kind=kind)
    perform(job, "upload", actor=actor, data={"file": [str(held.key)], **data})
    working.at_once(job.pk)
    return fresh(job)


def take(job: ImportJob, step: str, actor: Actor, **data: Any) -> ImportJob:
    """The job after a person's step and the work that follows from it."""
    perform(job, step, actor=actor, data=data)
    working.at_once(job.pk)
    return fresh(job)


def fresh(job: ImportJob) -> ImportJob:
    return ImportJob.objects.get(pk=job.pk)


def problems(job: ImportJob) -> list[tuple[int, str, str, str]]:
    return list(ImportProblem.objects.filter(job=job).values_list("line", "column", "level", "text"))


def imported(job: ImportJob) -> list[ImportedRow]:
    return list(ImportedRow.objects.filter(job=job))


def cells_of(response: Any, sheet: str = "数据") -> list[list[Any]]:
    """The rows of a sheet of a downloaded file."""
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def an_import(membership: Membership) -> ImportJob:
    """An import of one expert that waits to be confirmed, the same one each time."""
    found = ImportJob.objects.first()
    if found is None:
        values = {
            "姓名": "沈国梁",
            "现工作单位": "上海示例研究院",
            "联系电话": "13800000000",
            "电子邮箱": "shen@example.org",
        }
        row = [values.get(head, "") for head in heads_of("experts")]
        found = upload("experts", [row], actor=Actor(membership.user, membership))
    return found
