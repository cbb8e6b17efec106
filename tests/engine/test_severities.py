"""What one event costs: closed forms equal to SciPy's or to integrals, and the ways in."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from throughline.engine import frequencies, metalog, severities
from throughline.engine.compound_severities import layer, mixture
from throughline.engine.losses import Scenario, portfolio
from throughline.engine.refusals import Refused

BASE = severities.ci90(1e5, 1e6)
LAWS = {
    "lognormal": BASE,
    "exponential": severities.exponential(2e5),
    "pert": severities.pert(1e4, 2e5, 9e5),
    "pert at its end": severities.pert(0, 0, 9e5),
    "fixed": severities.fixed(2e5),
    "metalog": metalog.through_quantiles([(0.1, 2e4), (0.5, 1e5), (0.9, 4e5)]),
    "capped": layer(BASE, cap=4e5),
    "retained": layer(BASE, retention=2e5),
    "both": layer(BASE, retention=2e5, cap=3e5),
    "heavy but capped": layer(
        metalog.through_quantiles([(0.1, 2e4), (0.5, 1e5), (0.9, 9e5)]), retention=1e4, cap=1e7
    ),
    "mixture": mixture(
        [(1, BASE), (3, layer(severities.ci90(1e4, 1e5), cap=8e4)), (1, severities.fixed(5e4))]
    ),
}
law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
AMOUNTS = np.array([1e3, 3e4, 8e4, 2e5, 3e5, 3.9e5, 7e5, 3e6])


@pytest.fixture(scope="module")
def known(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    return {case["id"]: case for case in cases}


def number(value):
    return np.asarray(float(value))


# Known answers


def test_a_lognormal_from_its_interval(known):
    case = known["RK01"]
    found = severities.ci90(case["inputs"]["q05"], case["inputs"]["q95"])
    told = {
        "mu": found.mu,
        "sigma": found.sigma,
        "median": found.quantile(0.5),
        "mean": found.mean,
        "p99": found.quantile(0.99),
    }
    assert told == pytest.approx(case["expected"], rel=1e-9)


def test_the_mean_that_riskquant_publishes(known):
    case = known["RK03"]
    found = severities.ci90(case["inputs"]["q05"], case["inputs"]["q95"])
    assert found.mean == pytest.approx(case["expected"]["mean"], abs=case["tolerance"]["abs"])


def test_expected_losses_of_the_substitution_sheet(known):
    case = known["RK05"]
    found = [row["p"] * severities.ci90(row["q05"], row["q95"]).mean for row in case["inputs"]["rows"]]
    # The sheet rounds z to 3.28971 / 2.
    assert found == pytest.approx(case["expected"]["expected_loss"], abs=case["tolerance"]["abs"])


def test_a_metalog_through_three_quantiles(known):
    case = known["RK31"]
    points = list(zip(case["inputs"]["p"], case["inputs"]["q"], strict=True))
    found, expected = metalog.through_quantiles(points), case["expected"]
    assert found.terms == pytest.approx(expected["a"], rel=1e-9)
    told = [found.quantile(p) for p in (0.05, 0.95, 0.99)]
    assert told == pytest.approx([expected["q05"], expected["q95"], expected["q99"]], rel=1e-9)


def test_a_pool_of_three_experts_is_the_mixture_of_their_laws(known):
    case = known["RK33"]
    found = mixture([(1, severities.ci90(each["q05"], each["q95"])) for each in case["inputs"]["experts"]])
    expected = case["expected"]
    told = [found.quantile(0.05), found.quantile(0.5), found.quantile(0.95), found.mean]
    assert told == pytest.approx(
        [expected[f"pool_{name}"] for name in ("q05", "q50", "q95", "mean")], rel=1e-9
    )


# Closed forms


@law
def test_the_limited_expected_value_is_the_integral_of_the_survival(law):
    edges = sorted({place for place, _ in law.atoms} | {1e4, 1e5, 2e5, 3e5, 4e5, 9e5})

    def integral(power, x):
        inner = [edge for edge in edges if 0 < edge < x]
        return integrate.quad(
            lambda y: power * y ** (power - 1) * float(law.survival(number(y))), 0, x, points=inner, limit=400
        )[0]

    assert law.limited(AMOUNTS) == pytest.approx([integral(1, x) for x in AMOUNTS], rel=1e-7)
    assert law.limited_square(AMOUNTS) == pytest.approx([integral(2, x) for x in AMOUNTS], rel=1e-7)


@law
def test_what_lies_above_an_amount_and_below_it_is_the_mean(law):
    assert [law.excess(x) for x in AMOUNTS] == pytest.approx(
        law.mean - law.limited(AMOUNTS), abs=1e-9 * law.mean
    )
    assert law.excess(0.0) == pytest.approx(law.mean, rel=1e-12)
    assert law.cdf(AMOUNTS) + law.survival(AMOUNTS) == pytest.approx(1.0)


@law
def test_mean_and_variance_are_the_limits_of_the_limited_moments(law):
    end = number(min(law.ends[1] * 1e4, 1e14))
    assert float(law.limited(end)) == pytest.approx(law.mean, rel=1e-4)
    if math.isfinite(law.variance) and law.variance > 0:
        assert float(law.limited_square(end)) - law.mean**2 == pytest.approx(law.variance, rel=1e-2)


@law
def test_a_quantile_is_the_least_amount_that_is_not_exceeded_so_often(law):
    for p in (0.001, 0.3, 0.5, 0.9, 0.999):
        found = law.quantile(p)
        assert float(law.cdf(number(found * (1 + 1e-9)))) >= p - 1e-9
        assert found == 0 or float(law.cdf(number(found * (1 - 1e-9)))) <= p + 1e-6


@law
def test_draws_have_the_law(law):
    drawn = law.draw(np.random.default_rng(8), 60_000)
    for x in (5e4, 2e5, 3.5e5):
        share = float(law.cdf(number(x)))
        assert (drawn <= x).mean() == pytest.approx(share, abs=4.5 * math.sqrt(0.25 / 60_000))


@law
def test_density_and_atoms_make_up_the_law(law):
    x = AMOUNTS[(AMOUNTS > law.ends[0]) & (AMOUNTS < min(law.ends[1], 2e6))]
    x = np.array([each for each in x if all(abs(each - place) > each / 100 for place, _ in law.atoms)])
    slope = (law.cdf(x * 1.0001) - law.cdf(x * 0.9999)) / (0.0002 * x)
    assert law.density(x) == pytest.approx(slope, rel=1e-4, abs=1e-12)


def test_a_lognormal_is_scipys():
    theirs = stats.lognorm(BASE.sigma, scale=math.exp(BASE.mu))
    assert (BASE.mean, BASE.variance) == pytest.approx((theirs.mean(), theirs.var()))
    assert BASE.cdf(AMOUNTS) == pytest.approx(theirs.cdf(AMOUNTS), rel=1e-12)


def test_its_interval_holds_nine_in_ten():
    assert BASE.quantile(0.05) == pytest.approx(1e5)
    assert BASE.quantile(0.95) == pytest.approx(1e6)


def test_a_pert_is_scipys_beta_and_its_mean_is_not_its_mode():
    found = severities.pert(1e4, 2e5, 9e5)
    a, b = 1 + 4 * 1.9e5 / 8.9e5, 1 + 4 * 7e5 / 8.9e5
    theirs = stats.beta(a, b, loc=1e4, scale=8.9e5)
    assert (found.mean, found.variance) == pytest.approx((theirs.mean(), theirs.var()))
    assert found.cdf(AMOUNTS) == pytest.approx(theirs.cdf(AMOUNTS), abs=1e-13)
    assert found.mean == (1e4 + 4 * 2e5 + 9e5) / 6 != found.mode


@pytest.mark.parametrize(
    ("low", "high", "retention"),
    [(16.6, 110.8, 3e3), (16.62384359013523, 110.8040917850304, 31675.9278632651),
     (45.85083237734067, 153.20419251426935, 87066.44785456001),
     (1.0837960669622906, 7.2328086106164, 6956.2891910465305)],
)  # fmt: skip
def test_what_is_hardly_ever_reached_varies_by_no_less_than_its_mean_allows(low, high, retention):
    # Of (X − r)⁺ with a mean m and a chance p the square is m² ÷ p on average or more (Cauchy, Schwarz).
    found = layer(severities.ci90(low, high), retention=retention)
    often = float(found.survival(np.asarray(0.0)))
    assert found.variance >= (found.mean**2 / often - found.mean**2 if often else 0.0) >= 0
    year = portfolio([Scenario("rare", frequencies.rate(2.0), found)])
    assert 0 <= year.mean < 1
    assert year.quantile(0.99) == 0


def test_the_interval_describes_the_loss_before_its_cap_and_the_retention_comes_first():
    found = layer(BASE, retention=2e5, cap=3e5)
    assert found.quantile(0.99) == 3e5
    assert dict(found.atoms)[3e5] == pytest.approx(float(BASE.survival(number(5e5))))
    assert dict(found.atoms)[0.0] == pytest.approx(float(BASE.cdf(number(2e5))))


@given(st.floats(1e3, 1e6), st.floats(1.01, 1e4), st.floats(0, 1e6), st.floats(1, 1e7))
def test_no_loss_exceeds_its_cap(low, width, retention, cap):
    found = layer(severities.ci90(low, low * width), retention=retention, cap=cap)
    assert 0 <= found.mean <= cap
    assert found.quantile(1.0) <= cap
    assert found.draw(np.random.default_rng(1), 100).max() <= cap


def test_a_metalog_with_a_heavy_tail_says_that_its_mean_is_infinite():
    assert metalog.through_quantiles([(0.1, 2e4), (0.5, 1e5), (0.9, 9e5)]).mean == math.inf


def test_a_metalog_passes_through_every_quantile_given():
    points = [(0.05, 1e4), (0.25, 4e4), (0.5, 1e5), (0.75, 2.2e5), (0.95, 6e5)]
    found = metalog.through_quantiles(points)
    assert [found.quantile(p) for p, _ in points] == pytest.approx([x for _, x in points])


# Bad input


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: severities.ci90(5, 1), r"reversed: write \[1, 5\]"),
        (lambda: severities.ci90(5, 5), "no width"),
        (lambda: severities.ci90(0, 5), "not above 0"),
        (lambda: severities.ci90(1, 1e12), "narrow it"),
        (lambda: severities.ci90(-1, 5), "negative"),
        (lambda: severities.ci90(1, math.inf), "as numbers"),
        (lambda: severities.ci90("five", 6), "found 'five'"),
        (lambda: severities.ci90(1, 1e16), "larger unit"),
        (lambda: severities.pert(3, 2, 1), "in this order"),
        (lambda: severities.exponential(0), "not above 0"),
        (lambda: layer(BASE, cap=-1), "negative"),
        (lambda: mixture([]), "at least one"),
        (lambda: mixture([(0, BASE)]), "at least one"),
        (lambda: metalog.through_quantiles([(0.1, 1), (0.9, 2)]), "from 3 to 9"),
        (lambda: metalog.through_quantiles([(0.1, 3), (0.5, 2), (0.9, 4)]), "swapped"),
        (lambda: metalog.through_quantiles([(0.1, 1), (0.1, 2), (0.9, 4)]), "twice"),
        (lambda: metalog.through_quantiles([(0, 1), (0.5, 2), (0.9, 4)]), "between 0 and 1"),
        (lambda: metalog.through_quantiles([(0.1, 1e4), (0.5, 1.01e4), (0.9, 1e6)]), "no metalog law"),
    ],
)
def test_what_is_no_law_is_refused_with_the_way_out(make, says):
    with pytest.raises(Refused, match=says):
        make()
