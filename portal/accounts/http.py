"""The request as the portal's middleware leaves it, for the type checker and for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import http

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from portal.accounts.actors import Actor
    from portal.accounts.models import Membership


class HttpRequest(http.HttpRequest):
    """A request with its actor (see `accounts.middleware`) and what HTMX says of it."""

    actor: Actor
    memberships: list[Membership]
    htmx: HtmxDetails
