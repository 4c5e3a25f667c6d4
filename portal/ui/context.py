"""What the shell of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting person and the roles the person can switch to."""
    return {"actor": getattr(request, "actor", None), "memberships": getattr(request, "memberships", [])}
