"""Named reads of the access log."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent
from portal.accounts.roles import Role

#: roles that read the access log
LOG_READERS = frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN})


def events_for(actor: Actor, *, kind: str = "", text: str = "") -> QuerySet[AuditEvent]:
    """The access log, newest first, as this actor may read it; nothing for anybody but its readers.

    Args:
        kind: one of `AuditEvent.Kind`, or empty for all. text: part of a name, an object or an address.
    """
    if actor.role not in LOG_READERS:
        return AuditEvent.objects.none()
    found = AuditEvent.objects.select_related("user")
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(
            Q(identifier__icontains=text)
            | Q(label__icontains=text)
            | Q(address__startswith=text)
            | Q(user__username__icontains=text)
        )
    return found
