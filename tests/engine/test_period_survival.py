"""Survival of a period: equal to lifelines with `entry=`, to the whole curve where nothing is cut."""

import itertools

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from throughline.engine import ages_by_minute, durations, period_survival, tables_by_minute
from throughline.engine import lives as engine_lives
from throughline.engine.durations import Ending
from throughline.engine.lives import followed
from throughline.engine.lives import lives as known_lives

NOT_YET = np.nan


def lives(seed, n=400, *, accepting=False):
    """Found over 500 days, repaired after 40 days on average; some are accepted after 90."""
    random = np.random.default_rng(seed)
    starts = random.uniform(0, 500, n)
    repaired = starts + random.exponential(40, n)
    accepted = starts + random.exponential(90, n) if accepting else np.full(n, NOT_YET)
    given_up = accepted < repaired
    return starts, np.where(given_up, NOT_YET, repaired), np.where(given_up, accepted, NOT_YET)


def lifelines_of(found):
    return KaplanMeierFitter().fit(found.left, found.endings == Ending.MITIGATED, entry=found.entered)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(2))
def test_curve_band_and_mean_are_those_of_lifelines_with_late_entry(seed):
    starts, ends, _ = lives(seed)
    found = followed(starts, ends, since=300, until=390)
    curve, theirs = found.curve(), lifelines_of(found)
    assert curve.starts_at == np.sort(found.entered)[4] == 0
    assert curve.shares == pytest.approx(
        theirs.survival_function_.loc[curve.times].to_numpy().ravel(), abs=1e-12
    )
    band = theirs.confidence_interval_.loc[curve.times].to_numpy()
    assert curve.low == pytest.approx(band[:, 0], abs=1e-9)
    assert curve.high == pytest.approx(band[:, 1], abs=1e-9)
    table = theirs.event_table
    assert curve.at_risk.tolist() == table.loc[curve.times, "at_risk"].tolist()
    mean = found.restricted_mean(horizon=60)
    assert mean.estimate.value == pytest.approx(restricted_mean_survival_time(theirs, t=60), abs=1e-6)
    assert mean.reached


@pytest.mark.parametrize("accepting", [False, True])
def test_a_period_that_holds_everything_is_the_whole_curve(accepting):
    starts, ends, accepted = lives(5, accepting=accepting)
    found = followed(starts, ends, accepted, since=0, until=500)
    days = found.left - found.entered
    whole = durations.restricted_mean(days, found.endings, horizon=90)
    mean = found.restricted_mean(horizon=90)
    assert (mean.starts_at, mean.reached, mean.thin_from) == (0, True, None)
    for name in ("value", "low", "high"):
        assert getattr(mean.estimate, name) == pytest.approx(getattr(whole.estimate, name), abs=1e-9)
    curve = found.curve()
    under = np.concatenate(([1.0], curve.shares[curve.times < 90]))
    widths = np.diff(np.concatenate(([0.0], curve.times[curve.times < 90], [90.0])))
    assert (under * widths).sum() == pytest.approx(mean.estimate.value)


def test_the_band_with_acceptances_holds_the_truth_as_often_as_it_says():
    # 1 − F(t) of exponential repair at 1/40 against acceptance at 1/90.
    both, held = 1 / 40 + 1 / 90, []
    for seed in range(120):
        curve = followed(*lives(seed, accepting=True), since=300, until=390).curve()
        place = np.searchsorted(curve.times, 50, "right") - 1
        truth = 1 - (1 / 40) / both * (1 - np.exp(-50 * both))
        held.append(curve.low[place] <= truth <= curve.high[place])
    assert 0.89 <= np.mean(held) <= 0.99


def test_every_age_of_every_record_is_at_risk_in_exactly_one_period():
    random = np.random.default_rng(3)
    starts = random.integers(0, 200, 300).astype(float)
    ends = np.where(random.random(300) < 0.7, starts + random.integers(0, 90, 300), NOT_YET)
    edges = [0, 50, 90, 91, 200, 290]
    pieces = [followed(starts, ends, since=a, until=b) for a, b in itertools.pairwise(edges)]
    whole = followed(starts, ends, since=0, until=290)
    ages = np.arange(0.0, 120.0)
    assert sum(piece.at_risk(ages) for piece in pieces).tolist() == whole.at_risk(ages).tolist()
    assert sum(np.sum(piece.endings == Ending.MITIGATED) for piece in pieces) == np.sum(ends < 290)


