"""What happened to a task book or a milestone, as its readers may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.lifecycle.history import content
from portal.lifecycle.models import Record, Subject


@dataclass(frozen=True)
class Entry:
    """One record: who did it (the place; inside and for colleagues the person), what was typed in, the files by key."""

    record: Record
    who: str
    data: dict[str, Any]
    files: list[dict[str, Any]]


def entries_of(subject: Subject, actor: Actor) -> list[Entry]:
    """The records of a subject that stands on its dossier's chain, newest first (one query)."""
    rows = Record.objects.filter(subject_type=subject.label_of_type(), subject_id=subject.pk).select_related("person")
    if not actor.is_inside:
        rows = rows.filter(inside=False)
    found = []
    for record in rows.order_by("-seq"):
        kept = content(record)
        found.append(Entry(record, _who(record, actor), kept["data"], kept["attachments"]))
    return found


def _who(record: Record, actor: Actor) -> str:
    if record.user_id is None:
        return _("系统（自动）")
    colleague = (record.unit_id is not None and record.unit_id == actor.unit_id) or (
        record.body_id is not None and record.body_id == actor.body_id
    )
    person = getattr(record, "person", None)
    if person is not None and (actor.is_inside or colleague):
        return f"{record.place} {person.name}".strip()
    return record.place
