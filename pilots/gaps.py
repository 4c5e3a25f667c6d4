"""The line that says what an imported pilot still lacks; for the bureau and its undertaker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.rules import is_its_applicant
from portal.ui.extras import Line, lines

_READERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


@lines
def what_is_missing(dossier: Any, actor: Actor) -> list[Line]:
    """From when it was imported, and what is to be filled in."""
    if not isinstance(dossier, Pilot) or not dossier.is_imported:
        return []
    if actor.role not in _READERS and not is_its_applicant.admits(actor, dossier):
        return []
    found = [Line(_("平台启用前的项目，%(day)s 导入。") % {"day": dossier.imported_on}, "info-circle")]
    if dossier.gaps:
        found.append(Line(_("资料待补：%(what)s。") % {"what": "、".join(dossier.gaps)}, "alert-triangle"))
    return found
