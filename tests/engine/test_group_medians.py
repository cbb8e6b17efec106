"""Kaplan–Meier medians of many groups at once: those of each by itself."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import group_medians as at_once
from throughline.engine.durations import TO_THE_MINUTE, median_lasted
from throughline.engine.group_medians import group_medians

# Of few different days there are many ties.
DAYS = st.lists(st.integers(0, 12).map(lambda halves: halves / 2), max_size=12)
NOTHING = np.empty(0)


def by_itself(mitigated, waiting):
    return astuple(median_lasted(mitigated=mitigated, still_open=waiting))


@given(groups=st.lists(st.tuples(DAYS, DAYS), max_size=6))
def test_each_group_is_as_by_itself(groups):
    days = [tuple(np.array(part, dtype=np.float64) for part in group) for group in groups]
    assert [astuple(each) for each in group_medians(days)] == [by_itself(*group) for group in days]


@pytest.mark.parametrize("seed", range(3))
def test_of_many_days_nobody_is_asked_by_itself(seed, monkeypatch):
    random = np.random.default_rng(seed)
    groups = [
        tuple(random.exponential(mean, int(random.integers(20, 900))) for mean in (40.0, 90.0))
        for _ in range(60)
    ]
    alone = [by_itself(*group) for group in groups]
    monkeypatch.setattr(at_once, "median_lasted", None)
    assert [astuple(each) for each in group_medians(groups)] == alone


def test_a_large_group_among_small_ones_is_told_to_the_minute():
    large = np.random.default_rng(1).exponential(40.0, TO_THE_MINUTE + 1), NOTHING
    small = np.array([1.00001, 2.00001, 3.00001]), NOTHING
    found = group_medians([small, large, small])
    assert [astuple(each) for each in found] == [by_itself(*group) for group in (small, large, small)]


def test_nobody_has_no_median_and_a_negative_duration_is_refused():
    assert [astuple(each) for each in group_medians([(NOTHING, NOTHING)])] == [(None, None, None, 0)]
    with pytest.raises(ValueError, match="negative durations"):
        group_medians([(np.array([-1.0]), NOTHING)])
