"""The demonstration's accounts, as the sign-in page and `manage.py demo --accounts` list them.

Whoever makes demonstration data registers a provider. Outside DEMO there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class DemoAccount:
    """One account to try the portal with: `role` and `note` in words, `login` and `password` as they are typed."""

    role: str
    label: str
    login: str
    password: str
    note: str = ""


Provider = Callable[[], Iterable[DemoAccount]]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Decorator: registers a function that lists demonstration accounts."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def accounts() -> list[DemoAccount]:
    """All demonstration accounts in the order of their registration; none outside DEMO."""
    if not settings.DEMO:
        return []
    return [account for provider in _providers for account in provider()]


def account(login: str) -> DemoAccount | None:
    """The demonstration account of that login, if there is one."""
    return next((found for found in accounts() if found.login == login), None)
