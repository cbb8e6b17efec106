"""A series on a tile: its newest value, the one before the quarter, and its course."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import QueryDict

from throughline.annotations.subjects import of_series
from throughline.dashboards.figures import BEFORE_COLUMNS, Before, Figure, Gone, before_cells
from throughline.dashboards.looking import Looking
from throughline.measures.asking import wants_comparison
from throughline.series.comparing import beside, compared
from throughline.series.drawing import course
from throughline.series.models import Reading, Series
from throughline.series.queries import values
from throughline.ui import words

MOST_POINTS = 60


def series(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """What a series says of late."""
    one = looking.words.series.get(found["name"])
    if one is None:
        raise Gone(
            f"There is no series '{found['name']}' any more. Point the tile at another one, or remove it."
        )
    mark = f"series:{one.name}:{one.title}:{one.unit}:{looking.series_marks.get(one.name)}"
    compares = wants_comparison(query)
    return looking.kept(f"{mark}:{compares}", lambda: _said(one, looking, compares=compares))


def _said(one: Series, looking: Looking, *, compares: bool) -> Figure:
    known = values(one)
    last = known[-1] if known else None
    shown = known[-MOST_POINTS:]
    return Figure(
        title=one.title or one.name,
        sentence=_sentence(one, known),
        value=last.value if last else None,
        unit=one.unit,
        before=Before.of(compared(one, known, now=looking.now)) if known else None,
        note="" if last else "No value was entered yet.",
        chart=course(one, shown, known=known, now=looking.now, compares=compares) if len(known) > 1 else None,
        subjects=(of_series(one.name),),
        of_instants=True,
        as_of=last.recorded_at if last else None,
        rows=f"/series/{one.name}/",
        columns=("Day", "Value", *(BEFORE_COLUMNS if compares else ())),
        cells=tuple(_rows(one, known, compares=compares)),
    )


def _rows(one: Series, known: list[Reading], *, compares: bool) -> Iterator[tuple[str, ...]]:
    """Each value, with `compares` beside the one at its place of the quarter before."""
    befores = beside(one, known, known) if compares else [None] * len(known)
    for each, was in zip(known, befores, strict=True):
        cells = before_cells(Before.of(was)) if compares else ()
        yield (words.day(each.at), words.figure(each.value, one.unit), *cells)


def _sentence(one: Series, known: list[Reading]) -> str:
    if len(known) < 2:
        return f"Measured on {words.day(known[0].at)}." if known else ""
    first, last = known[-MOST_POINTS:][0], known[-1]
    return (
        f"From {words.figure(first.value, one.unit)} on {words.day(first.at)} "
        f"to {words.figure(last.value, one.unit)} on {words.day(last.at)}."
    )
