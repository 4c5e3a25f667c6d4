"""A small reader of OLE compound files (MS-CFB): the directory, and the beginnings of streams. Never trusts a number in them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # this and above are no sectors but marks
_MAX_SECTORS = 4_000_000
_MAX_ENTRIES = 20_000
_ENTRY = 128


class Damaged(Exception):
    """The file starts like a compound file, but cannot be read as one."""


@dataclass(frozen=True)
class Entry:
    """A storage (type 1), stream (type 2) or the root (type 5) of the directory."""

    name: str
    type: int
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file.

    Raises:
        Damaged: when the file cannot be read as a compound file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        try:
            self._read_header()
            self.entries = self._read_directory()
        except (struct.error, OverflowError, OSError) as error:
            raise Damaged(str(error)) from error

    def names(self) -> set[str]:
        """The names of all storages and streams."""
        return {entry.name for entry in self.entries}

    def head_of(self, name: str, length: int) -> bytes:
        """The first bytes of a stream (at most one sector), empty when there is none of that name.

        Streams shorter than the cut-off (4096 bytes) live in the root's stream.
        """
        entry = next((e for e in self.entries if e.type == 2 and e.name == name), None)
        if entry is None or entry.size == 0:
            return b""
        if entry.size >= self._cutoff:
            return self._sector(entry.start)[:length]
        root = next((e for e in self.entries if e.type == 5), None)
        if root is None:
            return b""
        offset = entry.start * 64
        chain = self._chain(root.start, offset // self._size + 1)
        position = offset // self._size
        if position >= len(chain):
            return b""
        return self._sector(chain[position])[offset % self._size :][:length]

    def _read_header(self) -> None:
        self._file.seek(0)
        header = self._file.read(512)
        if len(header) < 512 or not header.startswith(SIGNATURE):
            raise Damaged("header")
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise Damaged("sector size")
        self._size = 1 << shift
        self._directory_start = struct.unpack_from("<I", header, 48)[0]
        self._cutoff = struct.unpack_from("<I", header, 56)[0] or 4096
        further, count = struct.unpack_from("<II", header, 68)
        self._fat = [s for s in struct.unpack_from("<109I", header, 76) if s < _END]
        per_sector = self._size // 4 - 1
        while further < _END and count > 0 and len(self._fat) < _MAX_SECTORS // per_sector:
            numbers = struct.unpack(f"<{per_sector + 1}I", self._sector(further))
            self._fat += [s for s in numbers[:-1] if s < _END]
            further, count = numbers[-1], count - 1

    def _read_directory(self) -> list[Entry]:
        entries: list[Entry] = []
        for sector in self._chain(self._directory_start, _MAX_ENTRIES * _ENTRY // self._size):
            block = self._sector(sector)
            for offset in range(0, self._size, _ENTRY):
                length, kind = struct.unpack_from("<HB", block, offset + 64)
                if kind in (1, 2, 5) and 2 <= length <= 64:
                    name = block[offset : offset + length - 2].decode("utf-16-le", "replace")
                    start, size = struct.unpack_from("<II", block, offset + 116)
                    entries.append(Entry(name, kind, start, size))
        if not entries:
            raise Damaged("directory")
        return entries

    def _chain(self, start: int, limit: int) -> list[int]:
        chain: list[int] = []
        seen: set[int] = set()
        current = start
        while current < _END and len(chain) < limit:
            if current in seen:
                raise Damaged("loop")
            seen.add(current)
            chain.append(current)
            current = self._next(current)
        return chain

    def _next(self, sector: int) -> int:
        per_sector = self._size // 4
        index = sector // per_sector
        if index >= len(self._fat):
            raise Damaged("allocation table")
        self._file.seek((self._fat[index] + 1) * self._size + sector % per_sector * 4)
        return int(struct.unpack("<I", self._file.read(4))[0])

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._size)
        block = self._file.read(self._size)
        if len(block) < 128:
            raise Damaged("sector")
        return block.ljust(self._size, b"\0")
