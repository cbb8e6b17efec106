"""Groups and windows worked out side by side are those worked out one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from throughline.engine.calendar import from_days, periods
from throughline.engine.definitions import Definition
from throughline.engine.language.fields import Schema
from throughline.engine.metrics import check
from throughline.measures.evaluation import cohorts, estimates
from throughline.measures.evaluation.found import Found
from throughline.measures.evaluation.side_by_side import MANY_VALUES, each
from throughline.measures.readside.bulk import Bulk

GROUPS = 5


def listed(seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.exponential(60.0, MANY_VALUES // 4 + group) for group in range(GROUPS)]


def found() -> dict[str, list]:
    counts = {"missing": [0] * GROUPS, "negative": [0] * GROUPS, "n_open": [0] * GROUPS}
    times = {name: listed(seed) for seed, name in enumerate(("repaired", "accepted", "still"))}
    return {**counts, **times, "accepted_age": times["accepted"], "values": listed(9)}


@pytest.mark.parametrize(
    "measure",
    [
        "rmst(identified -> mitigated, 90 days)",
        "km_median(identified -> mitigated)",
        "mean(mitigated - identified)",
        "p90(mitigated - identified)",
    ],
)
def test_each_group_of_many_values_is_as_by_itself(measure):
    asked = check(Definition(measure=measure), Schema.of()).measure
    every = found()
    one_by_one = [
        estimates.figures(asked, {name: values[group : group + 1] for name, values in every.items()}, seed=1)
        for group in range(GROUPS)
    ]
    assert estimates.figures(asked, every, seed=1) == [figure for [figure] in one_by_one]


@pytest.mark.parametrize("settled", [0.0, 19_500.5, 30_000.0])
def test_each_window_of_many_records_is_as_by_itself(settled):
    asked = check(Definition(measure="period_rmst(identified -> mitigated, 90 days)"), Schema.of()).measure
    starts = np.sort(np.random.default_rng(3).uniform(19_000, 20_000, 2 * MANY_VALUES))
    spells = {"starts": starts, "ends": starts + np.resize(listed(4)[0], starts.size)}
    spells |= {"borne": [], "accepted": []}
    columns = {**spells, "missing": 0, "negative": 0}
    quarters = periods("quarter", from_days(19_100), from_days(19_900))

    def figures(spans):
        return cohorts.figures(
            asked, Found(list(columns), columns, dict, {}, {}, Bulk()), spans, settled=settled
        )

    together = figures(quarters)
    assert together == [figures([one])[0] for one in quarters]
    assert all(figure.estimate.value for figure in together)


@pytest.mark.parametrize("values", [0, MANY_VALUES])
def test_what_is_made_keeps_its_order_and_an_error_is_raised(values):
    assert each(str, range(7), values=values) == list("0123456")
    with pytest.raises(ZeroDivisionError):
        each(lambda n: 1 // n, [1, 0, 1], values=values)
