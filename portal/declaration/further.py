"""Material that later steps of a project hand in: which slots there are, and the files that lie in them."""

from __future__ import annotations

from typing import Any

from portal.attachments.actions import holder_label
from portal.attachments.models import Attachment
from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text

_slots: dict[str, dict[str, Text]] = {}


def register(programme: str, slots: dict[str, Text]) -> None:
    """Makes the slots of a programme's later steps known, in the order in which they are shown."""
    _slots.setdefault(programme, {}).update(slots)


def files_by_slot(dossier: Any) -> list[tuple[Text, list[Attachment]]]:
    """The slots in which something lies, with the files, oldest first; one query, none for a programme without any."""
    known = _slots.get(dossier.programme, {})
    if not known:
        return []
    held = Attachment.objects.filter(holder_type=holder_label(Dossier), holder_id=dossier.pk, removed_at=None)
    found: dict[str, list[Attachment]] = {}
    for file in held.filter(slot__in=known).order_by("pk"):
        found.setdefault(file.slot, []).append(file)
    return [(label, found[slot]) for slot, label in known.items() if slot in found]
