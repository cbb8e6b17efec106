"""The gamma law of `special` against SciPy, from shapes of a tenth to a million."""

import pytest
from scipy import stats

from throughline.engine import special

SHAPES = (0.1, 0.5, 1, 2.5, 9.5, 40, 109.5, 500.5, 1e4, 1e6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("p", [0.001, 0.05, (1 - 0.9) / 2, 0.5, 0.95, 0.999])
def test_a_gamma_quantile_is_scipys(shape, p):
    expected = stats.gamma(shape).ppf(p)
    assert special.gamma_quantile(p, shape) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_gamma_quantile_holds_for_every_number_of_events():
    for events in range(400):
        law = stats.gamma(events + 0.5)
        assert special.gamma_quantile(0.05, events + 0.5) == pytest.approx(law.ppf(0.05), rel=1e-9)
