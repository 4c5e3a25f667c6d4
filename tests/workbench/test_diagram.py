"""The pictures of lifecycles: words of arrows stand clear of the boxes and of each other."""

from __future__ import annotations

from itertools import combinations

import pytest

from portal.lifecycle.models import Subject
from portal.workbench.declared import lifecycles
from portal.workbench.diagram import HEIGHT, WIDTH, Edge, diagram_of

Box = tuple[int, int, int, int]


def _words(edge: Edge) -> Box:
    half = len(edge.label) * 13 // 2
    return edge.label_x - half, edge.label_y - 11, edge.label_x + half, edge.label_y + 3


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("model", lifecycles().values(), ids=lifecycles().keys())
def test_words_cover_nothing(model: type[Subject]) -> None:
    diagram = diagram_of(model)
    words = [_words(edge) for edge in diagram.edges]
    boxes = [(node.x, node.y, node.x + WIDTH, node.y + HEIGHT) for node in diagram.nodes]
    assert not [(a, b) for a, b in combinations(words, 2) if _meet(a, b)]
    assert not [(a, b) for a in words for b in boxes if _meet(a, b)]
    assert all(box[0] >= 0 and box[2] <= diagram.width and 0 <= box[1] <= diagram.height for box in words)


def test_a_picture_is_drawn_once() -> None:
    model = next(iter(lifecycles().values()))
    assert diagram_of(model) is diagram_of(model)
