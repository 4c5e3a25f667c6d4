"""The tile diagram of the districts: a square each, roughly where it lies. It is no map and shows no border."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: column and row by code; a district that is not among them stands in a row of its own below
PLACES: dict[str, tuple[int, int]] = {
    "310151": (3, 0),
    "310114": (1, 1),
    "310113": (2, 1),
    "310107": (1, 2),
    "310106": (2, 2),
    "310109": (3, 2),
    "310110": (4, 2),
    "310118": (0, 3),
    "310105": (1, 3),
    "310101": (2, 3),
    "310115": (3, 3),
    "310117": (0, 4),
    "310112": (1, 4),
    "310104": (2, 4),
    "310116": (0, 5),
    "310120": (2, 5),
    "LINGANG": (4, 5),
}
WIDTH, HEIGHT, GAP = 112, 72, 6
SHADES = 4


@dataclass(frozen=True)
class Tile:
    """One district: where its tile lies, how many projects, how dark (0 to `SHADES`; the number says the same)."""

    code: str
    name: str
    number: int
    shade: int
    x: int
    y: int
    url: str = ""
    chosen: bool = False

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def name_y(self) -> int:
        return self.y + 30

    @property
    def number_y(self) -> int:
        return self.y + 57


def picture(districts: Iterable[tuple[str, str]], counts: dict[str, int]) -> list[Tile]:
    """The tiles in the order of the districts.

    Args:
        districts: code and name. counts: projects by code of the district.
    """
    most = max(SHADES, *counts.values()) if counts else SHADES
    below = max(row for _column, row in PLACES.values()) + 1
    tiles, strangers = [], 0
    for code, name in districts:
        place = PLACES.get(code)
        if place is None:
            place = (strangers % 5, below + strangers // 5)
            strangers += 1
        number = counts.get(code, 0)
        shade = 0 if not number else max(1, -(-number * SHADES // most))
        x, y = place[0] * (WIDTH + GAP), place[1] * (HEIGHT + GAP)
        tiles.append(Tile(code, name, number, shade, x, y))
    return tiles


def size(tiles: list[Tile]) -> tuple[int, int]:
    """Width and height of the whole picture."""
    return max((t.x for t in tiles), default=0) + WIDTH, max((t.y for t in tiles), default=0) + HEIGHT
