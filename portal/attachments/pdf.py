"""Whether a PDF file is encrypted: told from its trailer, without reading the rest of the file."""

from __future__ import annotations

import re
from typing import BinaryIO

_TAIL = 2048
#: a classic cross-reference table stands between its offset and the trailer: 20 bytes an object
_SECTION = 8 * 1024**2
_START = re.compile(rb"startxref\s+(\d+)")
_STREAM_OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
#: the key itself: `/Encrypt 5 0 R` or `/Encrypt<<`, not `/EncryptMetadata`
_ENCRYPT = re.compile(rb"/Encrypt(?=[\s<])")


def is_encrypted(file: BinaryIO) -> bool:
    """Whether the trailer names an encryption dictionary (ISO 32000-1, 7.5.5 and 7.6).

    That is so for files that ask for a password and for files that only forbid printing or copying.

    Args:
        file: opened for reading, seekable; its position is changed.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    starts = _START.findall(file.read())
    if not starts:  # damaged at its end; readers would look for any trailer
        return any(_ENCRYPT.search(part) for part in _trailers(_read(file, max(0, size - _SECTION))))
    offset = int(starts[-1])
    for shift in (0, _header(file)):  # offsets count from the header, which may stand behind other bytes
        section = _read(file, offset + shift)
        if section.lstrip().startswith(b"xref"):
            return any(_ENCRYPT.search(part) for part in _trailers(section)[:1])
        if _STREAM_OBJECT.match(section):
            return _ENCRYPT.search(section.partition(b"stream")[0]) is not None
    return any(_ENCRYPT.search(part) for part in _trailers(_read(file, max(0, size - _SECTION))))


def _header(file: BinaryIO) -> int:
    file.seek(0)
    return max(0, file.read(1024).find(b"%PDF-"))


def _read(file: BinaryIO, offset: int) -> bytes:
    file.seek(offset)
    return file.read(_SECTION)


def _trailers(text: bytes) -> list[bytes]:
    """The dictionaries behind each `trailer`, in the order of the file."""
    return [part.partition(b"startxref")[0] for part in text.split(b"trailer")[1:]]
