"""Pilots from before the portal: lines of an old register, brought in as a spreadsheet; one import too many is undone."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile

from pilots.demo.acting import person
from pilots.demo.course import Course
from pilots.demo.scene import Scene
from pilots.demo.timeline import Story
from pilots.imports import columns
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.actions import receive
from portal.exchange import working
from portal.exchange.forms import SLOT
from portal.exchange.models import ImportJob
from portal.exchange.reading import SHEET
from portal.lifecycle.engine import perform

#: unit, project, what else the line says
_ENDED: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "taowan",
        "高层住宅消防安全巡查标准化试点",
        {
            "year": "2020",
            "guarantor": "普陀区市场监管局",
            "starts_on": "2020-09-18",
            "state": "通过验收",
            "midterm": "通过",
            "result_number": "沪市监标技演示〔2022〕61号",
            "ended_on": "2022-10-20",
        },
    ),
    (
        "yugang",
        "进口生鲜查验仓储服务标准化试点",
        {
            "year": "2020",
            "guarantor": "浦东新区市场监管局",
            "starts_on": "2020-09-18",
            "state": "终止",
            "result_number": "沪市监标技演示〔2021〕33号",
            "ended_on": "2021-11-08",
        },
    ),
)
_TWICE = (
    "taowan",
    "高层住宅消防安全巡查标准化试点（重复行）",
    {
        "year": "2020",
        "guarantor": "普陀区市场监管局",
        "starts_on": "2020-09-18",
        "state": "逾期未验收",
        "midterm": "通过",
    },
)


def stories(scene: Scene, course: Course) -> list[Story]:
    """The one import that stays, and the one that is undone."""
    return [_imported(scene, course)]


def _imported(scene: Scene, course: Course) -> Story:
    handler = person("jingban1", Role.HANDLER)
    yield course.before(15, 10)
    _take(_upload(handler, scene, list(_ENDED)), "confirm", handler)
    yield course.before(15, 10, 20)
    wrong = _upload(handler, scene, [_TWICE])
    _take(wrong, "confirm", handler)
    yield course.before(15, 10, 50)
    _take(wrong, "undo", handler, {"reason": "台账第 17 行与第 9 行为同一项目，重复导入。"})


def _upload(actor: Actor, scene: Scene, lines: list[tuple[str, str, dict[str, str]]]) -> ImportJob:
    """The file is there, and checked."""
    held = receive(ContentFile(_sheet(scene, lines), name="历年试点项目台账.xlsx"), slot=SLOT, actor=actor)
    job = ImportJob(kind="pilots")
    perform(job, "upload", actor=actor, data={"file": [str(held.key)]})
    working.run(job.pk)
    return job


def _take(job: ImportJob, step: str, actor: Actor, data: dict[str, Any] | None = None) -> None:
    """A person's step, and what the worker does after it."""
    perform(ImportJob.objects.get(pk=job.pk), step, actor=actor, data=data)
    working.run(job.pk)


def _sheet(scene: Scene, lines: list[tuple[str, str, dict[str, str]]]) -> bytes:
    """The template, filled in."""
    file, declared = io.BytesIO(), columns()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    for place, column in enumerate(declared):
        sheet.write_string(0, place, str(column.head))
    for row, (name, title, told) in enumerate(lines, 1):
        unit = scene.units[name]
        cells = {
            "title": title,
            "class": "一般项目",
            "unit": unit.name,
            "credit_code": unit.credit_code,
            "contact_name": unit.contact_name,
            **told,
        }
        for place, column in enumerate(declared):
            sheet.write_string(row, place, cells.get(column.id, ""))
    book.close()
    return file.getvalue()
