"""Scopes: rooms above say which further dossiers an actor may see (an expert what is assigned to him), and of which acts
around a dossier an actor learns nothing although the dossier is visible."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from portal.accounts.actors import Actor

Scope = Callable[[Actor], Q | None]
_scopes: list[Scope] = []


def scope(rule: Scope) -> Scope:
    """Decorator: registers a rule actor -> Q over dossiers, or None when it gives nothing."""
    if rule not in _scopes:
        _scopes.append(rule)
    return rule


def granted(actor: Actor) -> list[Q]:
    """What the registered scopes grant this actor."""
    return [q for rule in _scopes if (q := rule(actor)) is not None]


Reserve = Callable[[Actor], frozenset[str]]
_reserves: list[Reserve] = []


def reserve(rule: Reserve) -> Reserve:
    """Decorator: registers a rule actor -> types of subjects (labels) around a dossier that are kept from this actor."""
    if rule not in _reserves:
        _reserves.append(rule)
    return rule


def reserved_from(actor: Actor) -> frozenset[str]:
    """The types of subjects of which this actor reads no record and no due date; nothing is kept from insiders."""
    if actor.is_inside:
        return frozenset()
    return frozenset().union(*(rule(actor) for rule in _reserves))


StandIns = Callable[[frozenset[int]], frozenset[int]]
_stand_ins: list[StandIns] = []


def stand_ins(finder: StandIns) -> StandIns:
    """Decorator: registers who stands in today for these memberships (keys -> keys; one query)."""
    if finder not in _stand_ins:
        _stand_ins.append(finder)
    return finder


def standing_in_for(memberships: frozenset[int]) -> frozenset[int]:
    """Keys of the memberships that stand in today for one of these."""
    return frozenset().union(*(finder(memberships) for finder in _stand_ins)) if memberships else frozenset()
