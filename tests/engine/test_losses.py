"""What holds of every portfolio, where peers go wrong, and years drawn at random beside it."""

import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from throughline.engine import frequencies, severities
from throughline.engine.compound_severities import layer, mixture
from throughline.engine.losses import Belief, Panel, Scenario, appetite, breaches, portfolio, simulated
from throughline.engine.losses.masses import grid_masses, spread
from throughline.engine.refusals import Refused

LEVELS = (0.5, 0.9, 0.99, 0.999)
INTERVALS = st.tuples(st.floats(1e3, 1e6), st.floats(1.3, 100)).map(
    lambda it: severities.ci90(it[0], it[0] * it[1])
)
LOSSES = st.one_of(
    INTERVALS,
    st.tuples(INTERVALS, st.floats(1e4, 1e7)).map(lambda it: layer(it[0], cap=it[1])),
    st.tuples(INTERVALS, st.floats(1e3, 1e5)).map(lambda it: layer(it[0], retention=it[1])),
    st.tuples(st.floats(0, 1e5), st.floats(1, 1e5), st.floats(1, 1e6)).map(
        lambda it: severities.pert(it[0], it[0] + it[1], it[0] + it[1] + it[2])
    ),
)
FREQUENCIES = st.one_of(
    st.floats(1e-3, 20).map(frequencies.rate),
    st.tuples(st.floats(0.001, 1), st.sampled_from(["year", "quarter", "month"])).map(
        lambda it: frequencies.probability(*it)
    ),
    st.tuples(st.floats(0.01, 3), st.floats(1.5, 20)).map(
        lambda it: frequencies.rate_90ci(it[0], it[0] * it[1])
    ),
)
PAIRS = st.lists(st.tuples(FREQUENCIES, LOSSES), min_size=1, max_size=4)
quick = settings(max_examples=25, suppress_health_check=list(HealthCheck))


def made(pairs):
    return portfolio([Scenario(str(number), *pair) for number, pair in enumerate(pairs)])


def one(frequency, loss):
    return portfolio([Scenario("a", frequency, loss)])


# Properties


@given(st.floats(0.001, 1), LOSSES)
@quick
def test_a_portfolio_of_one_is_its_scenario(p, loss):
    found = one(frequencies.probability(p), loss)
    for level in LEVELS:
        expected = loss.quantile(1 - (1 - level) / p) if level > 1 - p else 0
        assert found.quantile(level) == pytest.approx(expected, rel=1e-9)
    assert found.mean == pytest.approx(p * loss.mean)


@given(st.floats(0.05, 0.9), INTERVALS)
@quick
def test_the_grid_says_of_one_scenario_what_its_closed_form_says(p, loss):
    # A second one that costs next to nothing keeps the closed form away.
    found = portfolio(
        [
            Scenario("a", frequencies.probability(p), loss),
            Scenario("b", frequencies.probability(0.5), severities.fixed(1e-9)),
        ]
    )
    alone = one(frequencies.probability(p), loss)
    for level in (0.99, 0.999):
        assert found.quantile(level) == pytest.approx(alone.quantile(level), rel=2e-6)
        assert found.tvar(level) == pytest.approx(alone.tvar(level), rel=2e-5)


@given(PAIRS, st.randoms(use_true_random=False))
@quick
def test_the_order_of_scenarios_does_not_matter(pairs, random):
    ours, turned = made(pairs), made(random.sample(pairs, len(pairs)))
    for level in LEVELS:
        assert ours.quantile(level) == pytest.approx(turned.quantile(level), rel=1e-7, abs=1e-7)


@given(st.floats(0.01, 50), st.floats(0.01, 0.99), INTERVALS)
@quick
def test_a_rate_split_in_two_is_the_same_risk(rate, share, loss):
    whole = one(frequencies.rate(rate), loss)
    halves = made([(frequencies.rate(rate * part), loss) for part in (share, 1 - share)])
    for level in LEVELS:
        # Their grids may have more or fewer steps.
        assert halves.quantile(level) == pytest.approx(whole.quantile(level), rel=2e-5, abs=1e-7)
    assert (halves.mean, halves.sd) == pytest.approx((whole.mean, whole.sd))


@given(PAIRS)
@quick
def test_the_worst_years_cost_more_than_the_least_of_them_and_the_curve_falls(pairs):
    found = made(pairs)
    assert all(found.tvar(level) >= found.quantile(level) for level in LEVELS)
    losses = np.concatenate(([0], np.geomspace(1, 1e9, 60)))
    curve = found.exceedance(losses)
    assert np.all(np.diff(curve) <= 0)
    assert np.all((curve >= 0) & (curve <= 1))
    assert curve[0] == pytest.approx(1 - found.p_zero, abs=1e-9)


