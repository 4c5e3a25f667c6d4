"""What experts have to do by when. One duty for a round, not one for each dossier: nobody is reminded thirty times."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.lifecycle.states import HANDLER
from portal.reviews.states import COMMISSIONED, EXPERT


def _answer_by(round_: Any, opened_on: dt.date) -> dt.date:
    """Some working days after the invitation, and before the sitting where that is sooner."""
    due = add_workdays(opened_on, int(round_.rule["answer_days"]))
    return max(opened_on, min(due, round_.held_on))


def _score_by(round_: Any, opened_on: dt.date) -> dt.date:
    """Some working days after the scoring was opened, and not before the sitting."""
    return max(add_workdays(opened_on, int(round_.rule["scoring_days"])), round_.held_on)


def _commissioned_until(round_: Any, opened_on: dt.date) -> dt.date:
    """As the letter of commission says."""
    until: dt.date = round_.commissioned_until
    return until


ANSWER = Duty(
    "review_answer",
    _("答复评审邀请"),
    EXPERT,
    _answer_by,
    _("发出邀请后 {answer_days} 个工作日内，且不晚于评审日期"),
    before=(1,),
    after=(1,),
    tells_after=(HANDLER,),
)
SCORE = Duty(
    "review_score",
    _("提交评审表"),
    EXPERT,
    _score_by,
    _("开始评分后 {scoring_days} 个工作日内；评审日期更晚的，以评审日期为准"),
    before=(2, 0),
    after=(1, 3),
    tells_after=(HANDLER,),
)
COMMISSION = Duty(
    "review_commission",
    _("完成受托评审"),
    COMMISSIONED,
    _commissioned_until,
    _("委托函确定的期限"),
    before=(10, 3),
    after=(1, 5),
    tells_after=(HANDLER,),
)
