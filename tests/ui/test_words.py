"""Figures, dates and words look the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from throughline.ui import drawings, icons, words

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (26.0, "days", "26 days"),
        (1.0, "days", "1 day"),
        (14.62, "days", "14.6 days"),
        (3781.4, "days", "3,781 days"),
        (0.5, "share", "50 %"),
        (0.9137, "share", "91.4 %"),
        (206, "count", "206"),
        (4.65, "", "4.65"),
        (-3.0, "days", "−3 days"),
        (None, "days", "–"),
    ],
)
def test_a_figure_is_written_with_its_unit(value: float | None, unit: str, text: str) -> None:
    assert words.figure(value, unit) == text


def test_an_interval_names_both_bounds_and_its_unit_once() -> None:
    assert words.interval(22, 29, "days") == "22 to 29 days"
    assert words.interval(0.1, 0.25, "share") == "10 to 25 %"


def test_an_interval_with_an_open_end_says_so() -> None:
    assert words.interval(22, None, "days") == "22 days or more"
    assert words.interval(None, None) == ""


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=30), "1 day ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(before: timedelta, text: str) -> None:
    assert words.ago(NOW - before, now=NOW) == text


def test_no_two_severities_or_statuses_share_a_shape_within_their_scale() -> None:
    for scale in (
        words.SEVERITIES,
        ("open", "mitigated", "accepted", "rejected"),
        ("on_track", "at_risk", "off_track", "stale", "pending", "closed"),
    ):
        shapes = [words.look_of(word).shape for word in scale]
        assert len(set(shapes)) == len(scale)


def test_every_look_has_a_drawing() -> None:
    for look in words.LOOKS.values():
        assert "<path" in icons.icon(look.shape)


def test_a_word_nobody_foresaw_is_still_shown() -> None:
    assert words.look_of("quarantined").word == "quarantined"


def test_text_in_a_drawing_is_escaped() -> None:
    assert "<script>" not in drawings.sparkline([1, 2], "<script>")


def test_a_sparkline_lifts_the_pen_where_a_value_is_missing() -> None:
    assert drawings.sparkline([1, None, 2]).count("M") == 2


def test_progress_outside_its_bounds_stays_inside_the_track() -> None:
    assert 'width="100.0"' in drawings.track(1.7)
    assert 'width="0.0"' in drawings.track(-0.3)
