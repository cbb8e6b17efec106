"""From the population to rows: one query a question, a figure for each group, and no hole in the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import exposure
from throughline.engine.calendar import Period, to_days
from throughline.engine.checked import Area, Calculation, Column, Grouping, Scalar, Statistic
from throughline.engine.fields import BASES, CORE, SEVERITIES, Kind
from throughline.engine.metrics import Metric
from throughline.engine.writing import written_number
from throughline.measures import areas, samples
from throughline.measures.answers import Row
from throughline.measures.caveats import is_closed_only, rests_on
from throughline.measures.engines.duckdb import aggregate_if, both, call, named, not_a_number, not_null, text
from throughline.measures.periods import numbered_period
from throughline.measures.population import Population, of_metric
from throughline.measures.samples import Figure, Policy, floats

Key = tuple[Any, ...]
Spell = tuple[NDArray[np.float64], NDArray[np.float64]]
UNKNOWN = "unknown"
_EVERY = exp.Count(this=exp.Star())


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures by group: `total` records were looked at, `left_open` could not enter because they are open."""

    rows: list[Row]
    figures: list[Figure]
    total: int
    left_open: int = 0
    bases: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def of_groups(metric: Metric, population: Population, *, policy: Policy, seed: int) -> Answer:
    """The figures of a measure of records: one query, grouped by the dimensions."""
    compiler = population.compiler
    asked = samples.columns_of(metric.measure, compiler, policy=policy)
    found, keys = _grouped(metric, population, asked, by=metric.by)
    figures = dict(zip(keys, samples.figures(metric.measure, found, seed=seed), strict=True))
    figures = _without_gaps(metric, figures)
    left_open = sum(figure.n_open for figure in figures.values())
    if is_closed_only(metric.measure) and _is_cut_by_repair(metric, population):
        figures, left_open = _with_those_left_open(metric, population, figures)
    ordered = sorted(figures.items(), key=lambda pair: _rank(pair[0]))
    rows = [_row(metric.by, key, figure) for key, figure in ordered]
    total = int(sum(found["looked_at"]))
    return Answer(rows, [figure for _, figure in ordered], total, left_open, _bases(metric, found))


def of_areas(metric: Metric, measure: Area, population: Population) -> Answer:
    """The figures of a measure of windows: the spells of each group, cut by the windows of the calendar."""
    place, unit = _window_unit(metric.by)
    plain = [each for each in metric.by if each.field is not None]
    found, keys = _grouped(metric, population, areas.columns_of(measure), by=plain)
    spans = areas.windows_of(unit, areas.first_start(found["starts"]), population.moment)
    cells: dict[Key, tuple[Figure, Period]] = {}
    for number, key in enumerate(keys):
        for span, figure in zip(spans, areas.figures(measure, _nth(found, number), spans), strict=True):
            cells[_inserted(key, place, span)] = (figure, span)
    ordered = sorted(cells.items(), key=lambda pair: _rank(pair[0]))
    rows = [_row(metric.by, key, figure) for key, (figure, _) in ordered]
    figures = [figure for _, (figure, _) in ordered]
    return Answer(rows, figures, int(sum(found["looked_at"])), bases=_bases(metric, found))


def _grouped(
    metric: Metric, population: Population, asked: samples.Columns, *, by: Sequence[Grouping]
) -> tuple[dict[str, Any], list[Key]]:
    groups = {f"g{place}": population.compiler.group(each) for place, each in enumerate(by)}
    columns = {**groups, **asked, "looked_at": _EVERY.copy(), **_basis_columns(metric)}
    found = population.arrays(
        population.select(columns, where=of_metric(metric, population), groups=len(groups))
    )
    found |= {name: values.tolist() for name, values in found.items() if values.dtype != object}
    keys = list(zip(*(_values(found[name]) for name in groups), strict=True)) if groups else [()]
    return found, keys


def _values(found: Any) -> list[Any]:
    values = found.tolist() if hasattr(found, "tolist") else found
    return [None if value is None or value is np.ma.masked else value for value in values]


