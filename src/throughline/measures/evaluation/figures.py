"""From the population to rows: one query a question, a figure for each group, and no hole in the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np
from sqlglot import exp

from throughline.engine.calendar import Period, to_days
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import (
    All,
    Area,
    Column,
    Condition,
    Count,
    Grouping,
    Measure,
    Negation,
    Share,
    Statistic,
    Unknown,
)
from throughline.engine.language.fields import CORE, Field
from throughline.engine.metrics import Metric
from throughline.measures.engines.duckdb import call, named, not_a_number, not_null
from throughline.measures.evaluation import areas, counted, estimates, left_open, moments, samples
from throughline.measures.evaluation.answers import Row
from throughline.measures.evaluation.caveats import is_closed_only
from throughline.measures.evaluation.estimates import Figure
from throughline.measures.evaluation.found import Found
from throughline.measures.evaluation.gaps import outermost, without_gaps
from throughline.measures.evaluation.keys import Key, label, rank
from throughline.measures.evaluation.missing import why_none
from throughline.measures.evaluation.periods import numbered_period
from throughline.measures.evaluation.population import GROUP, Population, asked_of, of_metric
from throughline.measures.evaluation.samples import Policy, Sample
from throughline.measures.evaluation.side_by_side import each as of_each

UNTOLD = Estimate(value=None, low=None, high=None, n=0)
ALWAYS_HAPPENED = ("introduced", "identified")


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures by group: `total` records were looked at, `left_open` could not enter because they are open.

    `n_missing` lack what the measure asks for and `n_negative` have dates that run backwards, each counted
    once whatever the windows.
    """

    rows: list[Row]
    figures: list[Figure]
    total: int
    left_open: int = 0
    n_missing: int = 0
    n_negative: int = 0


@dataclass(frozen=True, slots=True)
class Aggregates:
    """What a query of groups gave: by name, an entry for each group."""

    found: Found
    keys: Sequence[Key]

    def whole(self) -> Aggregates:
        """The aggregates of all groups together, as one query without groups would give them."""
        if list(self.keys) == [()]:
            return self
        return self.by(()) if self.keys else self._folded((), [()], [[]])

    def by(self, places: Sequence[int]) -> Aggregates:
        """The aggregates by the dimensions at these places alone."""
        columns = [[key[place] for key in self.keys] for place in places]
        picked = list(zip(*columns, strict=True)) if places else [()] * len(self.keys)
        cells: dict[Key, list[int]] = {}
        for number, key in enumerate(picked):
            cells.setdefault(key, []).append(number)
        return self._folded(tuple(places), list(cells), list(cells.values()))

    def _folded(self, places: tuple[int, ...], keys: list[Key], cells: Sequence[Sequence[int]]) -> Aggregates:
        def fold(entries: Sequence[Any]) -> list[Any]:
            # Mostly thousands of plain numbers, of which none has to be looked at by itself.
            together = sum if set(map(type, entries)) == {int} else _together
            return [together([entries[number] for number in numbers]) for numbers in cells]

        groups = [name for name in self.found if GROUP.fullmatch(name)]
        return Aggregates(self.found.each(("by", places), fold, without=groups), keys)


def _together(entries: Sequence[Any]) -> Any:
    known = [each for each in _values(entries) if each is not None]
    if known and isinstance(known[0], np.ndarray | list):
        return np.concatenate(known)
    return sum(known) if known else None


def aggregates_of(metric: Metric, population: Population, *, policy: Policy) -> Aggregates:
    """The one query of a measure of records, grouped by the dimensions."""
    population = asked_of(metric, population)
    sample = samples.sample_of(metric.measure, population.compiler, policy=policy)
    if many := moments.sample_of_many(metric.measure, sample, population.snapshot):
        found, keys = _grouped(metric, population, many, by=metric.by)
        if moments.are_enough(found):
            return Aggregates(found, keys)
    return Aggregates(*_grouped(metric, population, sample, by=metric.by))


