"""Unigrams and bigrams of a text: how the portal searches Chinese without a dictionary."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[0-9a-z]+|[㐀-鿿豈-﫿\U00020000-\U0003ffff]+")


def normalise(text: str) -> str:
    """Full-width to half-width, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def grams(text: str) -> list[str]:
    """The terms to index: each Chinese character and each pair of neighbours; Latin words and numbers whole."""
    found: dict[str, None] = {}
    for run in _WORD.findall(normalise(text)):
        if run[0].isascii():
            found[run] = None
            continue
        found.update(dict.fromkeys(run))
        found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
    return list(found)


def spaced(text: str) -> str:
    """The text with every Chinese character as a word of its own, for an index that matches phrases."""
    runs = (run if run[0].isascii() else " ".join(run) for run in _WORD.findall(normalise(text)))
    return " ".join(runs)


def query_runs(text: str) -> list[str]:
    """The runs a person typed: all of them must be found."""
    return _WORD.findall(normalise(text))
