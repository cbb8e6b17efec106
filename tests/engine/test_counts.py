"""Ratios of counts and their dispersion: equal to SciPy, exact in enumeration, right in simulation."""

import math

import numpy as np
import pytest
from scipy import stats

from throughline.engine import counts


@pytest.mark.parametrize(("now", "then"), [(20, 40), (0, 7), (7, 0), (1, 1), (300, 211), (3, 12)])
@pytest.mark.parametrize("ahead", [1.0, 0.4])
def test_the_ratio_has_the_conditional_binomial_interval(now, then, ahead):
    found = counts.ratio(now, then, ahead=ahead, before=1.0)
    test = stats.binomtest(now, now + then, ahead / (1 + ahead))
    low, high = test.proportion_ci(method="exact")
    assert found.low == pytest.approx(low / (1 - low) / ahead, rel=1e-9)
    if then:
        assert found.high == pytest.approx(high / (1 - high) / ahead, rel=1e-9)
        assert found.value == pytest.approx(now / then / ahead)
    else:
        assert (found.high, found.value) == (None, None)
    law = stats.binom(now + then, ahead / (1 + ahead))
    assert found.p == pytest.approx(min(1, 2 * min(law.cdf(now), law.sf(now - 1))), rel=1e-9)
    assert found.is_told_from_one == (found.p < 0.05)


@pytest.mark.parametrize(("total", "true"), [(6, 0.6), (30, 0.6), (30, 2.5)])
def test_the_interval_holds_the_true_ratio_at_least_as_often_as_it_says_by_enumeration(total, true):
    now = np.arange(total + 1)
    mass = stats.binom.pmf(now, total, true / (1 + true))
    found = counts.ratios(now, total - now)
    held = [each.low <= true <= (math.inf if each.high is None else each.high) for each in found]
    assert 0.95 <= mass[held].sum() <= 0.999


def test_nothing_counted_at_all_says_nothing():
    assert counts.ratio(0, 0) == counts.Ratio(None, 0.0, None, 1.0)
    with pytest.raises(ValueError, match="counts of 0 or more"):
        counts.ratio(-1, 2)


def test_the_index_of_dispersion_has_its_chi_square_law():
    monthly = [3, 9, 4, 12, 2, 7, 15, 1]
    found = counts.dispersion([monthly])
    squares = stats.chisquare(monthly)
    assert found.index == pytest.approx(squares.statistic / 7)
    assert found.p == pytest.approx(squares.pvalue, rel=1e-9)
    assert found.low == pytest.approx(squares.statistic / stats.chi2.ppf(0.975, 7))
    assert found.high == pytest.approx(squares.statistic / stats.chi2.ppf(0.025, 7))
    assert found.is_over


def test_single_events_are_rarely_called_batches_and_batches_nearly_always():
    random = np.random.default_rng(4)
    single = [counts.dispersion([random.poisson(6, 24)]).is_over for _ in range(400)]
    batched = [counts.dispersion([3 * random.poisson(2, 24)]).is_over for _ in range(200)]
    assert np.mean(single) < 0.03
    assert np.mean(batched) > 0.85


def test_groups_with_rates_of_their_own_and_short_months_are_no_batches():
    random = np.random.default_rng(5)
    days = np.tile([31, 28, 31, 30], 12)
    groups = [random.poisson(rate * days / 30) for rate in (2, 40)]
    assert not counts.dispersion(groups, [days, days]).is_over
    assert counts.dispersion([groups[0] + groups[1], groups[0]]).periods == 96
    assert counts.dispersion([[1, 2, 3, 4, 5]]) is None
    assert counts.dispersion([[0] * 12]) is None


def test_the_wider_interval_holds_the_mean_of_batches_where_the_poisson_one_does_not():
    random = np.random.default_rng(6)
    drawn = 4 * random.poisson(10, 2000)
    low, high = counts.wider_bounds(drawn, index=4.0)
    assert np.mean((low <= 40) & (high >= 40)) > 0.94
    plain_low, plain_high = counts.wider_bounds(drawn, index=0.7)
    assert np.mean((plain_low <= 40) & (plain_high >= 40)) < 0.8
    assert plain_low == pytest.approx(stats.chi2.ppf(0.025, 2 * drawn) / 2)


def test_the_ratio_of_batches_is_that_of_so_many_times_fewer():
    found = counts.ratios([40, 0], [80, 12], index=4.0)
    assert found == [counts.ratio(10, 20), counts.ratio(0, 3)]
