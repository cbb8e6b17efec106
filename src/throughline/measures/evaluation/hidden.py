"""Times to detection with what is still hidden reckoned with: what they ask of records, and their figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import truncation
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import Truncated
from throughline.engine.truncation import Floats, FoundCurve, Sightings
from throughline.measures.engines.duckdb import call, either, is_null, named
from throughline.measures.evaluation.estimates import RESAMPLED_AT_MOST, Figure, floats, whole
from throughline.measures.evaluation.samples import Sample, listed, rows
from throughline.measures.evaluation.side_by_side import each


def sample_of(measure: Truncated) -> Sample:
    """When each record of a group was introduced, and when it was found."""
    start, end = named(measure.start.column), named(measure.end.column)
    backwards = call("coalesce", exp.LT(this=end, expression=start), exp.false())
    values = {
        "start": start.copy(),
        "end": end.copy(),
        "unknown": either(is_null(start.copy()), is_null(end.copy())),
        "backwards": backwards,
    }
    forward = exp.Not(this=either(named("unknown"), named("backwards")))
    aggregates = {
        "starts": listed("start", forward),
        "ends": listed("end", forward.copy()),
        "missing": rows(named("unknown")),
        "negative": rows(named("backwards")),
    }
    return Sample(values, aggregates)


def figures(
    measure: Truncated, found: Mapping[str, Any], ends: NDArray[Any], *, first: float | None, seed: int
) -> list[Figure]:
    """The figure as of the end of each window, from all that was found until then; `first` of all groups."""
    introduced, identified = floats(found["starts"]), floats(found["ends"])
    missing, negative = whole(found["missing"]), whole(found["negative"])
    # In order once for all windows: what is in order already is put in order in no time.
    quickest = np.argsort(identified - introduced, kind="stable")
    introduced, identified = introduced[quickest], identified[quickest]

    def sighted(end: float) -> Sightings:
        known = identified <= end
        took, looked = (identified - introduced)[known], (end - introduced)[known]
        return truncation.sightings(took, looked, window=measure.window)

    windows = ends.tolist()
    seen = each(sighted, windows, values=introduced.size)
    many = sum(one.n for one in seen) > RESAMPLED_AT_MOST

    def told(window: tuple[float, Sightings]) -> Figure:
        end, one = window
        known = identified <= end
        return replace(
            _figure(measure, one, missing, negative, seed=None if many else seed),
            first_found=first,
            n_before=_before(introduced[known], identified[known], one, first),
        )

    return each(told, list(zip(windows, seen, strict=True)), values=introduced.size)


def _before(introduced: Floats, identified: Floats, seen: Sightings, first: float | None) -> int:
    """How many of those in a figure were introduced before the first report of all."""
    if first is None:
        return 0
    within = identified - introduced <= (math.inf if seen.window is None else seen.window)
    return int((introduced[within] < first).sum())


def _figure(measure: Truncated, seen: Sightings, missing: int, negative: int, *, seed: int | None) -> Figure:
    curve = truncation.found_curve(seen)
    beyond = seen.window is None and seen.n > 0
    if curve is None:
        estimate = Estimate(value=None, low=None, high=None, n=seen.n)
        return Figure(estimate, n_missing=missing, n_negative=negative, beyond=beyond)
    estimate = _estimate(measure, seen, curve, seed=seed)
    return Figure(
        estimate,
        n_missing=missing,
        n_negative=negative,
        thin_from=curve.thin_at,
        window=curve.window,
        broken=estimate.value is None and not _is_whole(measure, curve),
    )


def _estimate(measure: Truncated, seen: Sightings, curve: FoundCurve, *, seed: int | None) -> Estimate:
    if measure.name == "median":
        return truncation.truncated_median(curve)
    if measure.name == "mean":
        return truncation.truncated_mean(curve)
    assert measure.days is not None
    if _is_whole(measure, curve):
        return Estimate(value=None, low=None, high=None, n=seen.n)
    return truncation.found_within(seen, measure.days, curve=curve, seed=seed)


def _is_whole(measure: Truncated, curve: FoundCurve) -> bool:
    """Of what is found within a window, all is found within a longer time, which is no figure."""
    return measure.days is not None and measure.days >= curve.window
