"""Intervals equal to SciPy and statsmodels, and with the coverage that they promise."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from throughline.engine import intervals
from throughline.engine.intervals import Estimate

VALUES = st.lists(st.floats(-1e4, 1e4).map(lambda x: round(x, 3)), min_size=2, max_size=40)
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def bounds(estimate):
    return estimate.low, estimate.high


# The mean


def test_the_mean_of_nothing_is_unknown():
    assert intervals.mean([], seed=1) == Estimate(value=None, low=None, high=None, n=0)


def test_the_mean_of_one_has_no_bounds():
    assert intervals.mean([7.0], seed=1) == Estimate(value=7.0, low=None, high=None, n=1)


@pytest.mark.parametrize("n", [2, 500, 501])
def test_the_mean_of_constant_data_is_that_constant_with_no_width(n):
    assert intervals.mean(np.full(n, 0.1), seed=1) == Estimate(value=0.1, low=0.1, high=0.1, n=n)


def test_unknown_values_are_left_out():
    assert intervals.mean([1.0, np.nan, 3.0], seed=1) == intervals.mean([1.0, 3.0], seed=1)


@given(VALUES, st.integers(0, 2**32), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_bounds_of_a_mean_follow_from_its_seed_and_not_from_the_order(values, seed, random):
    shuffled = random.sample(values, len(values))
    assert intervals.mean(values, seed=seed) == intervals.mean(shuffled, seed=seed)


@given(VALUES, st.sampled_from([0.5, 2.0, 1024.0]))
@settings(max_examples=25)
def test_a_change_of_unit_changes_the_mean_and_its_bounds_alike(values, scale):
    before = intervals.mean(values, seed=3)
    after = intervals.mean(np.array(values) * scale, seed=3)
    assert after.value == pytest.approx(before.value * scale)
    assert bounds(after) == pytest.approx([bound * scale for bound in bounds(before)])


@given(VALUES)
@settings(max_examples=25)
def test_the_bounds_of_a_mean_lie_within_the_data(values):
    estimate = intervals.mean(values, seed=5)
    margin = 1e-9 * (1 + max(map(abs, values)))
    assert min(values) - margin <= estimate.low <= estimate.high <= max(values) + margin


@pytest.mark.parametrize(
    "values",
    [np.random.default_rng(11).lognormal(3, 1.2, 20), np.repeat([0, 1, 2, 5], [20, 10, 7, 3])],
    ids=["skewed", "many ties"],
)
def test_the_bootstrap_agrees_with_scipys(values):
    random = np.random.default_rng(2)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=100_000, method="BCa", rng=random)
    ours = [bounds(intervals.mean(values, seed=seed)) for seed in range(50)]
    interval = theirs.confidence_interval
    assert np.mean(ours, axis=0) == pytest.approx([interval.low, interval.high], rel=0.01)


def test_above_five_hundred_the_interval_leans_the_way_of_the_skew():
    values = np.random.default_rng(5).lognormal(3, 1, 2000)
    estimate = intervals.mean(values, seed=1)
    assert estimate.high - estimate.value > estimate.value - estimate.low
    normal = stats.norm.interval(0.95, values.mean(), values.std() / math.sqrt(values.size))
    assert bounds(estimate) == pytest.approx(normal, rel=0.02)


def test_the_skewness_corrected_bounds_undo_halls_transformation():
    values = np.random.default_rng(6).exponential(30, 900)
    n, spread, skew = values.size, values.std(), stats.skew(values)
    for bound, z in zip(bounds(intervals.mean(values, seed=1)), (1.959964, -1.959964), strict=True):
        t = math.sqrt(n) * (values.mean() - bound) / spread
        hall = t + skew / math.sqrt(n) * (t**2 / 3 + 1 / 6) + skew**2 / (27 * n) * t**3
        assert hall == pytest.approx(z, abs=1e-6)


def test_without_skew_the_bounds_are_normal():
    values = np.concatenate([np.arange(500.0), -np.arange(500.0)])
    half = stats.norm.ppf(0.975) * values.std() / math.sqrt(1000)
    assert bounds(intervals.mean(values, seed=1)) == pytest.approx([-half, half])


@pytest.mark.parametrize("origin", [0.0, 20_000.0])
def test_moments_give_the_same_mean_as_the_values(origin):
    values = np.random.default_rng(8).exponential(40, 800) + 19_980
    away = values - origin
    found = intervals.mean_from_moments(800, away.sum(), (away**2).sum(), (away**3).sum(), origin=origin)
    expected = intervals.mean(values, seed=1)
    assert found.value == pytest.approx(expected.value)
    assert bounds(found) == pytest.approx(bounds(expected), abs=0.01 if origin == 0 else 1e-8)


def test_moments_of_nothing_or_of_one_have_no_bounds():
    assert intervals.mean_from_moments(0, 0, 0, 0) == Estimate(None, None, None, 0)
    assert intervals.mean_from_moments(1, 3, 9, 27) == Estimate(3, None, None, 1)


@pytest.mark.parametrize("n", [40, 600])
def test_nineteen_in_twenty_intervals_of_a_skewed_mean_hold_the_truth(n):
    random = np.random.default_rng(n)
    found = [intervals.mean(random.exponential(30, n), seed=seed) for seed in range(300)]
    share = np.mean([estimate.low <= 30 <= estimate.high for estimate in found])
    assert 0.90 <= share <= 0.985


# Quantiles


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_pair():
    assert intervals.median([4.0, 1.0, 3.0, 2.0]).value == 2.5


def test_a_quantile_of_nothing_is_unknown():
    assert intervals.median([np.nan]) == Estimate(None, None, None, 0)


@given(VALUES, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_a_quantile_is_numpys(values, p):
    assert intervals.quantile(values, p).value == pytest.approx(np.quantile(values, p), rel=1e-12, abs=1e-12)


def test_five_values_cannot_bound_a_median_and_six_can():
    assert bounds(intervals.median([1.0, 2.0, 3.0, 4.0, 5.0])) == (None, None)
    assert bounds(intervals.median([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])) == (1.0, 6.0)


def test_thirty_six_values_are_needed_to_bound_the_ninetieth_percentile_from_above():
    assert intervals.p90(np.arange(35.0)).high is None
    assert intervals.p90(np.arange(36.0)).high == 35.0


@given(st.integers(1, 3000), st.sampled_from([0.1, 0.5, 0.9]), LEVELS)
def test_the_ranks_are_the_tightest_that_the_binomial_allows(n, p, confidence):
    low, high = intervals.quantile_ranks(n, p, confidence=confidence)
    tail = (1 - confidence) / 2
    law = stats.binom(n, p)
    assert law.cdf((low or 1) - 1) > tail if low is None else law.cdf(low - 1) <= tail < law.cdf(low)
    assert law.sf(n - 1) > tail if high is None else law.sf(high - 1) <= tail < law.sf(high - 2)


def test_the_ranks_of_a_million_are_exact_too():
    assert intervals.quantile_ranks(1_000_000, 0.5) == (499_020, 500_981)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_the_bounds_of_a_quantile_are_values_of_the_data_around_it(values, p):
    estimate = intervals.quantile(values, p)
    assert estimate.low is None or (estimate.low in values and estimate.low <= estimate.value)
    assert estimate.high is None or (estimate.high in values and estimate.value <= estimate.high)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1])
def test_a_quantile_outside_the_data_is_an_error(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        intervals.quantile([1.0, 2.0], p)


# Counts and shares


@given(st.lists(st.integers(0, 5000) | st.integers(0, 10**7), min_size=1, max_size=20), LEVELS)
def test_the_bounds_of_counts_are_garwoods(counts, confidence):
    low, high = intervals.count_bounds(counts, confidence=confidence)
    tail, k = (1 - confidence) / 2, np.array(counts)
    assert low == pytest.approx(np.where(k > 0, stats.chi2.ppf(tail, 2 * np.maximum(k, 1)) / 2, 0), rel=1e-9)
    assert high == pytest.approx(stats.chi2.ppf(1 - tail, 2 * k + 2) / 2, rel=1e-9)


def test_none_seen_is_compatible_with_up_to_three_point_seven():
    estimate = intervals.count(0)
    assert estimate.low == 0
    assert estimate.high == pytest.approx(-math.log(0.025))


def test_more_seen_means_higher_bounds():
    low, high = intervals.count_bounds(np.arange(2000))
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        intervals.count(-1)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), LEVELS)
def test_the_bounds_of_a_share_are_wilsons(pair, confidence):
    k, n = pair
    theirs = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
    assert bounds(intervals.share(k, n, confidence=confidence)) == pytest.approx(theirs, abs=1e-12)


def test_none_and_all_touch_the_ends_exactly():
    assert intervals.share(0, 7).low == 0.0
    assert intervals.share(7, 7).high == 1.0


def test_a_share_of_nothing_is_unknown():
    assert intervals.share(0, 0) == Estimate(None, None, None, 0)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_a_share_of_more_than_there_are_is_an_error(k, n):
    with pytest.raises(ValueError, match="0 ≤ k ≤ n"):
        intervals.share(k, n)
