"""What the shell of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.ui.menu import Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting person, the roles the person can switch to, the frame of the page and which frame it is."""
    user = getattr(request, "user", None)
    return {
        "actor": getattr(request, "actor", None),
        "memberships": getattr(request, "memberships", []),
        "shell": Shell(request),
        "layout": "base.html" if user is not None and user.is_authenticated else "public.html",
        "demo": settings.DEMO,
    }
