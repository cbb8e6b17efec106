"""Keeping a metric inside a bound: the share of the time inside it, and no inside without a value."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import bounds, statuses
from throughline.engine.bounds import Bound, Reading
from throughline.engine.refusals import Refused
from throughline.engine.statuses import Watch

START, DUE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)
AT_MOST_20 = Bound(high=20)


def day(number):
    """The given day of a period that lasts a hundred."""
    return START + timedelta(days=number)


def days(number):
    return timedelta(days=number)


def kept(values, *, bound=AT_MOST_20, at=100, cadence=7):
    """What is kept of {day: value}."""
    readings = [Reading(day(number), value) for number, value in values.items()]
    return bounds.kept(readings, bound, start=START, due=DUE, now=day(at), cadence_days=cadence)


def weekly(value, *, until=100):
    return dict.fromkeys(range(0, until, 7), value)


# The bound


@pytest.mark.parametrize(
    ("bound", "inside", "outside"),
    [
        (Bound(high=20), [20, 19.9, -5], [20.1]),
        (Bound(low=0.9), [0.9, 1], [0.89]),
        (Bound(low=-3, high=3), [-3, 0, 3], [-3.1, 3.1]),
        (Bound(low=5, high=5), [5], [4.9, 5.1]),
    ],
    ids=str,
)
def test_a_bound_itself_is_inside(bound, inside, outside):
    assert all(bound.holds(value) for value in inside)
    assert not any(bound.holds(value) for value in outside)


def test_binary_rounding_does_not_break_a_bound():
    assert Bound(high=0.3).holds(0.1 + 0.2)
    assert Bound(low=0.3).holds(1 - 0.7)


def test_what_is_not_a_number_is_inside_of_nothing():
    assert not Bound(high=20).holds(float("nan"))


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        ({}, "no_bound"),
        ({"high": float("nan")}, "no_bound"),
        ({"low": float("-inf")}, "no_bound"),
        ({"low": 2, "high": 1}, "bounds_out_of_order"),
    ],
)
def test_a_bound_that_bounds_nothing_is_refused(sides, code):
    with pytest.raises(Refused) as refusal:
        Bound(**sides)
    assert refusal.value.code == code


# The time inside


def test_always_inside_scores_one_and_is_a_hit():
    found = kept(weekly(15))
    assert (found.score, found.outside) == (1, days(0))
    assert bounds.verdict(found, due=DUE, now=DUE) == "hit"


def test_the_score_is_the_share_of_the_time_and_not_of_the_readings():
    found = kept({0: 15, 10: 25, 11: 15, 12: 15, 20: 15} | dict.fromkeys(range(20, 100, 10), 15))
    assert (found.inside, found.outside, found.score) == (days(99), days(1), 0.99)


def test_one_day_outside_is_missed_however_high_the_score():
    found = kept(weekly(15) | {50: 21, 51: 15})
    assert found.score == 0.99
    assert bounds.verdict(found, due=DUE, now=DUE) == "missed"


@pytest.mark.parametrize(("allowed", "word"), [(0.99, "missed"), (1, "hit"), (2, "hit")])
def test_as_much_time_outside_as_allowed_is_a_hit(allowed, word):
    found = kept(weekly(15) | {50: 21, 51: 15})
    assert bounds.verdict(found, due=DUE, now=DUE, allowed_outside=days(allowed)) == word


def test_a_verdict_is_open_until_the_due_date():
    assert bounds.verdict(kept(weekly(25)), due=DUE, now=day(99)) == "open"


def test_a_value_carries_forward_for_one_cadence_and_three_days():
    assert kept({0: 15, 10: 15}, at=20).outside == days(0)
    assert kept({0: 15, 10.5: 15}, at=20).outside == days(0.5)


def test_after_a_cadence_and_grace_silence_counts_as_outside():
    found = kept({0: 15, 7: 15, 30: 15}, at=40)
    assert (found.inside, found.outside, found.silent) == (days(27), days(13), days(13))


def test_a_value_outside_that_falls_silent_stays_outside():
    found = kept({0: 15, 7: 25, 30: 15}, at=40)
    assert (found.inside, found.outside, found.silent) == (days(17), days(23), days(13))


def test_the_time_before_the_first_value_counts_as_outside():
    found = kept({4: 15, 12: 15}, at=20)
    assert (found.inside, found.silent) == (days(16), days(4))


def test_a_value_from_just_before_the_start_still_holds_at_the_start():
    assert kept({-3: 15, 7: 15}, at=10).outside == days(0)
    assert kept({-6: 15, 7: 15}, at=10).outside == days(3)
    assert kept({-60: 15, 7: 15}, at=10).outside == days(7)


def test_what_comes_after_the_due_date_does_not_count():
    values = dict.fromkeys(range(0, 100, 7), 15) | {100: 25, 107: 25}
    assert kept(values, at=120).score == 1
    assert kept(values, at=120).inside == days(100)


def test_without_any_value_all_the_time_is_outside():
    found = kept({})
    assert (found.score, found.silent) == (0, days(100))
    assert bounds.verdict(found, due=DUE, now=DUE) == "missed"


def test_before_the_start_there_is_no_score():
    found = kept({-3: 15}, at=-1)
    assert (found.score, found.stretches) == (None, ())


def test_a_later_reading_of_the_same_instant_counts():
    readings = [Reading(START, 25), Reading(START, 15)]
    found = bounds.kept(readings, AT_MOST_20, start=START, due=DUE, now=day(5), cadence_days=7)
    assert found.score == 1


def test_a_due_date_before_the_start_is_refused():
    with pytest.raises(Refused, match="not after the start"):
        bounds.kept([], AT_MOST_20, start=DUE, due=START, now=DUE, cadence_days=7)


READINGS = st.lists(st.tuples(st.integers(-2400, 2600), st.floats(-50, 50)), max_size=30)


@given(READINGS, st.integers(0, 120), st.integers(1, 40))
def test_every_moment_is_inside_or_outside_once(readings, at, cadence):
    found = kept({hours / 24: value for hours, value in readings}, at=at, cadence=cadence)
    assert found.inside + found.outside == days(min(at, 100))
    assert found.silent <= found.outside
    edges = [START, *(each.until for each in found.stretches)]
    assert [each.since for each in found.stretches] == edges[:-1]


@given(READINGS, st.integers(1, 40), st.floats(-50, 50))
def test_a_wider_bound_is_never_kept_less(readings, cadence, limit):
    values = {hours / 24: value for hours, value in readings}
    tight, wide = (kept(values, bound=Bound(high=high), cadence=cadence) for high in (limit, limit + 5))
    assert tight.inside <= wide.inside


@given(READINGS, st.integers(1, 40), st.floats(-50, 50))
def test_an_upper_bound_is_the_mirror_of_a_lower_one(readings, cadence, limit):
    values = {hours / 24: value for hours, value in readings}
    mirrored = {instant: -value for instant, value in values.items()}
    upper = kept(values, bound=Bound(high=limit), cadence=cadence)
    lower = kept(mirrored, bound=Bound(low=-limit), cadence=cadence)
    assert (upper.inside, upper.outside, upper.silent) == (lower.inside, lower.outside, lower.silent)


@given(READINGS, st.integers(0, 2400))
def test_agrees_with_asking_hour_by_hour(readings, until):
    values = {float(hours) / 24: value for hours, value in readings}
    found = kept(values, at=until / 24)
    by_hour = dict(readings)
    inside = 0
    for hour in range(min(until, 2400)):
        spoken = [instant for instant in by_hour if hour - 240 < instant <= hour]
        inside += bool(spoken) and AT_MOST_20.holds(by_hour[max(spoken)])
    assert found.inside == timedelta(hours=inside)


# Status


def status(values, *, at, allowed=0, chance=None, **changes):
    found = kept(values, at=at)
    times = {"measured_at": day(at), "data_as_of": day(at), "checked_in_at": day(at)} | changes
    watch = Watch(start=START, due=DUE, now=day(at), **times)
    return bounds.status(found, watch, AT_MOST_20, allowed_outside=days(allowed), chance=chance)


def test_inside_all_along_is_on_track():
    found = status(weekly(15), at=50)
    assert (found.word, found.basis) == ("on_track", "facts")
    assert found.reason == "It is at most 20, inside for 100 % of the time."


def test_a_broken_bound_is_off_track_whatever_the_chance():
    likely = statuses.by_chance(0.9, end="to stay at most 20")
    found = status(weekly(15) | {21: 25, 22: 15}, at=50, chance=likely)
    assert (found.word, found.reason) == ("off_track", "It was not at most 20 for 1 day.")


def test_outside_within_what_is_allowed_is_at_risk():
    found = status(weekly(15) | {49: 25}, at=50, allowed=3)
    assert (found.word, found.reason) == (
        "at_risk",
        "It is not at most 20 now, and 2 days more of that are allowed.",
    )


def test_a_chance_decides_while_the_bound_holds():
    unlikely = statuses.by_chance(0.2, end="to stay at most 20")
    assert status(weekly(15), at=50, chance=unlikely).word == "off_track"


def test_silence_about_a_bound_is_never_green():
    assert status({}, at=50, measured_at=None, data_as_of=None).word == "pending"
    assert status(weekly(15, until=30), at=50, data_as_of=day(30)).word == "stale"
    silent = status(weekly(15, until=28), at=44)
    assert silent.word == "off_track"
    assert silent.reason == "For 13 days no value says that it was at most 20."


def test_closed_comes_before_all():
    found = status(weekly(25), at=100, closed=True)
    assert (found.word, found.reason) == ("closed", "Closed, inside for 0 % of the time.")
