"""Survival with the open counted: equal to lifelines, to closed forms, and to curl's known answer."""

import csv
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time

from throughline.engine import durations
from throughline.engine.durations import Ending

DAYS = st.integers(0, 40).map(float)
CASES = st.lists(st.tuples(DAYS, st.booleans()), min_size=1, max_size=60)
ENDED = st.lists(st.tuples(DAYS, st.sampled_from([1, 2])), min_size=2, max_size=60)
MIXED = st.lists(st.tuples(DAYS, st.sampled_from([0, 1, 2])), min_size=1, max_size=60)


def columns(cases):
    days, kinds = zip(*cases, strict=True)
    return np.array(days), np.array(kinds)


def simulated(random, n):
    """Exponential repair (30 d) and acceptance (60 d), looked at for at most 120 days."""
    repair, acceptance = random.exponential(30, n), random.exponential(60, n)
    looked_at = random.uniform(0, 120, n)
    days = np.minimum(np.minimum(repair, acceptance), looked_at)
    return days, np.select([days == repair, days == acceptance], [1, 2], 0)


# Kaplan–Meier


@given(CASES)
@settings(max_examples=40, deadline=None)
@pytest.mark.filterwarnings("ignore")
def test_the_curve_and_its_band_are_those_of_lifelines(cases):
    days, observed = columns(cases)
    curve = durations.kaplan_meier(days, observed)
    theirs = KaplanMeierFitter().fit(days, observed)
    assert curve.survival == pytest.approx(
        theirs.survival_function_.loc[curve.times].to_numpy().ravel(), abs=1e-12
    )
    band = theirs.confidence_interval_.loc[curve.times].to_numpy()
    assert curve.low == pytest.approx(band[:, 0], abs=1e-9)
    assert curve.high == pytest.approx(band[:, 1], abs=1e-9)
    table = theirs.event_table.loc[curve.times]
    assert curve.at_risk.tolist() == table["at_risk"].tolist()
    assert curve.events.tolist() == table["observed"].tolist()


@pytest.mark.parametrize("seed", range(8))
def test_the_median_and_its_bounds_are_those_of_lifelines(seed):
    days, kinds = simulated(np.random.default_rng(seed), 5 * 4 ** (seed % 4))
    found = durations.median_survival(durations.kaplan_meier(days, kinds == 1))
    theirs = KaplanMeierFitter().fit(days, kinds == 1)
    low, high = median_survival_times(theirs.confidence_interval_).to_numpy().ravel()
    expected = [theirs.median_survival_time_, low, high]
    assert [np.inf if x is None else x for x in (found.value, found.low, found.high)] == expected


def test_a_median_that_half_have_not_reached_is_unknown():
    estimate = durations.median_survival(durations.kaplan_meier([5.0, 9.0, 9.0], [True, False, False]))
    assert estimate.value is None
    assert estimate.n == 3


def test_a_survival_of_exactly_one_half_is_the_median_however_it_was_multiplied():
    for n in range(2, 200, 2):
        days = np.arange(1.0, n + 1)
        assert durations.median_survival(durations.kaplan_meier(days, days > 0)).value == n / 2


@pytest.mark.parametrize("longest", [10.0, 45.0, 120.0])
def test_the_median_of_many_is_that_of_the_whole_curve_however_early_the_looking_ends(longest):
    random = np.random.default_rng(5)
    repair, looked_at = random.exponential(30, 40_000), random.uniform(0, longest, 40_000)
    days, observed = np.minimum(repair, looked_at), repair <= looked_at
    whole = durations.median_survival(durations.kaplan_meier(days, observed))
    spans = durations.spans(mitigated=days[observed], still_open=days[~observed])
    assert spans.median() == whole


@pytest.mark.parametrize("step", [1.0, 25.0, 1000.0])
def test_the_median_of_many_that_fall_on_few_days_is_that_of_the_whole_curve(step):
    days = np.floor(np.random.default_rng(8).exponential(30, 40_000) / step) * step
    whole = durations.median_survival(durations.kaplan_meier(days, days >= 0))
    assert durations.spans(mitigated=days).median() == whole
    assert whole.value == (np.floor(30 * np.log(2) / step) * step)


def test_the_median_of_many_repaired_in_time_does_not_need_the_slowest():
    days = np.random.default_rng(6).exponential(30, 40_000)
    slower = np.where(days > np.quantile(days, 0.8), days * 10, days)
    nobody = np.empty(0)
    found = durations.median_lasted(mitigated=days, still_open=nobody)
    assert found == durations.median_lasted(mitigated=slower, still_open=nobody)
    assert found == durations.spans(mitigated=days).median()