@given(PAIRS)
@quick
def test_a_quantile_is_exceeded_as_often_as_its_level_says(pairs):
    found = made(pairs)
    for level in LEVELS:
        at = found.quantile(level)
        if at > 0:
            beyond, before = found.exceedance([at * (1 + 1e-6), at * (1 - 1e-6)])
            assert beyond <= 1 - level + 1e-7
            assert before >= 1 - level - 1e-6


@given(PAIRS)
@quick
def test_the_area_under_the_curve_is_the_mean(pairs):
    found = made(pairs)
    far = min(found.quantile(0.9999), found.most) or 1.0
    assert found.mean - found.stop_loss(far) == pytest.approx(
        integrate.trapezoid(found.exceedance(x := np.linspace(0, far, 20_001)), x), rel=2e-3, abs=1e-9
    )


@given(PAIRS)
@quick
def test_the_parts_of_the_tail_add_up_and_none_is_negative(pairs):
    found = made(pairs)
    parts = found.contributions(0.99)
    assert sum(parts.values()) == pytest.approx(found.tvar(0.99), rel=1e-9)
    assert min(parts.values()) >= 0


@given(st.lists(st.tuples(st.floats(0.01, 1), INTERVALS, st.floats(1e4, 1e6)), min_size=1, max_size=4))
@quick
def test_capped_losses_never_exceed_the_sum_of_their_caps(rows):
    found = made([(frequencies.probability(p), layer(loss, cap=cap)) for p, loss, cap in rows])
    assert found.most == pytest.approx(sum(cap for _, _, cap in rows))
    assert found.exceedance(found.most)[0] == 0
    assert found.quantile(0.99999) <= found.most


@given(PAIRS)
@quick
def test_a_scenario_taken_out_and_put_back_changes_nothing(pairs):
    found = made([*pairs, (frequencies.rate(0.3), severities.ci90(1e4, 1e6))])
    before = [found.quantile(level) for level in LEVELS]
    gone = str(len(pairs))
    again = found.without(gone).with_scenario(found.scenarios[-1])
    assert [again.quantile(level) for level in LEVELS] == pytest.approx(before, rel=1e-6, abs=1e-6)
    assert again.mean == pytest.approx(found.mean)


@given(LOSSES, st.sampled_from([300.0, 7e3, 1e5, 3e6]))
@quick
def test_masses_on_a_grid_keep_mass_and_mean(loss, step):
    n = 65536
    [masses] = grid_masses([loss], step, n)
    inside = loss.cdf(np.array(step * (n - 0.5))) if loss.ends[1] > step * (n - 4) else 1.0
    assert masses.sum() == pytest.approx(float(inside), abs=1e-6)
    if inside == 1.0:
        assert masses @ (step * np.arange(n)) == pytest.approx(loss.mean, rel=1e-6)


@given(st.floats(0, 50), st.floats(0.5, 3))
@quick
def test_an_amount_on_the_grid_keeps_its_moments(steps, step):
    start, parts = spread(steps * step, step)
    places = step * (start + np.arange(parts.size))
    assert [parts @ places**k for k in range(3)] == pytest.approx(
        [(steps * step) ** k for k in range(3)], abs=1e-9
    )


# Defects of peers


def test_two_scenarios_alike_are_independent_and_not_one_drawn_twice():
    frequency, loss = frequencies.rate(1), severities.ci90(1e5, 1e6)
    both = made([(frequency, loss)] * 2)
    assert both.sd == pytest.approx(math.sqrt(2) * one(frequency, loss).sd)
    drawn = simulated.years(both.scenarios, 20_000, np.random.default_rng(1))
    assert abs(np.corrcoef(drawn)[0, 1]) < 0.04


def test_every_event_of_a_year_has_a_loss_of_its_own():
    rate, loss = 100.0, severities.pert(3e6, 3.5e6, 5e6)
    found = one(frequencies.rate(rate), loss)
    assert found.sd == pytest.approx(math.sqrt(rate * (loss.variance + loss.mean**2)))
    one_draw_for_all = math.sqrt(rate * loss.mean**2 + (rate**2 + rate) * loss.variance)
    assert found.sd < 0.9 * one_draw_for_all


