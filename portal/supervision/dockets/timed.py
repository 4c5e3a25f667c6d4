"""What time does with dockets: those with a set date are published, or go back to their handler with the reasons."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import SYSTEM
from portal.base.errors import PortalError
from portal.deadlines.chores import Chore, register
from portal.lifecycle.engine import perform
from portal.supervision.dockets.states import SCHEDULED
from portal.supervision.models import Docket

logger = logging.getLogger(__name__)


def due(today: dt.date) -> Iterable[Docket]:
    """Dockets whose set date has come."""
    return Docket.objects.filter(state=SCHEDULED.id, publish_on__lte=today).order_by("publish_on", "pk")


def publish(docket: Docket) -> None:
    """Publishes a docket. What stands against it is told to its handler, who registers it again."""
    try:
        perform(docket, "issue_on_date", actor=SYSTEM)
    except Exception as error:
        if not Docket.objects.filter(pk=docket.pk, state=SCHEDULED.id).exists():
            return  # somebody acted in the meantime
        reason = _("定期发布未能完成：%(reason)s") % {"reason": _reason(error)}
        perform(Docket.objects.get(pk=docket.pk), "unschedule", actor=SYSTEM, data={"reason": reason[:1000]})


def _reason(error: Exception) -> str:
    if isinstance(error, PortalError):
        return error.message
    logger.error("a docket could not be published", exc_info=error)
    return _("系统处理出错（%(kind)s），已记录日志。") % {"kind": type(error).__name__}


register(Chore("dockets", gettext_lazy("定期发布呈批件"), due, publish))
