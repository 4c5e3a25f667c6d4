"""Named questions about running projects, for pages and lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment
from portal.dossiers.programmes import programmes
from portal.execution import plans
from portal.execution.models import Evaluation, Milestone, Output, TaskBook
from portal.execution.rules import is_its_undertaker
from portal.execution.running import Running
from portal.execution.states import DROPPED, PLANNED, REACHED
from portal.lifecycle.declared import step_of, steps_of
from portal.lifecycle.steps import Step


def runs(dossier: Any) -> bool:
    """Whether a dossier was approved and has a plan: then it has a task book, milestones and a register; no query."""
    return isinstance(dossier, Running) and dossier.term_starts_on is not None and plans.is_planned(dossier)


def awaits_its_task_book(dossier: Any) -> bool:
    """Whether the project has not begun yet: only then an unsigned task book can still be signed; no query."""
    return runs(dossier) and step_of(type(dossier), "begin_work").leads_from(dossier.state)


def in_states(columns: str) -> Q:
    """Dossiers in the states that their programme names (`RUNS`, `KEEPS_OUTPUTS`)."""
    found = Q(pk__in=())
    for owner in programmes():
        if issubclass(owner.model, Running):
            found |= Q(programme=owner.id, state__in=getattr(owner.model, columns))
    return found


# --- files ----------------------------------------------------------------------------------------
def files_by_holder(wanted: Q) -> dict[tuple[str, int], list[Attachment]]:
    """The files of several holders by label and key (one query)."""
    found: dict[tuple[str, int], list[Attachment]] = {}
    for file in Attachment.objects.filter(wanted, removed_at=None).order_by("pk"):
        if file.holder_id is not None:
            found.setdefault((file.holder_type, file.holder_id), []).append(file)
    return found


def held_by(model: type[Any], keys: Iterable[int]) -> Q:
    """Files of these rows of a table."""
    return Q(holder_type=model._meta.label_lower, holder_id__in=list(keys))


# --- milestones -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Stage:
    """A milestone as the tab shows it: its files, and the reports that this person can make now."""

    milestone: Milestone
    files: list[Attachment]
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """How far the milestones are: reached ones, all that were not dropped, the mean of their per cent."""

    reached: int
    all: int
    percent: int

    @classmethod
    def of(cls, milestones: Iterable[Milestone]) -> Progress:
        kept = [row for row in milestones if row.state != DROPPED.id]
        percent = round(sum(row.percent for row in kept) / len(kept)) if kept else 0
        return cls(sum(row.state == REACHED.id for row in kept), len(kept), percent)


def reports_for(milestone: Milestone, dossier: Running, actor: Actor) -> list[Step]:
    """The reports that this person can make on a milestone now; no query, the page of the step asks the engine."""
    if milestone.state != PLANNED.id or dossier.suspended_on or not is_its_undertaker.admits(actor, dossier):
        return []
    steps = sorted(
        steps_of(Milestone).values(), key=lambda step: step.target is not None
    )  # progress first, then the end
    return [
        step for step in steps if step.listed and step.leads_from(milestone.state) and step.by.admits(actor, dossier)
    ]


# --- the register and the evaluations ---------------------------------------------------------------
def counts_of(dossiers: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many outputs of each kind are registered, by dossier (one query)."""
    found: dict[int, dict[str, int]] = {}
    rows = Output.objects.kept().filter(dossier_id__in=list(dossiers)).order_by()
    for row in rows.values("dossier_id", "kind").annotate(n=Count("pk")):
        found.setdefault(row["dossier_id"], {})[row["kind"]] = row["n"]
    return found


def task_book_of(dossier: Running) -> TaskBook | None:
    """The task book with the dossier in its own class; None where there is none."""
    book = TaskBook.objects.filter(dossier_id=dossier.pk).first()
    if book is not None:
        book.dossier = dossier
    return book


def evaluations_seen(dossier: Running, actor: Actor) -> list[Evaluation]:
    """The self-evaluations that this person may read: the filed ones, of the own unit also those being filled in."""
    rows = Evaluation.objects.filter(dossier_id=dossier.pk)
    if not is_its_undertaker.admits(actor, dossier):
        rows = rows.exclude(filed_at=None)
    return list(rows.order_by("filed_at", "pk"))
