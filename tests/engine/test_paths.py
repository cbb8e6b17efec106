"""Ways on which a series may go on: only possible values, the same from a seed, as wide as the past."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.paths import Limits, simulate


def ends(values, steps=4, *, seed=1, limits=None, paths=2000):
    return simulate(values, steps, rng=np.random.default_rng(seed), limits=limits, paths=paths)[:, -1]


def spread(values):
    low, high = np.quantile(values, [0.1, 0.9])
    return high - low


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=40),
    st.sampled_from([Limits(), Limits(0.0), Limits(0.0, 1.0), Limits(0.0, None, True), Limits(-5.0, 5.0)]),
    st.integers(1, 12),
)
def test_no_way_leaves_what_is_possible(values, limits, steps):
    possible = limits.fit(np.array(values))
    found = simulate(possible, steps, rng=np.random.default_rng(1), limits=limits, paths=50)
    assert found.shape == (50, steps)
    assert np.isfinite(found).all()
    assert (found == limits.fit(found)).all()


def test_the_same_generator_gives_the_same_ways():
    values = np.random.default_rng(3).normal(10, 2, 30)
    assert (ends(values, seed=5) == ends(values, seed=5)).all()
    assert (ends(values, seed=5) != ends(values, seed=6)).any()


def test_a_walk_goes_on_from_where_it_is_and_spreads_with_time():
    values = 50 + np.cumsum(np.random.default_rng(4).standard_normal(80))
    near, far = (ends(values, steps) for steps in (1, 16))
    assert abs(np.median(near) - values[-1]) < 1
    assert spread(far) > 2 * spread(near)


def test_what_returns_to_its_level_does_so_and_does_not_spread_without_end():
    rng = np.random.default_rng(5)
    values = np.append(20 + rng.standard_normal(80), 26.0)
    near, far = (ends(values, steps) for steps in (1, 16))
    assert abs(np.median(far) - 20) < 1
    assert spread(far) < 1.5 * spread(near)


def test_a_trend_goes_on():
    values = 100 - 2 * np.arange(30) + np.random.default_rng(6).standard_normal(30)
    assert abs(np.median(ends(values, 5)) - (100 - 2 * 34)) < 4


def test_few_values_leave_more_open_than_many():
    values = np.random.default_rng(7).normal(20, 3, 200)
    few = np.mean([spread(ends(values[start : start + 8])) for start in range(0, 190, 10)])
    assert few > 1.1 * spread(ends(values))


def test_a_series_that_never_moved_is_likely_to_stay_near():
    found = ends([5.0] * 20)
    assert abs(np.median(found) - 5) < 0.02
    assert 0 < spread(found) < 2


def test_a_count_of_nought_all_along_stays_low():
    found = ends([0.0] * 20, limits=Limits(0.0, None, integral=True))
    assert (found == 0).mean() > 0.8


def test_growth_in_per_cent_goes_on_in_per_cent():
    rng = np.random.default_rng(8)
    values = 5 * np.exp(np.cumsum(0.1 + 0.03 * rng.standard_normal(40)))
    found = np.median(ends(values, 5, limits=Limits(0.0)))
    assert found > values[-1] * 1.3


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [1.0, float("nan"), 2.0, 3.0]])
def test_too_little_to_go_on_from_is_refused(values):
    with pytest.raises(ValueError, match="three or more finite values"):
        simulate(values, 2, rng=np.random.default_rng(1))
