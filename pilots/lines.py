"""Sentences in the box 当前 of a pilot's page: the approval, its term and what became of both, once they are announced."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilots.models import Pilot
from pilots.states import APPROVAL_REVOKED, FAILED, PASSED, RESULT_REVOKED, TERMINATED
from portal.accounts.actors import Actor
from portal.base.workdays import term_end
from portal.lifecycle.states import Text
from portal.ui.extras import Line, lines

#: how the document is called that ended a pilot
_DOCUMENTS: dict[str, Text] = {
    PASSED.id: gettext_lazy("验收结果文件"),
    FAILED.id: gettext_lazy("验收结果文件"),
    TERMINATED.id: gettext_lazy("终止决定"),
    APPROVAL_REVOKED.id: gettext_lazy("撤销决定"),
    RESULT_REVOKED.id: gettext_lazy("撤销决定"),
}


@lines
def approval_and_term(dossier: Any, actor: Actor) -> list[Line]:
    """The document with its date, the term and the guarantor; the door sets them when the document is issued."""
    if not _is_announced(dossier):
        return []
    found = []
    if dossier.approved_on:
        facts = {"number": dossier.approval_number or _("文号待补"), "day": dossier.approved_on}
        found.append(Line(_("立项文件：%(number)s（%(day)s）。") % facts, "file-text"))
    if dossier.term_starts_on:
        found.append(Line(_term(dossier), "calendar"))
    if dossier.guarantor_id:
        body = dossier.recommender if dossier.guarantor_id == dossier.recommender_id else dossier.guarantor
        found.append(Line(_("项目保证单位：%(body)s。") % {"body": body}, "building"))
    return found


@lines
def midterm_and_end(dossier: Any, actor: Actor) -> list[Line]:
    """The mid-term's result, since when it is overdue, the document that ended it, where it is archived."""
    if not _is_announced(dossier):
        return []
    found = []
    if dossier.midterm_outcome:
        facts = {"result": dossier.get_midterm_outcome_display(), "day": dossier.midterm_settled_on}
        dated = _("中期评估：%(result)s（%(day)s）。") if dossier.midterm_settled_on else _("中期评估：%(result)s。")
        found.append(Line(dated % facts, "checks"))
    if dossier.overdue_since:
        found.append(Line(_("自 %(day)s 起逾期未验收。") % {"day": dossier.overdue_since}, "alert-triangle"))
    if dossier.refile_by and not dossier.state_info.terminal:
        found.append(Line(_("请于 %(day)s 前（含当日）重新申请验收。") % {"day": dossier.refile_by}, "calendar"))
    if dossier.result_number and dossier.state_info.terminal:
        what = _DOCUMENTS.get(dossier.state, _("结果文件"))
        facts = {"what": what, "number": dossier.result_number, "day": dossier.ended_on}
        found.append(Line(_("%(what)s：%(number)s（%(day)s）。") % facts, "file-text"))
    if dossier.plaque_on:
        facts = {"number": dossier.plaque_number, "day": dossier.plaque_on}
        found.append(Line(_("标牌：%(number)s，已于 %(day)s 领取。") % facts, "certificate"))
    if dossier.archived_on:
        facts = {"day": dossier.archived_on, "box": dossier.archive_box or _("未登记")}
        found.append(Line(_("已于 %(day)s 归档，档案盒号：%(box)s。") % facts, "archive"))
    return found


def _is_announced(dossier: Any) -> bool:
    """A pilot with a term; what is being decided later (acceptance) alters nothing of it."""
    return isinstance(dossier, Pilot) and bool(dossier.approved_on or dossier.term_starts_on)


def _term(pilot: Pilot) -> str:
    """The term; where it was lengthened, from which end and by what."""
    assert pilot.term_starts_on is not None
    text = _("试点期限：%(start)s 至 %(end)s（含当日）。") % {"start": pilot.term_starts_on, "end": pilot.term_ends_on}
    parts = []
    if pilot.extended_months:
        parts.append(_("延期 %(n)s 个月") % {"n": pilot.extended_months})
    if pilot.paused_days:
        parts.append(_("因暂停顺延 %(n)s 天") % {"n": pilot.paused_days})
    if not parts:
        return text
    first = term_end(pilot.term_starts_on, int(pilot.parameter("term_months")))
    return text + _("原至 %(day)s，%(what)s。") % {"day": first, "what": _("，").join(parts)}
