"""What requests do to their dossiers and their dossiers to them; the guarantor's opinion on a request."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.supervision.dockets.actions import drop_live_item
from portal.supervision.enquiries.states import CLOSED
from portal.supervision.models import Endorsement, Enquiry, Request
from portal.supervision.requests.states import FILED, LIVE
from portal.supervision.states import ASKED


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
def answer_by_docket(done: Done) -> None:
    """A step that a docket ordered because of a request answers the request, and does what its kind does beside the step."""
    dossier, key = done.subject, done.act.data.get("request")
    if not isinstance(dossier, Dossier) or not key or not done.step.by.docket:
        return
    request = Request.objects.get(pk=key, dossier_id=dossier.pk)
    refused = bool(done.step.extra.get("refuses_request"))
    if not refused and request.kind_info.applied:
        request.kind_info.applied(dossier, request)
    data = {name: done.act.data.get(name) or "" for name in ("reason", "number", "dated")}
    perform(request, "refuse_ordered" if refused else "grant_ordered", actor=SYSTEM, data=data)


@effect("endorsements")
def ask_the_endorser(done: Done) -> None:
    """A request that was filed is put before whom its kind names; one that has ended waits for nobody."""
    request = done.subject
    if not isinstance(request, Request):
        return
    if done.step.name == "file" and request.kind_info.endorser is not None:
        _ask(done, request)
    elif request.state not in LIVE:
        for open_one in Endorsement.objects.filter(request_id=request.pk, state=ASKED.id):
            perform(open_one, "expire", actor=SYSTEM, data={"reason": _("申请已有结果，不再需要答复。")})


def _ask(done: Done, request: Request) -> None:
    endorser = request.kind_info.endorser
    body = endorser(concrete(request.dossier)) if endorser else None
    if body is None:
        return
    asked = Endorsement(
        dossier_id=request.dossier_id,
        chain_id=request.chain_id,
        kind=request.kind,
        label=str(_("保证单位意见（%(kind)s）") % {"kind": request.kind_info.label})[:60],
        question=str(request.kind_info.question or _("承担单位提出申请，请表示意见。"))[:300],
        body=body,
        request=request,
        asked_at=done.act.at,
    )
    perform(asked, "ask", actor=SYSTEM)


@effect("endorsements")
def go_on_with_the_opinion(done: Done) -> None:
    """The guarantor's answer, whatever it is, or its silence leads the request on to the decision."""
    endorsement = done.subject
    if not isinstance(endorsement, Endorsement) or endorsement.request_id is None or endorsement.state == ASKED.id:
        return
    request = Request.objects.get(pk=endorsement.request_id)
    if request.state == FILED.id:
        perform(request, "note_endorsement", actor=SYSTEM)


@effect("endorsements")
def end_what_is_too_late(done: Done) -> None:
    """Requests of a dossier that left the states in which they can be granted end; enquiries end with a result that was not
    intended."""
    dossier = done.subject
    if not isinstance(dossier, Dossier) or done.is_new or done.record.from_state == dossier.state:
        return
    for request in Request.objects.filter(dossier_id=dossier.pk, state__in=LIVE).order_by("pk"):
        if dossier.state not in request.kind_info.sources:
            perform(request, "lapse", actor=SYSTEM, data={"reason": _("项目已有处理结果，申请不再办理。")})
    info = dossier.state_info
    if info.terminal and not info.good:
        for enquiry in Enquiry.objects.filter(dossier_id=dossier.pk).exclude(state=CLOSED.id).order_by("pk"):
            perform(enquiry, "close", actor=SYSTEM, data={"remark": _("项目已终止。")})
