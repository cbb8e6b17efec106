"""Scores of forecasts: published cases, closed forms against integrals, and what peers got wrong."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from throughline.engine import forecast_scores as scores
from throughline.engine.refusals import Refused


@pytest.fixture(scope="module")
def answers(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    return {case["id"]: case for case in cases}


# Published cases


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_five_weather_forecasts_have_their_published_two_sided_score(answers, kind):
    case = answers["RK19"]
    said, happened = zip(*case["inputs"][kind], strict=True)
    two = scores.brier_two_sided(said, happened).mean()
    assert two == pytest.approx(case["expected"][f"{kind}_mean"], abs=5e-5)
    one = scores.brier(said, happened).mean()
    assert one == pytest.approx(case["expected"][f"one_sided_{kind}"], abs=5e-5)


def test_the_mean_of_the_log4shell_panel_has_its_published_two_sided_score(answers):
    expected = answers["RK21"]["expected"]
    found = scores.brier_two_sided([expected["mean"]], [0])
    assert found[0] == pytest.approx(expected["two_sided_brier_of_mean"], rel=1e-12)


def test_continuous_scores_have_their_closed_forms(answers):
    case = answers["RK25"]
    for (mean, sd, outcome), expected in zip(
        case["inputs"]["normal"], case["expected"]["normal"], strict=True
    ):
        assert scores.crps_normal(mean, sd, outcome) == pytest.approx(expected, rel=1e-8)
    given_ = case["inputs"]["lognormal"]
    low, high = math.log(given_["q05"]), math.log(given_["q95"])
    found = scores.crps_lognormal((low + high) / 2, (high - low) / 2 / scores.Z90, given_["outcome"])
    assert found == pytest.approx(case["expected"]["lognormal"], rel=1e-8)


def test_the_standard_error_of_a_simulated_exceedance_is_binomial(answers):
    """What a Monte Carlo of the same size would add to a score: nothing here is sampled."""
    case = answers["RK35"]
    p = case["inputs"]["p"]
    for n, expected in zip(case["inputs"]["n"], case["expected"]["se"], strict=True):
        assert math.sqrt(p * (1 - p) / n) == pytest.approx(expected, rel=1e-12)


# Closed forms against their integrals


@pytest.mark.parametrize("outcome", [-3.0, 0.2, 1.0, 4.0])
def test_the_normal_crps_is_the_integral_it_stands_for(outcome):
    law = stats.norm(0.5, 1.7)
    below = integrate.quad(lambda x: law.cdf(x) ** 2, -20, outcome)[0]
    above = integrate.quad(lambda x: law.sf(x) ** 2, outcome, 20)[0]
    assert scores.crps_normal(0.5, 1.7, outcome) == pytest.approx(below + above, rel=1e-7)


@pytest.mark.parametrize("outcome", [-1.0, 0.0, 0.4, 3.0, 20.0])
def test_the_lognormal_crps_is_the_integral_it_stands_for(outcome):
    law = stats.lognorm(0.6, scale=math.exp(0.3))
    below = integrate.quad(lambda x: law.cdf(x) ** 2, 0, outcome)[0] if outcome > 0 else -outcome
    above = integrate.quad(lambda x: law.sf(x) ** 2, max(outcome, 0), 200, limit=200)[0]
    assert scores.crps_lognormal(0.3, 0.6, outcome) == pytest.approx(below + above, rel=1e-7)


# What peers got wrong


def test_a_continuous_score_is_not_constant():
    found = scores.crps_normal(10.0, 2.0, np.linspace(0, 30, 31))
    assert np.unique(found.round(9)).size > 15
    assert found.argmin() == 10
    spreads = [float(scores.crps_normal(10.0, sd, 10.5)) for sd in (0.01, 0.5, 5, 50)]
    assert np.argmin(spreads) == 1


def test_an_interval_score_charges_its_width():
    narrow, wide = scores.interval_score([9, 0], [11, 1000], [10, 10])
    assert (narrow, wide) == (2, 1000)
    assert scores.covered([9, 0], [11, 1000], [10, 10]).all()


def test_the_best_interval_is_the_honest_one():
    rng = np.random.default_rng(3)
    came = rng.normal(0, 1, 100_000)
    reach = np.array([0.5, 1.0, 1.3, 1.645, 2.0, 3.0, 10.0])
    means = [scores.interval_score(-r, r, came).mean() for r in reach]
    assert reach[int(np.argmin(means))] == 1.645


@given(st.floats(-50, 50), st.floats(0, 50), st.floats(0, 20), st.floats(-200, 200))
def test_widening_an_interval_never_loses_an_outcome(middle, half, more, outcome):
    narrow = scores.covered(middle - half, middle + half, outcome)
    wide = scores.covered(middle - half - more, middle + half + more, outcome)
    assert wide or not narrow


def test_an_honest_probability_has_the_best_expected_log_score():
    rng = np.random.default_rng(5)
    happened = rng.random(50_000) < 0.3
    said = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    means = [scores.log_score(np.full(50_000, p), happened).mean() for p in said]
    assert said[int(np.argmin(means))] == 0.3


# Ends and refusals


def test_a_certainty_that_failed_costs_much_but_not_everything():
    found = scores.log_score([0.0, 1.0, 1.0], [1, 0, 1])
    assert found.tolist() == pytest.approx([-math.log(0.0005), -math.log(0.0005), -math.log(0.9995)])
    assert scores.moved([0.0, 1.0, 1.0, 0.0001]) == 3


@given(st.floats(0, 1), st.booleans())
def test_the_two_sided_score_is_twice_the_one_sided(p, happened):
    other = (p - happened) ** 2 + ((1 - p) - (not happened)) ** 2
    assert scores.brier_two_sided([p], [happened])[0] == pytest.approx(other, abs=1e-12)


def test_bounds_count_as_inside():
    assert scores.covered([1, 1, 1], [2, 2, 2], [1, 2, 2.001]).tolist() == [True, True, False]


def test_a_reversed_interval_is_refused():
    with pytest.raises(Refused, match="from its lower to its upper bound"):
        scores.interval_score([5], [1], [3])


@pytest.mark.parametrize("asked", [([1.2], [1]), ([0.5], [2]), ([0.5], [1, 0]), ([], [])])
def test_what_is_no_forecast_is_refused(asked):
    with pytest.raises(ValueError, match=r"probability lies|as many outcomes"):
        scores.brier(*asked)
