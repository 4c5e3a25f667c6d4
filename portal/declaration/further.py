"""Material that later steps of a project hand in: which slots there are, and the files that lie in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.attachments.actions import holder_label
from portal.attachments.models import Attachment
from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text

_slots: dict[str, dict[str, Text]] = {}
_states: dict[str, frozenset[str]] = {}


def register(programme: str, slots: dict[str, Text], *, states: Iterable[str]) -> None:
    """Makes the slots of a programme's later steps known, in the order shown; `states` are those in which one can hold
    a file."""
    _slots.setdefault(programme, {}).update(slots)
    _states[programme] = _states.get(programme, frozenset()) | frozenset(states)


def files_by_slot(dossier: Any) -> list[tuple[Text, list[Attachment]]]:
    """The slots in which something lies, with the files, oldest first; one query, none as long as there can be none."""
    known = _slots.get(dossier.programme, {})
    if dossier.state not in _states.get(dossier.programme, ()):
        return []
    held = Attachment.objects.filter(holder_type=holder_label(Dossier), holder_id=dossier.pk, removed_at=None)
    found: dict[str, list[Attachment]] = {}
    for file in held.filter(slot__in=known).order_by("pk"):
        found.setdefault(file.slot, []).append(file)
    return [(label, found[slot]) for slot, label in known.items() if slot in found]
