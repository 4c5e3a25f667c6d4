"""The numbers of standards by level: how they are written, and what people type made uniform."""

from __future__ import annotations

import re

from portal.execution.models import Output

_YEAR = r"—\d{4}"
#: per level the form of a published standard's number, and an example
_FORMS: dict[str, tuple[str, str]] = {
    Output.Level.NATIONAL: (rf"GB(/[TZ])? \d+(\.\d+)*{_YEAR}", "GB/T 35796—2017"),
    Output.Level.INDUSTRY: (rf"(?!GB|DB)[A-Z]{{2,3}}(/[TZ])? \d+(\.\d+)*{_YEAR}", "MZ/T 039—2013"),
    Output.Level.LOCAL: (rf"DB\d{{2,4}}(/[TZ])? \d+(\.\d+)*{_YEAR}", "DB31/T 1234—2020"),
    Output.Level.DELTA: (rf"DB3[1-4](/[TZ])? \d+(\.\d+)*{_YEAR}", "DB31/T 310001—2020"),
    Output.Level.GROUP: (rf"T/[A-Z]+[A-Z0-9]* \d+(\.\d+)*{_YEAR}", "T/SHBX 001—2021"),
    Output.Level.ENTERPRISE: (r"Q/\S.*\d.*", "Q/ABC 001—2023"),
    Output.Level.INTERNATIONAL: (r"(ISO|IEC|ITU|CAC|CODEX|OIML)\b.*\d.*", "ISO 9001:2015"),
    Output.Level.REGIONAL: (r".*[A-Za-z].*\d.*", "EN 15224:2016"),
}
_PREFIX = re.compile(r"^(GB/[TZ]|GB|DB\d{2,4}/[TZ]|T/[A-Z]+|(?!DB)[A-Z]{2,3}(?:/[TZ])?)\s*(?=\d)")
_DASHES = re.compile(r"[-–—－‐‑―]+")


def tidy(number: str, level: str) -> str:
    """A number as it is printed: capitals, one space before the digits, a dash before the year (not for foreign ones)."""
    text = " ".join(number.replace("\u3000", " ").split())
    if level in (Output.Level.INTERNATIONAL, Output.Level.REGIONAL):
        return text
    text = re.sub(rf"\s*{_DASHES.pattern}\s*(\d{{4}})$", r"—\1", text)
    if level == Output.Level.ENTERPRISE:
        return text
    return _PREFIX.sub(r"\1 ", text.upper())


def is_number(number: str, level: str) -> bool:
    """Whether a tidied number is written as those of its level are."""
    form, _example = _FORMS[level]
    return re.fullmatch(form, number) is not None


def example(level: str) -> str:
    """How a number of that level looks."""
    return _FORMS[level][1]
