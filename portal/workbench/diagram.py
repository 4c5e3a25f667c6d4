"""The picture of a lifecycle: a small layered layout, drawn as SVG by a template without any inline style.

The way to the intended end lies on the first row; every state stands in the column of its distance from the beginning.
States that many others lead to (withdrawal, lapse) name their sources instead of being joined to each. Ways back from an end
(a decision that was wrong) are not drawn: the page of that state names them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.lifecycle.declared import steps_of
from portal.lifecycle.models import Subject
from portal.lifecycle.states import NEW, State

WIDTH, HEIGHT = 148, 54
COLUMN, ROW = 292, 112
MARGIN, TOP = 24, 34
#: so many of them are named
NAMED = 4
#: a state with so many sources is not joined to each of them
MANY = 4
_LINE = 9

Point = tuple[int, int]
Curve = tuple[Point, Point, Point, Point]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Node:
    """A state as a box: its corner, its words in up to two lines, and what stands below."""

    state: State
    x: int
    y: int
    lines: list[tuple[int, str]]
    note: str
    first: bool

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2


@dataclass(frozen=True)
class Edge:
    """An arrow with the words of the steps it stands for."""

    curve: Curve
    label: str
    label_x: int
    label_y: int
    by_time: bool

    @property
    def path(self) -> str:
        """The curve as SVG writes it."""
        (x1, y1), *rest = self.curve
        return f"M{x1} {y1}C" + " ".join(f"{x} {y}" for x, y in rest)


@dataclass(frozen=True)
class Diagram:
    """What the template draws."""

    label: str
    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]
    box: tuple[int, int] = (WIDTH, HEIGHT)


def diagram_of(model: type[Subject]) -> Diagram:
    """The picture of a model's lifecycle; drawn once in each language, as declarations do not change."""
    return _drawn(model, get_language() or "")


