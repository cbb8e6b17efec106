"""A triangle of weights: business at the top, interest at the left, growth at the right.

A place in it is three shares that sum to 1; each corner is all of one. The drawing is plain SVG, coloured by
classes, so that it works without script, can hold links, and follows the theme. Coordinates are those of a
picture WIDE by HIGH with the origin at the top left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import NamedTuple

WIDE, HIGH = 400.0, 376.0
SIDE, LEFT, TOP = 320.0, 40.0, 42.0
AXES = ("Business", "Interest", "Growth")
CORNERS = (
    (LEFT + SIDE / 2, TOP),
    (LEFT, TOP + SIDE * math.sqrt(3) / 2),
    (LEFT + SIDE, TOP + SIDE * math.sqrt(3) / 2),
)
TICKS = (0.25, 0.5, 0.75)
TONES = ("ink", "series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "good", "bad")
SHAPES = ("dot", "ring", "square", "diamond", "triangle")
DOT = 6.0

Shares = tuple[float, float, float]
_SMALL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A mark: its weights, its name in the table, and how it looks; `label` stands beside it.

    `tone` is one of TONES, `shape` one of SHAPES; `size` is its radius. `href` makes it a link. `said` are
    further cells of its row in the table.
    """

    weights: Shares
    name: str
    label: str = ""
    tone: str = "ink"
    shape: str = "dot"
    size: float = DOT
    href: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The surroundings of a point on a grid; `strength`, 0 to 1, says how dark. `href` makes it a link."""

    weights: Shares
    name: str = ""
    tone: str = "series-1"
    strength: float = 1.0
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where each weight lies between its low and its high end."""

    lows: Shares
    highs: Shares
    name: str
    tone: str = "series-1"


class Drawn(NamedTuple):
    """A shape as the page writes it: `points` of a polygon, or `x` and `y` of a mark."""

    what: Spot | Cell | Area
    points: str = ""
    x: str = ""
    y: str = ""
    anchor: str = "start"
    label_x: str = ""
    label_y: str = ""


