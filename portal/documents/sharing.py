"""Papers that belong to many dossiers: a room above issues one for all of them (a docket) and says which ones it concerns.
Papers that name somebody whose identity is kept back: a room above says from whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from portal.accounts.actors import Actor

#: keys of dossiers, as a list or a subquery -> Q over issued papers
Share = Callable[[Any], Q]
_shares: list[Share] = []


def share(rule: Share) -> Share:
    """Decorator: registers a rule (keys of dossiers) -> the papers that concern one of them."""
    if rule not in _shares:
        _shares.append(rule)
    return rule


def concerning(dossiers: Any) -> Q:
    """The papers of these dossiers, their own and those they share with others."""
    found = Q(dossier__in=dossiers)
    for rule in _shares:
        found |= rule(dossiers)
    return found


#: actor -> Q over issued papers that are kept back from this actor, None for none
Withhold = Callable[[Actor], Q | None]
_withholds: list[Withhold] = []


def withhold(rule: Withhold) -> Withhold:
    """Decorator: registers a rule actor -> the papers this actor may not read although the bureau reads its papers."""
    if rule not in _withholds:
        _withholds.append(rule)
    return rule


def withheld_from(actor: Actor) -> list[Q]:
    """What the registered rules keep back from this actor."""
    return [kept for rule in _withholds if (kept := rule(actor)) is not None]
