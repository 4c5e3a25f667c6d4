"""统一社会信用代码 (GB 32100-2015): normalising and checking.

Source of the algorithm: GB 32100-2015 (pattern and check digit), GB 11714 (check digit of places 9 to 17, a warning only).
`stdnum.cn.uscc` refuses letters in the first two places, which the standard allows; there the check is made here.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PATTERN = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}")
_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHARSET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def normalise(code: str) -> str:
    """Full-width characters to half-width, capitals, no spaces or hyphens."""
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code).upper())
    return unicodedata.normalize("NFKC", plain)  # what a space kept apart may compose now


def check_digit(first17: str) -> str:
    """The 18th character that belongs to the first seventeen."""
    total = sum(CHARSET.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return CHARSET[(31 - total % 31) % 31]


def fits_pattern(code: str) -> bool:
    """Whether the normalised code has the 18 places of the standard, whatever its check digit."""
    return bool(_PATTERN.fullmatch(code))


def is_valid(code: str) -> bool:
    """Whether the normalised code has the pattern and the check digit of GB 32100."""
    if not fits_pattern(code):
        return False
    if code[:2].isdigit():
        return uscc.is_valid(code)
    return check_digit(code[:17]) == code[17]


def warnings(code: str) -> list[str]:
    """What is unusual about a valid code, in words; nothing of it blocks."""
    found = []
    if not code[2:8].startswith("31"):
        found.append(str(_("第 3—8 位登记管理机关行政区划码不是上海市（31 开头），请确认在本市登记注册。")))
    if not _organisation_check(code[8:17]):
        found.append(str(_("第 9—17 位主体标识码的校验位与 GB 11714 不符，请核对营业执照。")))
    return found


def _organisation_check(part: str) -> bool:
    total = sum(_ORGANISATION_CHARSET.index(c) * w for c, w in zip(part[:8], _ORGANISATION_WEIGHTS, strict=True))
    expected = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    return part[8] == expected


def validate(code: str) -> None:
    """Raises ValidationError with what is wrong and what would be right."""
    if len(code) != 18:
        raise ValidationError(
            _("统一社会信用代码应为 18 位，现为 %(n)s 位，请核对营业执照。"), params={"n": len(code)}, code="length"
        )
    if not fits_pattern(code):
        raise ValidationError(
            _("统一社会信用代码由数字和大写字母组成（不含 I、O、S、V、Z），第 3—8 位应为数字，请核对营业执照。"),
            code="pattern",
        )
    if not is_valid(code):
        raise ValidationError(_("统一社会信用代码第 18 位校验不正确，请核对营业执照。"), code="check")
