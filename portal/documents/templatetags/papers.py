"""Filters for the templates of papers: dates and numbers as official Chinese texts write them."""

from __future__ import annotations

import datetime as dt
import re
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
def under(cells: list[str], columns: list[list[Any]]) -> list[tuple[str, str]]:
    """The cells of a row with the names of their columns."""
    return [(str(column[0]), cell) for column, cell in zip(columns, cells, strict=True)]


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


#: room of a form's table beside the number column, and what a cell loses to its padding; in Chinese characters
_ROOM, _PADDING = 46.8, 1.3
_ASCII = re.compile(r"[!-~—–]+(?: [!-~—–]+)*")


@register.filter
def widths(table: dict[str, Any]) -> list[float]:
    """Shares of the width for the columns of a table, in percent of the whole, which the number column shares: first what
    dates, telephone numbers and codes need to stay on one line; the rest of the room by what each column wants for its
    longest text."""
    columns = [
        [label, *(row["cells"][place] for row in table["rows"])]
        for place, (_name, label, _share) in enumerate(table["columns"])
    ]
    needs = [max(3.2, *(_unbroken(text) for text in texts)) + _PADDING for texts in columns]
    wants = [
        max(need, min(max(_width(text) for text in texts), 36.0) + _PADDING + 0.4)
        for need, texts in zip(needs, columns, strict=True)
    ]
    more = [want - need for want, need in zip(wants, needs, strict=True)]
    part = min(1.0, max(0.0, _ROOM - sum(needs)) / (sum(more) or 1))
    given = [need + part * extra for need, extra in zip(needs, more, strict=True)]
    return [round(94.4 * width / sum(given), 1) for width in given]


def _unbroken(text: str) -> float:
    """How wide the longest date, number or code in a text is; a longer one (an address) may break anywhere."""
    runs = [run if len(run) <= 20 else max(run.split(), key=len) for run in _ASCII.findall(text)]
    return max((_run_width(run) for run in runs if len(run) <= 20), default=0.0)


def _run_width(run: str) -> float:
    """The same for signs of half the width; capitals (of a credit code) take more of it."""
    return 0.56 * len(run) + 0.16 * sum(sign.isupper() for sign in run)


def _width(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(1 if ord(sign) > 0x2000 else 0.5 for sign in text)
