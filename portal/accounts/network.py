"""The network address of a request."""

from __future__ import annotations

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the person's machine, also behind our reverse proxy (TRUST_PROXY); empty when unknown."""
    return get_client_ip(request) or ""
