"""The normal and gamma laws equal SciPy's, which is not there when the product runs."""

import numpy as np
import pytest
from scipy import special as oracle
from scipy import stats

from throughline.engine import special

Z = np.linspace(-37, 37, 4001)


def test_the_lower_tail_of_the_normal_law_is_right_to_the_last_digits_however_far_out():
    assert special.below(Z) == pytest.approx(oracle.ndtr(Z), rel=1e-12, abs=0)
    assert special.above(-Z) == pytest.approx(oracle.ndtr(Z), rel=1e-12, abs=0)


def test_its_density_and_quantile_are_right():
    assert special.density(Z) == pytest.approx(stats.norm.pdf(Z), rel=1e-12)
    for p in (1e-300, 1e-9, 0.3, 0.95, 1 - 1e-12):
        assert special.normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9)
    assert (special.normal_quantile(0), special.normal_quantile(1)) == (-np.inf, np.inf)


@pytest.mark.parametrize("shape", [0.2, 0.5, 1, 3, 10, 1e2, 1e4, 1e6])
def test_a_gamma_quantile_is_right_from_a_fifth_to_a_million(shape):
    for p in (0.05, 0.5, 0.95):
        x = oracle.gammaincinv(shape, p)
        assert special.gamma_quantile(p, shape) == pytest.approx(x, rel=1e-8)
