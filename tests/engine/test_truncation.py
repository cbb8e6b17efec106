"""Time to detection under right truncation: equal to lifelines in reversed time, to simulation, to curl."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from throughline.engine import truncation
from throughline.engine.truncation import (
    found_curve,
    found_within,
    sightings,
    truncated_mean,
    truncated_median,
)

YEAR = 365.25
LAST = datetime(2026, 6, 26, tzinfo=UTC)


def simulated(random, n, *, scale, until):
    """Flaws introduced evenly over a time, found after an exponential time, seen where that is over."""
    introduced, took = random.uniform(0, until, n), random.exponential(scale, n)
    seen = introduced + took <= until
    return took[seen], (until - introduced)[seen]


# The estimator


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore")
def test_the_curve_and_its_band_are_those_of_lifelines_in_reversed_time(seed):
    took, looked = simulated(np.random.default_rng(seed), 40 * 3**seed % 500 + 40, scale=300, until=900)
    seen = sightings(took, looked)
    curve = found_curve(seen)
    kept, window = took <= seen.window, seen.window
    theirs = KaplanMeierFitter().fit(window - took[kept], entry=np.maximum(window - looked[kept], -1e-9))
    # Turned around, "lasts longer than window − x" is "found in less than x".
    below = theirs.survival_function_at_times(window - curve.times[1:]).to_numpy()
    assert curve.found[:-1] == pytest.approx(below, abs=1e-9)
    band = theirs.confidence_interval_survival_function_
    place = np.searchsorted(band.index.to_numpy(), window - curve.times[1:] + 1e-6) - 1
    assert curve.low[:-1] == pytest.approx(band.to_numpy()[place, 0], abs=1e-9)
    assert curve.high[:-1] == pytest.approx(band.to_numpy()[place, 1], abs=1e-9)
    median = truncated_median(curve)
    low, high = median_survival_times(theirs.confidence_interval_).to_numpy().ravel()
    found = (median.value, median.low, median.high)
    assert found == pytest.approx((window - theirs.median_survival_time_, window - high, window - low))


def test_where_everything_could_be_seen_it_is_the_plain_mean_and_share():
    took = np.random.default_rng(3).exponential(50, 80)
    seen = sightings(took, np.full(80, 1e6))
    curve = found_curve(seen)
    assert truncated_mean(curve).value == pytest.approx(took.mean())
    assert truncated_median(curve).value == np.sort(took)[39]
    assert found_within(seen, 30, seed=1).value == pytest.approx((took <= 30).mean())


def test_it_finds_the_truth_that_the_plain_mean_misses_and_its_intervals_hold_it():
    random, window, scale, rounds = np.random.default_rng(7), 10.0, 8.0, 240
    whole = 1 - np.exp(-window / scale)
    median = -scale * np.log(1 - whole / 2)
    mean = scale - window * (1 - whole) / whole
    share = (1 - np.exp(-1 / scale)) / whole
    held, plain = np.zeros(3), []
    for seed in range(rounds):
        took, looked = simulated(random, 400, scale=scale, until=12.0)
        seen = sightings(took, looked, window=window)
        curve = found_curve(seen)
        if curve.is_broken:
            held += 1
            continue
        with_bootstrap = seed if seed % 8 == 0 else None
        found = (
            truncated_median(curve),
            truncated_mean(curve),
            found_within(seen, 1.0, seed=with_bootstrap, curve=curve),
        )
        truths = (median, mean, share)
        held += [each.low <= true <= each.high for each, true in zip(found, truths, strict=True)]
        plain.append(took.mean())
    assert np.mean(plain) < 0.85 * mean
    assert (held / rounds > 0.9).all(), held / rounds


def test_curl_takes_sixteen_years_on_average_and_finds_one_in_thirty_within_a_year(shared_data):
    with (shared_data / "curl_vulnerabilities.csv").open(newline="") as file:
        dates = [(row["introduced_at"], row["identified_at"]) for row in csv.DictReader(file)]
    introduced, identified = (
        np.array([datetime.fromisoformat(each).timestamp() / 86400 for each in column])
        for column in zip(*(pair for pair in dates if all(pair)), strict=True)
    )
    took = identified - introduced
    assert took.mean() / YEAR == pytest.approx(8.26, abs=0.005)
    seen = sightings(took, LAST.timestamp() / 86400 - introduced)
    assert seen.window / YEAR == pytest.approx(25.2, abs=0.05)
    curve = found_curve(seen)
    mean, median = truncated_mean(curve), truncated_median(curve)
    assert [round(x / YEAR, 1) for x in (mean.value, mean.low, mean.high)] == [16.0, 14.3, 17.8]
    assert [round(x / YEAR, 1) for x in (median.value, median.low, median.high)] == [17.7, 15.5, 20.8]
    year = found_within(seen, YEAR, seed=1)
    assert year.value == pytest.approx(0.035, abs=0.0005)
    assert (year.low, year.high) == pytest.approx((0.020, 0.053), abs=0.001)


# Its edges


def test_a_window_that_fewer_than_five_were_looked_for_has_no_figure():
    seen = sightings([1.0] * 9, [8.0] * 4 + [3.0] * 5, window=5)
    assert seen.window is None
    assert found_curve(seen) is None
    assert found_within(seen, 1, seed=1).value is None
    assert sightings([1.0] * 4, [8.0] * 4).window is None


def test_what_took_longer_than_the_window_is_counted_and_left_out():
    seen = sightings([1.0, 2.0, 3.0, 4.0, 5.0, 20.0], [30.0] * 6, window=10)
    assert (seen.n, seen.n_longer) == (5, 1)
    assert found_within(seen, 2, seed=None).value == pytest.approx(0.4)


def test_where_slow_and_fast_come_of_different_times_there_is_no_figure():
    took = [1.0] * 6 + [50.0] * 6
    looked = [10.0] * 6 + [60.0] * 6
    curve = found_curve(sightings(took, looked))
    assert curve.is_broken
    assert truncated_median(curve).value is None
    assert truncated_mean(curve).value is None


def test_ages_at_which_fewer_than_five_could_be_found_are_named():
    took = [1.0, 2.0, 3.0, 50.0, 51.0, 52.0, 53.0, 54.0]
    looked = [60.0, 2.5, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0]
    assert found_curve(sightings(took, looked)).thin_at == 51.0


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="negative"):
        sightings([-1.0], [5.0])
    with pytest.raises(ValueError, match="positive"):
        sightings([1.0], [5.0], window=0)
    with pytest.raises(ValueError, match="each duration"):
        sightings([1.0, 2.0], [5.0])
    assert truncation.sightings([np.nan, 1.0], [5.0, np.nan]).n == 0
