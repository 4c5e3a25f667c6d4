"""Where the bytes of attachments lie: by content, under `MEDIA_ROOT`, readable by the portal's own account only."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_KEEP_SECONDS = 24 * 3600


def root() -> Path:
    """The folder of all attachments."""
    return Path(settings.MEDIA_ROOT) / "attachments"


def put(chunks: Iterable[bytes]) -> tuple[str, str, int]:
    """Stores bytes under their hash; the same content is stored once, and never half.

    Returns:
        path relative to `root()`, SHA-256 in hexadecimal digits, size in bytes.
    """
    folder = root()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        name = digest.hexdigest()
        path = f"{name[:2]}/{name}"
        final = folder / path
        final.parent.mkdir(exist_ok=True, mode=0o700)
        os.chmod(temporary, 0o600)
        os.replace(temporary, final)  # replacing equal bytes also renews the file's age, see `remove`
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path, name, size


def open_file(path: str) -> BinaryIO:
    """The stored bytes; FileNotFoundError when they are gone."""
    return (root() / path).open("rb")


def remove(path: str) -> None:
    """Removes bytes that no attachment names any more, unless they came in (again) less than a day ago.

    An upload that is being received stores its bytes before its row: the age keeps both apart without a lock.
    """
    file = root() / path
    try:
        if time.time() - file.stat().st_mtime > _KEEP_SECONDS:
            file.unlink()
    except FileNotFoundError:
        return
