"""Periods and days: ISO weeks, half-open edges, and instants that survive a float."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import calendar
from throughline.engine.refusals import Refused

INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
UNITS = st.sampled_from(calendar.UNITS)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "label", "start", "end"),
    [
        ("week", "2024-W05", utc(2024, 1, 29), utc(2024, 2, 5)),
        ("month", "2024-01", utc(2024, 1, 1), utc(2024, 2, 1)),
        ("quarter", "2024-Q1", utc(2024, 1, 1), utc(2024, 4, 1)),
        ("year", "2024", utc(2024, 1, 1), utc(2025, 1, 1)),
    ],
)
def test_each_unit_names_its_period_and_its_half_open_edges(unit, label, start, end):
    instant = utc(2024, 1, 31, 23, 59) if unit != "week" else utc(2024, 2, 1)
    assert calendar.period_of(unit, instant) == calendar.Period(label, start, end)


def test_an_iso_week_belongs_to_the_year_of_its_thursday():
    assert calendar.period_of("week", utc(2021, 1, 3)).label == "2020-W53"
    assert calendar.period_of("week", utc(2021, 1, 4)).label == "2021-W01"


def test_the_last_quarter_ends_with_the_year():
    assert calendar.quarter_of(utc(2025, 12, 31)).end == utc(2026, 1, 1)


def test_a_period_is_told_in_utc_whatever_the_zone_of_the_instant():
    in_tokyo = datetime(2024, 4, 1, 3, tzinfo=timezone(timedelta(hours=9)))
    assert calendar.quarter_of(in_tokyo).label == "2024-Q1"


def test_the_end_of_the_calendar_still_has_a_period():
    never = utc(9999, 12, 31)
    assert [calendar.period_of(unit, never).end for unit in calendar.UNITS] == [calendar.LAST] * 4


def test_an_instant_without_a_zone_is_an_error():
    with pytest.raises(ValueError, match="time zone"):
        calendar.to_days(datetime(2024, 1, 1))


def test_an_unknown_unit_is_refused_with_the_units_there_are():
    with pytest.raises(Refused, match="week, month, quarter, year"):
        calendar.period_of("fortnight", utc(2024, 1, 1))


@given(UNITS, INSTANTS)
def test_a_period_holds_its_start_and_not_its_end(unit, instant):
    period = calendar.period_of(unit, instant)
    assert period.start <= instant < period.end
    assert calendar.period_of(unit, period.start) == period
    assert calendar.period_of(unit, period.end) != period


@given(UNITS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_periods_cover_a_span_without_gap_or_overlap(unit, since, length):
    spans = calendar.periods(unit, since, since + length)
    assert bool(spans) is (length > timedelta(0))
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]
    assert not spans or (spans[0].start <= since and spans[-1].start < since + length <= spans[-1].end)


def test_an_end_at_midnight_does_not_open_another_period():
    labels = [period.label for period in calendar.periods("month", utc(2024, 1, 15), utc(2024, 3, 1))]
    assert labels == ["2024-01", "2024-02"]


@given(INSTANTS)
def test_an_instant_comes_back_from_days_to_the_microsecond(instant):
    assert calendar.from_days(calendar.to_days(instant)) == instant


def test_windows_are_the_periods_in_days():
    spans = calendar.periods("year", utc(1970, 1, 1), utc(1972, 1, 1))
    assert np.array_equal(calendar.windows(spans), [[0, 365], [365, 730]])
    assert calendar.windows(()).shape == (0, 2)


@pytest.mark.parametrize("quarter", [utc(2024, month, 1) for month in (1, 4, 7, 10)])
def test_every_quarter_has_thirteen_weeks(quarter):
    period = calendar.quarter_of(quarter)
    assert str(calendar.week_of(period, period.start)) == "week 1 of 13"
    assert str(calendar.week_of(period, period.start + timedelta(days=7))) == "week 2 of 13"
    assert str(calendar.week_of(period, period.end - timedelta(seconds=1))) == "week 13 of 13"


def test_a_period_ahead_is_in_week_nought_and_a_past_one_in_its_last():
    period = calendar.quarter_of(utc(2024, 4, 1))
    assert calendar.week_of(period, utc(2024, 3, 31)).number == 0
    assert calendar.week_of(period, utc(2025, 1, 1)).number == 13
