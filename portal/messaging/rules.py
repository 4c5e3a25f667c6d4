"""Who may look after the outbox: one sentence each."""

from __future__ import annotations

from portal.accounts.actors import Actor
from portal.accounts.roles import Role


def looks_after_operation(actor: Actor) -> bool:
    """The system administrator sees the outbox and the state of the background work."""
    return actor.role == Role.SYSTEM_ADMIN