def test_closing_only_young_ones_does_not_flatter_a_period():
    # Of twenty new ones ten are closed within a day; the others, and forty of fifty days, stay open.
    starts = np.concatenate((np.zeros(20), np.full(40, -50.0)))
    ends = np.concatenate((np.ones(10), np.full(50, NOT_YET)))
    assert np.nanmean(ends - starts) == 1
    mean = followed(starts, ends, since=0, until=90).restricted_mean(horizon=90)
    assert mean.estimate.value == pytest.approx(1 + 89 / 2)
    # A year later nothing is closed at all, and the figure says so at once.
    later = followed(starts + 300, np.full(60, NOT_YET), since=300, until=390)
    assert later.restricted_mean(horizon=90).estimate.value == 90


def test_a_curve_starts_where_five_are_at_risk():
    starts = [-30.0, -30.0, -30.0, -30.0, -30.0, 0.0, 0.0]
    ends = [10.0, 20.0, NOT_YET, NOT_YET, NOT_YET, 1.0, 2.0]
    found = followed(starts, ends, since=0, until=60)
    mean = found.restricted_mean(horizon=60)
    # Nothing is said of the first thirty days: of those that last so long, 2 of 5 are repaired.
    assert mean.starts_at == 30
    assert mean.estimate.value == pytest.approx(30 + 10 + 10 * 4 / 5 + 10 * 3 / 5)
    assert found.curve().times.tolist() == [40, 50]
    assert found.restricted_mean(horizon=20).starts_at is None


def test_fewer_than_five_give_no_figure():
    mean = followed([0.0] * 4, [5.0] * 4, since=0, until=60).restricted_mean(horizon=30)
    assert (mean.estimate.value, mean.starts_at, mean.reached) == (None, None, False)
    assert mean.estimate.n == 4


def test_an_age_at_which_nobody_was_looked_at_leaves_no_mean():
    # Ten of a day and ten of a hundred: nobody is between, and some of the young are open.
    starts = [58.0] * 10 + [-40.0] * 10
    found = followed(starts, [NOT_YET] * 20, since=0, until=60)
    assert not found.restricted_mean(horizon=30).reached
    assert found.restricted_mean(horizon=2).reached


def test_few_at_risk_for_want_of_follow_up_are_told():
    starts = [0.0] * 4 + [50.0] * 20
    found = followed(starts, [NOT_YET] * 24, since=0, until=60)
    assert found.restricted_mean(horizon=30).thin_from == pytest.approx(10)
    ended = followed([0.0] * 8, np.arange(5.0, 45.0, 5.0), since=0, until=60)
    assert ended.restricted_mean(horizon=30).thin_from is None


def test_an_ending_on_the_first_instant_belongs_to_the_period_and_one_before_its_start_to_none():
    on_edge = followed([0.0], [10.0], since=10, until=20)
    assert (on_edge.n, on_edge.n_open) == (1, 0)
    assert followed([0.0], [10.0], since=0, until=10).n_open == 1
    assert followed([5.0], [2.0], since=0, until=20).n == 0
    assert followed([NOT_YET], [2.0], since=0, until=20).n == 0
    with pytest.raises(ValueError, match="ends after it starts"):
        followed([0.0], [1.0], since=10, until=10)


def test_what_was_repaired_counts_as_that_whenever_it_was_accepted():
    found = followed([0.0], [15.0], [5.0], since=10, until=20)
    assert found.endings.tolist() == [Ending.MITIGATED]
    assert followed([0.0], [NOT_YET], [5.0], since=10, until=20).n == 0


def test_of_many_ages_are_taken_to_the_minute_which_moves_no_mean_by_more(monkeypatch):
    draw = np.random.default_rng(12)
    starts = draw.uniform(0, 800, 30_000)
    ends = np.where(draw.random(starts.size) < 0.9, starts + draw.lognormal(3.2, 1.2, starts.size), np.nan)
    accepted = np.where(draw.random(starts.size) < 0.1, starts + 20, np.nan)
    told = []
    for limit in (10**9, 100):
        monkeypatch.setattr(period_survival, "TO_THE_MINUTE", limit)
        inside = followed(starts, ends, accepted, since=500.0, until=590.0)
        told.append(inside.restricted_mean(horizon=90))
    exact, many = (each.estimate for each in told)
    assert (many.value, many.low, many.high) == pytest.approx(
        (exact.value, exact.low, exact.high), abs=1 / 1440
    )
    assert many.n == exact.n > 5_000
    assert told[0].reached == told[1].reached


