"""The condition that a decision against a party wants: the party was heard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _t

from portal.lifecycle.states import Text
from portal.supervision.statements.states import HEARD, WITHDRAWN


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
    latest = {row.dossier_id: row for row in rows}
    found: dict[int, Text] = {}
    for key in keys:
        statement = latest.get(key)
        if statement is None:
            found[key] = _t("作出该决定前，应当事先告知并听取陈述申辩。")
        elif statement.state not in HEARD:
            found[key] = _t("陈述申辩程序尚未结束（%(state)s）。") % {"state": statement.state_info.label}
    return found
