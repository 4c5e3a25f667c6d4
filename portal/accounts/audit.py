"""The access log: sign-ins, role switches, downloads, exports. Written here only, read by auditors."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent, User
from portal.accounts.network import client_address


def note(
    kind: AuditEvent.Kind | str,
    *,
    actor: Actor | None = None,
    user: User | None = None,
    identifier: str = "",
    address: str = "",
    label: str = "",
) -> AuditEvent:
    """Writes one line of the access log.

    Args:
        kind: one of `AuditEvent.Kind`. actor: who acted; gives user, role and address.
        user, identifier, address: the same where there is no actor (a failed sign-in has a name only).
        label: what was touched, in words (a file name, a role); cut to 200 characters.
    """
    user = actor.user if actor else user
    return AuditEvent.objects.create(
        kind=kind,
        user=user,
        identifier=(identifier or (user.name if user else "") or (user.username if user else ""))[:150],
        role=str(actor.role or "") if actor else "",
        address=(actor.address if actor else address)[:45],
        label=label[:200],
    )


def _address(request: HttpRequest | None) -> str:
    return client_address(request) if request else ""


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    note(AuditEvent.Kind.SIGN_IN, user=user, address=_address(request))


@receiver(user_logged_out)
def _signed_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        note(AuditEvent.Kind.SIGN_OUT, user=user, address=_address(request))


@receiver(user_login_failed)
def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    login = str(credentials.get("email") or credentials.get("username") or "")
    note(AuditEvent.Kind.SIGN_IN_FAILED, identifier=login, address=_address(request))
