"""Whether a target can be told from noise: power against simulation and against statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep, proportions_ztest

from throughline.engine import noise
from throughline.engine.refusals import Refused

RUNS = 4000
# Three standard errors of a share of RUNS simulations.
CLOSE = 3 * math.sqrt(0.25 / RUNS)


# Means of durations


def test_a_halving_of_exponential_durations_needs_33_events_a_period():
    assert math.ceil(noise.events_needed(0.5, cv=1)) == 33


def test_half_as_many_are_needed_against_a_known_baseline():
    full, half = (noise.events_needed(0.7, cv=1.3, baseline_known=known) for known in (False, True))
    assert half == pytest.approx(full / 2)


@given(st.floats(0.05, 0.95), st.floats(0.2, 3))
def test_as_many_are_needed_for_a_ratio_as_for_its_reverse_and_more_for_a_smaller_change(ratio, cv):
    needed = noise.events_needed(ratio, cv=cv)
    assert noise.events_needed(1 / ratio, cv=cv) == pytest.approx(needed)
    assert noise.events_needed(ratio + 0.04, cv=cv) > needed


@pytest.mark.parametrize(("ratio", "cv"), [(1, 1), (0, 1), (-2, 1), (0.5, 0)])
def test_a_ratio_that_is_no_change_is_refused(ratio, cv):
    with pytest.raises(ValueError, match="a ratio above 0 that is not 1"):
        noise.events_needed(ratio, cv=cv)


@pytest.mark.parametrize("cv", [0.5, 1, 2])
@pytest.mark.parametrize("ratio", [0.3, 0.5, 0.8, 1.5])
@pytest.mark.parametrize(("before", "after"), [(33, 33), (100, 20), (12, 60)])
def test_the_power_of_a_mean_is_that_of_statsmodels(cv, ratio, before, after):
    found = noise.of_means(baseline=20, target=20 * ratio, cv=cv, before=before, after=after)
    wanted = NormalIndPower().power(
        abs(math.log(ratio)) / cv, nobs1=before, alpha=0.025, ratio=after / before, alternative="larger"
    )
    assert found.power == pytest.approx(wanted, abs=1e-9)


@given(st.floats(0.1, 5), st.integers(2, 500))
def test_with_the_events_needed_the_power_is_eighty_per_cent(ratio, cv_tenths):
    assume(abs(math.log(ratio)) > 0.02)
    cv = cv_tenths / 100
    n = noise.events_needed(ratio, cv=cv)
    found = noise.of_means(baseline=20, target=20 * ratio, cv=cv, before=n, after=n)
    assert found.power == pytest.approx(0.8, abs=1e-6)
    assert found.smallest == pytest.approx(20 * ratio)


@pytest.mark.parametrize("shape", [1.0, 4.0])
def test_the_power_of_a_mean_is_what_simulation_finds(shape):
    rng, cv, n, ratio = np.random.default_rng(7), 1 / math.sqrt(shape), 60, 0.65
    first = rng.gamma(shape, 1 / shape, (RUNS, n))
    second = ratio * rng.gamma(shape, 1 / shape, (RUNS, n))
    spread = np.sqrt(sum((x.std(1, ddof=1) / x.mean(1)) ** 2 / n for x in (first, second)))
    told = (np.log(first.mean(1) / second.mean(1)) / spread > 1.96).mean()
    found = noise.of_means(baseline=1, target=ratio, cv=cv, before=n, after=n)
    assert told == pytest.approx(found.power, abs=CLOSE + 0.02)


def test_without_events_or_spread_no_power_is_said_and_the_target_is_too_weak():
    for changes in ({"cv": None}, {"before": 0}, {"after": 0}):
        given_numbers = {"cv": 1, "before": 30, "after": 30} | changes
        found = noise.of_means(baseline=20, target=10, **given_numbers)
        assert (found.power, found.smallest) == (None, None)
        assert found.is_too_weak


def test_a_known_baseline_needs_no_events_before():
    assert noise.of_means(baseline=20, target=10, cv=1, before=0, after=17, known=True).power > 0.8


@pytest.mark.parametrize(("baseline", "target"), [(0, 1), (5, 0), (-1, 2)])
def test_a_mean_that_is_not_above_nought_has_no_ratio(baseline, target):
    with pytest.raises(Refused, match="above 0"):
        noise.of_means(baseline=baseline, target=target, cv=1, before=30, after=30)


def test_variation_is_the_spread_over_the_mean_of_what_is_known():
    assert noise.variation([10, 20, 30, float("nan")]) == pytest.approx(0.5)
    assert noise.variation([10]) is None
    assert noise.variation([0, 0]) is None


# Counts


@pytest.mark.parametrize(
    ("before", "after", "time"),
    [(40, 20, 1), (10, 25, 1), (5, 0.5, 1), (100, 80, 1), (30, 30, 2), (60, 10, 0.5)],
)
def test_the_power_of_a_count_is_what_simulation_of_the_exact_test_finds(before, after, time):
    rng = np.random.default_rng(11)
    first, second = rng.poisson(before, RUNS), rng.poisson(after, RUNS)
    share = time / (1 + time)
    if after < before * time:
        told = stats.binom.cdf(second, first + second, share) <= 0.025
    else:
        told = stats.binom.sf(second - 1, first + second, share) <= 0.025
    found = noise.count_power(before, after, after=time)
    assert told.mean() == pytest.approx(found, abs=CLOSE)


@given(st.floats(0, 60), st.floats(0, 60))
def test_a_rise_has_the_power_of_the_fall_that_it_mirrors(first, second):
    assert noise.count_power(first, second) == pytest.approx(noise.count_power(second, first), abs=1e-9)


def test_an_exact_test_errs_at_most_as_often_as_it_says():
    for mean in (0.5, 3, 12.5, 80, 400):
        assert noise.count_power(mean, mean * 0.999999) <= 0.0251


@pytest.mark.parametrize("ratio", [0.8, 0.9, 1.2])
def test_exact_and_normal_meet_where_one_takes_over(ratio):
    just_below, just_above = (
        noise.count_power(total / (1 + ratio), total * ratio / (1 + ratio)) for total in (999, 1001)
    )
    assert just_below == pytest.approx(just_above, abs=0.02)


def test_the_smallest_change_of_a_count_has_a_power_of_eighty_per_cent():
    for target in (20, 60):
        found = noise.of_counts(baseline=40, target=target)
        assert noise.count_power(40, found.smallest) == pytest.approx(0.8, abs=0.01)
        assert (found.smallest < 40) == (target < 40)


def test_of_few_events_not_even_nought_could_be_told():
    found = noise.of_counts(baseline=3, target=1)
    assert found.smallest is None
    assert found.is_too_weak
    assert found.power < 0.2


def test_a_longer_period_ahead_compares_rates_and_not_counts():
    assert noise.of_counts(baseline=30, target=60, before=90, after=180).power == pytest.approx(0.025)
    assert noise.of_counts(baseline=30, target=30, before=90, after=180).power > 0.5


def test_nothing_seen_and_nothing_expected_tells_nothing():
    assert noise.count_power(0, 0) == 0


@pytest.mark.parametrize("bad", [{"baseline": -1, "target": 2}, {"baseline": 1, "target": 2, "after": 0}])
def test_a_count_below_nought_is_refused(bad):
    with pytest.raises(Refused, match="at least 0"):
        noise.of_counts(**bad)


# Shares


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.7), (0.9, 0.95), (0.2, 0.1), (0.6, 0.5)])
@pytest.mark.parametrize(("before", "after"), [(50, 50), (200, 80)])
def test_the_power_of_a_share_is_that_of_statsmodels(first, second, before, after):
    wanted = power_proportions_2indep(
        second - first,
        first,
        nobs1=after,
        ratio=before / after,
        alpha=0.025,
        alternative="larger" if second > first else "smaller",
    ).power
    assert noise.share_power(first, second, before=before, after=after) == pytest.approx(wanted, abs=1e-6)


def test_the_power_of_a_share_is_what_simulation_finds():
    rng, n = np.random.default_rng(3), 120
    first, second = rng.binomial(n, 0.6, RUNS), rng.binomial(n, 0.75, RUNS)
    told = [
        proportions_ztest([b, a], [n, n], alternative="larger")[1] <= 0.025
        for a, b in zip(first, second, strict=True)
    ]
    assert np.mean(told) == pytest.approx(noise.share_power(0.6, 0.75, before=n, after=n), abs=CLOSE + 0.01)


def test_a_share_may_have_no_room_for_a_change_that_would_show():
    found = noise.of_shares(baseline=0.95, target=0.99, before=20, after=20)
    assert found.smallest is None
    assert found.is_too_weak
    assert noise.of_shares(baseline=0.95, target=0.5, before=20, after=20).smallest < 0.95


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(2, 400))
def test_a_known_baseline_never_takes_power_away(first, second, n):
    assume(abs(first - second) > 1.96 * math.sqrt(0.5 / n))
    unknown = noise.of_shares(baseline=first, target=second, before=n, after=n)
    known = noise.of_shares(baseline=first, target=second, before=0, after=n, known=True)
    assert known.power >= unknown.power - 0.02


def test_a_share_above_one_is_refused():
    with pytest.raises(Refused, match="between 0 and 1"):
        noise.of_shares(baseline=0.5, target=50, before=10, after=10)


# Series, history


def test_a_series_that_wanders_as_far_each_period_tells_nothing():
    found = noise.of_series([10, 14, 9, 13, 10], baseline=10, target=8)
    assert found.is_too_weak
    assert found.smallest < 0
    assert not noise.of_series([10, 10.1, 9.9, 10, 10.1], baseline=10, target=8).is_too_weak


def test_a_series_of_three_values_says_nothing_of_its_spread():
    assert noise.of_series([10, 14, 9], baseline=10, target=8).power is None


def test_events_come_at_the_rate_that_was_seen():
    assert noise.events_expected(30, days=90, ahead=60) == 20
    with pytest.raises(ValueError, match="a rate needs days"):
        noise.events_expected(30, days=0, ahead=60)


@pytest.mark.parametrize(
    ("probability", "word"),
    [(0.91, "sandbag"), (0.9, None), (0.5, None), (0.05, None), (0.049, "fantasy"), (None, None)],
)
def test_history_makes_a_target_a_sandbag_or_a_fantasy(probability, word):
    assert noise.implausible(probability) == word


def test_a_history_that_never_moved_is_known_by_two_equal_values():
    assert noise.never_moved([0.1 + 0.2, 0.3, 0.3])
    assert not noise.never_moved([3, 3, 3.001])
    assert not noise.never_moved([3])


# Against a known mean, and how many events it takes


@pytest.mark.parametrize(("mean", "count"), [(40, 20), (12, 25), (3, 0), (0.5, 8), (200, 160)])
def test_the_power_against_a_known_count_is_that_of_exact_enumeration(mean, count):
    k = np.arange(2000)
    lower, upper = stats.poisson.cdf(k, mean) <= 0.025, stats.poisson.sf(k - 1, mean) <= 0.025
    rejects = lower if count < mean else upper
    wanted = stats.poisson.pmf(k, count)[rejects].sum()
    assert noise.known_count_power(mean, count) == pytest.approx(wanted, abs=1e-9)
    assert noise.of_counts(baseline=mean, target=count, known=True).power == pytest.approx(wanted, abs=1e-9)


def test_against_a_known_mean_nothing_changes_at_its_seam_but_a_little():
    assert noise.known_count_power(999, 920) == pytest.approx(noise.known_count_power(1001, 922), abs=0.02)
    assert noise.known_count_power(5, 5) == 0.025


@pytest.mark.parametrize("ratio", [0.3, 0.5, 0.8, 1.5])
@pytest.mark.parametrize("known", [False, True])
def test_with_as_many_as_are_needed_a_change_shows_four_times_in_five(ratio, known):
    count = noise.counts_needed(ratio, known=known)
    found = noise.of_counts(baseline=count, target=count * ratio, known=known)
    # An exact test goes up in steps.
    assert 0.8 <= found.power < (0.87 if known else 0.81)
    cases = noise.cases_needed(0.4, ratio, known=known)
    shares = noise.of_shares(baseline=0.4, target=0.4 * ratio, before=cases, after=cases, known=known)
    assert shares.power == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize("ratio", [0, -1, 1, math.nan, math.inf])
def test_no_number_of_events_shows_what_is_no_change(ratio):
    with pytest.raises(Refused, match="a ratio above 0 that is not 1"):
        noise.counts_needed(ratio)
    with pytest.raises(Refused, match="a ratio above 0 that is not 1"):
        noise.cases_needed(0.5, ratio)
    with pytest.raises(Refused, match="between 0 and 1"):
        noise.cases_needed(0.6, 2)
    assert noise.cases_needed(0, 0.5) is None
