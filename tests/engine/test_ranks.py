"""Values at some ranks of many are those that sorting all would give, whatever a sample of them says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import ranks
from throughline.engine.ranks import at_ranks

DRAW = np.random.default_rng(8)
N = 60_000
SHAPES = {
    "in any order": DRAW.lognormal(3, 2, N),
    "in order": np.sort(DRAW.uniform(0, 1, N)),
    "backwards": np.arange(N, 0, -1.0),
    "all alike": np.full(N, 7.0),
    "few of them": DRAW.integers(0, 3, N).astype(float),
    "endless ones among them": np.where(DRAW.uniform(size=N) < 0.4, np.inf, DRAW.uniform(size=N)),
    # Each one that a sample sees is larger than all others.
    "a sample that misleads": np.where(np.arange(N) % round(N ** (1 / 3)) == 0, 1e9, DRAW.uniform(size=N)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "wanted", [[0], [N - 1], [0, N - 1], [N // 2 - 1, N // 2, N // 2 + 300], [N * 9 // 10]]
)
def test_of_many_in_whatever_order_they_are_those_of_sorting(shape, wanted):
    values, ordered = SHAPES[shape], np.sort(SHAPES[shape])
    assert at_ranks(values, wanted) == {rank: ordered[rank] for rank in wanted}


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=200), st.data())
def test_of_any_values_they_are_those_of_sorting(values, data):
    wanted = data.draw(st.lists(st.integers(0, len(values) - 1), min_size=1, max_size=4))
    expected = {rank: sorted(values)[rank] for rank in wanted}
    assert at_ranks(np.array(values), wanted) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "MANY", 1)
        assert at_ranks(np.array(values), wanted) == expected