def begin(metric: Metric, population: Population, *, policy: Policy) -> None:
    """Ask ahead what `aggregates_of`, or `spells_of`, will ask first."""
    by: Sequence[Grouping] = metric.by
    if isinstance(metric.measure, Area):
        sample, by = _of_spells(metric, metric.measure, population), _plain(metric)
    else:
        population = asked_of(metric, population)
        sample = samples.sample_of(metric.measure, population.compiler, policy=policy)
        sample = moments.sample_of_many(metric.measure, sample, population.snapshot) or sample
    where = of_metric(metric, population)
    population.begin(_query(population, _looking(sample), by=by, where=where))


def begin_left_open(metric: Metric, population: Population) -> None:
    """Ask ahead how many were open when each period ended, where an answer says so of all records."""
    is_asked = is_closed_only(metric.measure) and _is_cut_by_repair(metric, population)
    if is_asked and all(each.unit for each in metric.by):
        left_open.begin(population, left_open.started(metric), is_told=left_open.is_told(metric, population))


def of_groups(metric: Metric, population: Population, aggregates: Aggregates, *, seed: int) -> Answer:
    """The figures of a measure of records, from the aggregates of its groups."""
    if not isinstance(metric.measure, Count | Share):
        return _of_groups(metric, population, aggregates, seed=seed)
    # Of these the clock moves nothing but which periods there are: thousands of rows are made once.
    made, moment = aggregates.found.made, population.moment
    periods = [outermost(each, metric, moment) for each in metric.by if each.unit]
    key = ("answer", metric, moment.since, moment.until, str(periods))
    if key not in made:
        made[key] = _of_groups(metric, population, aggregates, seed=seed)
    answer: Answer = made[key]
    return answer


def _of_groups(metric: Metric, population: Population, aggregates: Aggregates, *, seed: int) -> Answer:
    found = aggregates.found
    if isinstance(metric.measure, Count) and any(found["looked_at"]):
        return _of_counts(metric, population, aggregates)
    estimated = _estimated(metric.measure, found, seed=seed)
    figures = dict(zip(aggregates.keys, estimated, strict=True))
    figures = without_gaps(metric, figures, population.moment)
    undated = 0 if any(found["looked_at"]) else _undated(metric, population)
    if undated:
        figures = dict.fromkeys(figures, Figure(UNTOLD, n_missing=undated))
    left_open = sum(figure.n_open for figure in figures.values())
    if is_closed_only(metric.measure) and _is_cut_by_repair(metric, population):
        figures, left_open = _with_those_left_open(metric, population, figures)
    ordered = sorted(figures.items(), key=lambda pair: rank(pair[0]))
    rows = [_row(metric, key, figure) for key, figure in ordered]
    total = _total(found, "looked_at")
    return Answer(
        rows,
        [figure for _, figure in ordered],
        total,
        left_open,
        undated or _total(found, "missing"),
        _total(found, "negative"),
    )


def _of_counts(metric: Metric, population: Population, aggregates: Aggregates) -> Answer:
    """The rows alone: of a count no figure tells more than its row does."""
    found = aggregates.found
    rows = counted.rows_of(metric, found, aggregates.keys, population.moment)
    return Answer(
        rows,
        [],
        _total(found, "looked_at"),
        sum(row.n_open for row in rows),
        _total(found, "missing"),
        _total(found, "negative"),
    )


def _estimated(measure: Measure, found: Found, *, seed: int) -> list[Figure]:
    if not isinstance(measure, Statistic):
        return estimates.figures(measure, found, seed=seed)
    # No clock moves it: it is made once for a statement.
    if (measure, seed) not in found.made:
        found.made[measure, seed] = estimates.figures(measure, found, seed=seed)
    return list(found.made[measure, seed])


