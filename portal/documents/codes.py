"""Verification codes: what a stranger types or scans. Unguessable, without signs that are mistaken for each other."""

from __future__ import annotations

import secrets
import unicodedata

#: base 32 without I, L, O and U
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A new code of 80 random bits, in groups of four: `7KQ2-M0VD-…`."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(code: str) -> str:
    """The code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise(typed: str) -> str:
    """What was typed as a code in groups: full-width signs, small letters, spaces, O for 0 forgiven; "" when it is none."""
    text = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    signs = "".join(sign for sign in text if sign.isalnum())
    return grouped(signs) if len(signs) == LENGTH and set(signs) <= set(ALPHABET) else ""
