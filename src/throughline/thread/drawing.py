"""Where the parts of the thread stand on the page: six columns, and curves between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from throughline.engine.thread import KINDS, Edge, Kind, Thread, columns

# In the unit of the drawing: one is one pixel where the page is 1280 wide.
WIDTHS: Mapping[Kind, int] = {
    "goal": 140,
    "long_term_objective": 140,
    "objective": 158,
    "key_result": 176,
    "initiative": 162,
    "person": 96,
}
HEIGHTS: Mapping[Kind, int] = {kind: 34 if kind == "person" else 76 for kind in KINDS}
GAP_BESIDE = 30
GAP_BELOW = 12
HEAD = 34


@dataclass(frozen=True, slots=True)
class Box:
    """A part's place: its upper left corner, width and height."""

    id: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge as the path between its two boxes."""

    edge: Edge
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture, in its own units."""

    width: int
    height: int
    heads: tuple[tuple[Kind, int, int], ...]
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]


def drawn(thread: Thread) -> Drawing:
    """The thread as boxes in columns from goals on the left to people on the right, each column centred."""
    order = columns(thread)
    tall = max((_height(kind, len(ids)) for kind, ids in zip(KINDS, order, strict=True)), default=0)
    boxes: dict[str, Box] = {}
    heads, x = [], 0
    for kind, ids in zip(KINDS, order, strict=True):
        heads.append((kind, x, WIDTHS[kind]))
        y = HEAD + (tall - _height(kind, len(ids))) // 2
        for id in ids:
            boxes[id] = Box(id, x, y, WIDTHS[kind], HEIGHTS[kind])
            y += HEIGHTS[kind] + GAP_BELOW
        x += WIDTHS[kind] + GAP_BESIDE
    return Drawing(
        width=x - GAP_BESIDE,
        height=HEAD + tall,
        heads=tuple(heads),
        boxes=tuple(boxes.values()),
        curves=tuple(_curves(thread, boxes)),
    )


def _height(kind: Kind, count: int) -> int:
    return count * (HEIGHTS[kind] + GAP_BELOW) - GAP_BELOW if count else 0


def _curves(thread: Thread, boxes: Mapping[str, Box]) -> Iterator[Curve]:
    for edge in thread.edges:
        upper, lower = boxes[edge.upper], boxes[edge.lower]
        path = _within(upper, lower) if upper.x == lower.x else _between(upper, lower)
        yield Curve(edge, path)


def _between(upper: Box, lower: Box) -> str:
    start, end = upper.x + upper.width, lower.x
    bend = (end - start) / 2
    return (
        f"M{start} {upper.middle:g}C{start + bend:g} {upper.middle:g} {end - bend:g} {lower.middle:g} "
        f"{end} {lower.middle:g}"
    )


def _within(upper: Box, lower: Box) -> str:
    """Between two boxes of a column: an arc beside them."""
    x, out = upper.x + upper.width, upper.x + upper.width + GAP_BESIDE * 0.7
    return f"M{x} {upper.middle:g}C{out:g} {upper.middle:g} {out:g} {lower.middle:g} {x} {lower.middle:g}"
