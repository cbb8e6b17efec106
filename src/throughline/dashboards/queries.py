"""Dashboards as they are shown: tiles in their places, each worked out for the person who looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from throughline.annotations.showing import standing
from throughline.dashboards.figures import Figure, Withheld
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import READY, Dashboard, Tile
from throughline.dashboards.ready import Placed, ready_tiles
from throughline.dashboards.tiles import figure_of, kind_of
from throughline.engine.refusals import Refused

COLUMNS, ROWS_OF_A_PAGE = 3, 2
# Of a chart; a narrow tile has its chart below its figure, a wide one beside it.
SMALL = (150, 230)
# A list of more lines has no other row beside it on a screen.
LONG = 3
WITHHELD = "Nothing is shown of this to whoever has a link."


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile with its figure, or with the sentence that says why there is none."""

    placed: Placed
    figure: Figure | None
    withheld: str = ""
    state: str = "shown"

    @property
    def title(self) -> str:
        """What its owner calls it, else what it is."""
        return self.placed.title or (self.figure.title if self.figure else _kind(self.placed.address))

    @property
    def kind(self) -> str:
        """Which kind of address it is."""
        return _kind(self.placed.address)


def tiles_of(board: Dashboard, looking: Looking) -> list[Placed]:
    """The tiles of a dashboard in their order."""
    if board.ready:
        return ready_tiles(board.ready, looking)
    return [placed(each) for each in board.tiles.filter(removed_at=None)]


def placed(tile: Tile) -> Placed:
    """A stored tile as a place."""
    return Placed(
        address=tile.address,
        width=tile.width,
        title=tile.title,
        annotation=tile.annotation,
        number=tile.pk,
    )


def shown_of(board: Dashboard, looking: Looking) -> list[Shown]:
    """Every tile with what it says to the person."""
    return [show(each, looking) for each in tiles_of(board, looking)]


def small(shown: Sequence[Shown]) -> list[Shown]:
    """The tiles with charts as high as a page of many allows."""
    return [_at(each, SMALL) for each in shown]


def show(tile: Placed, looking: Looking) -> Shown:
    """A tile with what it says to the person; what says nothing says why."""
    try:
        return Shown(tile, _annotated(figure_of(tile.address, looking), looking))
    except Withheld as withheld:
        said = WITHHELD if looking.is_shared else str(withheld)
        return Shown(tile, None, said, withheld.state)


def _annotated(figure: Figure, looking: Looking) -> Figure:
    """The figure with what happened on its chart; a table of the same stays as it is."""
    happenings = looking.happened(figure.subjects) if figure.chart else []
    if figure.chart is None or not happenings:
        return figure
    found = standing([figure.chart], happenings, now=looking.now, of_instants=figure.of_instants)
    return replace(figure, chart=found[0][0], happened=tuple(found[1]))


def pages_of(shown: Sequence[Shown]) -> list[list[Shown]]:
    """The tiles as pages of a screen: rows of three columns, two rows a page; a long list fills one alone."""
    rows: list[list[Shown]] = []
    for each in shown:
        if not rows or sum(tile.placed.width for tile in rows[-1]) + each.placed.width > COLUMNS:
            rows.append([])
        rows[-1].append(each)
    pages: list[list[list[Shown]]] = []
    room = 0
    for row in rows:
        needed = ROWS_OF_A_PAGE if any(_is_long(each) for each in row) else 1
        if needed > room:
            pages.append([])
            room = ROWS_OF_A_PAGE
        pages[-1].append(row)
        room -= needed
    return [[each for row in page for each in row] for page in pages]


def _is_long(each: Shown) -> bool:
    return each.figure is not None and len(each.figure.lines) > LONG


def _at(each: Shown, heights: tuple[int, int]) -> Shown:
    figure = each.figure.at_height(heights[each.placed.width > 1]) if each.figure else None
    return replace(each, figure=figure)


TABLE = (
    *("position", "title", "kind", "address", "value", "low", "high", "unit", "n", "n_open", "before"),
    *("before_low", "before_high", "change", "change_low", "change_high"),
    *("before_said", "clearly", "target", "status", "owner", "sentence", "as_of", "state", "annotation"),
)


def table(shown: Sequence[Shown]) -> Iterator[dict[str, object]]:
    """The figures of a dashboard as rows of a table."""
    for position, each in enumerate(shown, 1):
        figure = each.figure or Figure(title=each.title, sentence=each.withheld)
        before = figure.before
        yield {
            "position": position,
            "title": each.title,
            "kind": each.kind,
            "address": each.placed.address,
            **{name: getattr(figure, name) for name in ("value", "low", "high", "unit", "n", "n_open")},
            "before": before.value if before else None,
            "before_low": before.low if before else None,
            "before_high": before.high if before else None,
            **{name: getattr(before, name, None) for name in ("change", "change_low", "change_high")},
            "before_said": f"was {before.said}" if before else "",
            "clearly": before.clear if before else "",
            **{name: getattr(figure, name) for name in ("target", "status", "owner", "sentence", "as_of")},
            "state": each.state,
            "annotation": each.placed.annotation,
        }


def document(board: Dashboard, shown: Sequence[Shown]) -> dict[str, object]:
    """A dashboard for programs."""
    return {
        "slug": board.slug,
        "name": board.name,
        "owner": board.owner.name if board.owner else None,
        "audience": board.audience,
        "ready": bool(board.ready),
        "tiles": [
            {"number": each.placed.number, "width": each.placed.width, **row}
            for each, row in zip(shown, table(shown), strict=True)
        ],
    }


def listed(made: Iterable[Dashboard]) -> list[dict[str, object]]:
    """The ready-made dashboards, then those that people made, in a line each."""
    ready: list[dict[str, object]] = [
        {"slug": key, "name": name, "owner": None, "ready": True} for key, name in READY.items()
    ]
    return [*ready, *(line(each) for each in made)]


def line(board: Dashboard) -> dict[str, object]:
    """A dashboard that somebody made, in a line."""
    owner = board.owner.name if board.owner else None
    return {"slug": board.slug, "name": board.name, "owner": owner, "ready": False}


def _kind(address: str) -> str:
    try:
        return kind_of(address)[0].name
    except Refused:
        return "unknown"