def test_a_year_of_frequency_times_loss_has_the_mean_that_pyfair_samples(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    case = next(each for each in cases if each["id"] == "RK13")
    lef, lm = (severities.pert(*case["inputs"][name]) for name in ("lef", "lm"))
    found = one(frequencies.rate(lef.mean), lm)
    assert found.mean == pytest.approx(case["expected"]["mean"], rel=1e-12)


def test_a_whole_curve_comes_from_one_portfolio_and_asking_again_changes_nothing():
    found = one(frequencies.rate(2), severities.ci90(1e4, 1e6))
    losses = np.geomspace(1e4, 1e7, 99)
    first = found.exceedance(losses)
    assert np.array_equal(found.exceedance(losses[::-1])[::-1], first)
    assert found.exceedance(losses[50])[0] == pytest.approx(first[50], abs=1e-9)


def test_the_tail_of_the_curve_is_there_as_far_as_anybody_asks():
    found = one(frequencies.rate(0.5), severities.ci90(1e4, 1e6))
    far = np.array([1e7, 3e7])
    # So far out one event is what exceeds it.
    assert found.exceedance(far) == pytest.approx(0.5 * found.scenarios[0].loss.survival(far), rel=0.15)


def test_the_greatest_loss_is_that_of_the_scenario_and_not_of_a_sample():
    assert one(frequencies.rate(1), severities.ci90(1e4, 1e6)).most == math.inf
    assert one(frequencies.probability(1), severities.pert(1, 2, 3)).most == 3


def test_a_probability_of_one_happens_every_year():
    found = made([(frequencies.probability(1.0), severities.ci90(1e5, 1e6))] * 2)
    assert found.p_zero == 0
    assert found.quantile(0.001) > 2e4


# Scales


def test_a_small_frequent_scenario_beside_a_rare_enormous_one_keeps_its_digits():
    small = one(frequencies.rate(50), severities.ci90(5, 80))
    both = portfolio(
        [*small.scenarios, Scenario("b", frequencies.probability(1e-4), severities.ci90(1e9, 1e11))]
    )
    assert both.quantile(0.5) == pytest.approx(small.quantile(0.5 / (1 - 1e-4)), rel=1e-6)
    rare = both.scenarios[1].loss
    assert both.exceedance(1e10)[0] == pytest.approx(1e-4 * float(rare.survival(np.array(1e10))), rel=1e-5)


@pytest.mark.parametrize("rate", [1e3, 1e4, 1e5, 1e6])
def test_many_small_losses_add_up_as_the_limit_theorem_says(rate):
    loss = severities.ci90(5, 80)
    found = one(frequencies.rate(rate), loss)
    moment = {k: math.exp(k * loss.mu + (k * loss.sigma) ** 2 / 2) for k in (1, 2, 3, 4)}
    sd = math.sqrt(rate * moment[2])
    skew, kurtosis = rate * moment[3] / sd**3, rate * moment[4] / sd**4
    for level in (0.5, 0.99):
        z = stats.norm.ppf(level)
        # Cornish & Fisher 1938.
        w = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * kurtosis / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
        assert found.quantile(level) == pytest.approx(rate * moment[1] + sd * w, rel=3e-5)


def test_a_very_heavy_tail_keeps_its_closed_form_mean_above_any_level():
    found = one(frequencies.rate(0.5), severities.Lognormal(10, 3.0))
    at = found.quantile(0.999)
    assert found.tvar(0.999) > 2 * at
    assert found.exceedance(at)[0] == pytest.approx(0.001, rel=1e-4)
    assert not found.warnings


def test_nothing_can_be_a_portfolio():
    found = one(frequencies.probability(0), severities.ci90(1, 2))
    assert (found.mean, found.sd, found.p_zero, found.most) == (0, 0, 1, 0)
    assert (found.quantile(0.99), found.tvar(0.99)) == (0, 0)
    assert list(found.exceedance([0, 1])) == [0, 0]


# Layers


def test_a_cover_of_the_year_costs_the_area_under_its_part_of_the_curve():
    found = one(frequencies.rate(1.5), severities.ci90(1e5, 1e6))
    cost, touched = found.layer(5e5, 1e6)
    x = np.linspace(5e5, 1.5e6, 5001)
    assert cost == pytest.approx(integrate.trapezoid(found.exceedance(x), x), rel=1e-6)
    assert touched == found.exceedance(5e5)[0]
    assert found.layer(0, math.inf) == pytest.approx((found.mean, 1 - found.p_zero), rel=1e-9)


def test_covers_one_above_the_other_cost_what_one_of_both_costs():
    found = one(frequencies.rate(1.5), severities.ci90(1e5, 1e6))
    parts = found.layer(0, 3e5)[0] + found.layer(3e5, 1e6)[0] + found.layer(1.3e6, math.inf)[0]
    assert parts == pytest.approx(found.mean, rel=1e-9)


# Panels


def test_mixing_experts_event_by_event_would_understate_the_spread():
    few, much = severities.ci90(1e5, 1e6), severities.ci90(1e6, 1e7)
    rate = frequencies.rate(1.0)
    panel = portfolio([Panel("a", (Belief(1, rate, few), Belief(1, rate, much)))])
    mixed = one(rate, mixture([(1, few), (1, much)]))
    assert panel.mean == pytest.approx(mixed.mean)
    assert panel.sd > mixed.sd


def test_a_panel_of_one_voice_is_that_scenario():
    belief = (frequencies.probability(0.3, per="quarter"), severities.ci90(1e5, 1e6))
    panel = portfolio([Panel("a", (Belief(2, *belief), Belief(1, *belief)))])
    alone = one(*belief)
    assert [panel.quantile(level) for level in LEVELS] == pytest.approx(
        [alone.quantile(level) for level in LEVELS], rel=1e-9
    )


def test_a_panel_of_nobody_is_refused():
    with pytest.raises(Refused, match="weight is above 0"):
        Panel("a", ())


# Appetite


def test_an_appetite_through_two_points_is_the_lognormal_law(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    case = next(each for each in cases if each["id"] == "RK15")
    curve = appetite(
        [(case["inputs"][at]["loss"], case["inputs"][at]["probability"]) for at in ("point1", "point2")]
    )
    mu, sigma = curve.lognormal
    told = {"mu": mu, "sigma": sigma, "median": curve.loss_at(0.5), "loss_at_5pct": curve.loss_at(0.05)}
    assert told == pytest.approx(case["expected"], rel=1e-9)
    assert curve.accepted([1e6, 1e7]) == pytest.approx([0.1, 0.01])


def test_an_appetite_passes_through_all_its_points_and_falls():
    points = [(1e4, 0.5), (1e5, 0.2), (1e6, 0.15), (1e7, 0.001)]
    curve = appetite(points)
    assert curve.accepted([loss for loss, _ in points]) == pytest.approx([p for _, p in points])
    assert np.all(np.diff(curve.accepted(np.geomspace(1e2, 1e9, 200))) < 0)


def test_where_losses_are_likelier_than_accepted_is_said_to_the_digit():
    found = one(frequencies.probability(0.2), severities.ci90(1e5, 1e7))
    curve = appetite([(1e4, 0.5), (1e7, 0.001)])
    [breach] = breaches(found, curve)
    assert found.exceedance(breach.since)[0] == pytest.approx(float(curve.accepted(breach.since)), rel=1e-6)
    assert breach.until == 1e7
    assert breach.probability > breach.accepted
    assert breaches(found, appetite([(1e4, 0.9), (1e8, 0.5)])) == []


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([(1e6, 0.1)], "two points"),
        ([(1e6, 0.1), (1e7, 0.1)], "less often"),
        ([(1e6, 0.1), (1e6, 0.05)], "twice"),
        ([(1e6, 10), (1e7, 0.05)], "no probability"),
        ([(0, 0.1), (1e7, 0.05)], "not above 0"),
    ],
)
def test_what_is_no_appetite_is_refused(points, says):
    with pytest.raises(Refused, match=says):
        appetite(points)


