"""What of a declaration is open to whom: sections and slots for editing, versions and files for reading."""

from __future__ import annotations

from typing import Any

from portal.accounts.actors import Actor
from portal.attachments.access import register
from portal.attachments.actions import holder_label
from portal.attachments.models import Attachment
from portal.declaration.models import FormVersion
from portal.declaration.sections import SEALED_FORM, form_of
from portal.declaration.slots import files_of
from portal.declaration.states import CORRECTION, DRAFT, RECOMMENDED, RETURNED, SUBMITTED
from portal.declaration.targets import SECTION, SLOT
from portal.dossiers.models import Dossier

_ALL_OPEN = frozenset({DRAFT.id, RETURNED.id})


def is_its_own(dossier: Dossier, actor: Actor) -> bool:
    """Whether the actor works for the declaring unit."""
    return actor.is_applicant and actor.unit_id is not None and actor.unit_id == dossier.applicant_id


def open_sections(dossier: Dossier, actor: Actor) -> frozenset[str]:
    """Ids of the sections this actor may change now: all before a submission, in a correction those it names."""
    if not is_its_own(dossier, actor):
        return frozenset()
    every = {section.id for section in form_of(dossier).sections}
    if dossier.state in _ALL_OPEN:
        return frozenset(every)
    if dossier.state == CORRECTION.id:
        return frozenset(every & _named(dossier, SECTION))
    return frozenset()


def open_slots(dossier: Dossier, actor: Actor) -> frozenset[str]:
    """Ids of the slots this actor may change now.

    The sealed form's slot opens with the submission; after a correction it is open as long as the new version lacks it.
    """
    if not is_its_own(dossier, actor):
        return frozenset()
    every = {slot.id for slot in form_of(dossier).slots}
    if dossier.state in _ALL_OPEN:
        return frozenset(every)
    if dossier.state == CORRECTION.id:
        return frozenset((every | {SEALED_FORM}) & _named(dossier, SLOT))
    if dossier.state == SUBMITTED.id:
        return frozenset({SEALED_FORM})
    if dossier.state == RECOMMENDED.id and not _has_sealed_form(dossier):
        return frozenset({SEALED_FORM})
    return frozenset()


def may_edit(dossier: Dossier, actor: Actor) -> bool:
    """Whether anything of the form or its materials is open to this actor, the sealed scan apart."""
    return bool(open_sections(dossier, actor) or (open_slots(dossier, actor) - {SEALED_FORM}))


def may_read_draft(dossier: Dossier, actor: Actor) -> bool:
    """What is being typed is the declaring unit's own; everybody else reads submitted versions."""
    return is_its_own(dossier, actor)


def points_at(dossier: Dossier, target: str) -> list[dict[str, Any]]:
    """What a correction says of a section or slot (`section-team`), while it is being corrected."""
    points = getattr(dossier, "correction_points", None) or []
    return [point for point in points if point["target"] == target] if dossier.state == CORRECTION.id else []


def _named(dossier: Dossier, kind: str) -> set[str]:
    """The sections or slots that the last correction names."""
    points = getattr(dossier, "correction_points", None) or []
    start = f"{kind}-"
    return {point["target"].removeprefix(start) for point in points if point["target"].startswith(start)}


def _has_sealed_form(dossier: Dossier) -> bool:
    return any(file.slot == SEALED_FORM for file in files_of(dossier))


def may_read_file(actor: Actor, dossier_id: int, attachment: Attachment) -> bool:
    """Files of visible dossiers; what lies in a slot of the form is read by others once it was submitted."""
    dossier = Dossier.objects.visible_to(actor).select_related("call").filter(pk=dossier_id).first()
    if dossier is None:
        return False
    if actor.system or is_its_own(dossier, actor) or attachment.version is not None:
        return True
    if attachment.slot not in {slot.id for slot in form_of(dossier).slots}:
        return True
    return _was_submitted(dossier, attachment)


def _was_submitted(dossier: Dossier, attachment: Attachment) -> bool:
    key = str(attachment.key)
    return FormVersion.objects.filter(dossier=dossier, data__contains=key).exists()


register(holder_label(Dossier), may_read_file)
