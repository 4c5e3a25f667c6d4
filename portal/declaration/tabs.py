"""The tabs that this room gives to the dossier's page: 申报书 and 材料."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.declaration.access import is_its_own, may_edit, open_slots
from portal.declaration.filling import Filling, filling_of
from portal.declaration.further import files_by_slot
from portal.declaration.models import FormVersion
from portal.declaration.printing import printable, sections_of
from portal.declaration.sections import SEALED_FORM, has_form
from portal.declaration.slots import SlotState, files_of, states_of
from portal.declaration.versions import versions_of
from portal.declaration.views.materials import described
from portal.declaration.views.reading import with_previous
from portal.ui.tabs import Tab, register


def form_context(dossier: Any, actor: Actor) -> dict[str, Any]:
    """The latest version for everybody; the draft for the declaring unit as long as it is being filled in."""
    versions = versions_of(dossier)
    own = is_its_own(dossier, actor)
    editing = own and may_edit(dossier, actor)
    if editing or (own and not versions):
        sections = sections_of(filling_of(dossier))
    else:
        sections = printable(versions[0]) if versions else []
    return {
        "sections": sections,
        "draft": own and (editing or not versions),
        "may_edit": editing,
        "version": versions[0] if versions else None,
        "versions": with_previous(versions),
    }


def materials_context(dossier: Any, actor: Actor) -> dict[str, Any]:
    """Slots with their files; others than the declaring unit read what was submitted."""
    own = is_its_own(dossier, actor)
    if own:
        slots = states_of(filling_of(dossier), open_slots(dossier, actor), with_sealed=bool(dossier.submitted_at))
    else:
        slots = _submitted(dossier)
    return {
        "slots": described(dossier, slots),
        "own": own,
        "may_edit": own and may_edit(dossier, actor),
        "declared_here": has_form(dossier),
        "further": [] if dossier.private else files_by_slot(dossier),
    }


def _submitted(dossier: Any) -> list[SlotState]:
    """The materials of the latest version, and its sealed form."""
    version = FormVersion.objects.filter(dossier_id=dossier.pk).order_by("-number").first()
    if version is None:
        return []
    filling = Filling(dossier, version.document)
    named = {file["key"] for file in version.content["attachments"]}
    states = states_of(filling, frozenset(), with_sealed=True)
    return [
        SlotState(
            state.slot,
            [file for file in state.files if str(file.key) in named or state.slot.id == SEALED_FORM],
            state.required,
            open=False,
            rows=state.rows,
        )
        for state in states
    ]


def count_files(dossier: Any, actor: Actor) -> int | None:
    """How many materials there are, none for a foreign draft."""
    if dossier.private and not is_its_own(dossier, actor):
        return None
    return len(files_of(dossier)) or None


def _was_filled_in(dossier: Any, actor: Actor) -> bool:
    return has_form(dossier)


register(Tab("form", _("申报书"), 10, "declaration/tab_form.html", form_context, shown=_was_filled_in))
register(Tab("materials", _("材料"), 20, "declaration/tab_materials.html", materials_context, count_files))
