"""What a granted request does to its dossier."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.supervision.dockets.actions import drop_live_item
from portal.supervision.enquiries.states import CLOSED
from portal.supervision.models import Enquiry, Request
from portal.supervision.requests.states import FILED


@effect("projection")
def carry_out_grant(done: Done) -> None:
    """A grant takes the kind's step on the dossier, after taking it out of a live docket where the kind says so."""
    request = done.subject
    if not isinstance(request, Request) or done.step.name != "grant":
        return
    dossier = concrete(request.dossier)
    if request.kind_info.drops_docket:
        drop_live_item(dossier, actor=done.act.actor, reason=str(request.kind_info.label))
    perform(dossier, request.kind_info.step, actor=done.act.actor, data={"reason": done.act.data["reason"]})


@effect("endorsements")
def end_what_is_too_late(done: Done) -> None:
    """Open requests and enquiries of a dossier that has come to a result end with it."""
    dossier = done.subject
    if not isinstance(dossier, Dossier) or not dossier.state_info.terminal or done.record.from_state == dossier.state:
        return
    for request in Request.objects.filter(dossier_id=dossier.pk, state=FILED.id).order_by("pk"):
        if dossier.state not in request.kind_info.sources:
            perform(request, "lapse", actor=SYSTEM, data={"reason": _("项目已有处理结果，申请不再办理。")})
    if not dossier.state_info.good:
        for enquiry in Enquiry.objects.filter(dossier_id=dossier.pk).exclude(state=CLOSED.id).order_by("pk"):
            perform(enquiry, "close", actor=SYSTEM, data={"remark": _("项目已终止。")})
