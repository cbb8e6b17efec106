"""What people foretold before, for weighing them: revealed, resolved, in time, and one scenario once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.forecasts.resolved import WITHIN, asked, did_not, happened, room, scenario

from throughline.engine import ranges
from throughline.forecasts.track_records import told_by, track_record, widenings


@pytest.fixture
def mia(organisation):
    return organisation.mia


@pytest.fixture
def max_(organisation):
    return organisation.max


def test_a_record_is_the_mean_brier_score_and_how_many_scenarios(mia, max_):
    first, second = scenario(), scenario()
    asked(room(first, max_, [mia]), 1, {mia: 0.2, max_: 0.5})
    asked(room(second, max_, [mia]), 1, {mia: 0.6})
    did_not(first)
    happened(second)
    assert track_record([mia, max_]) == {
        mia.pk: (pytest.approx((0.04 + 0.16) / 2), 2),
        max_.pk: (pytest.approx(0.25), 1),
    }
    assert track_record([max_.pk]) == {max_.pk: (pytest.approx(0.25), 1)}


def test_of_two_rounds_the_second_counts_and_of_two_rooms_the_mean(mia, max_):
    of = scenario()
    told = room(of, max_, [mia])
    asked(told, 1, {mia: 0.9})
    asked(told, 2, {mia: 0.2})
    asked(room(of, max_, [mia]), 1, {mia: 0.4})
    did_not(of)
    assert track_record([mia]) == {mia.pk: (pytest.approx((0.04 + 0.16) / 2), 1)}


def test_what_is_not_revealed_not_resolved_or_too_late_is_no_record(mia, max_):
    hidden, waits, late = scenario(), scenario(), scenario()
    asked(room(hidden, max_, [mia]), 1, {mia: 0.9}, revealed=False)
    asked(room(waits, max_, [mia]), 1, {mia: 0.9})
    asked(room(late, max_, [mia]), 1, {mia: 0.9}, at=WITHIN + timedelta(days=20))
    did_not(hidden)
    happened(late, on=WITHIN.date())
    assert track_record([mia]) == {}


def test_ranges_that_missed_widen_hers_and_nobody_else_s(mia, max_):
    of = scenario()
    asked(room(of, max_, [mia]), 1, {mia: (0.5, 1e4, 2e4), max_: (0.5, 1e4, 1e6)})
    happened(of, loss=1e5)
    found = widenings([mia, max_])
    assert found[mia.pk] == ranges.widening([1e4], [2e4], [1e5])
    assert found[mia.pk] > 1
    assert found[max_.pk] == 1
    assert widenings([]) == {}


def test_nobody_s_record_is_read_but_of_whom_it_is_asked(mia, max_, django_assert_num_queries):
    of = scenario()
    asked(room(of, max_, [mia]), 1, {mia: 0.2, max_: 0.5})
    did_not(of)
    with django_assert_num_queries(2) as captured:
        found = told_by([mia])
    assert {each.person_id for each in found} == {mia.pk}
    assert f'"forecasts_forecast"."person_id" IN ({mia.pk})' in captured[1]["sql"]
