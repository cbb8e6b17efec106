"""The whole curve behind a survival figure: the share still unrepaired at each age."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from throughline import charts
from throughline.charts import Chart, Point
from throughline.engine.durations import Curve, kaplan_meier
from throughline.engine.language.checked import Survival
from throughline.engine.metrics import Metric
from throughline.measures.evaluation.estimates import floats
from throughline.measures.evaluation.population import Population, of_metric
from throughline.measures.evaluation.samples import sample_of
from throughline.ui.words import plain_number

MOST_STEPS = 200


def survival_chart(title: str, metric: Metric, population: Population) -> Chart | None:
    """The Kaplan–Meier staircase with its band; None where nothing has ended yet."""
    assert isinstance(metric.measure, Survival)
    curve = _curve(metric, population)
    points = list(_points(curve))
    if len(points) < 2:
        return None
    return charts.survival(points, title=title, limit=metric.measure.horizon)


def _curve(metric: Metric, population: Population) -> Curve:
    asked = sample_of(metric.measure, population.compiler)
    found = population.arrays(population.grouped({}, asked, where=of_metric(metric, population)))
    ended, *waiting = (floats(found[name][0]) for name in ("repaired", "still", "accepted_age"))
    spans = np.concatenate((ended, *waiting))
    return kaplan_meier(spans, np.arange(spans.size) < ended.size)


def _points(curve: Curve) -> Iterator[Point]:
    yield Point(label="0", at="0", value=1.0, low=1.0, high=1.0, n=curve.n)
    # Thinned evenly: a staircase of thousands of steps looks the same and weighs a megabyte.
    last = curve.times.size - 1
    for step in np.unique(np.linspace(0, last, MOST_STEPS).astype(int)) if last >= 0 else ():
        day = float(curve.times[step])
        yield Point(
            label=plain_number(day),
            at=repr(day),
            value=float(curve.survival[step]),
            low=_bound(curve.low[step]),
            high=_bound(curve.high[step]),
            n=int(curve.at_risk[step]),
        )


def _bound(share: float) -> float | None:
    return None if np.isnan(share) else float(share)
