"""Times to detection with what is still hidden reckoned with: what they ask of records, and their figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import sightings_by_hour, truncation
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import Truncated
from throughline.engine.sightings_by_hour import Look
from throughline.engine.truncation import Floats, FoundCurve, Sightings
from throughline.measures.engines.duckdb import either, is_null, named, surely
from throughline.measures.evaluation.estimates import RESAMPLED_AT_MOST, Figure, floats, whole
from throughline.measures.evaluation.found import Found
from throughline.measures.evaluation.samples import Sample, listed, rows

KNOWN = "known by"


def sample_of(measure: Truncated) -> Sample:
    """When each record of a group was introduced, and when it was found."""
    start, end = named(measure.start.column), named(measure.end.column)
    backwards = surely(exp.LT(this=end, expression=start))
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
    measure: Truncated,
    found: Found,
    ends: NDArray[Any],
    *,
    first: float | None,
    seed: int,
    settled: float,
) -> list[Figure]:
    """The figure as of the end of each window, from all that was found until then; `first` of all groups.

    What was known by `settled` is told once for a statement: no clock moves it.
    """
    asked = ends.tolist()
    is_many = _are_many(found, asked, settled=settled)
    keys = [(measure, end, first, is_many) for end in asked]
    wanted = [place for place, key in enumerate(keys) if key not in found.made]
    told = _figures(
        measure, found, [asked[place] for place in wanted], first=first, seed=None if is_many else seed
    )
    made = {keys[place]: figure for place, figure in zip(wanted, told, strict=True)}
    found.made.update({key: figure for key, figure in made.items() if key[1] <= settled})
    return [made[key] if key in made else found.made[key] for key in keys]


def _are_many(found: Found, ends: Sequence[float], *, settled: float) -> bool:
    """Whether so many were found by the ends, counted at each, that none is resampled."""
    n = 0
    for end in reversed(ends):
        known = found.made.get((KNOWN, end))
        if known is None:
            known = int(np.count_nonzero(floats(found["ends"]) <= end))
            if end <= settled:
                found.made[KNOWN, end] = known
        n += known
        if n > RESAMPLED_AT_MOST:
            return True
    return False


def _figures(
    measure: Truncated, found: Found, ends: Sequence[float], *, first: float | None, seed: int | None
) -> list[Figure]:
    if not ends:
        return []
    introduced, identified = floats(found["starts"]), floats(found["ends"])
    missing, negative = whole(found["missing"]), whole(found["negative"])
    told = _counted if sightings_by_hour.pays(introduced, identified) else _listed
    # One after the other: threads would mostly wait for each other, since nothing takes long by itself.
    seen = told(measure, introduced, identified, ends, first=first)
    made = ((each, _figure(measure, each, missing, negative, seed=seed)) for each in seen)
    return [replace(figure, first_found=first, n_before=each.n_before) for each, figure in made]


@dataclass(frozen=True, slots=True)
class _Listed:
    """What was found by one look; `n_before` of it were introduced before the first report of all."""

    of: Sightings
    n_before: int

    @property
    def n(self) -> int:
        return self.of.n

    @property
    def window(self) -> float | None:
        return self.of.window

    @property
    def curve(self) -> FoundCurve | None:
        return truncation.found_curve(self.of)


def _listed(
    measure: Truncated, introduced: Floats, identified: Floats, ends: Sequence[float], *, first: float | None
) -> Iterator[_Listed | Look]:
    # In order once for all windows, by how long they took and by how long they were looked for.
    quickest = np.argsort(identified - introduced, kind="stable")
    introduced, identified = introduced[quickest], identified[quickest]
    latest = np.argsort(-introduced)
    for end in ends:
        known = identified <= end
        begun = introduced[known]
        in_order = end - introduced[latest[known[latest]]]
        of = truncation.sightings_in_order(
            identified[known] - begun, end - begun, in_order, window=measure.window
        )
        n_before = 0 if first is None else np.count_nonzero(begun[: of.n] < first)
        yield _Listed(of, int(n_before))


def _counted(
    measure: Truncated, introduced: Floats, identified: Floats, ends: Sequence[float], *, first: float | None
) -> Iterator[_Listed | Look]:
    """By the hour, but for those of the first windows, of which few are known: they are listed."""
    few = list(takewhile(lambda end: np.count_nonzero(identified <= end) <= sightings_by_hour.MANY, ends))
    known = identified <= max(few, default=-math.inf)
    yield from _listed(measure, introduced[known], identified[known], few, first=first)
    many = ends[len(few) :]
    yield from sightings_by_hour.looks(introduced, identified, many, window=measure.window, before=first)


def _figure(
    measure: Truncated, seen: _Listed | Look, missing: int, negative: int, *, seed: int | None
) -> Figure:
    curve = seen.curve
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


def _estimate(measure: Truncated, seen: _Listed | Look, curve: FoundCurve, *, seed: int | None) -> Estimate:
    if measure.name == "median":
        return truncation.truncated_median(curve)
    if measure.name == "mean":
        return truncation.truncated_mean(curve)
    assert measure.days is not None
    if _is_whole(measure, curve):
        return Estimate(value=None, low=None, high=None, n=seen.n)
    if isinstance(seen, Look):
        return truncation.share_found(curve, measure.days)
    return truncation.found_within(seen.of, measure.days, curve=curve, seed=seed)


def _is_whole(measure: Truncated, curve: FoundCurve) -> bool:
    """Of what is found within a window, all is found within a longer time, which is no figure."""
    return measure.days is not None and measure.days >= curve.window
