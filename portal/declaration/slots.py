"""Materials in their slots: which files lie there now, and which version of the form the sealed scan belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Subquery
from django.utils.translation import gettext as _

from portal.attachments.actions import holder_label
from portal.attachments.models import Attachment
from portal.base.memo import kept
from portal.declaration.filling import Filling
from portal.declaration.models import FormVersion
from portal.declaration.sections import SEALED_FORM, SEALED_SLOT, Slot, form_of
from portal.dossiers.models import Dossier


@dataclass(frozen=True)
class SlotState:
    """A slot as a page shows it: its files, whether one is still wanted, whether it can be changed by this person."""

    slot: Slot
    files: list[Attachment]
    required: bool
    open: bool
    rows: list[tuple[str, str]]

    @property
    def missing(self) -> bool:
        return self.required and not self.files

    @property
    def full(self) -> bool:
        return len(self.files) >= (self.slot.max_files if self.slot.multiple else 1)


@kept
def files_of(dossier: Dossier) -> list[Attachment]:
    """The files that lie in the slots of a dossier's form now; of sealed scans those of the latest version only."""
    slots = {slot.id for slot in form_of(dossier).slots}
    latest = FormVersion.objects.filter(dossier_id=dossier.pk).order_by("-number").values("number")[:1]
    found = (
        Attachment.objects.filter(
            holder_type=holder_label(Dossier), holder_id=dossier.pk, removed_at=None, slot__in=[*slots, SEALED_FORM]
        )
        .annotate(latest=Subquery(latest))
        .order_by("pk")
    )
    return [file for file in found if file.slot != SEALED_FORM or file.version == (file.latest or 0)]


def latest_number(dossier: Dossier) -> int:
    """The number of the latest submitted version, 0 before the first."""
    number = (
        FormVersion.objects.filter(dossier_id=dossier.pk).order_by("-number").values_list("number", flat=True).first()
    )
    return number or 0


def states_of(filling: Filling, open_slots: frozenset[str], *, with_sealed: bool) -> list[SlotState]:
    """All slots that apply, with their files, in the order of the form; the sealed form last where it is wanted."""
    dossier, document = filling.dossier, filling.document
    files: dict[str, list[Attachment]] = {}
    for file in files_of(dossier):
        files.setdefault(file.slot, []).append(file)
    slots = filling.form.slots_for(document, dossier)
    if with_sealed:
        slots = [*slots, SEALED_SLOT]
    return [
        SlotState(
            slot,
            files.get(slot.id, []),
            slot is SEALED_SLOT or slot.is_required(document, dossier),
            slot.id in open_slots,
            rows_of(filling, slot),
        )
        for slot in slots
    ]


def rows_of(filling: Filling, slot: Slot) -> list[tuple[str, str]]:
    """The rows that files of this slot can belong to, as (UUID, words); none for an ordinary slot."""
    if slot.row_table is None:
        return []
    section_id, table_id = slot.row_table
    rows = filling.document.rows(section_id, table_id)
    return [(row["id"], _row_words(row, index)) for index, row in enumerate(rows, 1)]


def _row_words(row: dict[str, object], index: int) -> str:
    first = next((str(value) for name, value in row.items() if name != "id" and isinstance(value, str) and value), "")
    return _("第 %(n)s 行 %(text)s") % {"n": index, "text": first[:30]}
