"""The duties of the front end and their due dates (Asia/Shanghai, inclusive)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, RECOMMENDER

if TYPE_CHECKING:
    from portal.declaration.steps.columns import Columns


def submission_limit(dossier: Columns) -> dt.date:
    """The last day to submit a draft: the call's closing, a late permit's day, or, for a copy of a declaration that was
    not recommended, the recommenders' reporting deadline."""
    limits = [dossier.call.closes_on]
    if dossier.late_until:
        limits.append(dossier.late_until)
    if dossier.follows_refusal:
        limits.append(dossier.call.reporting_deadline_of(dossier.recommender_id))
    return max(limits)


def reporting_limit(dossier: Columns) -> dt.date:
    """The last day to recommend: the body's reporting deadline, a late permit's day, or the day that a return which ended
    late brings with it."""
    limit = return_limit(dossier)
    return max(limit, dossier.return_recommend_until) if dossier.return_recommend_until else limit


def return_limit(dossier: Columns) -> dt.date:
    """The last day a return may end on: the body's reporting deadline or a late permit's recommending day."""
    limit = dossier.call.reporting_deadline_of(dossier.recommender_id)
    return max(limit, dossier.late_recommend_until) if dossier.late_recommend_until else limit


def recommending_day_after(dossier: Columns, due: dt.date) -> dt.date | None:
    """The recommending day that a return which ends late brings with it: so many working days after its due date
    (parameter `return_review_days`); None where the ordinary limit leaves that much time."""
    day = add_workdays(due, dossier.parameter("return_review_days"))
    return day if day > return_limit(dossier) else None


def _return_due(dossier: Columns, opened: dt.date) -> dt.date:
    return dossier.return_due_on or default_return_due(dossier, opened)


def default_return_due(dossier: Columns, day: dt.date) -> dt.date:
    """So many working days from that day (parameter `return_days`), within the reporting deadline."""
    return max(day, min(add_workdays(day, dossier.parameter("return_days")), return_limit(dossier)))


def default_correction_due(dossier: Columns, day: dt.date) -> dt.date:
    """So many working days from that day (parameter `correction_days`)."""
    return add_workdays(day, dossier.parameter("correction_days"))


DRAFTING = Duty(
    "drafting",
    _("提交申报"),
    APPLICANT,
    due=lambda dossier, opened: submission_limit(dossier),
    rule=_("申报截止日（含当日）"),
    before=(10, 3, 1),
    after=(),
    then="lapse",
)
FIRST_REVIEW = Duty(
    "first_review",
    _("初审并推荐"),
    RECOMMENDER,
    due=lambda dossier, opened: reporting_limit(dossier),
    rule=_("推荐部门报送截止日（含当日）"),
    before=(5, 3, 1),
    after=(1, 3, 7),
    tells_after=(HANDLER,),
)
RETURN_FIX = Duty(
    "return_fix",
    _("修改后重新提交"),
    APPLICANT,
    due=_return_due,
    rule=_("退回修改的期限"),
    before=(3, 1),
    after=(),
    then="lapse",
)
ACCEPTANCE_CHECK = Duty(
    "acceptance_check",
    _("形式审查"),
    HANDLER,
    due=lambda dossier, opened: add_workdays(opened, dossier.parameter("acceptance_check_days")),
    rule=_("形式审查期限 {acceptance_check_days} 个工作日"),
    before=(2, 1),
    after=(1, 3),
    tells_after=(CHIEF,),
)
SECOND_CONSENT = Duty(
    "second_consent",
    _("答复再次补正的请示"),
    CHIEF,
    due=lambda dossier, opened: add_workdays(opened, dossier.parameter("consent_days")),
    rule=_("答复请示的期限 {consent_days} 个工作日"),
    before=(1,),
    after=(1, 3),
    inside=True,
)
CORRECTING = Duty(
    "correcting",
    _("提交补正"),
    APPLICANT,
    due=lambda dossier, opened: dossier.correction_due_on or default_correction_due(dossier, opened),
    rule=_("补正通知书载明的期限"),
    before=(5, 3, 1),
    after=(),
    then="lapse_correction",
)
