"""验收结果文件 with its list: one document for all pilots that a docket decided."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.papers import PilotList
from portal.base import clock
from portal.calls import parameters
from portal.declaration.facts import full_name
from portal.documents.paper import Snapshot, register
from portal.lifecycle.states import APPLICANT, RECOMMENDER
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from portal.supervision.models import Docket, DocketItem


@register
class ResultNotice(PilotList):
    """验收结果通知: serial, number, name, undertaker, guarantor, term, result."""

    kind = "result_notice"
    label = _("验收结果通知")
    prefix = "JG"
    template = "result_notice.html"
    style = "letter annex"
    wording = "papers/pilots/_result_text.html"
    readers = (APPLICANT, RECOMMENDER)
    steps = ("pass_acceptance", "fail_acceptance")
    numbered = True
    columns = (
        ("number", _("项目编号"), 11),
        ("title", _("项目名称"), 24),
        ("unit", _("承担单位"), 18),
        ("guarantor", _("项目保证单位"), 15),
        ("field", _("领域"), 8),
        ("term", _("试点期限"), 14),
        ("result", _("验收结果"), 10),
    )

    def title(self, docket: Docket) -> str:  # type: ignore[override]
        year = (docket.dated or clock.today()).year
        return _t("关于公布%(year)s年市级标准化试点项目验收结果的通知") % {"year": year}

    def snapshot(self, docket: Docket, act: Act) -> Snapshot:  # type: ignore[override]
        found = super().snapshot(docket, act)
        place = [name for name, _head, _share in self.columns].index("result")
        counted = Counter(str(row[place]) for row in found["rows"])
        return {
            **found,
            "result_year": (docket.dated or clock.today()).year,
            "results": list(counted.items()),
            "failed": counted[_t("未通过验收")],
            "remedies": parameters.value("decision_remedies", "pilots", clock.today()),
        }

    def row(self, dossier: Any, item: DocketItem) -> dict[str, str]:
        term = ""
        if dossier.term_starts_on:
            term = f"{dossier.term_starts_on.isoformat()} 至 {dossier.term_ends_on.isoformat()}"
        result = _t("通过验收") if item.step == "pass_acceptance" else _t("未通过验收")
        body = dossier.guarantor or dossier.recommender
        return {**self.base(dossier), "guarantor": full_name(body), "term": term, "result": result}
