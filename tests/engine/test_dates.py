"""Dates as people and tools write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.dates import (
    NotADate,
    day_orders,
    is_ambiguous,
    is_nothing,
    iso,
    parse_date,
    zone_named,
)
from throughline.engine.refusals import Refused

instants = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024/01/31",
        "2024.1.31",
        "20240131",
        "31.01.2024",
        "31/01/2024",
        "01/31/2024",
        "1/31/2024",
        "31 Jan 2024",
        "31-Jan-2024",
        "31 January 2024",
        "31/Jan/24",
        "31/Jan/24 12:00 AM",
        "31-Jan-24",
        "31/Jan/2024 0:00",
        "Jan 31, 2024",
        "January 31 2024",
        "2024-01-31T00:00:00Z",
        "2024-01-31 00:00:00+00:00",
        "2024-01-31 00:00:00 UTC",
        "2024-01-30T19:00:00-0500",
        "2024-01-31T02:00+02",
        "Wed, 31 Jan 2024 00:00:00 +0000",
        "1706659200",
        "1706659200000",
        "31 Jan 2024 12:00 AM",
    ],
)
def test_the_usual_shapes_name_the_same_instant(text):
    assert parse_date(text) == datetime(2024, 1, 31, tzinfo=UTC)


def test_the_dates_of_a_tracker_that_exports_two_digits_of_the_year_are_read():
    assert iso(parse_date("12/Jan/24 3:04 PM")) == "2024-01-12T15:04:00Z"
    assert iso(parse_date("1/Mar/99")) == "1999-03-01T00:00:00Z"


def test_a_time_without_zone_is_read_in_the_zone_that_was_stated():
    assert iso(parse_date("2024-07-01 12:00", zone=ZoneInfo("Europe/Berlin"))) == "2024-07-01T10:00:00Z"
    assert iso(parse_date("2024-07-01", zone=zone_named("-05:00"))) == "2024-07-01T05:00:00Z"


def test_a_zone_in_the_text_wins_over_the_stated_one():
    assert iso(parse_date("2024-07-01T12:00:00Z", zone=ZoneInfo("Europe/Berlin"))) == "2024-07-01T12:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-13-01",
        "2024-02-30",
        "31/31/2024",
        "1024-01-01",
        "9999-01-01",
        "12:30",
        "5",
        "2024-01",
        "1e9",
    ],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(NotADate):
        parse_date(text)


def test_day_and_month_that_could_be_either_are_refused_until_the_order_is_said():
    with pytest.raises(NotADate, match="day first or month first"):
        parse_date("03/04/2024")
    assert parse_date("03/04/2024", order="dmy").month == 4
    assert parse_date("03/04/2024", order="mdy").month == 3
    assert is_ambiguous("03/04/2024")
    assert not is_ambiguous("04/04/2024")
    assert not is_ambiguous("03.04.2024")


def test_one_clear_date_decides_the_order_of_its_column():
    assert day_orders(["03/04/2024", "25/04/2024"]) == {"dmy"}
    assert day_orders(["03/04/2024", "04/25/2024"]) == {"mdy"}
    assert day_orders(["25/04/2024", "04/25/2024"]) == set()
    assert day_orders(["2024-01-01"]) == {"dmy", "mdy"}


@pytest.mark.parametrize("text", ["", "-", "N/A", "null", "None", "0001-01-01T00:00:00Z", "0000-00-00"])
def test_what_tools_write_for_no_date_is_no_date(text):
    assert is_nothing(text)


@given(instants)
def test_what_is_written_reads_back(instant):
    assert parse_date(iso(instant)) == instant


@given(instants, st.integers(-14 * 60, 14 * 60))
def test_an_offset_moves_the_clock_not_the_instant(instant, minutes):
    there = instant.replace(microsecond=0).astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_date(there.isoformat()) == instant.replace(microsecond=0)


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_refused(text):
    try:
        zone = parse_date(text).tzinfo
    except NotADate:
        zone = UTC
    assert zone is UTC


@pytest.mark.parametrize("name", ["Berlin", "+99:00", "", "../etc/passwd", "+x"])
def test_an_unknown_zone_is_refused_with_examples(name):
    with pytest.raises(Refused, match="Europe/Berlin"):
        zone_named(name)