@pytest.mark.parametrize("many", [1, 1_000])
@pytest.mark.parametrize("most", [10, 1_000_000])
@pytest.mark.parametrize("horizon", [5.0, 30.0, 400.0])
@pytest.mark.parametrize("seed", range(4))
def test_periods_side_by_side_say_what_each_by_itself_says(seed, horizon, most, many, monkeypatch):
    monkeypatch.setattr(engine_lives, "_MANY_WINDOWS", many)
    monkeypatch.setattr(period_survival, "TO_THE_MINUTE", most)
    # However few they are, they are counted in a table of all minutes where they count as many.
    monkeypatch.setattr(ages_by_minute, "_MINUTES_EACH", 100_000)
    starts, ends, accepted = lives(seed, accepting=bool(seed % 2))
    # Some on the very edges, and some over when they began.
    starts[:40], ends[20:30] = np.repeat([100.0, 200.0, 250.0, 290.0], 10), starts[20:30]
    found = known_lives(starts, ends, accepted)
    windows = [(0.0, 100.0), (100.0, 200.0), (150.5, 250.0), (200.0, 290.3), (290.3, 500.0), (-50.0, 900.0)]
    periods = found.periods(windows, horizon=horizon)
    for number, window in enumerate(windows):
        alone, beside = found.within(*window), periods.followed(number)
        assert (beside.n, beside.n_open) == (alone.n, alone.n_open)
        assert beside.restricted_mean(horizon=horizon) == alone.restricted_mean(horizon=horizon)


@pytest.mark.parametrize("most", [10, 1_000_000])
@pytest.mark.parametrize("window", [(0.0, 500.0), (150.0, 300.5), (-50.0, 290.0)])
def test_who_is_over_and_who_stands_say_together_what_all_say(window, most, monkeypatch):
    monkeypatch.setattr(period_survival, "TO_THE_MINUTE", most)
    monkeypatch.setattr(ages_by_minute, "_MINUTES_EACH", 100_000)
    found, (since, until) = known_lives(*lives(6, accepting=True)), window
    before = until - 10.5
    gone = found.gone(since, before, until=until, horizon=30.0)
    standing = found.standing(before)
    if most == 10:
        told = gone.joined(standing.counted(since, until, horizon=30.0))
    else:
        told = standing.within(since, until, horizon=30.0).behind(gone)
    every = found.within(since, until)
    assert (told.n, told.n_open) == (every.n, every.n_open)
    assert told.restricted_mean(horizon=30.0) == every.restricted_mean(horizon=30.0)


def test_windows_counted_in_parts_say_what_they_say_at_once(monkeypatch):
    monkeypatch.setattr(period_survival, "TO_THE_MINUTE", 10)
    monkeypatch.setattr(ages_by_minute, "_MINUTES_EACH", 100_000)
    # On half a minute rounding decides, and each age is rounded where it is asked about.
    starts, ends, accepted = lives(8, accepting=True)
    starts = np.rint(starts * 2880) / 2880
    periods = known_lives(starts, ends, accepted).periods(
        [(day, day + 20.0) for day in np.arange(0.0, 500.0, 20.0)], horizon=30.0
    )
    told = []
    for most in (2**22, 1):
        monkeypatch.setattr(tables_by_minute, "_MOST_NUMBERS", most)
        blocks = list(periods.blocks())
        assert (len(blocks) == 1) == (most > 1)
        told.append([of(n).restricted_mean(horizon=30.0) for numbers, of, _ in blocks for n in numbers])
    assert told[0] == told[1]
    alone = [periods.lives.within(*window).restricted_mean(horizon=30.0) for window in periods.windows]
    assert told[0] == alone


def test_of_all_windows_counted_at_once_who_is_over_is_known(monkeypatch):
    monkeypatch.setattr(period_survival, "TO_THE_MINUTE", 10)
    monkeypatch.setattr(ages_by_minute, "_MINUTES_EACH", 100_000)
    found = known_lives(*lives(9, accepting=True))
    periods = found.periods([(0.0, 200.0), (200.0, 450.5)], horizon=30.0)
    assert periods.gone(450.5, 450.5) is None
    for _ in periods.blocks():
        pass
    gone, anew = periods.gone(450.5, 450.5), found.gone(0.0, 450.5, until=450.5, horizon=30.0)
    standing = found.standing(450.5).counted(0.0, 450.5, horizon=30.0)
    told, expected = (each.joined(standing).restricted_mean(horizon=30.0) for each in (gone, anew))
    assert told == expected
    assert periods.gone(440.0, 450.5) is None
