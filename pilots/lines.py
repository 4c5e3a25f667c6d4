"""Sentences in the box 当前 of a pilot's page: the approval and its term, once they are announced."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.ui.extras import Line, lines


@lines
def approval_and_term(dossier: Any, actor: Actor) -> list[Line]:
    """The document with its date, the term and the guarantor; the door sets them when the document is issued."""
    if not isinstance(dossier, Pilot) or not dossier.approved_on or dossier.state_info.shown_id != dossier.state:
        return []
    found = [
        Line(
            _("立项文件：%(number)s（%(day)s）。") % {"number": dossier.approval_number, "day": dossier.approved_on},
            "file-text",
        )
    ]
    if dossier.term_starts_on:
        term = {"start": dossier.term_starts_on, "end": dossier.term_ends_on}
        found.append(Line(_("试点期限：%(start)s 至 %(end)s（含当日）。") % term, "calendar"))
    if dossier.guarantor:
        found.append(Line(_("项目保证单位：%(body)s。") % {"body": dossier.guarantor}, "building"))
    return found
