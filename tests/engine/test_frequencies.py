"""How often something happens in a year: exact conversions, and three laws with their transforms."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from throughline.engine import frequencies
from throughline.engine.frequencies import AtMostOnce, GammaPoisson, Poisson
from throughline.engine.refusals import Refused

LAWS = {
    "once a year": (frequencies.probability(0.3), stats.binom(1, 0.3)),
    "once a quarter": (frequencies.probability(0.3, per="quarter"), stats.binom(4, 0.3)),
    "once a month": (frequencies.probability(0.02, per="month"), stats.binom(12, 0.02)),
    "a rate": (frequencies.rate(2.5), stats.poisson(2.5)),
    "an uncertain rate": (GammaPoisson(2.0, 1.5), stats.nbinom(2.0, 1 / 2.5)),
}
law = pytest.mark.parametrize(("ours", "theirs"), LAWS.values(), ids=LAWS)


@pytest.fixture(scope="module")
def conversions(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    return next(case for case in cases if case["id"] == "RK29")


# Periods


def test_probabilities_are_converted_exactly_between_periods(conversions):
    given, expected = conversions["inputs"], conversions["expected"]
    found = {
        "quarter_of_9pct": frequencies.between_periods(given["year"], per="year", to="quarter"),
        "year_of_3pct": frequencies.between_periods(given["quarter"], per="quarter", to="year"),
        "year_of_45pct_30d": frequencies.convert(given["d30"], days=30, to_days=frequencies.DAYS_IN_A_YEAR),
        "rate_of_9pct": frequencies.rate_of(given["year"]),
    }
    assert found == pytest.approx(expected, rel=1e-12)


def test_nine_per_cent_a_year_is_not_a_quarter_of_it_each_quarter():
    assert frequencies.between_periods(0.09, per="year", to="quarter") > 0.0225 + 0.0005


@given(st.floats(0, 0.999), st.sampled_from(["year", "quarter", "month"]))
def test_there_and_back_is_the_same_probability(p, per):
    there = frequencies.between_periods(p, per="year", to=per)
    assert frequencies.between_periods(there, per=per, to="year") == pytest.approx(p, rel=1e-9, abs=1e-15)


def test_certain_stays_certain_and_never_stays_never():
    assert frequencies.between_periods(1.0, per="month", to="year") == 1.0
    assert frequencies.between_periods(0.0, per="month", to="year") == 0.0


def test_a_probability_a_quarter_allows_four_events_a_year():
    assert frequencies.probability(0.5, per="quarter").most == 4
    assert frequencies.probability(0.5, per="quarter").term(4) == pytest.approx(0.5**4)


def test_a_rate_a_month_is_twelve_times_that_a_year():
    assert frequencies.rate(0.5, per="month") == frequencies.rate(6)


# Laws


@law
def test_moments_and_probabilities_are_scipys(ours, theirs):
    assert (ours.mean, ours.variance) == pytest.approx((theirs.mean(), theirs.var()))
    assert [ours.term(k) for k in range(6)] == pytest.approx([theirs.pmf(k) for k in range(6)], abs=1e-15)
    assert ours.p_zero == pytest.approx(theirs.pmf(0))


@law
def test_the_generating_function_is_the_sum_of_its_terms(ours, theirs):
    z = 0.7 * np.exp(1j * np.linspace(0, 6, 7))
    counts = np.arange(200)
    direct = (theirs.pmf(counts) * z[:, None] ** counts).sum(axis=1)
    assert ours.pgf(z) == pytest.approx(direct, abs=1e-12)
    slope = (counts * theirs.pmf(counts) * z[:, None] ** np.maximum(counts - 1, 0)).sum(axis=1)
    assert ours.slope(z) == pytest.approx(slope, abs=1e-11)


@law
def test_its_taylor_terms_elsewhere_are_those_of_thinned_events(ours, theirs):
    # Of N events each is of the second kind with 0.4: P(k of it, the rest of the first).
    direct = [
        sum(theirs.pmf(n) * math.comb(n, k) * 0.6 ** (n - k) * 0.4**k for n in range(k, 150))
        for k in range(4)
    ]
    assert [ours.term(k, 0.6) * 0.4**k for k in range(4)] == pytest.approx(direct, abs=1e-12)


@law
def test_draws_have_the_mean_of_the_law(ours, theirs):
    drawn = ours.draw(np.random.default_rng(4), 40_000)
    assert drawn.mean() == pytest.approx(ours.mean, abs=4 * math.sqrt(ours.variance / 40_000))


@pytest.mark.parametrize(("low", "high"), [(0.5, 4), (1, 1.05), (2, 2000), (1e-3, 1e-2)])
def test_an_uncertain_rate_has_the_interval_that_was_said(low, high):
    found = frequencies.rate_90ci(low, high)
    gamma = stats.gamma(found.shape, scale=found.scale)
    assert gamma.ppf([0.05, 0.95]) == pytest.approx([low, high], rel=1e-9)


def test_an_interval_without_width_is_a_rate():
    assert frequencies.rate_90ci(2, 2) == Poisson(2)


def test_an_uncertain_rate_a_quarter_is_that_of_a_year_four_times():
    a_year = frequencies.rate_90ci(2, 8)
    a_quarter = frequencies.rate_90ci(0.5, 2, per="quarter")
    assert (a_quarter.shape, a_quarter.scale) == pytest.approx((a_year.shape, a_year.scale))


# Bad input


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: frequencies.probability(40), "40 is no probability: write 0.4 for 40 %"),
        (lambda: frequencies.probability(-0.1), "expected a number from 0 to 1"),
        (lambda: frequencies.probability(math.nan), "nan is no probability"),
        (lambda: frequencies.probability("often"), "'often' is no probability"),
        (lambda: frequencies.probability(True), "is no probability"),
        (lambda: frequencies.probability(0.1, per="week"), "'week' is no period"),
        (lambda: frequencies.rate(-1), "-1 is no rate"),
        (lambda: frequencies.rate(1e9), "describe what they cost together"),
        (lambda: frequencies.rate_90ci(4, 0.5), r"reversed: write \[0.5, 4\]"),
        (lambda: frequencies.rate_90ci(0, 4), "above 0"),
        (lambda: frequencies.rate_90ci(1e-9, 4), "factor"),
        (lambda: frequencies.rate_90ci("a", 4), "two numbers"),
        (lambda: frequencies.rate_of(1.0), "has no rate"),
        (lambda: frequencies.convert(0.5, days=0, to_days=1), "times above 0"),
    ],
)
def test_what_is_no_frequency_is_refused_with_the_way_out(make, says):
    with pytest.raises(Refused, match=says):
        make()


def test_the_classes_say_what_was_given():
    assert frequencies.probability(0.2, per="month") == AtMostOnce(0.2, 12)
