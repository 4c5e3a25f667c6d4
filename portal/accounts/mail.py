"""Mails of the sign-in library. They leave through a carrier that a room above sets: the outbox.

Without a carrier a mail is sent at once, so that this room works on its own.
"""

from __future__ import annotations

from typing import Protocol

from django.core.mail import send_mail


class Carrier(Protocol):
    """How a mail leaves. `key` is unique per mail: a carrier that meets it twice sends once."""

    def __call__(self, *, key: str, to: str, subject: str, text: str) -> None: ...


def _at_once(*, key: str, to: str, subject: str, text: str) -> None:
    send_mail(subject, text, None, [to])


_carrier: Carrier = _at_once


def carry_with(carrier: Carrier) -> None:
    """Sets the carrier; called by the messaging room when it is ready."""
    global _carrier
    _carrier = carrier


def send(*, key: str, to: str, subject: str, text: str) -> None:
    """Hands one plain-text mail to the carrier.

    Args:
        key: unique name of the mail. to: one address. subject, text: plain text in Chinese.
    """
    _carrier(key=key, to=to, subject=subject, text=text)
