"""The writes on the register of outputs, and what reports count of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments.actions import claim, retire
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.execution.models import Output
from portal.execution.rules import is_its_undertaker
from portal.lifecycle import history
from portal.ui import words

#: the columns that a person types
COLUMNS = ("kind", "title", "level", "number", "part", "standing", "on", "quantity", "unit", "note")


def may_keep(actor: Actor, dossier: Any) -> bool:
    """The undertaker keeps the register as long as the project runs, and after its acceptance."""
    return is_its_undertaker.admits(actor, dossier) and dossier.state in type(dossier).KEEPS_OUTPUTS


@transaction.atomic
def save_output(
    output: Output,
    values: dict[str, Any],
    *,
    dossier: Any,
    actor: Actor,
    files: list[Attachment] | None = None,
    retired: list[Attachment] | None = None,
) -> Output:
    """Enters a new output or changes one; the history of the dossier keeps what was entered.

    Args:
        output: unsaved for a new one. values: valid values by column (`COLUMNS`). files: pending uploads as evidence.
        retired: its files that are taken out; they stay on record.

    Raises:
        NotPermitted; StepRefused: it was removed meanwhile.
    """
    if not may_keep(actor, dossier):
        raise NotPermitted(_("只有承担单位可以在项目进行期间登记成果。"))
    new = output.pk is None
    if not new and not Output.objects.kept().select_for_update().filter(pk=output.pk).exists():
        raise StepRefused(_("该成果已被移除，请刷新页面。"))
    for name in COLUMNS:
        setattr(output, name, values.get(name, getattr(output, name)))
    for file in retired or ():
        retire(file, at=clock.now())
    output.dossier_id, output.updated_at = dossier.pk, clock.now()
    if new:
        output.created_by = actor.user
    output.save()
    claimed = claim(files or [], holder=output, at=clock.now())
    history.write(
        dossier,
        actor=actor,
        at=clock.now(),
        label=_("登记成果") if new else _("修改成果"),
        data={
            "output": output.pk,
            **{name: str(values.get(name) or "") for name in COLUMNS},
            **({"retired": [file.name for file in retired]} if retired else {}),
        },
        opinion=f"{output.get_kind_display()}：{output}",
        attachments=[{"key": str(f.key), "slot": f.slot, "name": f.name, "sha256": f.sha256} for f in claimed],
    )
    return output


@transaction.atomic
def remove_output(output: Output, *, dossier: Any, actor: Actor, reason: str) -> None:
    """Takes an output out of the register; the row is kept with the reason."""
    if not may_keep(actor, dossier):
        raise NotPermitted(_("只有承担单位可以在项目进行期间登记成果。"))
    removed = (
        Output.objects.kept()
        .filter(pk=output.pk, dossier_id=dossier.pk)
        .update(removed_at=clock.now(), removed_reason=reason[:200])
    )
    if not removed:
        raise StepRefused(_("该成果已被移除，请刷新页面。"))
    history.write(
        dossier,
        actor=actor,
        at=clock.now(),
        label=_("移除成果"),
        data={"output": output.pk},
        opinion=f"{output}：{reason}",
    )


def register_of(dossier: Any) -> list[Output]:
    """The outputs of a dossier as they stand, by kind, newest first."""
    return list(Output.objects.kept().filter(dossier_id=dossier.pk))


def snapshot_of(dossier: Any) -> list[dict[str, Any]]:
    """The register as a report keeps it."""
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "kind_label": str(row.get_kind_display()),
            "title": row.title,
            "level": row.level,
            "level_label": str(row.get_level_display()) if row.level else "",
            "number": row.number,
            "part": str(row.get_part_display()) if row.part else "",
            "standing": str(row.get_standing_display()) if row.standing else "",
            "on": row.on.isoformat(),
            "quantity": words.number(row.quantity),
            "unit": row.unit,
            "note": row.note,
        }
        for row in register_of(dossier)
    ]


def published_by_level(rows: list[Output]) -> dict[str, int]:
    """How many standards of each level are published, in the order of the levels."""
    counted = Counter(
        row.level for row in rows if row.kind == Output.Kind.STANDARD and row.standing == Output.Standing.PUBLISHED
    )
    return {level: counted[level] for level in Output.Level.values if counted[level]}


def published_by_year(rows: list[Output]) -> list[tuple[str, dict[int, int], int]]:
    """The published standards as a table: the label of each level, how many by year of publication, and in all."""
    published = [r for r in rows if r.kind == Output.Kind.STANDARD and r.standing == Output.Standing.PUBLISHED]
    found = []
    for level in Output.Level:
        years = Counter(row.on.year for row in published if row.level == level)
        if years:
            found.append((str(level.label), dict(years), years.total()))
    return found
