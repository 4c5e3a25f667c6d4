"""Papers of pilots that a docket issues: the approval document with its list, and the list of those not in the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.declaration.facts import call_facts
from portal.documents.paper import Snapshot, register
from portal.lifecycle.states import APPLICANT, RECOMMENDER
from portal.supervision.papers import DocketList

if TYPE_CHECKING:
    from portal.supervision.models import Docket, DocketItem


class PilotList(DocketList):
    """What both lists say of a pilot, and of the calls they rest on."""

    def base(self, pilot: Any) -> dict[str, str]:
        """The columns that both lists share."""
        return {
            "number": pilot.number or "",
            "title": pilot.title,
            "unit": pilot.applicant.name,
            "class": pilot.class_label,
            "field": str(pilot.field or ""),
        }

    def facts(self, docket: Docket, dossiers: Sequence[Any]) -> Snapshot:
        calls = {pilot.call_id: pilot.call for pilot in dossiers}
        months = {int(pilot.parameter("term_months")) for pilot in dossiers}
        return {
            "calls": [call_facts(call) for call in calls.values()],
            "year": max((call.year for call in calls.values()), default=clock.today().year),
            "months": max(months, default=24),
        }


@register
class ApprovalNotice(PilotList):
    """立项通知 with its list: serial, number, name, undertaker, guarantor, class, field, term; one table for the city."""

    kind = "approval_notice"
    label = _("立项通知")
    prefix = "LX"
    template = "approval_notice.html"
    style = "letter annex"
    wording = "papers/pilots/_approval_text.html"
    readers = (APPLICANT, RECOMMENDER)
    steps = ("approve",)
    numbered = True
    columns = (
        ("number", _("项目编号"), 11),
        ("title", _("项目名称"), 24),
        ("unit", _("承担单位"), 18),
        ("guarantor", _("项目保证单位"), 15),
        ("class", _("类别"), 8),
        ("field", _("领域"), 8),
        ("term", _("试点期限"), 11),
    )

    def title(self, docket: Docket) -> str:  # type: ignore[override]
        years = docket.items.filter(step__in=self.steps).values_list("dossier__call__year", flat=True)
        return _t("关于下达%(year)s年度市级标准化试点项目的通知") % {"year": max(years, default=clock.today().year)}

    def row(self, dossier: Any, item: DocketItem) -> dict[str, str]:
        body = dossier.guarantor or dossier.recommender
        term = _t("%(months)s 个月") % {"months": dossier.parameter("term_months")}
        if dossier.term_starts_on:
            term = f"{dossier.term_starts_on.isoformat()} 至 {dossier.term_ends_on.isoformat()}"
        return {**self.base(dossier), "guarantor": (body.full_name or body.name) if body else "", "term": term}


@register
class RefusalList(PilotList):
    """未列入年度立项计划: one list with the reasons, for the bureau; each applicant reads its own reason in its dossier."""

    kind = "refusal_list"
    label = _("未列入年度立项计划项目清单")
    prefix = "WLX"
    template = "refusal_list.html"
    style = "list notice"
    wording = "papers/pilots/_refusal_text.html"
    steps = ("reject",)
    columns = (
        ("number", _("项目编号"), 10),
        ("title", _("项目名称"), 20),
        ("unit", _("申报单位"), 16),
        ("recommender", _("推荐单位"), 12),
        ("field", _("领域"), 8),
        ("reason", _("理由"), 29),
    )

    def row(self, dossier: Any, item: DocketItem) -> dict[str, str]:
        recommender = str(dossier.recommender or "")
        return {**self.base(dossier), "recommender": recommender, "reason": item.grounds}