# Years drawn at random


@pytest.mark.parametrize("seed", [1, 2])
def test_years_drawn_at_random_agree_within_their_own_noise(seed):
    found = portfolio(
        [
            Scenario("rate", frequencies.rate(0.8), layer(severities.ci90(1e4, 1e6), retention=2e4, cap=8e5)),
            Scenario("quarter", frequencies.probability(0.1, per="quarter"), severities.pert(1e4, 5e4, 2e6)),
            Scenario("unsure", frequencies.rate_90ci(0.2, 3), severities.ci90(5e3, 2e5)),
            Panel(
                "panel",
                (
                    Belief(1, frequencies.rate(0.2), severities.ci90(1e5, 1e6)),
                    Belief(2, frequencies.probability(0.3), severities.exponential(3e5)),
                ),
            ),
        ]
    )
    n = 200_000
    drawn = simulated.years(found.scenarios, n, np.random.default_rng(seed))
    years = drawn.sum(axis=0)
    assert years.mean() == pytest.approx(found.mean, abs=4 * found.sd / math.sqrt(n))
    assert (years == 0).mean() == pytest.approx(found.p_zero, abs=4 * math.sqrt(0.25 / n))
    for level in (0.5, 0.9, 0.99):
        beyond = (years > found.quantile(level)).mean()
        assert beyond == pytest.approx(1 - level, abs=4 * math.sqrt(level * (1 - level) / n))
    worst = years >= np.quantile(years, 0.95)
    shares = drawn[:, worst].mean(axis=1) / years[worst].mean()
    parts = np.array(list(found.contributions(0.95).values())) / found.tvar(0.95)
    assert shares == pytest.approx(parts, abs=0.015)
    assert years[worst].mean() == pytest.approx(found.tvar(0.95), rel=0.02)
