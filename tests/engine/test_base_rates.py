"""Base rates: conjugate closed forms, against SciPy and the published case, and what counting cannot show."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from throughline.engine import base_rates
from throughline.engine.refusals import Refused

quick = settings(max_examples=50, deadline=None)


@pytest.fixture(scope="module")
def answers(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    return {case["id"]: case for case in cases}


def test_two_of_forty_peers_breached_is_the_published_share(answers):
    case = answers["RK27"]
    given_, expected = case["inputs"], case["expected"]
    found = base_rates.beta_binomial(given_["k"], given_["n"], prior=tuple(given_["prior"]))
    assert found.mean == pytest.approx(expected["mean"], rel=1e-9)
    assert found.low == pytest.approx(expected["q05"], rel=1e-9)
    assert found.high == pytest.approx(expected["q95"], rel=1e-9)


def test_periods_are_converted_at_a_constant_hazard(answers):
    given_, expected = answers["RK29"]["inputs"], answers["RK29"]["expected"]

    def within(p, periods):
        return base_rates.at_constant_hazard(p, periods=periods)

    assert within(given_["year"], 0.25) == pytest.approx(expected["quarter_of_9pct"], rel=1e-12)
    assert within(given_["quarter"], 4) == pytest.approx(expected["year_of_3pct"], rel=1e-12)
    assert within(given_["d30"], 365 / 30) == pytest.approx(expected["year_of_45pct_30d"], rel=1e-12)


@quick
@given(st.integers(0, 300), st.integers(0, 3000))
def test_a_share_is_the_beta_law_that_scipy_has(hits, misses):
    found = base_rates.beta_binomial(hits, hits + misses)
    law = stats.beta(hits + 0.5, misses + 0.5)
    assert (found.low, found.high) == (pytest.approx(law.ppf(0.05), rel=1e-8), pytest.approx(law.ppf(0.95)))
    assert found.low <= found.mean or hits == 0


@quick
@given(st.integers(0, 500), st.floats(0.01, 100), st.floats(0.01, 20))
def test_a_rate_is_the_gamma_law_that_scipy_has(events, exposure, period):
    found = base_rates.gamma_poisson(events, exposure)
    law = stats.gamma(events + 0.5, scale=1 / exposure)
    assert (found.low, found.high) == (pytest.approx(law.ppf(0.05), rel=1e-8), pytest.approx(law.ppf(0.95)))
    chance = found.at_least_one(period)
    # The number of events in the period is negative binomial.
    none = stats.nbinom(events + 0.5, exposure / (exposure + period)).pmf(0)
    assert chance.value == pytest.approx(1 - none, abs=1e-12)
    assert 0 <= chance.low <= chance.high <= 1


def test_the_chance_over_several_periods_has_the_uncertainty_of_the_share_in_it():
    found = base_rates.beta_binomial(2, 40)
    law = stats.beta(2.5, 38.5)
    expected = integrate.quad(lambda p: (1 - (1 - p) ** 4) * law.pdf(p), 0, 1)[0]
    assert found.at_least_one(4).value == pytest.approx(expected, rel=1e-9)
    assert found.at_least_one(1).value == pytest.approx(found.mean)


def test_nothing_seen_is_not_never():
    assert base_rates.gamma_poisson(0, 10).at_least_one(1).value == pytest.approx(1 - (10 / 11) ** 0.5)
    assert 0 < base_rates.beta_binomial(0, 40).mean < 0.02


@quick
@given(st.integers(0, 50), st.integers(0, 50), st.floats(0.1, 9), st.floats(0.1, 9))
def test_two_years_at_once_are_one_year_after_the_other(first, second, t, u):
    at_once = base_rates.gamma_poisson(first + second, t + u)
    before = base_rates.gamma_poisson(first, t)
    after = base_rates.gamma_poisson(second, u, prior=(before.shape, before.rate))
    assert (after.shape, after.rate) == (pytest.approx(at_once.shape), pytest.approx(at_once.rate))


@quick
@given(st.lists(st.floats(0, 1), max_size=20))
def test_one_of_several_is_the_complement_of_none(probabilities):
    expected = 1 - math.prod(1 - p for p in probabilities)
    assert base_rates.any_of(probabilities) == pytest.approx(expected, abs=1e-12)


def test_a_true_cut_of_a_rare_event_looks_better_less_than_half_of_the_time():
    assert base_rates.looks_better(0.347, cut=0.25, years=5) < 0.5
    rng = np.random.default_rng(1)
    before, after = rng.poisson(0.347 * 5, 400_000), rng.poisson(0.347 * 5 * 0.75, 400_000)
    assert base_rates.looks_better(0.347, cut=0.25, years=5) == pytest.approx(
        (after < before).mean(), abs=0.004
    )


def test_the_warning_names_the_rule_that_the_linter_has():
    from throughline.engine.linting.findings import RULES

    said = base_rates.counting_warning(0.347)
    assert "D33" in said
    assert "D33" in RULES
    assert base_rates.counting_warning(1000.0) == ""


@pytest.mark.parametrize(
    "asked",
    [
        lambda: base_rates.gamma_poisson(-1, 1),
        lambda: base_rates.gamma_poisson(1, 0),
        lambda: base_rates.gamma_poisson(0, 1, prior=(0, 0)),
        lambda: base_rates.beta_binomial(5, 4),
        lambda: base_rates.beta_binomial(0, 4, prior=(0, 0)),
        lambda: base_rates.any_of([40]),
        lambda: base_rates.at_constant_hazard(0.5, periods=0),
    ],
)
def test_what_cannot_be_counted_is_refused(asked):
    with pytest.raises(Refused):
        asked()
