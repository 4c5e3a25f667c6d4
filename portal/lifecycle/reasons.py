"""Reasons that lead on: why a step cannot be taken yet, with the page on which that can be mended."""

from __future__ import annotations


class Reason(str):
    """A reason in words; `url` is where the person can do something about it."""

    __slots__ = ("url",)
    url: str

    def __new__(cls, text: str, url: str) -> Reason:
        made = super().__new__(cls, text)
        made.url = url
        return made
