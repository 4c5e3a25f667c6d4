"""What the worker does for an import: check, import, take back. Each may be asked for twice; the second time does nothing."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Membership
from portal.attachments import storage
from portal.base import clock
from portal.base.errors import PortalError, StepRefused
from portal.exchange import parameters, progress
from portal.exchange.forms import FiguresForm
from portal.exchange.models import ImportedRow, ImportJob, ImportProblem
from portal.exchange.reading import Sheet, read
from portal.exchange.resources import RowResource
from portal.exchange.rows import ERROR, WARNING, Outcome, Source
from portal.exchange.states import CONFIRMED, UNDOING, UPLOADED, WORKING
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Chain, Subject
from portal.messaging.actions import tell

logger = logging.getLogger(__name__)
_BATCH = 1000


class _Kept(Exception):
    """The undo's transaction is to be rolled back; says why in words."""


class _Undone(Exception):
    """The import's transaction is to be rolled back; says what it came to, and why in words."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        self.outcome, self.reason = outcome, reason
        super().__init__(reason)


def at_once(pk: int) -> None:
    """Does now what the worker would do a moment later, where a job is small enough for a person to wait for it.

    Whatever goes wrong is left to the worker, which tries again and says so when it cannot be done.
    """
    found = ImportJob.objects.filter(pk=pk, state__in=WORKING, row_count__lte=parameters.at_once()).first()
    if found is None:
        return
    try:
        run(pk)
    except Exception:
        logger.exception("import %s could not be carried out at once", found.serial)


def run(pk: int) -> None:
    """Does what the job's state asks for; nothing when it was done meanwhile."""
    job = ImportJob.objects.select_related("owner__user", "confirmed_by__user", "undone_by__user").get(pk=pk)
    work = {UPLOADED.id: _check, CONFIRMED.id: _carry_in, UNDOING.id: _take_back}.get(job.state)
    if work is None:
        return
    try:
        work(job)
    except StepRefused:  # somebody was faster: another worker, or the person who gave it up
        logger.info("import %s was carried on elsewhere", job.serial)
    finally:
        progress.forget(pk)


def give_up(pk: int, reason: str) -> None:
    """Ends what cannot be done after all tries, so that no job waits for ever."""
    job = ImportJob.objects.select_related("owner__user").get(pk=pk)
    words = _("系统办理时出错，已停止。请稍后再试；仍不能办理的，请联系系统管理员。")
    if job.state == UPLOADED.id:
        _step(job, "break_off", {"reason": words})
    elif job.state == CONFIRMED.id:
        _step(job, "refuse", {**{name: getattr(job, name) for name in FiguresForm.base_fields}, "reason": words})
    elif job.state == UNDOING.id:
        _step(job, "keep", {"reason": words})


def resource_for(job: ImportJob, member: Membership) -> RowResource:
    """The resource of a job's kind, acting for that person."""
    assert job.kind_info is not None, f"nobody registered imports of {job.kind}"
    source = Source(Actor(member.user, member), clock.now(), job.serial, job.file_name)
    return job.kind_info.resource(job.kind_info, source, skip_known=job.skip_known)


def sheet_of(job: ImportJob, resource: RowResource) -> Sheet:
    """The uploaded file as it was read when it came; the limit of then is not held against it."""
    with storage.open_file(job.file.path) as file:
        return read(file, resource.columns, most=max(job.row_count, parameters.most()))


def obstacles_of(job: ImportJob) -> dict[int, str]:
    """Why records of an import cannot be taken back, by the key of the imported row."""
    if job.kind_info is None:
        return {}
    return resource_for(job, job.owner).obstacles(list(ImportedRow.objects.filter(job=job)))


# --- check --------------------------------------------------------------------------------------
def _check(job: ImportJob) -> None:
    """Reads and checks; writes nothing but what was found."""
    resource = resource_for(job, job.owner)
    outcome = resource.run(sheet_of(job, resource), dry_run=True, progress=partial(progress.note, job.pk))
    with transaction.atomic():
        _step(job, "finish_check", _figures(outcome))
        _keep_problems(job, outcome)


