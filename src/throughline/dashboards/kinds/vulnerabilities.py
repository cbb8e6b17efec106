"""A selection of vulnerabilities on a tile: how many, how many when the quarter began, and of what kind."""

from __future__ import annotations

import re
from dataclasses import replace

from django.http import QueryDict

from throughline import charts
from throughline.charts import Chart, Point
from throughline.dashboards.figures import BEFORE_COLUMNS, Before, Figure, before_cells
from throughline.dashboards.kinds.naming import PICKED, condition_names
from throughline.dashboards.looking import Looking
from throughline.measures.ranges import NAMES
from throughline.ui import words
from throughline.vulnerabilities.comparing import Then, before
from throughline.vulnerabilities.listing import Explorer, FacetValue, explore, label_of
from throughline.vulnerabilities.selections import Selection, selection_of

# What tells them apart best, the first that does.
TELLING = ("severity", "team", "service", "source")
MOST_BARS = 6


def vulnerabilities(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """How many records a selection of the explorer holds."""
    selection = replace(selection_of(query, now=looking.now), page=1)
    looking.require_records()
    figure = looking.kept(selection.address(), lambda: counted(selection, looking))
    if looking.is_shared and (selection.search or condition_names(selection.where)):
        # Words that were looked for are those of a title, a file or a component.
        figure = replace(figure, title=f"{_title(replace(selection, search='', where=''))}{PICKED}")
    return replace(figure, as_of=looking.as_of, note=looking.slice_said)


def counted(selection: Selection, looking: Looking) -> Figure:
    """The count, asked of the record. Raises Refused for a selection that cannot be read."""
    explorer = _explorer(selection, looking)
    total, n_open = explorer.total()
    name, values = _telling(explorer)
    then = before(explorer)
    was = Before.of(then.total(total)) if then else None
    counts = (words.plain_number(total), words.plain_number(n_open))
    return Figure(
        title=_title(selection),
        sentence=_sentence(total, n_open, name, values, selection),
        value=float(total),
        unit="count",
        before=was,
        chart=_chart(name, values, then) if len(values) > 1 else None,
        rows=selection.address(),
        columns=("Vulnerabilities", "Open", *BEFORE_COLUMNS),
        cells=() if len(values) > 1 else ((*counts, *before_cells(was)),),
    )


def _explorer(selection: Selection, looking: Looking) -> Explorer:
    return explore(selection, schema=looking.words.schema, scope=looking.scope, now=looking.now)


def _title(selection: Selection) -> str:
    """What is picked, as the page names it."""
    picked = [
        " or ".join(label_of(name, value) for value in values) for name, values in selection.chosen.items()
    ]
    period = [NAMES[selection.range.name].lower()] if selection.range.since or selection.range.until else []
    said = ", ".join([*picked, *([f"“{selection.search}”"] if selection.search else []), *period])
    said = ", ".join(filter(None, [said, f"where {selection.where}" if selection.where else ""]))
    return said[:1].upper() + said[1:] or "Vulnerabilities"


def _telling(explorer: Explorer) -> tuple[str, list[FacetValue]]:
    for name in TELLING:
        picked = explorer.selection.chosen.get(name, ())
        values = [each for each in explorer.facet(name) if each.n and (not picked or each.value in picked)]
        if len(values) > 1:
            return name, values[:MOST_BARS]
    return "", []


def _chart(name: str, values: list[FacetValue], then: Then | None) -> Chart:
    points = [Point(label=each.label, value=float(each.n), n=each.n) for each in values]
    chart = charts.bars(points, title="Vulnerabilities", unit="count", dimension=name)
    if then is None:
        return chart
    found = then.of_each(name, {each.value: each.n for each in values})
    beside = {each.label: before_cells(Before.of(found[each.value])) for each in values}
    rows = tuple((*row, *beside[row[0]]) for row in chart.rows)
    return replace(chart, columns=(*chart.columns, *BEFORE_COLUMNS), rows=rows)


def _sentence(total: int, n_open: int, name: str, values: list[FacetValue], selection: Selection) -> str:
    if not total:
        return "None."
    is_open = selection.chosen.get("status") == ("open",)
    begin = "" if is_open else f"{words.plain_number(n_open)} of {words.plain_number(total)} are open"
    if not values:
        return f"{begin}." if begin else ""
    most = max(values, key=lambda each: each.n)
    share = f"{words.plain_number(most.n)} {'are' if name == 'severity' else 'of'} {most.label}"
    return (
        f"{begin}; {share}."
        if begin
        else f"{words.plain_number(most.n)} of {words.plain_number(total)} "
        + (f"are {most.label}." if name == "severity" else f"belong to {most.label}.")
    )
