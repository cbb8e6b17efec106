"""The pace of a figure that adds up over its window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.projections import TOO_EARLY, adds_up, projection

START = datetime(2026, 10, 1, tzinfo=UTC)
DUE = START + timedelta(days=100)
counts = st.integers(0, 10_000)


def at(day: float, value: float, *, baseline: float = 40, target: float = 20):
    now = START + timedelta(days=day)
    return projection(value, baseline=baseline, target=target, start=START, due=DUE, now=now)


@given(rate=st.floats(0, 100), day=st.floats(5.1, 100))
def test_a_constant_rate_projects_the_same_end_on_every_day(rate, day):
    assert at(day, rate * day).value == pytest.approx(rate * 100, rel=1e-9, abs=1e-9)


@given(value=counts, day=st.floats(5.1, 100))
def test_one_more_never_helps_a_count_that_should_fall_and_never_hurts_one_that_should_rise(value, day):
    falling = [at(day, each).progress.raw for each in (value, value + 1)]
    rising = [at(day, each, baseline=20, target=40).progress.raw for each in (value, value + 1)]
    assert falling[0] > falling[1]
    assert rising[0] < rising[1]


@pytest.mark.parametrize(
    ("so_far", "word"), [(10, "on_track"), (10.1, "at_risk"), (13, "at_risk"), (13.1, "off_track")]
)
def test_half_way_the_word_follows_from_twice_the_count(so_far, word):
    assert at(50, so_far).word == word


def test_at_the_end_the_projection_is_the_figure_itself():
    assert at(100, 27).value == 27
    assert at(140, 27).value == 27


def test_before_a_twentieth_of_the_time_nothing_is_projected():
    early = at(100 * TOO_EARLY - 0.01, 3)
    assert (early.value, early.progress, early.word) == (None, None, "pending")
    assert at(100 * TOO_EARLY, 3).value == pytest.approx(60)


@pytest.mark.parametrize(
    ("measure", "window", "adds"),
    [
        ("count()", "period", True),
        ("count(severity = 'high')", "period", True),
        ("sum(award)", "period", True),
        ("count()", "30 days", False),
        ("count()", "all", False),
        ("share(severity = 'high')", "period", False),
        ("open_at_end()", "period", False),
        ("not an expression", "period", False),
    ],
)
def test_only_counts_and_sums_over_the_period_so_far_add_up(measure, window, adds):
    assert adds_up(measure, window) is adds