def _keep_problems(job: ImportJob, outcome: Outcome) -> None:
    ImportProblem.objects.filter(job=job).delete()
    found = (
        ImportProblem(job=job, line=p.line, column=p.column[:60], level=p.level, text=p.text, value=p.value[:200])
        for p in outcome.problems
    )
    ImportProblem.objects.bulk_create(found, batch_size=_BATCH)


def _figures(outcome: Outcome) -> dict[str, int]:
    return {
        "good_count": len(outcome.good),
        "skip_count": sum(row.skipped for row in outcome.rows),
        "bad_count": outcome.bad_lines,
        "error_count": outcome.count(ERROR),
        "warning_count": outcome.count(WARNING),
    }


# --- import -------------------------------------------------------------------------------------
def _carry_in(job: ImportJob) -> None:
    """Checks again and writes everything, or nothing."""
    assert job.confirmed_by is not None
    try:
        with transaction.atomic():
            # Two imports of a kind follow each other: the second one's check sees what the first one wrote.
            list(ImportJob.objects.select_for_update().filter(kind=job.kind, state__in=WORKING).order_by("pk"))
            resource = resource_for(job, job.confirmed_by)
            note = partial(progress.note, job.pk)
            outcome = resource.run(sheet_of(job, resource), dry_run=False, progress=note)
            if outcome.count(ERROR):
                raise _Undone(outcome, _("再次检查发现差错，没有导入任何数据；差错见下。"))
            if len(outcome.good) != job.good_count:
                words = _("检查时可导入 %(then)s 行，现在可导入 %(now)s 行，没有导入任何数据；请核对后重新确认。")
                raise _Undone(outcome, words % {"then": job.good_count, "now": len(outcome.good)})
            _keep_imported(job, outcome)
            _step(job, "finish", _figures(outcome))
            _keep_problems(job, outcome)
    except _Undone as undone:
        with transaction.atomic():
            _step(job, "refuse", {**_figures(undone.outcome), "reason": undone.reason})
            _keep_problems(job, undone.outcome)


def _keep_imported(job: ImportJob, outcome: Outcome) -> None:
    """Notes which line became which record, and how long its history is now."""
    made: list[tuple[int, Any]] = [(row.line, row.record) for row in outcome.good]
    chains = {record.chain_id for _line, record in made if isinstance(record, Subject)}
    heads = dict(Chain.objects.filter(pk__in=chains).values_list("pk", "head_seq")) if chains else {}
    rows = (
        ImportedRow(
            job=job,
            line=line,
            object_type=record.label_of_type() if isinstance(record, Subject) else record._meta.label_lower,
            object_id=record.pk,
            label=(record.describe() if isinstance(record, Subject) else str(record))[:200],
            chain_id=getattr(record, "chain_id", None),
            chain_seq=heads.get(getattr(record, "chain_id", 0), 0),
        )
        for line, record in made
    )
    ImportedRow.objects.bulk_create(rows, batch_size=_BATCH)


# --- undo ---------------------------------------------------------------------------------------
def _take_back(job: ImportJob) -> None:
    """Takes all records back, or none."""
    assert job.undone_by is not None
    resource = resource_for(job, job.undone_by)
    imported = list(ImportedRow.objects.filter(job=job))
    try:
        with transaction.atomic():
            ImportJob.objects.select_for_update().get(pk=job.pk)
            if obstacles := resource.obstacles(imported):
                words = _("有 %(n)s 条导入的记录已被办理或者修改，不能整批撤销。")
                raise _Kept(words % {"n": len(obstacles)})
            try:
                resource.take_back(imported)
            except PortalError as error:
                raise _Kept(error.message) from error
            _step(job, "finish_undo", {})
    except _Kept as kept:
        _step(job, "keep", {"reason": str(kept)})


def _step(job: ImportJob, name: str, data: dict[str, Any]) -> None:
    """Takes a step of the worker's and tells the owner of a job that nobody waited for."""
    record = perform(job, name, actor=SYSTEM, data=data)
    if job.row_count > parameters.at_once():
        title = _("批量导入%(job)s：%(state)s") % {"job": job, "state": job.state_info.label}
        text = job.note or str(job.state_info.help)
        key = f"import:{job.pk}:{record.pk}"
        tell([job.owner], key=key, title=title, text=text, subject=job, at=record.at)
