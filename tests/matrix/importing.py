"""The prepared edges of an import by spreadsheet: one expert, led through the door into each of its states."""

from __future__ import annotations

from typing import Any

from portal.accounts.actors import SYSTEM
from portal.accounts.roles import Role
from portal.exchange.forms import SLOT, FiguresForm
from portal.exchange.models import ImportJob
from portal.lifecycle.engine import perform
from portal.lifecycle.states import NEW
from tests.exchange.sheets import an_import, file_of, heads_of, take
from tests.factories import actor
from tests.matrix.case import Case, Preparation, nothing

REASON = {"reason": "文件选错。"}
_VALUES = {
    "姓名": "沈国梁",
    "现工作单位": "上海示例研究院",
    "联系电话": "13800000000",
    "电子邮箱": "shen@example.org",
}
_BY_WORKER = ("finish_check", "break_off", "finish", "refuse", "finish_undo", "keep")


def _upload_data(person: Any) -> dict[str, Any]:
    from portal.attachments.actions import receive

    row = [_VALUES.get(head, "") for head in heads_of("experts")]
    return {"file": [str(receive(file_of("experts", [row]), slot=SLOT, actor=person).key)]}


def job_in(state: str) -> ImportJob:
    """An import in that state; what the worker would do next is not done."""
    person = actor(Role.HANDLER)
    if state == "uploaded":
        job = ImportJob(kind="experts")
        perform(job, "upload", actor=person, data=_upload_data(person))
        return job
    assert person.membership is not None
    job = an_import(person.membership)
    if state == "confirmed":
        perform(job, "confirm", actor=person)
    elif state in ("imported", "undoing"):
        job = take(job, "confirm", person)
        if state == "undoing":
            perform(job, "undo", actor=person, data=REASON)
    return ImportJob.objects.get(pk=job.pk)


def job_case(step: str, source: str) -> Preparation:
    """An edge of an import."""
    if source == NEW:
        yield (nothing,)
        person = actor(Role.HANDLER)
        return Case(ImportJob(kind="experts"), person, _upload_data(person))
    job: ImportJob = yield job_in, source
    person = SYSTEM if step in _BY_WORKER else actor(Role.HANDLER)
    figures = dict.fromkeys(FiguresForm.base_fields, "0")
    data = {**REASON, **figures} if step in ("finish_check", "finish", "refuse") else REASON
    return Case(job, person, data)
