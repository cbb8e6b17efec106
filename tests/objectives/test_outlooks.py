"""How likely a key result is to be hit, by the history of its own metric."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.objectives.kinds import add, keep, push
from tests.objectives.register import NOW, day, record, stand

from throughline.objectives.cards import cards
from throughline.objectives.documents import document

pytestmark = pytest.mark.django_db


def weekly(values, *, last: str = "2026-11-20") -> None:
    """One reading a week, the last one on a day."""
    for weeks, value in enumerate(reversed(values)):
        push(f"{day(last) - timedelta(days=7 * weeks):%Y-%m-%d}", value)


def test_a_series_that_falls_as_it_fell_is_likely_to_reach_its_target():
    weekly([32 - n for n in range(13)])
    found = stand(add("move", metric="build_minutes", baseline="32", target="17"))
    assert (found.status.word, found.status.basis) == ("on_track", "chance")
    assert found.outlook["chance"] > 0.6
    assert found.outlook["low"] < 15 < found.outlook["high"]
    assert "likely to end at 17 minutes or below" in found.status.reason


def test_a_target_that_its_history_never_came_near_is_off_track_however_far_it_came():
    weekly([20, 21, 20, 19, 20, 21, 20, 19, 20, 21, 20, 20])
    found = stand(add("move", metric="build_minutes", baseline="21", target="5"))
    assert (found.status.word, found.status.basis) == ("off_track", "chance")
    assert found.outlook["chance"] < 0.1


def test_a_short_history_has_no_chance_and_says_that_the_line_judges_it():
    weekly([20, 18, 16, 14])
    found = stand(add("move", metric="build_minutes", baseline="20", target="10"))
    assert (found.outlook, found.status.basis) == ({}, "line")
    assert cards([found])[0].chance_said == "by the straight line"


def test_the_chance_to_stay_inside_a_bound_counts_the_days_that_are_still_allowed():
    weekly([10, 11, 10, 12, 11, 10, 13, 10, 11, 10, 12, 11])
    strict, lenient = stand(keep(bound_high="13")), stand(keep(bound_high="13", allowed_outside="30"))
    assert strict.outlook["chance"] < lenient.outlook["chance"]


def test_the_lives_of_the_records_tell_how_a_metric_of_them_ends():
    for number in range(40):
        start = day("2026-07-01") + timedelta(days=3 * number)
        record(f"{start:%Y-%m-%d}", f"{start + timedelta(days=10 + number % 5):%Y-%m-%d}")
    fast, slow = (
        stand(
            add("move", metric="mean(mitigated - identified)", window="90 days", baseline="20", target=target)
        )
        for target in ("15", "5")
    )
    assert (fast.status.word, slow.status.word) == ("on_track", "off_track")
    assert 10 < fast.outlook["value"] < 15
    assert fast.outlook["n"] == 40


def test_a_slice_that_time_itself_changes_has_no_future_to_draw():
    for number in range(40):
        record(f"{day('2026-07-01') + timedelta(days=3 * number):%Y-%m-%d}")
    found = stand(
        add(
            "move",
            metric="open_at_end()",
            where="mitigated is null",
            window="all",
            baseline="60",
            target="20",
        )
    )
    assert found.outlook == {}


def test_the_same_history_has_the_same_outlook_whenever_it_is_asked():
    weekly([20, 19, 21, 18, 19, 17, 18, 16, 17, 15, 16, 14])
    first, second = (add("move", metric="build_minutes", baseline="20", target="12") for _ in range(2))
    assert stand(first).outlook == stand(second).outlook != {}


def test_the_page_and_the_document_say_where_it_is_likely_to_end():
    weekly([32 - n for n in range(13)])
    found = stand(add("move", metric="build_minutes", baseline="32", target="17"))
    card, told = cards([found])[0], document(found)
    assert card.chance_said.endswith("% likely to hit")
    assert " to " in card.likely_said
    assert told["chance"] == found.outlook["chance"]
    assert told["likely"]["low"] < told["likely"]["value"] < told["likely"]["high"]


def test_old_data_has_no_outlook_and_is_stale():
    weekly([32 - n for n in range(13)], last="2026-11-05")
    found = stand(add("move", metric="build_minutes", baseline="32", target="17"), NOW)
    assert (found.status.word, found.outlook) == ("stale", {})
