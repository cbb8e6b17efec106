"""Pooling ranges: the published case, laws of any mixture, trimming, and widening learnt from a record."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from throughline.engine import ranges
from throughline.engine.ranges import Law, Mixture
from throughline.engine.refusals import Refused

BOUNDS = st.tuples(st.floats(0.01, 1e6), st.floats(1.01, 1e3)).map(lambda pair: (pair[0], pair[0] * pair[1]))
PANELS = st.lists(BOUNDS, min_size=1, max_size=9)
quick = settings(max_examples=40, deadline=None)


def pooled(panel, **extra):
    return ranges.pool([low for low, _ in panel], [high for _, high in panel], **extra)


# The published case


def test_three_experts_pool_to_the_mixture_and_not_to_averaged_bounds(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    [case] = [each for each in cases if each["id"] == "RK33"]
    expected, experts = case["expected"], case["inputs"]["experts"]
    found = pooled([(each["q05"], each["q95"]) for each in experts])
    assert found.headline == "linear_pool"
    assert found.value.low == pytest.approx(expected["pool_q05"], rel=1e-9)
    assert found.value.median == pytest.approx(expected["pool_q50"], rel=1e-9)
    assert found.value.high == pytest.approx(expected["pool_q95"], rel=1e-9)
    assert found.value.mean == pytest.approx(expected["pool_mean"], rel=1e-9)
    for method, name in (
        ("mean_of_bounds", "arith_mean_bounds"),
        ("geometric_mean_of_bounds", "geo_mean_bounds"),
    ):
        averaged = found.comparisons[method]
        assert [averaged.low, averaged.high] == pytest.approx(expected[name], rel=1e-9)


# Laws


@quick
@given(BOUNDS)
def test_an_experts_interval_comes_back_from_her_law(bounds):
    law = ranges.law_of(*bounds)
    assert (law.quantile(0.05), law.quantile(0.95)) == (pytest.approx(bounds[0]), pytest.approx(bounds[1]))


def test_an_interval_that_reaches_zero_is_a_normal_and_it_is_said():
    found = pooled([(0.0, 4.0), (1.0, 5.0), (-3.0, 2.0)])
    assert [law.kind for law in found.linear.laws] == ["normal", "lognormal", "normal"]
    assert "2 intervals reach 0 or below: taken as normal" in found.warnings[0]
    assert "geometric_mean_of_bounds" not in found.comparisons


@quick
@given(PANELS)
def test_a_quantile_is_where_the_pool_has_that_probability(panel):
    found = pooled(panel)
    for pool in (found.linear, found.trimmed):
        for p in (0.05, 0.5, 0.95):
            assert pool.cdf(pool.quantile(p)) == pytest.approx(p, rel=1e-9)


@quick
@given(PANELS)
def test_the_pool_lies_between_the_experts(panel):
    found = pooled(panel)
    for summary in found.methods.values():
        for end in ("low", "high"):
            each = [bounds[end == "high"] for bounds in panel]
            assert min(each) * (1 - 1e-9) <= getattr(summary, end) <= max(each) * (1 + 1e-9)
        assert summary.low < summary.median < summary.high


@quick
@given(BOUNDS, st.integers(1, 8))
def test_experts_who_agree_are_pooled_to_what_they_agree_on(bounds, people):
    for summary in pooled([bounds] * people).methods.values():
        assert (summary.low, summary.high) == (pytest.approx(bounds[0]), pytest.approx(bounds[1]))
        assert summary.mean == pytest.approx(ranges.law_of(*bounds).mean, rel=1e-8)


@quick
@given(PANELS, st.randoms(), st.floats(0.01, 50))
def test_neither_order_nor_the_scale_of_weights_matters(panel, random, factor):
    weights = [1 + place % 3 for place in range(len(panel))]
    order = random.sample(range(len(panel)), len(panel))
    one = pooled(panel, weights=weights)
    other = pooled([panel[i] for i in order], weights=[weights[i] * factor for i in order])
    assert other.value.low == pytest.approx(one.value.low, rel=1e-9)
    assert other.value.mean == pytest.approx(one.value.mean, rel=1e-6)


@quick
@given(PANELS, st.floats(0.01, 100))
def test_other_units_give_the_same_pool_in_those_units(panel, factor):
    one, other = pooled(panel), pooled([(low * factor, high * factor) for low, high in panel])
    for name in ("low", "median", "high", "mean"):
        assert getattr(other.value, name) == pytest.approx(getattr(one.value, name) * factor, rel=1e-7)


# Trimming


def test_below_five_people_nothing_is_trimmed_and_from_five_on_it_is_the_headline():
    four = pooled([(1, 2), (2, 4), (3, 9), (100, 200)])
    assert four.headline == "linear_pool"
    assert four.methods["trimmed_linear_pool"] == four.methods["linear_pool"]
    assert pooled([(1, 2), (2, 4), (3, 9), (4, 6), (100, 200)]).headline == "trimmed_linear_pool"


def test_of_five_the_outermost_on_either_side_is_left_out_at_every_point():
    panel = [(1, 2), (2, 4), (3, 9), (4, 6), (100, 200)]
    pool = pooled(panel).trimmed
    laws = [stats.norm(law.centre, law.scale) for law in pool.laws]
    for x in (1.5, 2.7, 4.4, 7.0, 150.0):
        each = sorted(law.cdf(np.log(x)) for law in laws)
        assert pool.cdf(x) == pytest.approx(np.mean(each[1:4]))


def test_an_outlier_no_longer_stretches_the_range():
    near = [(90, 110), (95, 120), (85, 105), (92, 112)]
    found = pooled([*near, (100_000, 200_000)])
    assert found.methods["linear_pool"].high > 100_000
    assert found.methods["trimmed_linear_pool"].high < 200


@quick
@given(st.lists(BOUNDS, min_size=5, max_size=9))
def test_a_trimmed_pool_is_a_distribution(panel):
    weights = [1 + place for place in range(len(panel))]
    pool = Mixture([ranges.law_of(*each) for each in panel], weights=weights, trim=0.2)
    x = np.geomspace(1e-4, 1e11, 400)
    assert (np.diff(pool.cdf(x)) >= -1e-12).all()
    assert pool.cdf(x) + pool.tail(x) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(4))
def test_the_mean_of_a_trimmed_pool_is_its_integral(seed):
    rng = np.random.default_rng(seed)
    laws = [Law("lognormal", rng.normal(2, 1), rng.uniform(0.1, 0.5)) for _ in range(7)]
    laws += [Law("normal", 3.0, 2.0)] * (seed % 2)
    pool = Mixture(laws, trim=1 / len(laws))
    above = integrate.quad(lambda x: float(pool.tail(x)), 0, 400, limit=200, epsrel=1e-8)[0]
    below = integrate.quad(lambda x: float(pool.cdf(x)), -30, 0, limit=100, epsrel=1e-8)[0]
    assert pool.mean == pytest.approx(above - below, rel=1e-6)


# Scores of a pool


@pytest.mark.parametrize("outcome", [0.2, 3.0, 80.0])
def test_the_score_of_one_law_is_its_closed_form(outcome):
    for kind in ("lognormal", "normal"):
        law = Law(kind, 1.0, 0.8)
        assert Mixture([law]).crps(outcome) == pytest.approx(law.crps(outcome), rel=1e-9)


@pytest.mark.parametrize("outcome", [-5.0, 40.0])
def test_the_score_of_a_mixture_is_the_integral_it_stands_for(outcome):
    pool = Mixture([Law("normal", 1.0, 3.0), Law("lognormal", 2.0, 0.5)])
    below = integrate.quad(lambda x: float(pool.cdf(x)) ** 2, -60, outcome, limit=300, points=[0])[0]
    above = integrate.quad(lambda x: float(pool.tail(x)) ** 2, outcome, 300, limit=300)[0]
    assert pool.crps(outcome) == pytest.approx(below + above, rel=1e-6)


# Widening


def test_without_a_record_nothing_is_widened():
    assert ranges.widening([], [], []) == 1


def test_a_calibrated_record_is_hardly_widened_and_an_overconfident_one_is():
    rng = np.random.default_rng(2)
    centres = rng.normal(3, 1, 400)
    came = np.exp(centres + rng.normal(0, 0.5, 400))

    def factor(reach):
        low, high = np.exp(centres - reach), np.exp(centres + reach)
        return ranges.widening(low.tolist(), high.tolist(), came.tolist())

    honest = 0.5 * 1.6448536
    assert factor(honest) == pytest.approx(1, abs=0.08)
    assert factor(honest / 3) == pytest.approx(3, rel=0.12)
    assert factor(honest * 3) == 1


def test_widened_intervals_hold_nine_in_ten():
    rng = np.random.default_rng(4)
    centres, came = np.zeros(2000), np.exp(rng.normal(0, 1, 2000))
    factor = ranges.widening([0.5] * 2000, [2.0] * 2000, came.tolist())
    law = ranges.widened(ranges.law_of(0.5, 2.0), factor)
    held = (came >= law.quantile(0.05)) & (came <= law.quantile(0.95))
    assert held.mean() == pytest.approx(0.9, abs=0.02)
    assert centres.size == held.size


def test_nobody_is_widened_beyond_what_is_taken_from_anybody():
    law = ranges.widened(ranges.law_of(1, 1e6), 1000.0)
    assert law.quantile(0.95) / law.quantile(0.05) == pytest.approx(ranges.WIDEST)
    assert np.isfinite(law.mean)


def test_one_miss_hardly_widens():
    assert ranges.widening([9], [11], [1000]) < 2


# What is refused


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((5, 1), "the interval runs from 5 down to 1: write the lower bound first"),
        ((1, 1e30), "says nothing"),
        ((float("nan"), 1), "numbers within"),
        ((1, float("inf")), "numbers within"),
    ],
)
def test_what_is_no_interval_is_refused(bounds, message):
    with pytest.raises(Refused, match=message):
        pooled([bounds])


def test_averaged_bounds_that_nobody_would_be_allowed_do_not_spoil_the_pool():
    found = pooled([(0.0, 1e60), (1.0, 2.0), (-1e-90, 3.0)])
    assert found.value.low < found.value.median < found.value.high
    assert np.isfinite(found.comparisons["mean_of_bounds"].mean)


def test_bounds_on_both_sides_of_zero_and_many_powers_apart_keep_their_order():
    found = pooled([(1e90, 1e95), (0.0, 7e-9), (1e-3, 0.1), (-3e-85, -2e-85), (300, 2000)])
    for summary in found.methods.values():
        assert summary.low <= summary.median <= summary.high


def test_an_empty_panel_is_refused():
    with pytest.raises(Refused, match="nothing to pool: add at least one"):
        ranges.pool([], [])


def test_a_single_number_is_a_narrow_range_and_it_is_said():
    found = pooled([(3.0, 3.0), (0.0, 0.0)])
    assert any("2 intervals are a single number" in warning for warning in found.warnings)
    assert found.value.low == pytest.approx(0, abs=1e-5)


def test_the_quantiles_of_a_large_panel_agree_with_another_root_finder():
    rng = np.random.default_rng(1)
    panel = [
        (low, low * wide) for low, wide in zip(rng.lognormal(3, 2, 60), rng.uniform(1.1, 50, 60), strict=True)
    ]
    pool = pooled(panel).trimmed
    expected = optimize.brentq(lambda y: float(pool.cdf(np.exp(y))) - 0.95, -20, 30, xtol=1e-13)
    assert pool.quantile(0.95) == pytest.approx(np.exp(expected), rel=1e-9)
