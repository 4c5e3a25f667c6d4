"""Files for tests: small, real inside, and wrong in every way that people and attackers come up with."""

from __future__ import annotations

import io
import struct
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf(trailer: bytes = b"", *, stream: bool = False, content: bytes = b"", junk: bytes = b"") -> bytes:
    """A PDF with a cross-reference table, or a cross-reference stream, whose dictionary has these further entries."""
    body = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Length 9>>stream\n" + content + b"\nendstream endobj\n"
    start = len(body)
    if stream:
        body += b"3 0 obj\n<</Type/XRef/Root 1 0 R" + trailer + b">>\nstream\n/Encrypt 9 0 R\nendstream\nendobj\n"
    else:
        body += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R" + trailer + b">>\n"
    return junk + body + b"startxref\n" + str(start).encode() + b"\n%%EOF\n"


ENCRYPTED = b"/Encrypt 9 0 R"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 64
_FREE, _END, _FAT_MARK = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """An uploaded file; the type that the browser claims is always a lie."""
    return SimpleUploadedFile(name, content, content_type="application/x-lie")


def archive(entries: dict[str, bytes], *, encrypted: bool = False) -> bytes:
    """A ZIP with these entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    data = bytearray(target.getvalue())
    if encrypted:  # the flag in the central directory, as an archiver sets it
        position = data.index(b"PK\x01\x02")
        data[position + 8] |= 1
    return bytes(data)


def office(part: str, **further: bytes) -> bytes:
    """An Office Open XML file with that main part."""
    entries = {"[Content_Types].xml": b"<Types/>", part: b"<xml/>"}
    return archive({**entries, **{name.replace("__", "/"): content for name, content in further.items()}})


DOCX = office("word/document.xml")
XLSX = office("xl/workbook.xml")
OFD = archive({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<x/>"})


def compound(streams: dict[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """A minimal OLE compound file: each stream is padded to the cut-off so that it lies in ordinary sectors."""
    fat: list[int] = [_FAT_MARK]
    sectors: list[bytes] = []
    entries = [_entry("Root Entry", 5, _END, 0)]
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        start, count = len(fat), len(content) // 512
        sectors += [content[n * 512 : n * 512 + 512] for n in range(count)]
        fat += [*range(start + 1, start + count), _END]
        entries.append(_entry(name, 2, start, len(content)))
    entries += [_entry(name, 1, 0, 0) for name in storages]
    while len(entries) % 4:
        entries.append(b"\0" * 128)
    directory_start = len(fat)
    blocks = len(entries) // 4
    sectors += [b"".join(entries[n * 4 : n * 4 + 4]) for n in range(blocks)]
    fat += [*range(directory_start + 1, directory_start + blocks), _END]
    fat += [_FREE] * (128 - len(fat))
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<III", header, 48, directory_start, 0, 4096)
    struct.pack_into("<II", header, 60, _END, 0)
    struct.pack_into("<II", header, 68, _END, 0)
    struct.pack_into("<109I", header, 76, 0, *([_FREE] * 108))
    return bytes(header) + struct.pack("<128I", *fat) + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    block = bytearray(128)
    block[: len(encoded)] = encoded
    struct.pack_into("<HB", block, 64, len(encoded), kind)
    struct.pack_into("<II", block, 116, start, size)
    return bytes(block)


def word(*, encrypted: bool = False) -> bytes:
    """The beginning of a WordDocument stream."""
    flags = 0x0100 if encrypted else 0
    return struct.pack("<HHHHHH", 0xA5EC, 0x00C1, 0, 0, 0, flags)


def sheet(*, encrypted: bool = False) -> bytes:
    """The beginning of a Workbook stream: BOF, then perhaps FilePass."""
    begin = struct.pack("<HH", 0x0809, 16) + b"\0" * 16
    return begin + (struct.pack("<HHH", 0x002F, 2, 0) if encrypted else struct.pack("<HH", 0x000A, 0))


DOC = compound({"WordDocument": word()})
XLS = compound({"Workbook": sheet()})
