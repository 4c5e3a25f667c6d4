"""Calling management commands in tests."""

from __future__ import annotations

import io
from typing import Any

from django.core.management import call_command


def run(*arguments: str, **options: Any) -> str:
    """What `manage.py` with these arguments prints."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()
