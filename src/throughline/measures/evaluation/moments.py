"""The mean of many values from their powers, added up where they lie instead of listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from throughline.engine.language.checked import Measure, Statistic
from throughline.measures.engines.duckdb import call, named
from throughline.measures.evaluation.estimates import LARGEST, POWERS, RESAMPLED_AT_MOST, whole
from throughline.measures.evaluation.population import MANY_RECORDS
from throughline.measures.evaluation.samples import Sample
from throughline.measures.readside.columns import Snapshot

# Where the spread is less than a tenth of the mean, the powers lose digits that the values keep.
LEAST_SPREAD = 0.01


def sample_of_many(measure: Measure, sample: Sample, snapshot: Snapshot) -> Sample | None:
    """The sample of a mean with the powers of its values instead of their list; None where it is listed."""
    if not isinstance(measure, Statistic) or measure.name != "mean" or not is_of_many(snapshot):
        return None
    others = {name: made for name, made in sample.aggregates.items() if name != "values"}
    powers = {name: call("sum", _power(power)) for power, name in enumerate(POWERS, start=1)}
    largest = call("max", call("abs", named("x")))
    return Sample(sample.values, {**others, "n": call("count", named("x")), **powers, "largest": largest})


def is_of_many(snapshot: Snapshot) -> bool:
    """Whether so much is added up that nobody asks for the last digits."""
    base = snapshot.generation.base
    return base is not None and base.records >= MANY_RECORDS


def are_enough(found: Mapping[str, Sequence[Any]]) -> bool:
    """Whether the powers tell what the values would: none is resampled, and no digits are lost."""
    n = [whole(each) for each in found["n"]]
    if sum(n) <= RESAMPLED_AT_MOST:
        return False
    powers = (found[name] for name in ("total", "squares", "largest"))
    return all(_is_told(*group) for group in zip(n, *powers, strict=True) if group[0])


def _is_told(n: int, total: float, squares: float, largest: float) -> bool:
    if not largest <= LARGEST:
        return False
    spread = squares / n - (total / n) ** 2
    return n == 1 or spread == 0 or spread >= LEAST_SPREAD * squares / n


def _power(power: int) -> exp.Expression:
    found: exp.Expression = named("x")
    for _ in range(power - 1):
        found = exp.Mul(this=found, expression=named("x"))
    return found
