"""What handlers owe around a notice, and by when. Nobody outside knows of either."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.base.workdays import add_workdays
from portal.calls import parameters
from portal.deadlines.duties import Duty
from portal.lifecycle.states import CHIEF, HANDLER


def answer_due(objection: Any, opened: dt.date) -> dt.date:
    """By when an objection is answered: working days from the day on which it was filed, or the letter received."""
    days = int(objection.dossier.parameter("objection_answer_days"))
    return add_workdays(objection.received_on or opened, days)


ANSWER_OBJECTION = Duty(
    "answer_objection",
    _("答复公示异议"),
    HANDLER,
    due=answer_due,
    rule=_("异议答复期限 {objection_answer_days} 个工作日"),
    before=(3, 1),
    after=(1, 3),
    tells_after=(CHIEF,),
    inside=True,
)
CLOSE_NOTICE = Duty(
    "close_notice",
    _("写明公示情况，结束公示"),
    HANDLER,
    due=lambda notice, opened: add_workdays(
        notice.closes_on, int(parameters.value("notice_closing_days", notice.programme, clock.today()))
    ),
    rule=_("公示期满后 {notice_closing_days} 个工作日内"),
    before=(1,),
    after=(1, 5),
    tells_after=(CHIEF,),
    inside=True,
)
