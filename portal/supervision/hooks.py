"""What this room adds to pages of the workbench: where a dossier lies, what can be done beside its steps, list buttons."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.deadlines.queries import open_list
from portal.dossiers.rules import is_its_applicant, is_its_handler
from portal.supervision.behalf import registered  # noqa: F401 - its kinds
from portal.supervision.behalf.kinds import kinds_for
from portal.supervision.dockets.queries import live_item
from portal.supervision.models import Enquiry, Request
from portal.supervision.requests.kinds import kinds_of
from portal.ui.extras import Deed, Line, Selected, deeds, lines, register_selected

#: who sees requests and enquiries at all
_PARTIES = APPLICANTS | {Role.RECOMMENDER, Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR}

register_selected(
    Selected(gettext_lazy("拟办呈批件"), "supervision:docket_new", frozenset({Role.HANDLER}), order=50),
)
register_selected(
    Selected(gettext_lazy("转办"), "supervision:handover", frozenset({Role.HANDLER, Role.SECTION_CHIEF}), order=60),
)


@lines
def where_it_lies(dossier: Any, actor: Actor) -> list[Line]:
    """The docket in which it lies, in whose hands, for how many days; the bureau only."""
    if not actor.is_inside or dossier.private:
        return []
    item = live_item(dossier)
    if item is None:
        return []
    docket = item.docket
    facts = {"serial": docket.serial, "state": docket.state_info.label, "where": docket.whereabouts}
    text = _("已列入呈批件 %(serial)s：%(state)s，%(where)s。") % facts
    seen = actor.role in (Role.HANDLER, Role.SECTION_CHIEF) or docket.state != "drafting"
    return [Line(text, "stack-2", docket.get_absolute_url() if seen and actor.role != Role.SYSTEM_ADMIN else "", True)]


_WAITING = {
    Request.label_of_type(): ("supervision:request", gettext_lazy("有申请事项待办理")),
    Enquiry.label_of_type(): ("supervision:enquiry", gettext_lazy("有咨询沟通待答复")),
}


@lines
def what_waits(dossier: Any, actor: Actor) -> list[Line]:
    """Requests and enquiries that wait for an answer, for the parties that see them: each has an open deadline."""
    foreign = actor.role == Role.RECOMMENDER and actor.body_id != dossier.recommender_id
    if dossier.private or foreign or actor.role not in _PARTIES:
        return []
    found = []
    for duty in open_list(dossier):
        known = _WAITING.get(duty.subject_type)
        if known and not (actor.role == Role.RECOMMENDER and duty.subject_type == Enquiry.label_of_type()):
            found.append(Line(known[1], "message", reverse(known[0], args=[duty.subject_id])))
    return found


@deeds
def beside_the_steps(dossier: Any, actor: Actor) -> list[Deed]:
    """Requests of the applicant; enquiry, consultation, contact, handover and entry on behalf of the handler."""
    if dossier.private:
        return []
    if is_its_applicant.admits(actor, dossier):
        return [*_requests(dossier), _contact(dossier)]
    if not is_its_handler.admits(actor, dossier):
        return []
    info = dossier.state_info
    ended = info.terminal and not info.good
    found = [] if ended else [_enquiry(dossier), _consultation(dossier)]
    found += [_contact(dossier)]
    found += [
        Deed(
            _("代录：%(kind)s") % {"kind": kind.label},
            reverse("supervision:enter", args=[kind.id, dossier.pk]),
            _("依据签字盖章的原件代录，须经第二人复核。"),
        )
        for kind in kinds_for(dossier)
    ]
    return [*found, Deed(_("转办"), reverse("supervision:handover") + f"?id={dossier.pk}", _("转由其他经办人办理。"))]


def _requests(dossier: Any) -> list[Deed]:
    return [
        Deed(
            _("申请：%(kind)s") % {"kind": kind.label},
            reverse("supervision:request_new", args=[kind.id, dossier.pk]),
            kind.help,
            danger=True,
        )
        for kind in kinds_of(dossier.programme)
        if dossier.state in kind.sources
    ]


def _contact(dossier: Any) -> Deed:
    return Deed(_("更换项目联系人"), reverse("supervision:contact", args=[dossier.pk]), _("原联系人离岗等情况。"))


def _enquiry(dossier: Any) -> Deed:
    return Deed(
        _("咨询沟通"), reverse("supervision:enquiry_new", args=[dossier.pk]), _("请申报单位说明情况，不属于补正。")
    )


def _consultation(dossier: Any) -> Deed:
    return Deed(
        _("登记会商意见"), reverse("supervision:consultation", args=[dossier.pk]), _("与行业主管部门会商，仅内部可见。")
    )
