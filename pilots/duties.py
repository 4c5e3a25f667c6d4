"""The duties of a running pilot. Terms in months follow from the approval document; dates are dates in Shanghai."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.lifecycle.states import APPLICANT, CHIEF, GUARANTOR, HANDLER, UNDERTAKER

if TYPE_CHECKING:
    from pilots.models import Pilot


def _days(pilot: Pilot, opened: dt.date, key: str) -> dt.date:
    """So many calendar days from that day, by a parameter."""
    return opened + dt.timedelta(days=int(pilot.parameter(key)))


REGRADE_ANSWER = Duty(
    "regrade_answer",
    _("答复是否同意调整为一般项目"),
    APPLICANT,
    due=lambda pilot, opened: add_workdays(opened, int(pilot.parameter("endorsement_days"))),
    rule=_("答复期限 {endorsement_days} 个工作日"),
    before=(3, 1),
    after=(1, 3),
    tells_after=(HANDLER,),
)
TASK_BOOK = Duty(
    "task_book",
    _("签署任务书"),
    UNDERTAKER,
    due=lambda pilot, opened: _days(pilot, opened, "task_book_days"),
    rule=_("立项文件印发之日起 {task_book_days} 日"),
    before=(7, 3),
    after=(1, 7, 15),
    tells_after=(GUARANTOR, HANDLER),
)
MIDTERM_OPENING = Duty(
    "midterm_opening",
    _("准备中期评估"),
    UNDERTAKER,
    due=lambda pilot, opened: pilot.midterm_on or opened,
    rule=_("试点期限满 {midterm_month} 个月"),
    before=(60, 30, 7),
    after=(),
    then="open_midterm",
    dated=True,
    unless=lambda pilot: bool(pilot.midterm_outcome) or not int(pilot.parameter("midterm_wanted")),
)
MIDTERM_REPORT = Duty(
    "midterm_report",
    _("提交中期自我评价"),
    UNDERTAKER,
    due=lambda pilot, opened: _days(pilot, opened, "midterm_report_days"),
    rule=_("进入中期评估之日起 {midterm_report_days} 日"),
    before=(10, 3),
    after=(1, 7, 15),
    tells_after=(GUARANTOR, HANDLER),
)
MIDTERM_CHECK = Duty(
    "midterm_check",
    _("组织中期评估"),
    HANDLER,
    due=lambda pilot, opened: add_workdays(opened, int(pilot.parameter("midterm_check_days"))),
    rule=_("收到中期材料之日起 {midterm_check_days} 个工作日"),
    before=(5, 1),
    after=(1, 10),
    tells_after=(CHIEF,),
)
TERM = Duty(
    "term",
    _("申请验收"),
    UNDERTAKER,
    due=lambda pilot, opened: pilot.acceptance_limit or opened,
    rule=_("试点期限届满"),
    before=(180, 90, 30, 7),
    after=(),
    then="fall_overdue",
    dated=True,
)
REFILING = Duty(
    "refiling",
    _("补齐验收材料，重新申请验收"),
    UNDERTAKER,
    due=lambda pilot, opened: pilot.refile_by or opened,
    rule=_("退回之日起 {refile_days} 个工作日"),
    before=(5, 1),
    after=(1,),
    tells_after=(GUARANTOR,),
    dated=True,
    unless=lambda pilot: pilot.refile_by is None,
)
ACCEPTANCE_OPENING = Duty(
    "acceptance_opening",
    _("组织验收"),
    HANDLER,
    due=lambda pilot, opened: add_workdays(opened, int(pilot.parameter("acceptance_opening_days"))),
    rule=_("收到验收申请之日起 {acceptance_opening_days} 个工作日"),
    before=(10, 3),
    after=(1, 10),
    tells_after=(CHIEF,),
)
ACCEPTANCE_DECIDING = Duty(
    "acceptance_deciding",
    _("审批验收结果"),
    HANDLER,
    due=lambda pilot, opened: add_workdays(opened, int(pilot.parameter("acceptance_decision_days"))),
    rule=_("验收评审结束之日起 {acceptance_decision_days} 个工作日"),
    before=(5, 1),
    after=(1, 10),
    tells_after=(CHIEF,),
    inside=True,
)
GRACE = Duty(
    "grace",
    _("申请验收或者延期（已逾期）"),
    UNDERTAKER,
    due=lambda pilot, opened: _days(pilot, opened, "overdue_grace_days"),
    rule=_("逾期后宽限 {overdue_grace_days} 日"),
    before=(15, 3),
    after=(1, 30, 60),
    tells_after=(GUARANTOR, HANDLER, CHIEF),
)
