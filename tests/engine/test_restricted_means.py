"""Restricted means of many groups at once: those of each by itself."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import restricted_means as at_once
from throughline.engine.durations import spans
from throughline.engine.restricted_means import restricted_means

# Of few different days there are many ties, at the horizon too.
DAYS = st.lists(st.integers(0, 12).map(lambda halves: halves / 2), max_size=9)
GROUPS = st.lists(st.tuples(DAYS, DAYS, DAYS), max_size=6)


def by_itself(mitigated, accepted, still_open, horizon):
    return spans(mitigated=mitigated, accepted=accepted, still_open=still_open).restricted_mean(
        horizon=horizon
    )


def said(mean):
    told = (mean.horizon, mean.reached, mean.n_open, mean.n_accepted, mean.thin_from)
    return [*astuple(mean.estimate), *told]


def near(mean):
    return [each if each is None else pytest.approx(each, abs=1e-9) for each in said(mean)]


@given(groups=GROUPS, horizon=st.sampled_from([1.0, 3.0, 5.5, 20.0]))
def test_each_group_is_as_by_itself(groups, horizon):
    days = [tuple(np.array(part, dtype=np.float64) for part in group) for group in groups]
    together = restricted_means(days, horizon=horizon)
    assert len(together) == len(groups)
    for mean, group in zip(together, groups, strict=True):
        assert said(mean) == near(by_itself(*group, horizon))


@pytest.mark.parametrize("seed", range(3))
def test_of_many_days_nobody_is_asked_by_itself(seed, monkeypatch):
    random = np.random.default_rng(seed)
    groups = [
        tuple(random.exponential(mean, int(random.integers(20, 400))) for mean in (40.0, 300.0, 300.0))
        for _ in range(40)
    ]
    alone = [near(by_itself(*group, 90.0)) for group in groups]
    monkeypatch.setattr(at_once, "spans", None)
    assert [said(mean) for mean in restricted_means(groups, horizon=90.0)] == alone


def test_nobody_is_no_mean_and_no_group_is_none():
    nothing = np.empty(0)
    [mean] = restricted_means([(nothing, nothing, nothing)], horizon=90.0)
    assert (mean.estimate.value, mean.estimate.n) == (None, 0)
    assert restricted_means([], horizon=90.0) == []


def test_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="negative durations"):
        restricted_means([(np.array([-1.0]), np.empty(0), np.empty(0))], horizon=90.0)
