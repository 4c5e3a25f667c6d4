"""What a file really is: told from its content, never from its name or from what the browser says."""

from __future__ import annotations

import struct
import zipfile
from typing import BinaryIO

import filetype
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.attachments import ole, pdf
from portal.attachments.kinds import KINDS, by_extension

_ZIP_ENTRIES = 10_000
_ZIP_UNPACKED = 1024**3
_ZIP_RATIO = 200
_ZIP_HARMLESS = 50 * 1024**2
_MACRO_STORAGES = {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"}
_WORD = {"doc", "wps"}
_SHEET = {"xls", "et"}


def sniff(file: BinaryIO, *, extension: str = "") -> str:
    """The kind of a file (a key of `KINDS`).

    Args:
        file: opened for reading, seekable. extension: the one of its name, which settles only what content cannot: a
            WPS document and a Word document of the old format are the same inside.

    Raises:
        ValidationError: unknown content, damaged or encrypted file, macros, an archive that unpacks to too much;
            in Chinese, saying what would be right.
    """
    file.seek(0)
    head = file.read(1024)
    if not head:
        raise ValidationError(_("文件是空的（0 字节），请检查后重新选择。"), code="empty")
    if b"%PDF-" in head:
        if pdf.is_encrypted(file):
            raise ValidationError(
                _("PDF 文件设有密码或者打印、复制限制（已加密），请取消保护或者另存为不加密的 PDF 后上传。"),
                code="encrypted",
            )
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(ole.SIGNATURE):
        return _sniff_ole(file, extension.lower())
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(file, extension.lower())
    raise ValidationError(_unknown(head), code="unknown")


def _unknown(head: bytes) -> str:
    guess = filetype.guess(head)
    if guess is not None:
        return _("文件内容是 %(kind)s，不在可以上传的类型之内。") % {"kind": guess.extension.upper()}
    return _("无法识别文件内容，请上传 PDF、OFD、Word、WPS、Excel 文件或者 JPG、PNG 图片。")


def _sniff_zip(file: BinaryIO, extension: str) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        raise ValidationError(_("文件已损坏，无法打开，请重新保存后上传。"), code="damaged") from None
    _refuse_bomb(entries)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ValidationError(_("文件设有密码，请取消密码保护后上传。"), code="encrypted")
    names = {entry.filename for entry in entries}
    lowered = {name.lower() for name in names}
    if any(name.endswith(("vbaproject.bin", "/vbadata.xml")) for name in lowered):
        raise ValidationError(_("文件含有宏，请另存为不含宏的文档（.docx 或 .xlsx）后上传。"), code="macros")
    if "ofd.xml" in lowered:
        return "ofd"
    if "[content_types].xml" in lowered:
        if "word/document.xml" in lowered:
            return "wps" if extension == "wps" else "docx"
        if "xl/workbook.xml" in lowered or "xl/workbook.bin" in lowered:
            return "et" if extension == "et" else "xlsx"
        raise ValidationError(_("此类 Office 文件不能上传，请另存为 PDF 后上传。"), code="unknown")
    return "zip"


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    suspicious = unpacked > _ZIP_HARMLESS and unpacked / packed > _ZIP_RATIO
    if len(entries) > _ZIP_ENTRIES or unpacked > _ZIP_UNPACKED or suspicious:
        raise ValidationError(_("文件解压后过大或者内含文件过多，请拆分后上传。"), code="bomb")


def _sniff_ole(file: BinaryIO, extension: str) -> str:
    try:
        compound = ole.CompoundFile(file)
        names = compound.names()
        word, sheet = compound.head_of("WordDocument", 32), b""
        for stream in ("Workbook", "Book"):
            sheet = sheet or compound.head_of(stream, 4096)
    except ole.Damaged:
        raise ValidationError(_("文件已损坏，无法打开，请重新保存后上传。"), code="damaged") from None
    if "EncryptedPackage" in names or _is_encrypted(word, sheet):
        raise ValidationError(_("文件设有密码，请取消密码保护后上传。"), code="encrypted")
    if names & _MACRO_STORAGES:
        raise ValidationError(_("文件含有宏，请另存为不含宏的文档（.docx 或 .xlsx）后上传。"), code="macros")
    if word:
        return extension if extension in _WORD else "doc"
    if sheet:
        return extension if extension in _SHEET else "xls"
    raise ValidationError(_("此类 Office 文件不能上传，请另存为 PDF 后上传。"), code="unknown")


def _is_encrypted(word: bytes, sheet: bytes) -> bool:
    """[MS-DOC] FibBase.fEncrypted; [MS-XLS] a FilePass record among the first ones of the workbook's globals."""
    if len(word) >= 12 and struct.unpack_from("<H", word, 10)[0] & 0x0100:
        return True
    position = 0
    while position + 4 <= len(sheet):
        record, length = struct.unpack_from("<HH", sheet, position)
        if record == 0x002F:
            return True
        if record in (0x0085, 0x000A):  # first sheet named, or end of the globals: no password before it
            return False
        position += 4 + length
    return False


def matches(kind: str, extension: str) -> bool:
    """Whether a file of that kind may carry that extension."""
    promised = by_extension(extension)
    return promised is not None and (promised.id == kind or extension.lower() in KINDS[kind].all_extensions)
