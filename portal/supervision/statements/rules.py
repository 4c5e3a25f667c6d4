"""The condition that a decision against a party wants: the party was heard."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t

from portal.base import clock
from portal.base.workdays import add_months
from portal.lifecycle.states import Text
from portal.supervision.statements.states import HEARD, WITHDRAWN


def why_not_heard(dossier: Any, step: str) -> Text | None:
    """Why the decision that this step carries out cannot be taken yet; None when the latest statement on it has ended."""
    from portal.supervision.models import Statement

    latest = Statement.objects.filter(dossier_id=dossier.pk, step=step).exclude(state=WITHDRAWN.id).first()
    if latest is None:
        return _t("作出该决定前，应当事先告知并听取陈述申辩。")
    if latest.state not in HEARD:
        return _t("陈述申辩程序尚未结束（%(state)s）。") % {"state": latest.state_info.label}
    months = int(dossier.parameter("statement_months"))
    if clock.today() <= add_months(clock.local(latest.drawn_at).date(), months):
        return None
    return _t("上次告知已超过 %(months)s 个月，应当重新告知并听取陈述申辩。") % {"months": months}
