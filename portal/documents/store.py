"""The files of papers: named by their content, written whole or not at all, readable by the portal alone."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from portal.base.canonical import sha256

_FOLDER = "papers"


def keep(content: bytes) -> tuple[str, str]:
    """Stores bytes under their hash; the same bytes are stored once. Gives the path under MEDIA_ROOT and the SHA-256."""
    digest = sha256(content)
    relative = f"{_FOLDER}/{digest[:2]}/{digest}.pdf"
    path = locate(relative)
    if not path.is_file() or path.stat().st_size != len(content):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{digest}.{os.getpid()}.{os.urandom(4).hex()}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return relative, digest


def locate(relative: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.MEDIA_ROOT) / relative
