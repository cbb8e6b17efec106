"""Where the labels of points go, so that none lies on another; in pixels, from the top left."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# How many ways round a point are tried, how far each ring lies from the last, and how many rings there are.
WAYS, STEP, RINGS = 16, 6.0, 30
# Between labels, and between a label and a mark.
GAP = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A point as it is drawn, and how large its label is."""

    x: float
    y: float
    radius: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class Box:
    """The room that a label takes, by its middle."""

    x: float
    y: float
    wide: float
    high: float

    def meets(self, other: Box) -> bool:
        """Whether the two lie on each other, or nearer than the gap."""
        return (
            abs(self.x - other.x) < (self.wide + other.wide) / 2 + GAP
            and abs(self.y - other.y) < (self.high + other.high) / 2 + GAP
        )


def place(marks: Sequence[Mark], *, width: float, height: float) -> list[Box]:
    """The room of each label, in the order of the marks; earlier ones get the nearer places.

    No two labels lie on each other as long as there is a free place within reach. None lies on a mark, its
    own or another's, unless there is no other place. Labels stay inside the frame. If it is drawn wider,
    points and labels by the same ratio, labels only move apart.

    >>> [round(each.x) for each in place([Mark(50, 50, 5, 10, 10)] * 2, width=100, height=100)]
    [62, 38]
    """
    solid = [Box(each.x, each.y, 2 * each.radius, 2 * each.radius) for each in marks]
    placed: list[Box] = []
    for mark in marks:
        spots = [each for each in _around(mark) if _is_inside(each, width, height)]
        free = [each for each in spots if not _meets_any(each, placed)]
        clear = next((each for each in free if not _meets_any(each, solid)), None)
        placed.append(clear or next(iter(free), None) or Box(mark.x, mark.y, mark.wide, mark.high))
    return placed


def _around(mark: Mark) -> Iterator[Box]:
    """Places round a mark, the nearest first: right, left, above, below, then what lies between."""
    turns = sorted(range(WAYS), key=lambda way: (way % (WAYS // 4) != 0, way % (WAYS // 2) != 0, way))
    for ring in range(RINGS):
        away = mark.radius + GAP + ring * STEP
        for way in turns:
            angle = 2 * math.pi * way / WAYS
            x = mark.x + (away + mark.wide / 2) * math.cos(angle)
            y = mark.y - (away + mark.high / 2) * math.sin(angle)
            yield Box(x, y, mark.wide, mark.high)


def _is_inside(box: Box, width: float, height: float) -> bool:
    return box.wide / 2 <= box.x <= width - box.wide / 2 and box.high / 2 <= box.y <= height - box.high / 2


def _meets_any(box: Box, others: Sequence[Box]) -> bool:
    return any(box.meets(other) for other in others)