def _nth(found: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {name: values[place] for name, values in found.items()}


def _is_cut_by_repair(metric: Metric, population: Population) -> bool:
    """Whether records enter by their repair, so that the open ones are in no group and no period."""
    moment = population.moment
    by_repair = metric.at is not None and metric.at.name == "mitigated"
    periods = any(each.unit for each in metric.by)
    return by_repair and (periods or moment.since is not None or moment.until is not None)


def _with_those_left_open(
    metric: Metric, population: Population, figures: dict[Key, Figure]
) -> tuple[dict[Key, Figure], int]:
    """The same figures with the number that were open when the period of each ended."""
    plain = [(place, each) for place, each in enumerate(metric.by) if not each.unit]
    compiler = population.compiler
    started = _earlier(metric.measure.value) if isinstance(metric.measure, Statistic) else None
    assert started is not None
    groups = {f"g{place}": compiler.group(each) for place, each in plain}
    ends = call("coalesce", compiler.value(Column(CORE["mitigated"])), not_a_number())
    spells = {"starts": compiler.value(started), "ends": ends}
    known = not_null(compiler.value(started))
    columns = {name: aggregate_if(call("list", value), known) for name, value in spells.items()}
    found = population.arrays(population.select({**groups, **columns}, groups=len(groups)))
    keys = list(zip(*(_values(found[name]) for name in groups), strict=True)) if groups else [()]
    held = {key: (floats(found["starts"][n]), floats(found["ends"][n])) for n, key in enumerate(keys)}
    counted = {
        key: _open_when_it_ended(metric, population, key, held.get(tuple(key[place] for place, _ in plain)))
        for key in figures
    }
    last = max((_end_of(metric, population, key) for key in figures), default=population.moment.known_at)
    left = sum(int(exposure.count_open_at(starts, ends, [last])[0]) for starts, ends in held.values())
    return {key: _open(figure, counted[key]) for key, figure in figures.items()}, left


def _open(figure: Figure, n_open: int) -> Figure:
    return Figure(figure.estimate, n_open, figure.n_missing, figure.n_negative, figure.beyond, figure.running)


def _open_when_it_ended(metric: Metric, population: Population, key: Key, spell: Spell | None) -> int:
    if spell is None:
        return 0
    starts, ends = spell
    return int(exposure.count_open_at(starts, ends, [_end_of(metric, population, key)])[0])


def _end_of(metric: Metric, population: Population, key: Key) -> float:
    moment = population.moment
    ends = [moment.known_at] + ([moment.until] if moment.until is not None else [])
    for each, value in zip(metric.by, key, strict=True):
        if each.unit and each.field and each.field.name == "mitigated":
            ends.append(to_days(numbered_period(each.unit, int(value)).end))
    return min(ends)


def _earlier(value: Scalar) -> Scalar | None:
    match value:
        case Calculation("-", Column(later), Column() as earlier) if later.name == "mitigated":
            return earlier
        case Calculation(_, left, right):
            return _earlier(left) or _earlier(right)
    return None


def _without_gaps(metric: Metric, figures: dict[Key, Figure]) -> dict[Key, Figure]:
    """Periods in which nothing happened, between the first and the last in which something did."""
    timed = [place for place, each in enumerate(metric.by) if each.unit]
    if len(timed) != 1 or not figures:
        return figures
    place = timed[0]
    numbers = range(int(min(key[place] for key in figures)), int(max(key[place] for key in figures)) + 1)
    others = {key[:place] + key[place + 1 :] for key in figures}
    empty = samples.nothing(metric.measure)
    every = ((*key[:place], number, *key[place:]) for key in others for number in numbers)
    return {key: figures.get(key, empty) for key in every}


def _window_unit(by: Sequence[Grouping]) -> tuple[int | None, str | None]:
    for place, each in enumerate(by):
        if each.field is None:
            return place, each.unit
    return None, None


def _inserted(key: Key, place: int | None, span: Period) -> Key:
    return key if place is None else (*key[:place], span.label, *key[place:])


def _row(by: Sequence[Grouping], key: Key, figure: Figure) -> Row:
    group = {each.label: label(each, value) for each, value in zip(by, key, strict=True)}
    estimate = figure.estimate
    return Row(
        group,
        estimate.value,
        estimate.low,
        estimate.high,
        estimate.n,
        figure.n_open,
        figure.n_missing,
        figure.n_negative,
    )


def label(by: Grouping, value: Any) -> str:
    """How a value of a dimension is shown and asked for again."""
    if value is None:
        return UNKNOWN
    if by.field is None:
        return str(value)
    if by.unit:
        return numbered_period(by.unit, int(value)).label
    match by.field.kind:
        case Kind.SEVERITY:
            return SEVERITIES[int(value)]
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case Kind.NUMBER:
            return written_number(float(value))
    return str(value)


def _rank(key: Key) -> tuple[Any, ...]:
    """Levels and numbers by size, names by alphabet, what is unknown last."""
    ranked: list[Any] = []
    for value in key:
        ranked += [value is None, _sortable(value)]
    return tuple(ranked)


def _sortable(value: Any) -> tuple[float, str, str]:
    if isinstance(value, str):
        return (0.0, value.casefold(), value)
    return (0.0 if value is None else float(value), "", "")


def _basis_columns(metric: Metric) -> samples.Columns:
    columns: samples.Columns = {}
    for date in rests_on(metric.measure):
        for basis in BASES:
            held = exp.EQ(this=named(f"{date}_basis"), expression=text(basis))
            condition = both(held, not_null(named(date)))
            columns[f"{date}_{basis}"] = aggregate_if(_EVERY.copy(), condition)
    return columns


def _bases(metric: Metric, found: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    return {date: shares for date in rests_on(metric.measure) if (shares := dict(_shares(found, date)))}


def _shares(found: Mapping[str, Any], date: str) -> Iterator[tuple[str, float]]:
    counts = {basis: sum(found[f"{date}_{basis}"]) for basis in BASES}
    total = sum(counts.values())
    yield from ((basis, count / total) for basis, count in counts.items() if count)
