"""What this room adds to pages of the workbench: where a dossier lies, what can be done beside its steps, list buttons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.deadlines.queries import open_shown, owes
from portal.dossiers.rules import is_its_applicant, is_its_handler
from portal.execution.models import TaskBook
from portal.execution.queries import awaits_its_task_book
from portal.execution.states import UNSIGNED
from portal.lifecycle.declared import step_of
from portal.lifecycle.states import Text
from portal.supervision.behalf import registered  # noqa: F401 - its kinds
from portal.supervision.behalf.kinds import kinds_for
from portal.supervision.dockets.matters import matters
from portal.supervision.dockets.queries import live_item
from portal.supervision.models import Endorsement
from portal.supervision.queries import latest_by_kind
from portal.supervision.requests.kinds import offered_to
from portal.supervision.statements.kinds import for_state
from portal.supervision.states import ASKED
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


@lines
def whose_consent_is_awaited(dossier: Any, actor: Actor) -> list[Line]:
    """For whom it waits while a body is asked and a step is held until it agrees; in place of the state's own words."""
    if dossier.private or actor.role not in _PARTIES:
        return []
    asked = [e for e in latest_by_kind(dossier).values() if e.state == ASKED.id and _holds(e, dossier)]
    return [_awaited(endorsement, actor) for endorsement in asked]


def _holds(endorsement: Endorsement, dossier: Any) -> bool:
    return any(step_of(type(dossier), name).leads_from(dossier.state) for name in endorsement.holds)


def _awaited(endorsement: Endorsement, actor: Actor) -> Line:
    facts, url = {"body": endorsement.body, "label": endorsement.label}, endorsement.get_absolute_url()
    if actor.body_id == endorsement.body_id:
        return Line(_("请本单位答复“%(label)s”。") % facts, "message", url, holds=True)
    return Line(_("等待%(body)s答复“%(label)s”。") % facts, "message", url, holds=True)


#: by duty: where it leads, what the reader is told, the icon
_WAITING: dict[str, tuple[str, Text, str]] = {
    "answer_request": ("supervision:request", gettext_lazy("有申请事项待办理"), "message"),
    "answer_enquiry": ("supervision:enquiry", gettext_lazy("有咨询沟通待答复"), "message"),
    "rectify": (
        "supervision:rectification",
        gettext_lazy("限期整改：请于 %(day)s 前（含当日）提交整改报告"),
        "list-check",
    ),
    "serve_notice": (
        "supervision:statement",
        gettext_lazy("已出具事先告知书，送达后可以提出陈述申辩"),
        "alert-triangle",
    ),
    "state": (
        "supervision:statement",
        gettext_lazy("拟作出对本单位不利的决定，请于 %(day)s 前（含当日）提出陈述申辩，或者声明放弃"),
        "alert-triangle",
    ),
    "consider_statement": ("supervision:statement", gettext_lazy("陈述申辩意见待复核"), "alert-triangle"),
}
#: what the bureau reads in place of words to the party
_INSIDE: dict[str, Text] = {
    "rectify": gettext_lazy("限期整改中，整改报告应于 %(day)s 前（含当日）提交"),
    "serve_notice": gettext_lazy("事先告知书已出具，待登记送达"),
    "state": gettext_lazy("陈述申辩期内，至 %(day)s（含当日）届满"),
}


@lines
def what_waits(dossier: Any, actor: Actor) -> list[Line]:
    """Acts that wait for somebody, for the parties that see them: each has an open deadline."""
    foreign = actor.role == Role.RECOMMENDER and actor.body_id != dossier.recommender_id
    if dossier.private or foreign or actor.role not in _PARTIES:
        return []
    found = []
    for duty in open_shown(dossier, actor):
        known = _WAITING.get(duty.duty)
        if known:
            text = known[1] if actor.is_applicant else _INSIDE.get(duty.duty, known[1])
            words = str(text) % {"day": duty.due_on} if "%(day)s" in str(text) else text
            urgent = actor.is_applicant and duty.duty == "state"
            found.append(Line(words, known[2], reverse(known[0], args=[duty.subject_id]), urgent=urgent))
    return found


#: by duty: where its owner does it, as a button in the box 当前
_DONE_AT: dict[str, str] = {
    "endorse": "supervision:endorsement",
    "answer_request": "supervision:request",
    "answer_enquiry": "supervision:enquiry",
    "serve_notice": "supervision:statement",
    "state": "supervision:statement",
    "consider_statement": "supervision:statement",
}