def spells_of(metric: Metric, measure: Area, population: Population) -> Aggregates:
    """The one query of a measure of windows: the spells of each group, whatever the windows."""
    sample = _of_spells(metric, measure, population)
    return Aggregates(*_grouped(metric, population, sample, by=_plain(metric)))


def _of_spells(metric: Metric, measure: Area, population: Population) -> Sample:
    is_one = _window_unit(metric.by) == (None, None) and not population.moment.is_bounded
    is_whole = is_one and moments.is_of_many(population.snapshot)
    return areas.sample_of(measure, population.compiler, is_whole=is_whole)


def _plain(metric: Metric) -> list[Grouping]:
    return [each for each in metric.by if each.field is not None]


def of_areas(
    metric: Metric, measure: Area, population: Population, spells: Aggregates, *, seed: int
) -> Answer:
    """The figures of a measure of windows: the spells of each group, cut by the windows of the calendar."""
    place, unit = _window_unit(metric.by)
    found, keys = spells.found, spells.keys
    first = areas.first_start(measure, found)
    spans = areas.windows_of(measure, unit, first, population.moment)
    total = _total(found, "looked_at")

    def of_group(number: int) -> list[Figure]:
        group, settled = found.of(number), population.as_of
        return areas.figures(measure, group, spans, first=first, seed=seed, settled=settled)

    told = of_each(of_group, range(len(keys)), values=total)
    cells: dict[Key, tuple[Figure, Period]] = {}
    for key, of_spans in zip(keys, told, strict=True):
        for span, figure in zip(spans, of_spans, strict=True):
            cells[_inserted(key, place, span)] = (figure, span)
    ordered = sorted(cells.items(), key=lambda pair: rank(pair[0]))
    rows = [_row(metric, key, figure) for key, (figure, _) in ordered]
    aside = {f"n_{name}": _total(found, name) for name in ("missing", "negative")}
    return Answer(rows, [figure for _, (figure, _) in ordered], total, **aside)


def _undated(metric: Metric, population: Population) -> int:
    """How many records of a slice lack the date that a count places them by, where none of them has it.

    Every vulnerability was introduced and found at some time: where no one knows when, none is no count.
    """
    if not isinstance(metric.measure, Count) or metric.at is None or metric.at.name not in ALWAYS_HAPPENED:
        return 0
    place = population.compiler.column(metric.at)
    sample = Sample({"at": place}, {"dated": call("count", named("at")), "records": samples.rows()})
    whole = replace(population, condition=_whatever(population.condition, metric.at))
    dated, records = whole.rows(whole.grouped({}, sample))[0]
    return 0 if dated else records


def _whatever(condition: Condition | None, at: Field) -> Condition | None:
    """The condition without its demand that a date be known."""
    if not isinstance(condition, All):
        return condition
    return All(tuple(part for part in condition.parts if part != Negation(Unknown(Column(at)))))


def _total(found: Mapping[str, Any], name: str) -> int:
    return sum(counted.wholes(found.get(name, ())))


def _grouped(
    metric: Metric, population: Population, wanted: Sample, *, by: Sequence[Grouping]
) -> tuple[Found, list[Key]]:
    return asked(population, _looking(wanted), by=by, where=of_metric(metric, population))


def _looking(wanted: Sample) -> Sample:
    return Sample(wanted.values, {**wanted.aggregates, "looked_at": samples.rows()})


def _query(
    population: Population, sample: Sample, *, by: Sequence[Grouping], where: Sequence[exp.Expression]
) -> exp.Select:
    groups = {f"g{place}": population.compiler.group(each) for place, each in enumerate(by)}
    return population.grouped(groups, sample, where=where)


def asked(
    population: Population, sample: Sample, *, by: Sequence[Grouping], where: Sequence[exp.Expression]
) -> tuple[Found, list[Key]]:
    """The aggregates of a sample by name, one entry a group, and the values of the dimensions of each."""
    found = population.found(_query(population, sample, by=by, where=where))
    groups = (_values(found[f"g{place}"]) for place in range(len(by)))
    keys = list(zip(*groups, strict=True)) if by else [()]
    return found, keys


