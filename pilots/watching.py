"""The lists of running pilots that the bureau keeps an eye on."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilots.states import (
    ACCEPTANCE_APPLIED,
    ACCEPTANCE_RECTIFY,
    ACTIVE,
    APPROVED,
    IN_TERM,
    MIDTERM_DUE,
    MIDTERM_RECTIFY,
    MIDTERM_REVIEW,
    OVERDUE,
)
from portal.base import clock
from portal.execution.watches import Watch, register

#: so many days before its end a term is watched
ENDING_DAYS = 90


def _in(*states: str) -> Q:
    return Q(programme="pilots", state__in=states)


def _ending() -> Q:
    today = clock.today()
    return _in(*IN_TERM) & Q(pilot__term_ends_on__range=(today, today + dt.timedelta(days=ENDING_DAYS)))


register(
    Watch(
        "task-book",
        _("任务书签署中"),
        10,
        _("已立项、任务书尚未由三方签署的项目将在这里列出。"),
        lambda: _in(APPROVED.id),
    ),
    Watch(
        "midterm-due",
        _("待中期评估"),
        20,
        _("进入中期评估、承担单位尚未提交自我评价的项目将在这里列出。"),
        lambda: _in(MIDTERM_DUE.id),
    ),
    Watch(
        "midterm",
        _("中期评估中"),
        30,
        _("已提交中期材料、等待评估结论的项目将在这里列出。"),
        lambda: _in(MIDTERM_REVIEW.id),
    ),
    Watch(
        "rectification",
        _("整改中"),
        40,
        _("中期或者验收后限期整改的项目将在这里列出。"),
        lambda: _in(MIDTERM_RECTIFY.id, ACCEPTANCE_RECTIFY.id),
    ),
    Watch("ending", _("即将到期（90 天内）"), 50, _("期限在 90 天内届满、尚未申请验收的项目将在这里列出。"), _ending),
    Watch(
        "overdue",
        _("逾期未验收"),
        60,
        _("期限届满尚未申请验收的项目将在这里列出。"),
        lambda: _in(OVERDUE.id),
    ),
    Watch(
        "acceptance",
        _("已申请验收"),
        70,
        _("已申请验收、等待组织验收的项目将在这里列出。"),
        lambda: _in(ACCEPTANCE_APPLIED.id),
    ),
    Watch(
        "suspended",
        _("暂停中"),
        80,
        _("经批准暂停、尚未恢复的项目将在这里列出。"),
        lambda: _in(*ACTIVE) & Q(pilot__suspended_on__isnull=False),
    ),
)
