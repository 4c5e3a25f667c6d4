"""The condition that a decision against a party wants: the party was heard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t

from portal.base import clock
from portal.base.workdays import add_months
from portal.lifecycle.states import Text
from portal.supervision.statements.states import HEARD, WITHDRAWN

if TYPE_CHECKING:
    from portal.supervision.models import Statement


def why_not_heard(dossier: Any, step: str) -> Text | None:
    """Why the decision that this step carries out cannot be taken yet; None when the latest statement on it has ended."""
    return unheard([dossier.pk], step).get(dossier.pk)


def unheard(dossiers: Iterable[int], step: str) -> dict[int, Text]:
    """The same for many dossiers by key; those whose party was heard are left out (one query)."""
    from portal.supervision.models import Statement

    keys = list(dossiers)
    if not keys:
        return {}
    rows = Statement.objects.filter(dossier__in=keys, step=step).exclude(state=WITHDRAWN.id).order_by("pk")
    latest = {row.dossier_id: row for row in rows.select_related("dossier")}
    reasons = {key: _reason(latest.get(key)) for key in keys}
    return {key: reason for key, reason in reasons.items() if reason}


def _reason(statement: Statement | None) -> Text | None:
    if statement is None:
        return _t("作出该决定前，应当事先告知并听取陈述申辩。")
    if statement.state not in HEARD:
        return _t("陈述申辩程序尚未结束（%(state)s）。") % {"state": statement.state_info.label}
    months = int(statement.dossier.parameter("statement_months"))
    if clock.today() <= add_months(clock.local(statement.drawn_at).date(), months):
        return None
    return _t("上次告知已超过 %(months)s 个月，应当重新告知并听取陈述申辩。") % {"months": months}