class Line(NamedTuple):
    """A line of the grid with the figure at its end."""

    x1: str
    y1: str
    x2: str
    y2: str
    said: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Ternary:
    """A drawing with the sentence that says the same, and the table behind it."""

    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cells: tuple[Drawn, ...] = field(repr=False)
    areas: tuple[Drawn, ...] = field(repr=False)
    spots: tuple[Drawn, ...] = field(repr=False)

    @property
    def has_links(self) -> bool:
        """Whether a mark leads somewhere, so that the picture is more than an image."""
        found = (each.what for each in (*self.spots, *self.cells))
        return any(isinstance(each, Spot | Cell) and each.href for each in found)

    @property
    def frame(self) -> str:
        """The triangle itself."""
        return _polygon(CORNERS)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of equal weight, a quarter apart, each with its figure on the edge where it is read."""
        return tuple(_line(axis, share) for axis in range(3) for share in TICKS)

    @property
    def view(self) -> str:
        """What of the plane is shown."""
        return f"0 0 {WIDE:g} {HIGH:g}"


def ternary(
    spots: Sequence[Spot],
    *,
    title: str,
    summary: str,
    columns: Sequence[str] = (),
    cells: Iterable[Cell] = (),
    areas: Iterable[Area] = (),
    steps: int = 20,
) -> Ternary:
    """Draw marks over areas over cells; `steps` is how fine the grid of the cells is.

    `columns` name what the spots say beyond their weights. The table has a row a spot.

    >>> drawn = ternary([Spot(weights=(1.0, 0.0, 0.0), name="All business")], title="Weights", summary="One.")
    >>> drawn.spots[0].x, drawn.spots[0].y, drawn.rows
    ('200', '42', (('All business', '1.00', '0.00', '0.00'),))
    """
    for each in spots:
        if each.tone not in TONES or each.shape not in SHAPES:
            raise ValueError(f"expected a tone of {TONES} and a shape of {SHAPES}")
    rows = tuple((each.name, *(f"{share:.2f}" for share in each.weights), *each.said) for each in spots)
    return Ternary(
        title,
        summary,
        ("What", *AXES, *columns),
        rows,
        tuple(Drawn(each, points=_polygon(map(at, cell(each.weights, steps)))) for each in cells),
        tuple(Drawn(each, points=_polygon(map(at, within(each.lows, each.highs)))) for each in areas),
        tuple(map(_mark, spots)),
    )


def at(weights: Shares) -> tuple[float, float]:
    """Where weights lie in the picture.

    >>> [round(each) for each in at((1 / 3, 1 / 3, 1 / 3))]
    [200, 227]
    """
    x = sum(share * corner[0] for share, corner in zip(weights, CORNERS, strict=True))
    y = sum(share * corner[1] for share, corner in zip(weights, CORNERS, strict=True))
    return x, y


def cell(weights: Shares, steps: int) -> list[Shares]:
    """The corners of what lies nearest to a point of the grid: a hexagon, cut off at the edges.

    >>> len(cell((0.4, 0.3, 0.3), 20)), len(cell((0.0, 0.5, 0.5), 20)), len(cell((1.0, 0.0, 0.0), 20))
    (6, 5, 4)
    """
    around = [*permutations((2.0, -1.0, -1.0), 3), *permutations((1.0, 1.0, -2.0), 3)]
    corners = {_moved(weights, by, 1 / (3 * steps)) for by in around}
    middle = at(weights)

    def turn(corner: Shares) -> float:
        x, y = at(corner)
        return math.atan2(y - middle[1], x - middle[0])

    return _cut(sorted(corners, key=turn), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def within(lows: Shares, highs: Shares) -> list[Shares]:
    """The corners of where each weight lies between its ends; none where there is no such place.

    >>> within((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    >>> within((0.6, 0.6, 0.0), (1.0, 1.0, 1.0))
    []
    """
    return _cut([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)], lows, highs)


def _cut(corners: list[Shares], lows: Shares, highs: Shares) -> list[Shares]:
    """A convex shape cut along six lines (Sutherland & Hodgman 1974)."""
    for axis in range(3):
        for end, way in ((lows[axis], 1.0), (highs[axis], -1.0)):
            corners = _half(corners, axis, end, way)
    return corners


def _half(corners: list[Shares], axis: int, end: float, way: float) -> list[Shares]:
    """What of a shape has more than `end` of a weight, or less where `way` is negative."""
    kept: list[Shares] = []
    for place, here in enumerate(corners):
        before = corners[place - 1]
        near, far = way * (before[axis] - end), way * (here[axis] - end)
        if (near > _SMALL and far < -_SMALL) or (near < -_SMALL and far > _SMALL):
            part = near / (near - far)
            kept.append(_between(before, here, part))
        if far >= -_SMALL:
            kept.append(here)
    return kept


def _between(here: Shares, there: Shares, part: float) -> Shares:
    business, interest, growth = (a + part * (b - a) for a, b in zip(here, there, strict=True))
    return business, interest, growth


def _moved(weights: Shares, by: Shares, far: float) -> Shares:
    business, interest, growth = (round(a + far * b, 9) for a, b in zip(weights, by, strict=True))
    return business, interest, growth


def _polygon(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _mark(spot: Spot) -> Drawn:
    x, y = at(spot.weights)
    is_right = x > LEFT + SIDE * 0.6
    away = spot.size + 5
    return Drawn(
        spot,
        points=_outline(spot.shape, x, y, spot.size),
        x=f"{x:g}",
        y=f"{y:g}",
        anchor="end" if is_right else "start",
        label_x=f"{x - away if is_right else x + away:.1f}",
        label_y=f"{y + 4:.1f}",
    )


def _outline(shape: str, x: float, y: float, size: float) -> str:
    """The corners of a mark that is no circle, of about the area of one."""
    s = size * 0.9
    found = {
        "square": ((x - s, y - s), (x + s, y - s), (x + s, y + s), (x - s, y + s)),
        "diamond": ((x, y - 1.3 * s), (x + 1.3 * s, y), (x, y + 1.3 * s), (x - 1.3 * s, y)),
        "triangle": ((x, y - 1.3 * s), (x + 1.2 * s, y + 0.9 * s), (x - 1.2 * s, y + 0.9 * s)),
    }
    return _polygon(found.get(shape, ()))


def _line(axis: int, share: float) -> Line:
    """Where one weight is `share`, from the edge where its figure stands to the other."""
    following, last = (axis + 1) % 3, (axis + 2) % 3
    start, end = [0.0] * 3, [0.0] * 3
    start[axis] = end[axis] = share
    start[following], end[last] = 1 - share, 1 - share
    (x1, y1), (x2, y2) = at((start[0], start[1], start[2])), at((end[0], end[1], end[2]))
    # Business is read at the left edge, interest at the foot, growth at the right edge.
    dx, dy, anchor = ((-7.0, 4.0, "end"), (0.0, 16.0, "middle"), (7.0, 4.0, "start"))[axis]
    texts = [f"{each:.1f}" for each in (x1, y1, x2, y2)]
    return Line(
        texts[0], texts[1], texts[2], texts[3], f"{share:g}", f"{x1 + dx:.1f}", f"{y1 + dy:.1f}", anchor
    )
