"""Scopes: rooms above say which further dossiers an actor may see (an expert what is assigned to him)."""

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
