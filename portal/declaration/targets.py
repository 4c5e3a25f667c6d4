"""What a correction can point at: the sections and the materials of a declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.dossiers.models import Dossier

SECTION, SLOT = "section", "slot"


@dataclass(frozen=True)
class Target:
    """A section (`section-team`) or a material (`slot-licence`) of the form."""

    kind: str
    name: str
    label: Text

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.name}"


def targets_of(dossier: Dossier) -> list[Target]:
    """All sections and materials that apply to this dossier, in the order of the form; the sealed form last."""
    from django.utils.translation import gettext as _

    from portal.declaration.document import document_of
    from portal.declaration.sections import SEALED_FORM, form_of

    form, document = form_of(dossier), document_of(dossier)
    sections = [Target(SECTION, s.id, s.title) for s in form.sections if s.applies(document, dossier)]
    slots = [Target(SLOT, s.id, s.label) for s in form.slots if s.applies(document, dossier)]
    return [*sections, *slots, Target(SLOT, SEALED_FORM, _("申请表盖章扫描件"))]
