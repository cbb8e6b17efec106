"""Two looks at one population: Chapman's estimate, exact where it must be, and its interval by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from throughline.engine.recapture import recapture


def test_it_is_unbiased_where_both_together_see_more_than_all():
    # By enumeration over the hypergeometric number in both: n1 + n2 >= N (Seber 1982, p. 60).
    from math import comb

    size, first, second = 20, 12, 11
    chance = {m: comb(first, m) * comb(size - first, second - m) / comb(size, second) for m in range(3, 12)}
    assert sum(chance.values()) == pytest.approx(1)
    mean = sum(p * recapture(first, second, m).total.value for m, p in chance.items())
    assert mean == pytest.approx(size)


def test_its_interval_holds_the_truth_and_never_less_than_was_seen():
    random, size, held, rounds = np.random.default_rng(5), 200, 0, 2000
    for _ in range(rounds):
        one, other = random.random(size) < 0.4, random.random(size) < 0.3
        found = recapture(int(one.sum()), int(other.sum()), int((one & other).sum()))
        assert found.total.low >= found.seen
        held += found.total.low <= size <= found.total.high
    assert 0.93 <= held / rounds <= 0.985


def test_where_one_saw_all_that_the_other_did_nothing_is_left_to_guess():
    found = recapture(10, 4, 4)
    assert (found.total.value, found.missed.value, found.total.low, found.is_thin) == (10, 0, None, True)
    assert recapture(0, 0, 0).total.value == 0
    with pytest.raises(ValueError, match="at most what either found"):
        recapture(3, 4, 5)
