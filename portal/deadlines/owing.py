"""Who owes a duty beside applicants, recommenders and the bureau: rooms above say which deadlines somebody else owes."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from portal.accounts.actors import Actor

#: actor -> Q over deadlines that this actor has to fulfil, None for none
Owes = Callable[[Actor], Q | None]
_rules: list[Owes] = []


def owes(rule: Owes) -> Owes:
    """Decorator: registers a rule."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def owed_beside(actor: Actor) -> Q:
    """What the registered rules say this actor owes; nothing where none applies."""
    found = Q(pk=None)
    for rule in _rules:
        if (q := rule(actor)) is not None:
            found |= q
    return found
