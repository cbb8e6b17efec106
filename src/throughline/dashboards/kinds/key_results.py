"""Key results on a tile: one with its course, or a list of them with how each goes."""

from __future__ import annotations

import re
from dataclasses import replace

from django.http import QueryDict

from throughline.annotations.subjects import under
from throughline.charts import Chart
from throughline.dashboards.figures import BEFORE_COLUMNS, Before, Figure, Gone, Line, before_cells
from throughline.dashboards.looking import Looking
from throughline.engine.calendar import quarter_of, week_of
from throughline.measures.asking import wants_comparison
from throughline.objectives import charts, kinds
from throughline.objectives.access import visible
from throughline.objectives.cards import Card, cards
from throughline.objectives.comparing import around, each_month_before
from throughline.objectives.queries import Stand
from throughline.ui import words
from throughline.ui.glance import sentence

MOST_LINES = 12
ASKED = ("quarter", "status", "owner")
COLUMNS = ("Key result", "Now", "To reach", "Status")
GONE = "This key result is no longer there, or it was given up. Point the tile at another one, or remove it."
SKETCH = "This key result is a sketch: it has a figure once its cycle is set."


def key_result(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """One key result: where it is, where it comes from, and what it has to reach."""
    stand = next((each for each in looking.stands if each.key_result.pk == int(found["id"])), None)
    if stand is None:
        is_sketch = visible(looking.viewer).filter(pk=found["id"], sketch__isnull=False).exists()
        raise Gone(SKETCH if is_sketch else GONE)
    compares = wants_comparison(query)
    return _one(stand, looking, compares=compares)


def quarter(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """The running quarter as the home page says it."""
    period = quarter_of(looking.now)
    running = [each for each in looking.stands if each.version.due > period.start]
    return _list(running, looking, title=f"{period.label}, {week_of(period, looking.now)}")


def key_results(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """The list of key results with its filters."""
    wanted = {name: str(query[name]) for name in ASKED if query.get(name)}
    chosen = [
        each for each in looking.stands if all(_says(each, name) == value for name, value in wanted.items())
    ]
    said = ", ".join(value.replace("_", " ") for value in wanted.values())
    return _list(chosen, looking, title=f"Key results: {said}" if said else "Key results")


def _says(stand: Stand, name: str) -> str:
    said = {"quarter": stand.quarter.label, "status": stand.status.word, "owner": stand.version.owner_name}
    return said[name]


def _one(stand: Stand, looking: Looking, *, compares: bool) -> Figure:
    card, version, found = cards([stand], looking.words)[0], stand.version, stand.measurement
    has_way = version.target is not None and version.kind in kinds.MOVING
    aim = words.figure(version.target, version.unit) if has_way else card.aim
    begin = version.baseline if has_way else None
    # The chart of a day; another measurement is another chart.
    key = f"key result:{version.pk}:{found.pk if found else 0}:{stand.status.word}:{compares}"
    chart = looking.kept(key, lambda: _chart(stand, looking, compares=compares))
    return Figure(
        title=stand.name,
        sentence=_reason(stand, card),
        value=stand.value,
        said=card.value_said if version.kind == kinds.Kind.BINARY else "",
        unit=version.unit,
        low=stand.bounds[0],
        high=stand.bounds[1],
        n=card.n if isinstance(card.n, int) else None,
        n_open=found.n_open if found else 0,
        before=_start(stand, begin),
        target=f"{aim} by {card.due_day}",
        status=_word(stand),
        owner=version.owner_name,
        chart=None if version.kind == kinds.Kind.BINARY else chart,
        subjects=tuple(under(version)),
        as_of=found.data_as_of or found.at if found else None,
        rows=card.rows,
        columns=COLUMNS,
        cells=(_cells(card),) if version.kind == kinds.Kind.BINARY else (),
    )


def _chart(stand: Stand, looking: Looking, *, compares: bool) -> Chart:
    found = around(stand)
    if not compares:
        return charts.progress(stand, found.own, now=looking.now)
    chart = charts.progress(stand, found.own, now=looking.now, before=found.moved)
    befores = zip(found.own, each_month_before(stand, found.own), strict=True)
    unit = stand.version.unit
    beside = {(words.day(each.at), words.figure(each.value, unit)): Before.of(was) for each, was in befores}
    rows = tuple((*row, *before_cells(beside.get((row[0], row[1])))) for row in chart.rows)
    return replace(chart, columns=(*chart.columns, *BEFORE_COLUMNS), rows=rows)


def _start(stand: Stand, begin: float | None) -> Before | None:
    if begin is None:
        return None
    said = words.figure(begin, stand.version.unit)
    return Before(f"{said} when it began, on {words.day(stand.version.start)}", begin)


def _reason(stand: Stand, card: Card) -> str:
    likely = f" Likely {card.likely_said} at the end." if card.likely_said else ""
    reason = stand.status.reason
    return f"{reason}{'' if reason.endswith('.') or not reason else '.'}{likely}"


def _word(stand: Stand) -> str:
    return stand.verdict if stand.key_result.closed_at is not None else stand.status.word


def _list(found: list[Stand], looking: Looking, *, title: str) -> Figure:
    shown = cards(found[:MOST_LINES], looking.words)
    good = sum(each.status.word == "on_track" or each.verdict == "hit" for each in found)
    newest = [each.measurement.data_as_of for each in found if each.measurement]
    more = len(found) - len(shown)
    return Figure(
        title=title,
        sentence=_of_all(found),
        value=float(good),
        said=f"{good} of {len(found)}" if found else "none",
        range_said=f"key result{'' if len(found) == 1 else 's'} on course" if found else "",
        unit="count",
        n=len(found),
        note=f"{more} more stand on the page." if more > 0 else "",
        lines=tuple(_line(each) for each in shown),
        as_of=max((each for each in newest if each), default=None),
        rows="/key-results/",
        columns=COLUMNS,
        cells=tuple(_cells(each) for each in shown),
    )


def _of_all(found: list[Stand]) -> str:
    """The home page's sentence without its first, which is the figure."""
    said = list(sentence(found))
    return "".join(each.text for each in said[2:]).strip() if found else ""


def _line(card: Card) -> Line:
    stand = card.stand
    return Line(
        stand.name,
        card.value_said,
        card.aim,
        _word(stand),
        address=f"/key-results/{stand.key_result.pk}/",
        progress=card.shown,
        expected=card.expected,
        tone=card.tone,
        note=card.version.owner_name,
    )


def _cells(card: Card) -> tuple[str, ...]:
    return card.stand.name, card.value_said, card.aim, _word(card.stand).replace("_", " ")
