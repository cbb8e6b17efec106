"""The pace as a probability: what it means, when there is none, and that 70 % happens seven times in ten."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.engine import histories

from throughline.engine import pace
from throughline.engine.bounds import Bound
from throughline.engine.pace import Point
from throughline.engine.paths import Limits

START = datetime(2026, 1, 1, tzinfo=UTC)
DUE = START + timedelta(weeks=26)
FALLING = [40 - 0.5 * week + (-1) ** week for week in range(20)]


def week(number):
    return START + timedelta(weeks=number)


def weekly(values):
    return [Point(week(number), float(value)) for number, value in enumerate(values)]


def chance(points, *, target=20.0, better="lower", due=DUE, now=DUE, seed=1, **more):
    return pace.chance(
        points, target=target, better=better, due=due, now=now, rng=np.random.default_rng(seed), **more
    )


def keep(points, bound, *, due=DUE, now=DUE, **more):
    return pace.chance_to_keep(points, bound=bound, due=due, now=now, rng=np.random.default_rng(1), **more)


# What a chance says


def test_an_easier_target_is_never_less_likely():
    found = [chance(weekly(FALLING), target=target).probability for target in range(20, 42, 2)]
    assert found == sorted(found)
    assert (found[0] < 0.2, found[-1] > 0.9) == (True, True)


def test_up_is_the_mirror_of_down():
    down = pace.ahead(weekly(FALLING), due=DUE, now=DUE, rng=np.random.default_rng(1))
    for target in (20.0, 28.0, 33.0):
        hit, missed = (down.ending(target, better).probability for better in ("lower", "higher"))
        assert hit + missed == pytest.approx(1, abs=1e-3)


def test_the_fan_begins_at_the_last_value_and_ends_at_the_due_date():
    found = chance(weekly(FALLING))
    first, last = found.fan[0], found.fan[-1]
    assert (first.at, first.q10, first.q90) == (week(19), FALLING[-1], FALLING[-1])
    assert last.at == DUE
    assert (last.q10, last.q50, last.q90) == (found.low, found.likely, found.high)
    for each in found.fan:
        assert each.q10 <= each.q25 <= each.q50 <= each.q75 <= each.q90


def test_the_same_points_in_any_order_give_the_same_chance():
    points = weekly(FALLING)
    assert chance(points) == chance(points[::-1])
    assert chance(points, seed=1) != chance(points, seed=2)


def test_what_comes_after_now_is_not_looked_at():
    surprise = [*weekly(FALLING), *(Point(week(20 + n), 500.0) for n in range(5))]
    assert chance(surprise, now=week(19)) == chance(weekly(FALLING), now=week(19))


def test_of_several_values_at_one_instant_the_last_counts():
    points = [Point(week(19), 900.0), *weekly(FALLING)]
    assert chance(points) == chance(weekly(FALLING))


def test_a_missing_value_is_none():
    points = [*weekly(FALLING), Point(week(19) + timedelta(days=1), float("nan"))]
    assert chance(points) == chance(weekly(FALLING))


def test_no_chance_is_certain_before_the_end():
    assert 0 < chance(weekly(FALLING), target=-1e6).probability < 0.05
    assert 0.95 < chance(weekly(FALLING), target=1e6).probability < 1


def test_counts_meet_a_target_exactly():
    values = [3, 1, 2, 4, 2, 3, 1, 2, 3, 2, 1, 3]
    found = pace.ahead(
        weekly(values), due=week(15), now=DUE, rng=np.random.default_rng(1), limits=Limits(0.0, None, True)
    )
    at_most, at_least = (found.ending(2.0, better).probability for better in ("lower", "higher"))
    assert at_most + at_least > 1.1


def test_with_little_time_left_little_changes():
    soon, later = (
        chance(weekly(FALLING), target=FALLING[-1] - 2, due=week(19) + timedelta(days=days))
        for days in (1, 60)
    )
    assert soon.high - soon.low < later.high - later.low
    assert soon.probability < later.probability


def test_daily_values_and_weekly_ones_of_the_same_series_say_about_the_same():
    rng = np.random.default_rng(9)
    daily = 50 + np.cumsum(rng.standard_normal(200) / np.sqrt(7))
    points = [Point(START + timedelta(days=day), float(value)) for day, value in enumerate(daily)]
    due = points[-1].at + timedelta(days=60)
    often, seldom = (chance(each, target=daily[-1] - 2, due=due, now=due) for each in (points, points[::-7]))
    assert often.probability == pytest.approx(seldom.probability, abs=0.12)


# Where there is none


@pytest.mark.parametrize("n", [0, 1, 7])
def test_under_eight_points_there_is_no_probability_and_the_line_has_to_do(n):
    found = chance(weekly(FALLING[:n]))
    assert (found.probability, found.likely, found.fan, found.basis, found.n) == (None, None, (), "line", n)
    assert chance(weekly(FALLING[:8])).basis == "history"


@pytest.mark.parametrize(("target", "probability"), [(FALLING[-1], 1.0), (FALLING[-1] - 0.1, 0.0)])
def test_after_the_end_it_is_certain(target, probability):
    found = chance(weekly(FALLING), target=target, due=week(19))
    assert (found.probability, found.likely, found.basis) == (probability, FALLING[-1], "ended")


# Keeping inside a bound


def test_keeping_is_never_likelier_than_ending_inside():
    values = 20 + np.random.default_rng(2).standard_normal(40)
    due = week(60)
    kept = keep(weekly(values), Bound(high=22.0), due=due, now=due)
    ended = chance(weekly(values), target=22.0, due=due, now=due)
    assert kept.probability < ended.probability


def test_time_that_may_be_spent_outside_makes_keeping_likelier():
    values = 20 + np.random.default_rng(2).standard_normal(40)
    due = week(60)
    strict, lenient = (
        keep(weekly(values), Bound(high=21.5), due=due, now=due, spare=timedelta(days=days)).probability
        for days in (0, 28)
    )
    assert strict < lenient - 0.2


def test_what_is_outside_with_nothing_to_spare_is_lost():
    assert keep(weekly(FALLING), Bound(high=5.0)).probability == 0
    assert keep(weekly(FALLING), Bound(high=5.0), spare=timedelta(days=7)).probability < 0.05


def test_both_sides_of_a_bound_count():
    values = 20 + np.random.default_rng(2).standard_normal(40)
    due = week(50)
    one, both = (
        keep(weekly(values), bound, due=due, now=due).probability
        for bound in (Bound(high=22.0), Bound(low=18.0, high=22.0))
    )
    assert both < one


# Calibration


def calibrated(cases, *, near=0.1):
    """Of every tenth that was stated often enough to tell, about as many happened."""
    for each in histories.reliability(cases):
        if each.happened.n >= 150:
            assert each.happened.value == pytest.approx(each.said, abs=near), histories.table(cases)
    return histories.around_seventy(cases).happened


def test_on_the_real_histories_of_curl_seventy_per_cent_happens_seven_times_in_ten(shared_data):
    cases = list(histories.walk(histories.curl_histories(shared_data), cutoffs=5, seed=1, paths=400))
    seventy = calibrated(cases)
    assert len(cases) > 10_000
    assert 0.6 <= seventy.low <= seventy.high <= 0.8, histories.table(cases)


def test_in_both_directions_it_does(shared_data):
    cases = list(histories.walk(histories.curl_histories(shared_data), cutoffs=5, seed=2, paths=400))
    for better in histories.BETTER:
        seventy = histories.around_seventy([case for case in cases if case.better == better])
        assert 0.6 <= seventy.happened.value <= 0.8


def test_on_made_up_families_it_does():
    series = [
        each
        for seed in range(6)
        for length in (8, 20, 50)
        for each in histories.synthetic_histories(100 * seed + length, length=length + 8)
    ]
    cases = list(histories.walk(series, cutoffs=2, seed=1, paths=400))
    assert 0.6 <= calibrated(cases).value <= 0.8


def test_to_keep_inside_a_bound_it_does(shared_data):
    series = histories.curl_histories(shared_data)
    cases = list(histories.walk_to_keep(series, cutoffs=8, seed=1, paths=200))
    assert 0.6 <= calibrated(cases, near=0.15).value <= 0.8
