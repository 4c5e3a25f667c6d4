"""Duties of a task book and of a milestone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.lifecycle.states import CHIEF, GUARANTOR, HANDLER, UNDERTAKER

GUARANTOR_SIGNATURE = Duty(
    "guarantor_signature",
    _("签署任务书"),
    GUARANTOR,
    due=lambda book, opened: add_workdays(opened, int(book.dossier.parameter("signature_days"))),
    rule=_("签署期限 {signature_days} 个工作日"),
    before=(1,),
    after=(1, 5),
    tells_after=(HANDLER,),
)
BUREAU_SIGNATURE = Duty(
    "bureau_signature",
    _("签署任务书"),
    HANDLER,
    due=lambda book, opened: add_workdays(opened, int(book.dossier.parameter("signature_days"))),
    rule=_("签署期限 {signature_days} 个工作日"),
    before=(1,),
    after=(1, 5),
    tells_after=(CHIEF,),
)
MILESTONE_DUE = Duty(
    "milestone",
    _("完成阶段任务并报告进展"),
    UNDERTAKER,
    due=lambda milestone, opened: milestone.ends_on,
    rule=_("任务书载明的阶段结束日期"),
    before=(30, 7),
    after=(1, 30),
    tells_after=(GUARANTOR,),
    dated=True,
    named=True,
)
