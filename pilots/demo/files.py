"""Small real files for the demonstration: pages that look like scans, as PDF and as PNG, made without a font or a library.

The portal draws no seal anywhere; these stand for what a person would have scanned, and say so.
"""

from __future__ import annotations

import functools
import struct
import zlib

_WIDTH, _HEIGHT = 595, 842
_RING = (
    "0.78 0.09 0.09 RG 3 w 498 190 m 498 217.6 475.6 240 448 240 c 420.4 240 398 217.6 398 190 c "
    "398 162.4 420.4 140 448 140 c 475.6 140 498 162.4 498 190 c S"
)


def pdf(title: str, lines: list[str], *, sealed: bool = True) -> bytes:
    """One page A4 with a title and some lines; `sealed` puts a red ring with 演示 where a seal would be.

    The text uses the reader's own Chinese font (STSong-Light), so that nothing has to be embedded.
    """
    drawn = [_text(title, 70, 760, 20), "0.6 w 0 G 60 745 475 0.1 re S"]
    drawn += [_text(line, 70, 710 - 24 * n, 12) for n, line in enumerate(lines)]
    if sealed:
        drawn += [_RING, "0.78 0.09 0.09 rg", _text("盖章处（演示）", 406, 186, 12)]
    return _file("\n".join(drawn).encode("ascii"))


def _text(text: str, x: int, y: int, size: int) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex().upper()}> Tj ET"


def _file(content: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R " % (_WIDTH, _HEIGHT)
        + b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content_of in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content_of)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (count, table, count)
    return body + b"startxref\n%d\n%%%%EOF\n" % body.rindex(b"xref\n0 ")


@functools.cache
def png(width: int = 496, height: int = 702) -> bytes:
    """A pale page with grey lines and a red ring, as a photographed sealed page would look from afar."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += _pixel(x, y, width, height)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 9)),
        (b"IEND", b""),
    ]
    data = b"\x89PNG\r\n\x1a\n"
    for name, content in chunks:
        data += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return data


def _pixel(x: int, y: int, width: int, height: int) -> bytes:
    distance = (x - width * 3 // 4) ** 2 + (y - height * 4 // 5) ** 2
    if 52**2 <= distance <= 56**2:
        return b"\xc8\x18\x18"
    if 60 < y < height * 3 // 4 and y % 24 < 2 and 50 < x < width - 50 - (y * 37) % 90:
        return b"\x70\x70\x70"
    return b"\xfb\xfa\xf6"
