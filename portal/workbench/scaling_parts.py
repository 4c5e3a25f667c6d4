"""The acts around a dossier that copies for benchmarks have: which tables, and what of a row leads to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from portal.attachments.actions import holder_label
from portal.deadlines.models import Pause
from portal.dossiers.models import Dossier
from portal.execution.models import Evaluation, Milestone, Output, TaskBook, TaskBookVersion
from portal.supervision.models import (
    Endorsement,
    Enquiry,
    Rectification,
    Request,
    Statement,
    Suspension,
)

#: parts of a plan and of an evaluation that copies keep
_PLAN = ("title", "class", "leader", "targets", "milestones")
_EVALUATION = ("targets",)
#: columns in which the person of the declaring unit stands
_PEOPLE = ("created_by_id", "saved_by_id")


@dataclass(frozen=True)
class Part:
    """A table of acts: how its rows are found from a dossier, and which keys of a JSON `content` are kept (all without)."""

    model: type[models.Model]
    lookup: str = "dossier"
    kept: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return holder_label(self.model)

    @property
    def has_chain(self) -> bool:
        return any(column.name == "chain" for column in self.model._meta.local_fields)


#: in an order in which each row comes after what it belongs to
PARTS = (
    Part(TaskBook, kept=_PLAN),
    Part(TaskBookVersion, "book__dossier", kept=_PLAN),
    Part(Milestone),
    Part(Output),
    Part(Evaluation, kept=_EVALUATION),
    Part(Request),
    Part(Endorsement),
    Part(Enquiry),
    Part(Rectification),
    Part(Statement),
    Part(Suspension),
    Part(Pause),
)


@dataclass(frozen=True)
class Row:
    """A row around a template.

    `links`: (column, label, key) of what it belongs to that is copied too; `people`: columns with the person of the unit.
    """

    part: Part
    instance: models.Model
    links: list[tuple[str, str, int]] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    @property
    def key(self) -> int:
        found: int = self.instance.pk
        return found


def rows_of(dossier: Any) -> Iterator[Row]:
    """All rows around a dossier, in the order of `PARTS`."""
    copied = {holder_label(Dossier), *(part.label for part in PARTS)}
    for part in PARTS:
        for instance in part.model._base_manager.filter(**{part.lookup: dossier.pk}).order_by("pk"):
            if part.kept:
                content = instance.content  # type: ignore[attr-defined]
                instance.content = {name: content[name] for name in part.kept if name in content}  # type: ignore[attr-defined]
            yield Row(part, instance, list(_links(instance, copied)), _people(instance))


def _links(instance: models.Model, copied: set[str]) -> Iterator[tuple[str, str, int]]:
    for column in instance._meta.local_concrete_fields:
        target, value = column.related_model, getattr(instance, column.attname)
        if isinstance(target, type) and value is not None and (label := holder_label(target)) in copied:
            yield column.attname, label, value


def _people(instance: models.Model) -> list[str]:
    columns = {column.attname for column in instance._meta.local_concrete_fields}
    return [name for name in _PEOPLE if name in columns and getattr(instance, name) is not None]
