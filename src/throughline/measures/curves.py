"""The whole curve behind a survival figure: the share still unrepaired at each age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from throughline import charts
from throughline.charts import Chart, Point, Spans
from throughline.engine.calendar import Period
from throughline.engine.durations import Curve, spans
from throughline.engine.language.checked import PeriodSurvival, Survival
from throughline.engine.metrics import Metric
from throughline.engine.period_survival import PeriodCurve
from throughline.measures.evaluation import areas, cohorts
from throughline.measures.evaluation.estimates import floats
from throughline.measures.evaluation.figures import Aggregates
from throughline.measures.evaluation.population import Moment
from throughline.ui.words import plain_number

MOST_STEPS = 200


def period_chart(title: str, metric: Metric, aggregates: Aggregates, moment: Moment) -> Chart | None:
    """The curve of the newest period beside the one before; of the whole range where it is not cut by time.

    None where an answer has other dimensions, nothing was there in any period, or nothing ended at an age of
    which five were at risk.
    """
    measure = metric.measure
    if not isinstance(measure, PeriodSurvival) or any(each.field is not None for each in metric.by):
        return None
    found = aggregates.found.of(0)
    unit = metric.by[0].unit if metric.by else None
    first = areas.first_start(measure, aggregates.found)
    spans = _newest(areas.windows_of(measure, unit, first, moment), unit, moment)
    if not spans:
        return None
    curves = [each.curve() for each in cohorts.at_risk(found, spans)]
    shown = 2 * measure.horizon
    now, *then = (
        [point for point in _points_of_period(curve) if float(point.at) <= shown]
        for curve in reversed(curves)
    )
    if len(now) < 2:
        return None
    before = then[0] if then and len(then[0]) > 1 else []
    names = [span.label for span in reversed(spans)]
    return charts.survivals(now, before, title=title, spans=Spans(names[0], names[-1]), limit=measure.horizon)


def _newest(spans: Sequence[Period], unit: str | None, moment: Moment) -> list[Period]:
    """The last two windows; of a range that is not cut by time, the range and the stretch before it."""
    if unit is not None or moment.since is None or not spans:
        return list(spans[-2:])
    asked = spans[-1]
    return [
        Period("the stretch before it", asked.start - (asked.end - asked.start), asked.start),
        Period("the range", asked.start, asked.end),
    ]


def survival_chart(title: str, metric: Metric, aggregates: Aggregates) -> Chart | None:
    """The Kaplan–Meier staircase with its band; None where nothing has ended yet."""
    assert isinstance(metric.measure, Survival)
    ended, *waiting = (floats(aggregates.found[name][0]) for name in ("repaired", "still", "accepted_age"))
    curve = spans(mitigated=ended, still_open=np.concatenate(waiting)).curve()
    points = list(_points(curve))
    if len(points) < 2:
        return None
    return charts.survival(points, title=title, limit=metric.measure.horizon)


def _points_of_period(curve: PeriodCurve) -> Iterator[Point]:
    if curve.starts_at is not None:
        yield from _steps(curve, curve.shares, since=curve.starts_at)


def _points(curve: Curve) -> Iterator[Point]:
    return _steps(curve, curve.survival, since=0.0)


def _steps(curve: Curve | PeriodCurve, shares: NDArray[np.float64], *, since: float) -> Iterator[Point]:
    yield Point(label=plain_number(since), at=repr(since), value=1.0, low=1.0, high=1.0, n=curve.n)
    # Thinned evenly: a staircase of thousands of steps looks the same and weighs a megabyte.
    last = curve.times.size - 1
    for step in np.unique(np.linspace(0, last, MOST_STEPS).astype(int)) if last >= 0 else ():
        day = float(curve.times[step])
        yield Point(
            label=plain_number(day),
            at=repr(day),
            value=float(shares[step]),
            low=_bound(curve.low[step]),
            high=_bound(curve.high[step]),
            n=int(curve.at_risk[step]),
        )


def _bound(share: float) -> float | None:
    return None if np.isnan(share) else float(share)