@deeds
def what_is_owed(dossier: Any, actor: Actor) -> list[Deed]:
    """The acts that wait for this reader; no query."""
    if dossier.private:
        return []
    mine = [duty for duty in open_shown(dossier, actor) if duty.duty in _DONE_AT and owes(duty, dossier, actor)]
    return [Deed(duty.label, reverse(_DONE_AT[duty.duty], args=[duty.subject_id]), main=True) for duty in mine]


@lines
def stands_still(dossier: Any, actor: Actor) -> list[Line]:
    """That a project is suspended; no query."""
    since = getattr(dossier, "suspended_on", None)
    if since is None:
        return []
    url = reverse("workbench:dossier", args=[dossier.pk]) + "?tab=acts" if actor.role in _PARTIES else ""
    text = _("项目自 %(day)s 起暂停，各项期限停止计算；恢复后按暂停天数顺延。")
    if dossier.term_was_over:
        text += _("试点期限已于 %(end)s 届满，不因暂停延长。")
    return [Line(text % {"day": since, "end": dossier.term_ends_on}, "player-pause", url, urgent=True)]


@deeds
def beside_the_steps(dossier: Any, actor: Actor) -> list[Deed]:
    """Requests of the applicant; enquiry, consultation, contact, prior notice, dockets, handover and entry on behalf of the
    handler."""
    if dossier.private:
        return []
    if is_its_applicant.admits(actor, dossier):
        return [_contact(dossier), *_requests(dossier)]
    if not is_its_handler.admits(actor, dossier):
        return []
    info = dossier.state_info
    ended = info.terminal and not info.good
    found = [] if ended else [_enquiry(dossier), _consultation(dossier)]
    found += [_contact(dossier)]
    handover = Deed(_("转办"), reverse("supervision:handover") + f"?id={dossier.pk}", _("转由其他经办人办理。"))
    return [*found, handover, *_decisions(dossier), *_on_behalf(dossier)]


def _requests(dossier: Any) -> list[Deed]:
    """One line for each kind; kinds of a group share one, which leads to the choice among them."""
    found: dict[str, Deed] = {}
    heading = _("申请事项")
    for kind in offered_to(dossier):
        if kind.group:
            url = f"{reverse('supervision:request_choose')}?dossier={dossier.pk}"
            found.setdefault(
                str(kind.group),
                Deed(_("申请：%(kind)s") % {"kind": kind.group}, url, _("先选择要变更的内容。"), group=heading),
            )
        else:
            url = reverse("supervision:request_new", args=[kind.id, dossier.pk])
            label = _("申请：%(kind)s") % {"kind": kind.label}
            found[kind.id] = Deed(label, url, kind.help, danger=kind.danger, group=heading)
    return list(found.values())


def _decisions(dossier: Any) -> list[Deed]:
    """Prior notice of a decision against the party, and the dockets that can decide about the dossier as it stands."""
    heading = _("拟作出的决定")
    found = []
    if for_state(dossier.programme, dossier.state):
        url = reverse("supervision:statement_choose", args=[dossier.pk])
        help_text = _("作出终止、撤销、不予通过等决定前，告知事实、理由，听取意见。")
        found.append(Deed(_("事先告知（陈述申辩）"), url, help_text, danger=True, group=heading))
    if live_item(dossier) is not None:
        return found
    for matter in matters():
        if matter.programme == dossier.programme and dossier.state in matter.sources and not matter.requests:
            query = urlencode({"matter": matter.id, "id": dossier.pk})
            label = _("拟办呈批件：%(matter)s") % {"matter": matter.label}
            found.append(Deed(label, f"{reverse('supervision:docket_new')}?{query}", group=heading))
    return found


def _on_behalf(dossier: Any) -> list[Deed]:
    """What was done on paper: on the dossier itself, and the signatures under its task book."""
    subjects = [dossier]
    if awaits_its_task_book(dossier):
        subjects += TaskBook.objects.filter(dossier_id=dossier.pk, state__in=UNSIGNED)
    return [
        Deed(
            _("代录：%(kind)s") % {"kind": kind.label},
            reverse("supervision:enter", args=[kind.id, subject.pk]),
            _("依据签字盖章的原件代录，须经第二人复核。"),
            group=_("代录"),
        )
        for subject in subjects
        for kind in kinds_for(subject)
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
