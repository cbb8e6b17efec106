"""Where the dates are from that a metric rests on: reported, observed or guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from throughline.engine.language.fields import BASES
from throughline.engine.metrics import Metric
from throughline.measures.engines.duckdb import call, named
from throughline.measures.evaluation.caveats import rests_on
from throughline.measures.evaluation.population import Population, of_metric
from throughline.measures.evaluation.samples import Sample

# For each date a metric rests on, the share of records by where the date is from.
Bases = Mapping[str, Mapping[str, float]]


def bases_of(metric: Metric, population: Population) -> Bases:
    """For each date the metric rests on, the share of records by where the date is from."""
    dates = rests_on(metric.measure)
    if not dates:
        return {}
    found = population.rows(_of_bases(metric, population, dates))
    counted = {
        date: [(row[place], row[place + len(dates)]) for row in found] for place, date in enumerate(dates)
    }
    return {date: shares for date, counts in counted.items() if (shares := _shares(counts))}


def begin_bases(metric: Metric, population: Population) -> None:
    """Ask ahead what `bases_of` will ask."""
    if dates := rests_on(metric.measure):
        population.begin(_of_bases(metric, population, dates), as_rows=True)


def _of_bases(metric: Metric, population: Population, dates: Sequence[str]) -> exp.Select:
    # A query of its own: counting each basis of each date beside the lists of the groups takes longer.
    sample = Sample(
        {date: named(date) for date in dates}, {date: call("count", named(date)) for date in dates}
    )
    bases = {f"{date}_basis": named(f"{date}_basis") for date in dates}
    return population.grouped(bases, sample, where=of_metric(metric, population))


def _shares(counted: Sequence[tuple[str, int]]) -> dict[str, float]:
    counts = {basis: sum(count for each, count in counted if each == basis) for basis in BASES}
    total = sum(counts.values())
    return {basis: count / total for basis, count in counts.items() if count}
