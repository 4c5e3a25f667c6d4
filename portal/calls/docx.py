"""Small Word documents made from plain text: the downloads of a call are written as text and offered as forms."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}'
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>'
    "</w:sectPr></w:body></w:document>"
)
#: the same text gives the same bytes, and so the same stored file
_MOMENT = (2023, 3, 29, 0, 0, 0)


def make(text: str) -> bytes:
    """A4 document of a text: the first line is the title, `一、…` lines are heads, the others paragraphs.

    Returns: the bytes of a .docx file.
    """
    title, *lines = text.strip().splitlines()
    parts = [_paragraph(title, font="黑体", size=36, centred=True), *(_line(line.strip()) for line in lines)]
    content = _DOCUMENT.format(body="".join(parts))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", content),
        ):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _line(line: str) -> str:
    is_head = line[1:2] == "、" or line[2:3] == "、"
    return _paragraph(
        line, font="黑体" if is_head else "仿宋", size=32, indented=bool(line) and not line.endswith("：")
    )


def _paragraph(text: str, *, font: str, size: int, centred: bool = False, indented: bool = False) -> str:
    layout = '<w:spacing w:line="560" w:lineRule="exact"/>'
    layout += '<w:ind w:firstLineChars="200"/>' if indented else ""
    layout += '<w:jc w:val="center"/>' if centred else ""
    look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/><w:sz w:val="{size}"/>'
    run = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f"<w:p><w:pPr>{layout}</w:pPr>{run}</w:p>"