def _values(found: Any) -> list[Any]:
    return found.tolist() if isinstance(found, np.ndarray) else list(found)


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
    plain = [place for place, each in enumerate(metric.by) if not each.unit]
    last = max((_end_of(metric, population, key) for key in figures), default=population.moment.known_at)
    if not plain:
        at = [*(_end_of(metric, population, key) for key in figures), last]
        over = _over(metric, population, figures, at)
        if (told := left_open.open_at(population, left_open.started(metric), at, over=over)) is not None:
            *at_ends, at_last = told
            pairs = zip(figures.items(), at_ends, strict=True)
            return {key: replace(figure, n_open=n) for (key, figure), n in pairs}, at_last
    found, groups = _spells(metric, population, [metric.by[place] for place in plain])
    of_group: dict[Key, list[Key]] = {}
    for key in figures:
        of_group.setdefault(tuple([key[place] for place in plain]), []).append(key)
    counted: dict[Key, int] = {}
    left = 0
    for number, group in enumerate(groups):
        keys = of_group.get(group, [])
        at = [*(_end_of(metric, population, key) for key in keys), last]
        *at_ends, at_last = areas.open_at(found.of(number), at, settled=population.as_of)
        counted |= zip(keys, at_ends, strict=True)
        left += at_last
    return {key: replace(figure, n_open=counted.get(key, 0)) for key, figure in figures.items()}, left


def _over(
    metric: Metric, population: Population, figures: Mapping[Key, Figure], at: Sequence[float]
) -> list[tuple[int, bool]] | None:
    """For each period, and for all, how many repairs the figures hold so far; whether it ends of itself."""
    if not left_open.is_told(metric, population):
        return None
    [by] = metric.by
    assert by.unit is not None
    ordered = sorted(figures)
    so_far = dict(zip(ordered, accumulate(figures[key].estimate.n for key in ordered), strict=True))
    ends = {key: to_days(numbered_period(by.unit, int(key[0])).end) for key in figures}
    found = [(so_far[key], ends[key] == instant) for key, instant in zip(figures, at[:-1], strict=True)]
    return [*found, (max(so_far.values(), default=0), False)]


def _spells(metric: Metric, population: Population, by: Sequence[Grouping]) -> tuple[Found, list[Key]]:
    """From the earlier date to the repair, of every record of the slice, whatever the period."""
    compiler = population.compiler
    mitigated = compiler.value(Column(CORE["mitigated"]))
    values = {
        "starts": compiler.value(left_open.started(metric)),
        "ends": call("coalesce", mitigated, not_a_number()),
    }
    known = not_null(named("starts"))
    sample = Sample(values, {name: samples.listed(name, known) for name in values})
    return asked(population, sample, by=by, where=())


def _end_of(metric: Metric, population: Population, key: Key) -> float:
    moment = population.moment
    ends = [moment.known_at] + ([moment.until] if moment.until is not None else [])
    for each, value in zip(metric.by, key, strict=True):
        if each.unit and each.field and each.field.name == "mitigated":
            ends.append(to_days(numbered_period(each.unit, int(value)).end))
    return min(ends)


def _window_unit(by: Sequence[Grouping]) -> tuple[int | None, str | None]:
    for place, each in enumerate(by):
        if each.field is None:
            return place, each.unit
    return None, None


def _inserted(key: Key, place: int | None, span: Period) -> Key:
    return key if place is None else (*key[:place], span.label, *key[place:])


def _row(metric: Metric, key: Key, figure: Figure) -> Row:
    group = {each.label: label(each, value) for each, value in zip(metric.by, key, strict=True)}
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
        why_none="" if estimate.value is not None else why_none(metric.measure, figure),
    )
