"""The beta law against SciPy, over shapes from a hundredth to a million."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special as oracle

from throughline.engine import beta_law

SHAPES = np.array([0.01, 0.1, 0.5, 1, 2.5, 9, 10, 11, 38.5, 120, 3000, 1e5, 1e6])
LEVELS = np.array([1e-12, 1e-6, 0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-9])


def close(found, expected, rel=1e-12):
    np.testing.assert_allclose(found, expected, rtol=rel, atol=1e-300)


def test_beta_tails_agree_with_scipy():
    a, b, z = np.meshgrid(SHAPES, SHAPES, np.linspace(-5, 5, 11), indexing="ij")
    middle, spread = a / (a + b), np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    x = np.clip(middle + z * spread, 1e-6, 1 - 1e-6)
    close(beta_law.below(a, b, x), oracle.betainc(a, b, x), rel=2e-10)
    close(beta_law.above(a, b, x), oracle.betaincc(a, b, x), rel=2e-10)


def test_beta_quantiles_agree_with_scipy():
    a, b, p = np.meshgrid(SHAPES[2:], SHAPES[2:], LEVELS[1:-1], indexing="ij")
    close(beta_law.quantile(a, b, p), oracle.betaincinv(a, b, p), rel=1e-10)


@given(st.floats(0.02, 1e5), st.floats(0.02, 1e5), st.floats(1e-9, 1 - 1e-9))
@settings(max_examples=60, deadline=None)
def test_a_beta_quantile_is_taken_back_by_its_cdf(a, b, p):
    x = beta_law.quantile(a, b, p)
    if 1e-300 < x < 1 - 1e-12:
        assert beta_law.below(a, b, x) == pytest.approx(p, rel=1e-7)


def test_the_ends_are_the_ends():
    assert beta_law.quantile(2.0, 3.0, [0, 1]).tolist() == [0, 1]
    assert beta_law.below(2.0, 3.0, [0, 1]).tolist() == [0, 1]


def test_of_nothing_no_terms_are_worked_out(monkeypatch):
    asked, guard = [], beta_law._not_zero
    monkeypatch.setattr(beta_law, "_not_zero", lambda terms: asked.append(terms) or guard(terms))
    assert beta_law.quantile([], [], []).size == 0
    assert len(asked) < 10


@pytest.mark.parametrize(
    "asked",
    [
        lambda: beta_law.above(1, 0, 0.5),
        lambda: beta_law.below(1, 1, 1.1),
        lambda: beta_law.quantile(-1, 1, 0.5),
    ],
)
def test_what_lies_outside_is_refused(asked):
    with pytest.raises(ValueError, match=r"above 0|between 0 and 1"):
        asked()


@pytest.mark.parametrize(("a", "b"), [(1, 5), (5, 1), (3, 3), (1.4, 4.6), (2.3, 3.7), (7, 1.5)])
def test_it_is_right_on_a_whole_grid_with_the_shapes_of_estimates(a, b):
    x = np.linspace(0, 1, 1001)
    assert beta_law.below(a, b, x) == pytest.approx(oracle.betainc(a, b, x), abs=1e-14)
