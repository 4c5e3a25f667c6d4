"""The kinds of files that the portal takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Args:
        id: its usual extension. label: in words. mime: what it is served as.
        inline: whether a browser may show it in place. extensions: further extensions that mean the same.
    """

    id: str
    label: str | Promise
    mime: str
    inline: bool = False
    extensions: tuple[str, ...] = ()

    @property
    def all_extensions(self) -> tuple[str, ...]:
        return (self.id, *self.extensions)


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", inline=True),
        Kind("ofd", _("OFD 版式文件"), "application/ofd"),
        Kind("doc", _("Word 文档"), "application/msword"),
        Kind("docx", _("Word 文档"), _OFFICE + "wordprocessingml.document"),
        Kind("wps", _("WPS 文字"), "application/vnd.ms-works"),
        Kind("xls", _("Excel 表格"), "application/vnd.ms-excel"),
        Kind("xlsx", _("Excel 表格"), _OFFICE + "spreadsheetml.sheet"),
        Kind("et", _("WPS 表格"), "application/vnd.ms-excel"),
        Kind("jpg", _("JPG 图片"), "image/jpeg", inline=True, extensions=("jpeg",)),
        Kind("png", _("PNG 图片"), "image/png", inline=True),
        Kind("zip", _("ZIP 压缩包"), "application/zip"),
    )
}
#: what a slot takes that says nothing else: everything but archives
USUAL = frozenset(KINDS) - {"zip"}
#: a sealed page: a scan
SCANS = frozenset({"pdf", "ofd", "jpg", "png"})
#: running text
DOCUMENTS = frozenset({"pdf", "ofd", "doc", "docx", "wps"})
#: tables as well
TABLES = frozenset({"pdf", "xls", "xlsx", "et"})


def by_extension(extension: str) -> Kind | None:
    """The kind that an extension (without dot, any case) promises, None when it is not one of ours."""
    wanted = extension.lower()
    return next((kind for kind in KINDS.values() if wanted in kind.all_extensions), None)


def in_words(kinds: Iterable[str]) -> str:
    """The kinds as a person reads them: "PDF、DOCX"."""
    wanted = set(kinds)
    return _t("、").join(kind.id.upper() for kind in KINDS.values() if kind.id in wanted)


def accept(kinds: Iterable[str]) -> str:
    """The value of the `accept` attribute of a file input."""
    return ",".join(f".{ext}" for kind in KINDS.values() if kind.id in set(kinds) for ext in kind.all_extensions)
