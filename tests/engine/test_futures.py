"""Futures of a record: nothing of what is to come is looked at, open ones count, and 70 % is seven in ten."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.engine import histories, record_histories

from throughline.engine import futures
from throughline.engine.futures import Future
from throughline.engine.windows import parse_window

NOW = 400.0
NAN = float("nan")


def record(seed=1, *, n=120, last=20.0, until=NOW):
    """Identified evenly at random before `until`, each open for an exponential time; NaN where still open."""
    rng = np.random.default_rng(seed)
    started = np.sort(rng.uniform(0, until, n))
    ended = started + rng.exponential(last, n)
    return started, np.where(ended > until, np.nan, ended)


def drawn(started, ended, *, until=NOW + 90, seed=1, paths=200):
    rng = np.random.default_rng(seed)
    return list(futures.futures(started, ended, now=NOW, until=until, rng=rng, paths=paths))


def test_what_is_known_stays_as_it_is():
    started, ended = record()
    over = ~np.isnan(ended)
    for future in drawn(started, ended, paths=20):
        assert (future.started[: started.size] == started).all()
        assert (future.ended[: started.size][over] == ended[over]).all()
        assert (future.ended[: started.size][~over] > NOW).all()


def test_what_comes_is_after_now_and_before_the_end_and_like_something_known():
    started, ended = record()
    for future in drawn(started, ended, paths=20):
        new = future.started[started.size :]
        assert ((new >= NOW) & (new <= NOW + 90)).all()
        assert (future.ended[started.size :] >= new).all()
        assert set(future.donors) <= set(range(started.size))


def test_nothing_after_now_is_looked_at():
    started, ended = record()
    later_started = np.append(started, [NOW + 1, NOW + 2])
    later_ended = np.append(np.where(np.isnan(ended), NOW + 500, ended), [NOW + 3, NOW + 4])
    for one, other in zip(drawn(started, ended), drawn(later_started, later_ended), strict=True):
        assert (one.started == other.started).all()
        assert (one.ended == other.ended).all()


def test_as_many_arrive_as_before():
    started, ended = record()
    counts = [futures.started_within(each, NOW, NOW + 90) for each in drawn(started, ended)]
    assert np.mean(counts) == pytest.approx(120 * 90 / NOW, rel=0.2)
    # More than a Poisson count of a known rate would, because the rate is not known.
    assert np.var(counts) > np.mean(counts)


def test_new_ones_last_as_long_as_old_ones_the_open_included():
    started, ended = record(n=400)
    lasted = [float(np.mean((each.ended - each.started)[started.size :])) for each in drawn(started, ended)]
    assert np.mean(lasted) == pytest.approx(20, rel=0.2)


def test_without_memory_an_old_open_one_lasts_as_long_again_as_a_new_one():
    started, ended = record(n=600)
    started[0], ended[0] = NOW - 30, NAN
    rest = [each.ended[np.flatnonzero(each.started == NOW - 30)[0]] - NOW for each in drawn(started, ended)]
    assert np.median(rest) == pytest.approx(20 * np.log(2), rel=0.3)


def test_one_older_than_all_that_ended_may_stay_open():
    started, ended = record(n=50, last=5)
    started[0], ended[0] = 0.0, NAN
    stays = np.mean([each.ended[0] > NOW + 5 for each in drawn(started, ended)])
    assert 0.1 < stays <= 1


def test_a_record_in_which_nothing_ever_ended_has_futures_too():
    started, _ = record(n=30)
    for future in drawn(started, np.full(30, NAN), paths=20):
        assert np.isfinite(future.ended).all()


def test_ends_before_starts_are_kept_and_teach_nothing_of_how_long_it_takes():
    started, ended = record()
    ended[3] = started[3] - 50
    for future in drawn(started, ended, paths=20):
        assert future.ended[3] == ended[3]
        assert (future.ended[started.size :] >= future.started[started.size :]).all()


@pytest.mark.parametrize("n", [0, 7])
def test_fewer_than_eight_records_have_no_future(n):
    started, ended = record(n=n)
    with pytest.raises(ValueError, match="8 records or more"):
        drawn(started, ended)


def test_what_ended_long_ago_is_left_out_and_still_teaches():
    started, ended = record()
    rng = np.random.default_rng(1)
    recent = futures.futures(started, ended, now=NOW, until=NOW + 90, rng=rng, paths=200, since=NOW - 30)
    for one, whole in zip(recent, drawn(started, ended), strict=True):
        assert (np.maximum(one.started, one.ended) >= NOW - 30).all()
        for statistic in (futures.average_open, futures.mean_time, futures.started_within):
            assert statistic(one, NOW - 30, NOW + 90) == pytest.approx(statistic(whole, NOW - 30, NOW + 90))


# The statistics, on a record known to its end

KNOWN = Future(np.array([0.0, 10.0, 20.0, 30.0]), np.array([5.0, 40.0, 22.0, 90.0]), np.arange(4))


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        (futures.started_within, 3),
        (futures.ended_within, 2),
        (futures.average_open, (30 + 2 + 20) / 40),
        (futures.mean_time, (30 + 2) / 2),
        (futures.median_time, 16),
        (futures.share_within(10), 1 / 3),
        (futures.survival_median, 30),
        (futures.restricted_mean(20), (20 + 2 + 20) / 3),
    ],
)
def test_a_statistic_is_that_of_the_window_as_known_at_its_end(statistic, value):
    assert statistic(KNOWN, 10.0, 50.0) == pytest.approx(value)


@pytest.mark.parametrize(
    "statistic", [futures.mean_time, futures.median_time, futures.survival_median, futures.share_within(10)]
)
def test_a_window_without_records_has_no_value(statistic):
    assert np.isnan(statistic(KNOWN, 200.0, 210.0))


# The metric ahead


def ahead(statistic=futures.started_within, *, window="period", n=120, days=90, gone=0.0, seed=1):
    started, ended = record(n=n)
    now = histories.EPOCH + timedelta(days=NOW)
    return futures.ahead(
        started,
        ended,
        statistic,
        window=parse_window(window),
        start=now - timedelta(days=gone),
        due=now + timedelta(days=days),
        now=now,
        rng=np.random.default_rng(seed),
    )


def test_a_count_of_the_period_so_far_grows_to_its_end():
    found = ahead(gone=45.0, days=45)
    outlook = found.ending(20.0, "lower")
    assert [each.q50 for each in outlook.fan] == sorted(each.q50 for each in outlook.fan)
    assert outlook.likely > found.last.value
    assert outlook.fan[-1].at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=NOW + 45)


def test_what_has_come_already_makes_the_end_surer():
    early, late = (ahead(gone=gone, days=90 - gone).ending(27.0, "lower") for gone in (0.0, 80.0))
    assert late.high - late.low < early.high - early.low


def test_a_future_without_a_value_at_the_end_is_a_miss():
    found = ahead(lambda future, since, until: 5.0 if future.started.size % 2 else NAN)
    share = np.isfinite(found.ways[:, -1]).mean()
    assert 0 < share < 1
    assert found.ending(10.0, "lower").probability == pytest.approx(0.01 + 0.98 * share)
    assert found.ending(10.0, "higher").probability == pytest.approx(0.01)
    nothing = ahead(lambda future, since, until: NAN).ending(10.0, "lower")
    assert (nothing.likely, nothing.fan, nothing.probability) == (None, (), pytest.approx(0.01))


def test_the_same_seed_gives_the_same_answer():
    one, other = (ahead(futures.mean_time).ending(20.0, "lower") for _ in range(2))
    assert one == other


def test_without_eight_records_or_time_ahead_there_is_none():
    assert ahead(n=7) is None
    assert ahead(days=0) is None


# Calibration


def test_on_the_real_record_of_curl_seventy_per_cent_happens_seven_times_in_ten(shared_data):
    found = histories.curl(shared_data)
    cutoffs = np.linspace(histories.SINCE, np.max(found.identified) - 91, 24)
    cases = list(
        record_histories.walk(
            found.identified, found.mitigated, cutoffs=cutoffs, ahead=(91.0,), seed=1, paths=100
        )
    )
    assert len(cases) > 3000
    assert 0.6 <= histories.around_seventy(cases).happened.value <= 0.8, histories.table(cases)


def test_on_made_up_records_it_does():
    cases = []
    for seed in range(10):
        started, ended = record_histories.made_up(seed)
        cases += record_histories.walk(
            started, ended, cutoffs=(300.0, 600.0), ahead=(91.0,), seed=seed, paths=100
        )
    assert 0.6 <= histories.around_seventy(cases).happened.value <= 0.8, histories.table(cases)