@lru_cache(maxsize=64)
def _drawn(model: type[Subject], language: str) -> Diagram:
    states, joined = model.lifecycle.states, _joined(model)
    ranks = _ranks(model)
    many = _gathered(joined)
    rows = _rows(model, ranks, many)
    nodes = {
        key: Node(
            state,
            MARGIN + ranks[key] * COLUMN,
            TOP + rows[key] * ROW,
            _wrapped(str(state.label)),
            _note(state, many.get(key, []), states),
            key == next(iter(states)),
        )
        for key, state in states.items()
    }
    edges = [_edge(nodes[a], nodes[b], steps, (b, a) in joined) for (a, b), steps in joined.items() if b not in many]
    labelled = place(edges, [(node.x, node.y) for node in nodes.values()])
    # words beside an upright arrow of the last column may reach further than its boxes
    words = (edge.label_x + len(edge.label) * 13 // 2 + 3 for edge in labelled)
    width = max(max(node.x for node in nodes.values()) + WIDTH + MARGIN, *words, 0)
    height = max(node.y for node in nodes.values()) + HEIGHT + 46
    return Diagram(str(model.lifecycle.label), width, height, list(nodes.values()), labelled)


def _joined(model: type[Subject]) -> dict[tuple[str, str], list[Any]]:
    """The steps between each pair of different states, but for those that lead back from an end."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    states = model.lifecycle.states
    for step in steps_of(model).values():
        for source in step.sources:
            if source == NEW or not step.target or step.target == source:
                continue
            if not states[source].terminal or states[step.target].terminal:
                found[source, step.target].append(step)
    return found


def _gathered(joined: dict[tuple[str, str], list[Any]]) -> dict[str, list[str]]:
    sources: dict[str, list[str]] = defaultdict(list)
    for source, target in joined:
        sources[target].append(source)
    return {target: found for target, found in sources.items() if len(found) >= MANY}


def _ranks(model: type[Subject]) -> dict[str, int]:
    """The distance of each state from the beginning, in steps."""
    order = list(model.lifecycle.states)
    starts = {s.target for s in steps_of(model).values() if NEW in s.sources and s.target} or {order[0]}
    ranks = {key: 0 for key in order if key in starts}
    frontier = list(ranks)
    targets: dict[str, list[str]] = defaultdict(list)
    for source, target in _joined(model):
        targets[source].append(target)
    while frontier:
        following = [t for source in frontier for t in targets[source] if t not in ranks]
        for target in following:
            ranks[target] = max(ranks.get(s, 0) for s in frontier) + 1
        frontier = list(dict.fromkeys(following))
    return {key: ranks.get(key, 0) for key in order}


def _rows(model: type[Subject], ranks: dict[str, int], many: dict[str, list[str]]) -> dict[str, int]:
    """The place of each state in its column: the way to the intended end first, ends next, what many lead to last."""
    main = _main_way(model)
    order = list(model.lifecycle.states)
    columns: dict[int, list[str]] = defaultdict(list)
    for key in sorted(
        order, key=lambda k: (k in many, k not in main, model.lifecycle.states[k].terminal, order.index(k))
    ):
        columns[ranks[key]].append(key)
    rows: dict[str, int] = {}
    for column in columns.values():
        offset = 0 if column[0] in main else 1
        rows.update({key: index + offset for index, key in enumerate(column)})
    return rows


def _main_way(model: type[Subject]) -> set[str]:
    """The states on the shortest way to an intended end; the first state when there is none."""
    order = list(model.lifecycle.states)
    ends = [key for key, state in model.lifecycle.states.items() if state.good]
    before: dict[str, str] = {}
    frontier, seen = [order[0]], {order[0]}
    while frontier:
        following = []
        for source, target in _joined(model):
            if source in frontier and target not in seen:
                before[target] = source
                seen.add(target)
                following.append(target)
        frontier = following
    way = {order[0]}
    for end in ends[:1]:
        while end in before:
            way.add(end)
            end = before[end]
    return way


def _wrapped(text: str) -> list[tuple[int, str]]:
    """The words in one or two lines, with the line's distance from the top of the box."""
    if len(text) <= _LINE:
        return [(33, text)]
    return [(24, text[:_LINE]), (42, text[_LINE : 2 * _LINE])]


def _note(state: State, sources: list[str], states: dict[str, State]) -> str:
    if sources:
        named = "、".join(str(states[key].label) for key in sources[:NAMED])
        return (
            _("← %(states)s等 %(n)s 种状态") % {"states": named, "n": len(sources)}
            if len(sources) > NAMED
            else f"← {named}"
        )
    return ""


def _edge(a: Node, b: Node, steps: list[Any], answered: bool) -> Edge:
    """An arrow from a to b; where there is one back as well, the two keep apart."""
    label = " / ".join(dict.fromkeys(str(step.label) for step in steps))
    by_time = all(step.by.system and not step.by.all_roles() for step in steps)
    if b.x == a.x:
        return _vertical(a, b, label, by_time, answered)
    forward = b.x > a.x
    shift = (-11 if forward else 13) if answered else 0
    x1, x2 = (a.x + WIDTH, b.x - 4) if forward else (a.x, b.x + WIDTH + 4)
    y1, y2 = a.y + HEIGHT // 2 + shift, b.y + HEIGHT // 2 + shift
    bend = (x2 - x1) // 2
    return Edge(((x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)), label, 0, 0, by_time)


def _vertical(a: Node, b: Node, label: str, by_time: bool, answered: bool) -> Edge:
    """An arrow between two states of one column."""
    down = b.y > a.y
    shift = (-20 if down else 20) if answered else 0
    x, y1, y2 = a.middle + shift, a.y + (HEIGHT if down else 0), b.y + (-4 if down else HEIGHT + 4)
    third = (y2 - y1) // 3
    return Edge(((x, y1), (x, y1 + third), (x, y2 - third), (x, y2)), label, 0, 0, by_time)


# --- where the words of arrows stand ------------------------------------------------------------
def place(edges: list[Edge], boxes: list[tuple[int, int]]) -> list[Edge]:
    """The arrows with places for their words: off the boxes, apart from each other, on as few foreign arrows as can be.

    Args:
        boxes: the corners of the states.
    """
    lines = [[_at(edge.curve, n / 32) for n in range(33)] for edge in edges]
    taken: list[Box] = [(x - 2, y - 2, x + WIDTH + 2, y + HEIGHT + 2) for x, y in boxes]
    found: dict[int, Edge] = {}
    for index in sorted(range(len(edges)), key=lambda n: _length(edges[n].curve)):
        edge, width = edges[index], len(edges[index].label) * 13 + 6
        foreign = [point for other, line in enumerate(lines) if other != index for point in line]
        x, y = min(_places(edge, width), key=lambda at: _cost(at, width, taken, foreign))[:2]
        taken.append((x - width // 2 - 3, y - 19, x + width // 2 + 3, y + 11))
        found[index] = replace(edge, label_x=x, label_y=y)
    return [found[index] for index in range(len(edges))]


def _places(edge: Edge, width: int) -> Iterator[tuple[int, int, float]]:
    """Where the words of an arrow may stand, with how far that is from the best place: above the middle of a level one,
    right of the middle of an upright one."""
    upright = abs(edge.curve[0][0] - edge.curve[3][0]) < 10
    for n in range(3, 18):
        x, y = _at(edge.curve, n / 20)
        off = abs(n - 10) * 1.5
        beside = 0 if upright else 3
        yield x + width // 2 + 3, y + 4, off + beside
        yield x - width // 2 - 3, y + 4, off + beside + 2
        if not upright:
            yield x, y - 5, off
            yield x, y + 15, off + 2
            yield x, y + 4, off + 12


def _cost(at: tuple[int, int, float], width: int, taken: list[Box], foreign: list[Point]) -> float:
    x, y, off = at
    left, top, right, bottom = x - width // 2, y - 13, x + width // 2, y + 5
    covered = sum(
        max(0, min(right, x2) - max(left, x1)) * max(0, min(bottom, y2) - max(top, y1)) for x1, y1, x2, y2 in taken
    )
    crossed = sum(left <= px <= right and top <= py <= bottom for px, py in foreign)
    outside = max(0, 3 - left) + max(0, -top)
    return off + covered + 8 * crossed + 100 * outside


def _at(curve: Curve, t: float) -> Point:
    """The point of a cubic curve at t."""
    u = 1 - t
    parts = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    return (
        round(sum(part * x for part, (x, _y) in zip(parts, curve, strict=True))),
        round(sum(part * y for part, (_x, y) in zip(parts, curve, strict=True))),
    )


def _length(curve: Curve) -> int:
    return abs(curve[0][0] - curve[3][0]) + abs(curve[0][1] - curve[3][1])