@pytest.mark.parametrize("waiting", [0, 15_000, 60_000])
def test_the_median_of_many_is_that_of_the_whole_curve(waiting):
    draw = np.random.default_rng(8)
    repaired, still = draw.lognormal(3, 1.5, 40_000), draw.uniform(0, 900, waiting)
    whole = durations.spans(mitigated=repaired, still_open=still)
    assert durations.median_lasted(mitigated=repaired, still_open=still) == whole.median()
    at_once = np.zeros(40_000)
    assert durations.median_lasted(mitigated=at_once, still_open=still[:0]).value == 0.0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.integers(1, 99))
def test_spans_sorted_by_their_maker_answer_like_their_columns(days, horizon):
    kinds = np.arange(len(days)) % 3
    parts = [np.array(days)[kinds == ending] for ending in Ending]
    spans = durations.spans(still_open=parts[0], mitigated=parts[1], accepted=parts[2])
    assert spans.restricted_mean(horizon=horizon) == durations.restricted_mean(days, kinds, horizon=horizon)


@pytest.mark.parametrize("many", [durations.TO_THE_MINUTE, 0])
@given(days=st.lists(st.floats(0, 100), min_size=1, max_size=40), horizon=st.floats(1e-3, 99))
def test_what_lasts_longer_than_the_horizon_need_not_be_told_apart(many, days, horizon):
    kinds = np.arange(len(days)) % 3
    parts = [np.array(days)[kinds == ending] for ending in Ending]
    named = dict(zip(("still_open", "mitigated", "accepted"), parts, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durations, "TO_THE_MINUTE", many)
        whole, cut = durations.spans(**named), durations.spans(**named, horizon=horizon)
    assert cut.restricted_mean(horizon=horizon) == whole.restricted_mean(horizon=horizon)


def test_of_many_each_is_taken_to_the_minute_which_moves_no_figure_by_more(monkeypatch):
    draw = np.random.default_rng(4)
    # Some for longer than eight years.
    repaired, waiting = draw.lognormal(3.2, 2.2, 20_000), draw.uniform(0, 9_000, 2_000)
    exact = durations.spans(mitigated=repaired, still_open=waiting)
    monkeypatch.setattr(durations, "TO_THE_MINUTE", 10_000)
    many = durations.spans(mitigated=repaired, still_open=waiting)
    assert many.mitigated.n == exact.mitigated.n > many.mitigated.values.size
    for told, true in (
        (many.median(), exact.median()),
        (many.restricted_mean(horizon=90).estimate, exact.restricted_mean(horizon=90).estimate),
    ):
        figures = (true.value, true.low, true.high)
        assert (told.value, told.low, told.high) == pytest.approx(figures, abs=1 / 1440)
    assert durations.spans(mitigated=[*repaired, np.nan]).n == repaired.size
    with pytest.raises(ValueError, match="negative"):
        durations.spans(mitigated=[*repaired, -1.0])


def test_a_curve_of_one_ending_refuses_acceptances():
    with pytest.raises(ValueError, match="no place for acceptances"):
        durations.spans(mitigated=[1.0], accepted=[2.0]).median()


def test_one_duration_has_a_median_and_no_bounds():
    estimate = durations.median_survival(durations.kaplan_meier([5.0], [True]))
    assert (estimate.value, estimate.low, estimate.high) == (5.0, None, None)


def test_one_censored_on_the_day_of_an_event_was_still_at_risk():
    curve = durations.kaplan_meier([3.0, 3.0], [True, False])
    assert curve.at_risk.tolist() == [2]
    assert curve.survival.tolist() == [0.5]


def test_leaving_out_the_open_makes_repair_look_faster():
    days, kinds = simulated(np.random.default_rng(3), 400)
    honest = durations.median_survival(durations.kaplan_meier(days, kinds == 1)).value
    assert np.median(days[kinds == 1]) < honest


def test_the_curve_of_nothing_is_empty():
    curve = durations.kaplan_meier([], [])
    assert curve.n == curve.times.size == 0
    assert durations.median_survival(curve).value is None


@given(CASES, st.sampled_from([0.5, 2.0, 7.0]))
def test_a_change_of_unit_stretches_the_curve_and_leaves_its_shares(cases, scale):
    days, observed = columns(cases)
    before = durations.kaplan_meier(days, observed)
    after = durations.kaplan_meier(days * scale, observed)
    assert after.times == pytest.approx(before.times * scale)
    assert np.array_equal(after.survival, before.survival)


@given(CASES)
def test_fewer_and_fewer_are_left_and_the_band_is_around_them(cases):
    curve = durations.kaplan_meier(*columns(cases))
    assert (np.diff(curve.survival) < 0).all()
    assert (curve.low <= curve.survival + 1e-12).all()
    assert (curve.survival <= curve.high + 1e-12).all()


def test_unknown_durations_are_left_out():
    curve = durations.kaplan_meier([1.0, np.nan, 2.0, 3.0], [True, True, False, True])
    assert (curve.n, curve.n_open) == (3, 1)


def test_open_shares_read_the_curve_as_steps():
    curve = durations.kaplan_meier([2.0, 4.0], [True, True])
    assert durations.open_shares(curve, [0.0, 1.9, 2.0, 3.0, 4.0, 9.0]).tolist() == [1, 1, 0.5, 0.5, 0, 0]


def test_curls_median_of_remediation_is_26_days_with_the_negative_one_apart(shared_data):
    with (shared_data / "curl_vulnerabilities.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["identified_at"]]
    pairs = [
        [datetime.fromisoformat(row[name]) for name in ("identified_at", "mitigated_at")] for row in rows
    ]
    days = np.array([(mitigated - identified) / timedelta(days=1) for identified, mitigated in pairs])
    assert (days < 0).sum() == 1
    kept = days[days >= 0]
    estimate = durations.median_survival(durations.kaplan_meier(kept, np.ones(kept.size, dtype=bool)))
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (26, 22, 29, 204)


# The restricted mean


@given(CASES, st.integers(1, 45))
@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore")
def test_without_acceptances_it_is_the_area_under_kaplan_meier(cases, horizon):
    days, observed = columns(cases)
    found = durations.restricted_mean(days, observed.astype(int), horizon=horizon)
    if found.reached:
        theirs = restricted_mean_survival_time(KaplanMeierFitter().fit(days, observed), t=horizon)
        assert found.estimate.value == pytest.approx(theirs, abs=1e-9)


@given(CASES, st.integers(1, 45))
def test_without_acceptances_its_variance_is_greenwoods(cases, horizon):
    days, observed = columns(cases)
    found = durations.restricted_mean(days, observed.astype(int), horizon=horizon)
    curve = durations.kaplan_meier(days, observed)
    edges = np.append(curve.times[curve.times < horizon], horizon)
    areas = [sum(curve.survival[i : edges.size - 1] * np.diff(edges[i:])) for i in range(edges.size - 1)]
    variance = sum(
        area**2 * d / (n * (n - d))
        for area, d, n in zip(areas, curve.events, curve.at_risk, strict=False)
        if d < n
    )
    if found.estimate.low is not None:
        low = max(found.estimate.value - 1.959963984540054 * np.sqrt(variance), 0)
        assert found.estimate.low == pytest.approx(low, abs=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_with_acceptances_it_is_the_area_over_lifelines_aalen_johansen(seed):
    days, kinds = simulated(np.random.default_rng(seed), 150)
    incidence = AalenJohansenFitter(calculate_variance=False).fit(days, kinds, event_of_interest=1)
    steps = incidence.cumulative_density_.iloc[:, 0]
    steps = steps[steps.index <= 60]
    edges = np.append(steps.index.to_numpy(), 60.0)
    expected = ((1 - steps.to_numpy()) * np.diff(edges)).sum()
    found = durations.restricted_mean(days, kinds, horizon=60)
    assert found.estimate.value == pytest.approx(expected, abs=1e-9)


@given(ENDED, st.integers(1, 45))
def test_without_censoring_it_is_the_plain_mean_with_its_plain_variance(cases, horizon):
    days, kinds = columns(cases)
    unrepaired = np.where(kinds == 1, np.minimum(days, horizon), horizon)
    found = durations.restricted_mean(days, kinds, horizon=horizon).estimate
    assert found.value == pytest.approx(unrepaired.mean())
    if found.low is not None:
        half = 1.959963984540054 * unrepaired.std() / np.sqrt(days.size)
        assert found.low == pytest.approx(max(unrepaired.mean() - half, 0), abs=1e-6)
        assert found.high == pytest.approx(min(unrepaired.mean() + half, horizon), abs=1e-6)


def test_nineteen_in_twenty_intervals_hold_the_truth_with_acceptances_and_open_ones():
    random = np.random.default_rng(12)
    repair, acceptance = random.exponential(30, 400_000), random.exponential(60, 400_000)
    truth = np.where(repair < acceptance, np.minimum(repair, 40), 40).mean()
    found = [durations.restricted_mean(*simulated(random, 120), horizon=40).estimate for _ in range(600)]
    share = np.mean([estimate.low <= truth <= estimate.high for estimate in found])
    assert 0.92 <= share <= 0.975


@given(MIXED, st.integers(1, 45))
def test_accepting_a_risk_never_counts_as_repairing(cases, horizon):
    days, kinds = columns(cases)
    accepted = durations.restricted_mean(days, kinds, horizon=horizon).estimate.value
    repaired = durations.restricted_mean(days, np.where(kinds == 2, 1, kinds), horizon=horizon).estimate.value
    assert accepted is None or repaired is None or accepted >= repaired - 1e-9


def test_accepting_everything_leaves_everything_unrepaired_to_the_horizon():
    found = durations.restricted_mean([1.0, 2.0], [Ending.ACCEPTED] * 2, horizon=90)
    assert (found.estimate.value, found.estimate.low, found.n_accepted) == (90, None, 2)


@given(MIXED, st.integers(1, 45))
def test_the_interval_stays_between_nought_and_the_horizon(cases, horizon):
    estimate = durations.restricted_mean(*columns(cases), horizon=horizon).estimate
    if estimate.low is not None:
        assert 0 <= estimate.low <= estimate.value + 1e-9
        assert estimate.value - 1e-9 <= estimate.high <= horizon


def test_data_that_end_before_the_horizon_give_no_value():
    found = durations.restricted_mean([10.0, 20.0], [1, 0], horizon=30)
    assert (found.reached, found.estimate.value, found.estimate.n, found.n_open) == (False, None, 2, 1)


def test_data_reach_beyond_their_end_where_no_one_was_left_open():
    found = durations.restricted_mean([10.0, 20.0, 15.0], [1, 1, 0], horizon=30)
    assert found.reached
    assert found.estimate.value == pytest.approx((10 * 1 + 20 * 2) / 3)


def test_an_ending_on_the_day_of_the_last_open_one_leaves_it_open():
    assert not durations.restricted_mean([20.0, 20.0], [1, 0], horizon=30).reached
    assert durations.restricted_mean([20.0, 30.0], [1, 0], horizon=30).reached


def test_of_nothing_there_is_no_value_and_no_horizon_to_miss():
    found = durations.restricted_mean([], [], horizon=30)
    assert found.reached
    assert found.estimate.value is None


@pytest.mark.parametrize(("days", "kinds"), [([-1.0], [1]), ([1.0], [3]), ([1.0, 2.0], [1])])
def test_negative_days_unknown_endings_and_ragged_columns_are_errors(days, kinds):
    with pytest.raises(ValueError, match=r"negative|ending"):
        durations.restricted_mean(days, kinds, horizon=30)


def test_a_horizon_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="positive"):
        durations.restricted_mean([1.0], [1], horizon=0)


def test_a_restricted_mean_without_any_variance_has_no_bounds():
    found = durations.restricted_mean([5.0, 5.0, 80.0], [0, 0, 1], horizon=90).estimate
    assert (found.value, found.low, found.high) == (80.0, None, None)


def thin_from(horizon: float = 90, **days: list[float]) -> float | None:
    return durations.spans(**days).restricted_mean(horizon=horizon).thin_from


def test_a_mean_says_from_which_day_on_it_rests_on_fewer_than_five():
    young = [3.0] * 20
    alone = durations.spans(mitigated=[35.0], still_open=young).restricted_mean(horizon=90)
    # Kaplan–Meier falls to 0 with one at risk: a value, whatever becomes of the twenty.
    assert (alone.estimate.value, alone.thin_from) == (35.0, 3.0)
    assert thin_from(mitigated=[35.0, 36.0, 37.0, 38.0], still_open=young) == 3.0
    assert thin_from(mitigated=[35.0, 36.0, 37.0, 38.0, 39.0], still_open=young) == 35.0
    assert thin_from(mitigated=[1.0, 2.0], still_open=[0.5]) == 0.0


def test_few_that_are_left_are_no_doubt_where_the_others_were_seen_to_end():
    assert thin_from(mitigated=[float(day) for day in range(1, 30)]) is None
    assert thin_from(mitigated=[2.0, 3.0], still_open=[120.0, 130.0]) is None
    # One young open one among two hundred: next to nothing of the curve is read off the last four.
    assert thin_from(mitigated=[float(day) / 10 for day in range(1, 200)], still_open=[1.0]) is None
    assert thin_from(mitigated=[2.0] * 5, still_open=[3.0] * 5 + [95.0] * 5) is None


def test_where_there_is_no_value_nothing_rests_on_few():
    assert thin_from(mitigated=[2.0], still_open=[3.0] * 9) is None
