"""What an overview counts, in conditions and in words.

A suspended dossier's clock stands still: it is neither near its end nor over it, and counts as suspended alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import Text
from portal.statistics.overviews import Overview


@dataclass(frozen=True)
class Measure:
    """Something that is counted.

    Args:
        id: its name in addresses. label: its head. explain: how it is counted. where: (overview, today) -> condition.
        tone: colour family of a number that is not zero; never the only carrier of the meaning.
    """

    id: str
    label: Text
    explain: Text
    where: Callable[[Overview, dt.date], Q]
    tone: str = ""


def _running(overview: Overview, today: dt.date) -> Q:
    return Q()


def _within(days: int) -> Callable[[Overview, dt.date], Q]:
    def where(overview: Overview, today: dt.date) -> Q:
        span = Q(**{f"{overview.term_field}__range": (today, today + dt.timedelta(days=days))})
        return span & ~Q(state__in=overview.overdue_states) & ~overview.suspended

    return where


def _overdue(overview: Overview, today: dt.date) -> Q:
    over = Q(**{f"{overview.term_field}__lt": today}) | Q(state__in=overview.overdue_states)
    return over & ~overview.suspended


MEASURES = (
    Measure("all", _("全部在办"), _("已立项、尚未办结的项目。"), _running),
    Measure(
        "due30",
        _("30 天内到期"),
        _("实施期限自统计日起 30 天内届满（含当日），未逾期、未暂停的。"),
        _within(30),
        "yellow",
    ),
    Measure("due60", _("60 天内到期"), _("同上，60 天内，含 30 天内到期的。"), _within(60)),
    Measure("due90", _("90 天内到期"), _("同上，90 天内，含 60 天内到期的。"), _within(90)),
    Measure("overdue", _("已逾期"), _("实施期限已届满而未办结，或者已认定逾期的；暂停期间不计。"), _overdue, "red"),
    Measure("extended", _("已延期"), _("批准过延期的，不论是否到期。"), lambda overview, today: overview.extended),
    Measure(
        "suspended", _("暂停中"), _("现在暂停实施的，不计入到期和逾期。"), lambda overview, today: overview.suspended
    ),
)
BY_ID = {measure.id: measure for measure in MEASURES}
