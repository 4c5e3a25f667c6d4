"""File names as people see them. They are shown and sent, never used as paths."""

from __future__ import annotations

import re
import unicodedata

from portal.attachments.kinds import KINDS

MAX_LENGTH = 120
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')


def extension_of(name: str) -> str:
    """The extension in lower case without the dot, empty when there is none."""
    _stem, dot, extension = name.rpartition(".")
    return extension.strip().lower() if dot else ""


def tidy(name: str) -> str:
    """The last part of a path without control and direction marks: what may be shown."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    return re.sub(r"\s+", " ", _FORBIDDEN.sub("_", name)).strip(" .")[-MAX_LENGTH:]


def clean(name: str, kind: str) -> str:
    """A harmless name, not longer than `MAX_LENGTH`.

    Args:
        name: as the browser sent it. kind: what the file is; its extension is added where the name has none of it.
    """
    name = tidy(name)
    extension = extension_of(name)
    if extension not in KINDS[kind].all_extensions:
        stem, extension = name, kind
    else:
        stem = name[: -len(extension) - 1]
    stem = stem.strip(" .")[: MAX_LENGTH - len(extension) - 1]
    return f"{stem or 'file'}.{extension}"
