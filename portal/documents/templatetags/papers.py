"""Filters for the templates of papers: dates and numbers as official Chinese texts write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

register = template.Library()
_DIGITS = "〇一二三四五六七八九"


@register.filter
def cn_date(value: str | dt.date | None) -> str:
    """2023-05-15 as 2023年5月15日 (GB/T 9704: no leading zeros); "" for none."""
    if not value:
        return ""
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def hanzi(number: int) -> str:
    """1 to 99 as 一 to 九十九."""
    tens, ones = divmod(int(number), 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones or not tens else "")


@register.filter
def lines(text: str | None) -> list[str]:
    """The paragraphs of a text that a person typed, without empty ones and without spaces of their own indenting."""
    return [line.strip(" \t\u3000") for line in (text or "").splitlines() if line.strip(" \t\u3000")]


@register.filter
def quoted(text: str | None) -> str:
    """The text in Chinese quotation marks; those inside it become single ones."""
    inner = (text or "").replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


@register.filter
def in_rows(pairs: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Pairs of label and text as rows of a form's table of four columns: two short pairs share a row, a long one has its
    own; what is left alone is drawn out to the full width. A sentence with a short answer (a tick) takes most of its row."""
    rows: list[list[dict[str, Any]]] = []
    for pair in pairs:
        sentence = len(pair["label"]) > 13 and len(pair["text"]) <= 10
        cell = {
            "label": pair["label"],
            "text": pair["text"],
            "short": _is_short(pair),
            "span": 1,
            "sentence": sentence,
        }
        if cell["short"] and rows and len(rows[-1]) == 1 and rows[-1][0]["short"]:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    for row in rows:
        if len(row) == 1 and not row[0]["sentence"]:
            row[0]["span"] = 3
    return rows


def _is_short(pair: dict[str, Any]) -> bool:
    """Whether a pair fits half the width."""
    text = pair["text"]
    return not pair["long"] and len(pair["label"]) <= 13 and _width(text) <= 13.5 and "\n" not in text


@register.filter
def widths(table: dict[str, Any]) -> list[int]:
    """Shares of the width for the columns of a table, in percent of what the number column leaves: by their longest
    text, so that dates stay narrow and descriptions get the room."""
    rows = [row["cells"] for row in table["rows"]]
    columns = [
        [label, *(cells[place] for cells in rows)] for place, (_name, label, _share) in enumerate(table["columns"])
    ]
    wants = [min(max(4.5, *(_width(text) for text in texts)), 36.0) + 3.2 for texts in columns]
    return [int(94 * want / sum(wants)) for want in wants]


def _width(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(1 if ord(sign) > 0x2000 else 0.5 for sign in text)
