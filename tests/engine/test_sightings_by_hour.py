"""Sightings counted by the hour: as those listed one by one, whatever the looks."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import sightings_by_hour
from throughline.engine.sightings_by_hour import looks, pays
from throughline.engine.truncation import (
    found_curve,
    share_found,
    sightings,
    truncated_mean,
    truncated_median,
)

HOURS = st.integers(0, 60)
# When each was introduced, and how long it took, in whole hours.
LIVES = st.lists(st.tuples(HOURS, HOURS), min_size=0, max_size=60)


@given(
    lives=LIVES,
    looked=st.lists(st.integers(0, 130), min_size=1, max_size=5),
    window=st.none() | st.integers(1, 60),
    before=st.none() | HOURS,
    start=st.integers(-400_000, 400_000),
    many=st.integers(0, 6),
)
def test_of_whole_hours_each_look_sees_what_is_listed(lives, looked, window, before, start, many):
    introduced = (start + np.array([begun for begun, _ in lives], dtype=np.float64)) / 24
    identified = (start + np.array([begun + took for begun, took in lives], dtype=np.float64)) / 24
    days = ((start + np.array(sorted(looked))) / 24).tolist()
    window = None if window is None else window / 24
    before = None if before is None else (start + before) / 24
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sightings_by_hour, "_MANY_LOOKS", many)
        told = list(looks(introduced, identified, days, window=window, before=before))
    for day, look in zip(days, told, strict=True):
        known = [
            number for number, (begun, took) in enumerate(lives) if start + begun + took <= round(day * 24)
        ]
        # In hours, since days as such are rounded.
        took = np.rint((identified - introduced)[known] * 24)
        listed = sightings(
            took,
            np.rint((day - introduced[known]) * 24),
            window=None if window is None else round(window * 24),
        )
        assert (look.n, look.window) == (listed.n, listed.window and pytest.approx(listed.window / 24))
        within = took <= (np.inf if listed.window is None else listed.window)
        early = np.rint(introduced[known] * 24) < (-np.inf if before is None else round(before * 24))
        assert look.n_before == int((within & early).sum())
        mine, theirs = look.curve, found_curve(listed)
        assert (mine is None) == (theirs is None)
        if mine and theirs:
            # By the hour there are entries of which nobody was found.
            some = mine.events > 0
            assert (mine.at_risk[some].tolist(), mine.events[some].tolist()) == (
                theirs.at_risk.tolist(),
                theirs.events.tolist(),
            )
            assert mine.times[some] * 24 == pytest.approx(theirs.times)
            for name in ("found", "low", "high"):
                assert getattr(mine, name)[some] == pytest.approx(getattr(theirs, name), abs=1e-12)
            by_day = replace(theirs, times=theirs.times / 24, window=theirs.window / 24)
            for figure in (truncated_median, truncated_mean, lambda curve: share_found(curve, 10.5 / 24)):
                one, other = figure(mine), figure(by_day)
                assert astuple(one) == pytest.approx(astuple(other), abs=1e-9)
            assert (mine.is_broken, mine.n) == (theirs.is_broken, theirs.n)


@pytest.mark.parametrize("seed", range(5))
def test_what_could_be_seen_alike_is_off_by_less_than_an_hour(seed):
    random = np.random.default_rng(seed)
    introduced, took = random.uniform(0, 300, 400), random.exponential(40, 400)
    (look,) = looks(introduced, introduced + took, [9000.3])
    exact = found_curve(sightings(took, np.full(400, 9000.0)))
    for figure in (truncated_median, truncated_mean):
        assert figure(look.curve).value == pytest.approx(figure(exact).value, abs=1 / 24)


def test_who_is_found_later_in_the_hour_of_the_look_is_not_seen():
    (look,) = looks([0.0, 0.0], [1.001, 1.003], [1.002])
    assert look.n == 1


def test_nobody_is_seen_where_nobody_was_found():
    for look in looks([5.0], [6.0], [1.0, 5.5]):
        assert (look.n, look.window, look.curve) == (0, None, None)
    assert list(looks([], [], [])) == []


def test_few_and_far_between_are_not_counted_by_the_hour():
    introduced = np.linspace(0, 1000, 30_000)
    assert pays(introduced, introduced + 5)
    assert not pays(introduced[:20_000], introduced[:20_000] + 5)
    assert not pays(introduced * 100, introduced * 100 + 5)
