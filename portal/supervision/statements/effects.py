"""A notice of an intended decision ends with the project's other ends."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.supervision.models import Statement
from portal.supervision.statements.states import LIVE


@effect("endorsements")
def withdraw_what_is_out_of_reach(done: Done) -> None:
    """Where the project came to a state in which the decision can no longer be taken, the notice is withdrawn."""
    dossier = done.subject
    if not isinstance(dossier, Dossier) or done.is_new or done.record.from_state == dossier.state:
        return
    for statement in Statement.objects.filter(dossier_id=dossier.pk, state__in=LIVE).order_by("pk"):
        if dossier.state not in statement.kind_info.sources:
            reason = _("项目状态已变更为“%(state)s”。") % {"state": dossier.state_info.label}
            perform(statement, "withdraw_notice", actor=SYSTEM, data={"reason": reason})
