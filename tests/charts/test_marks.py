"""Days and ranges on charts over time: where they fall, and which fall outside."""

from __future__ import annotations

from datetime import UTC, date, datetime

from throughline.charts import Course, Point, bars, key_result, line, survival
from throughline.charts.key_results import Dated
from throughline.charts.marks import Mark, drawn, within

QUARTERS = [
    Point(label=f"2026-Q{number}", at=f"2026-{3 * number - 2:02}-01", value=float(number))
    for number in (1, 2, 3)
]
READINGS = [Point(label=day, at=f"{day}T00:00:00+00:00", value=1.0) for day in ("2026-10-01", "2026-10-08")]


def mark(start: str, end: str = "", number: int = 1) -> Mark:
    return Mark(date.fromisoformat(start), date.fromisoformat(end) if end else None, "Release", number)


def placed(chart, *marks: Mark, **how) -> dict[str, list]:
    """What is drawn by each new layer, by the kind of its mark."""
    new = drawn(chart, marks, **how).spec["layer"][: -len(chart.spec["layer"])]
    return {layer["mark"]["type"]: layer["data"]["values"] for layer in new}


def test_a_day_stands_in_the_period_that_it_is_in():
    found = placed(line(QUARTERS, title="t", unit="days"), mark("2026-04-01"))
    assert [row["label"] for row in found["rule"]] == ["2026-Q2"]
    assert [row["number"] for row in found["text"]] == ["1"]
    assert "area" not in found


def test_a_range_is_a_band_over_the_periods_that_it_touches():
    found = placed(line(QUARTERS, title="t", unit="days"), mark("2025-11-01", "2026-06-30"))
    assert [row["label"] for row in found["area"]] == ["2026-Q1", "2026-Q2"]
    assert found["text"][0]["when"] == "1 Nov 2025 to 30 Jun 2026"


def test_what_stands_at_one_place_is_numbered_together():
    chart = line(QUARTERS, title="t", unit="days")
    found = placed(chart, mark("2026-04-01"), mark("2026-05-05", number=2))
    assert [row["number"] for row in found["text"]] == ["1, 2"]


def test_a_day_between_two_readings_stands_at_the_one_that_came_after_it():
    chart = line(READINGS, title="t", unit="days")
    found = placed(chart, mark("2026-10-02"), of_instants=True)
    assert [row["label"] for row in found["rule"]] == ["2026-10-08"]


def test_what_is_before_or_after_a_chart_is_left_out():
    chart = line(QUARTERS, title="t", unit="days")
    marks = [mark("2025-12-31"), mark("2026-09-30"), mark("2026-10-02"), mark("2025-01-01", "2026-01-01")]
    assert [place for place, _ in within([chart], marks, last=None)] == [1, 3]
    readings = line(READINGS, title="t", unit="days")
    assert within([readings], [mark("2026-11-20")], last=date(2026, 11, 21))
    assert not within([readings], [mark("2026-11-22")], last=date(2026, 11, 21))


def test_a_chart_that_is_not_over_time_stays_as_it_is():
    points = [Point(label="high", value=1.0), Point(label="low", value=2.0)]
    chart = bars(points, title="t", unit="days", dimension="severity")
    assert drawn(chart, [mark("2026-04-01")]) is chart
    assert within([chart], [mark("2026-04-01")], last=None) == []
    empty = line([], title="t", unit="days")
    assert drawn(empty, [mark("2026-04-01")]) is empty


def test_an_age_as_long_as_a_date_is_none():
    steps = [Point(label="0.1", at=repr(127 / 1440), value=0.5), Point(label="2", at="2.0", value=0.2)]
    curve = survival(steps, title="t", limit=90)
    assert within([curve], [mark("2026-04-01")], last=None) == []
    assert drawn(curve, [mark("2026-04-01")]) is curve


def test_on_days_a_range_is_cut_to_the_chart_so_that_its_axis_does_not_stretch():
    course = Course(
        title="t",
        unit="days",
        baseline=9.0,
        target=5.0,
        start=datetime(2026, 10, 1, tzinfo=UTC),
        due=datetime(2026, 12, 31, tzinfo=UTC),
    )
    now = datetime(2026, 11, 21, tzinfo=UTC)
    chart = key_result(course, [Dated(now, 7.0)], now=now)
    marks = [mark("2026-09-01", "2026-10-04"), mark("2027-02-01", number=2)]
    found = placed(chart, *marks)
    assert [(row["at"], row["until"]) for row in found["rect"]] == [
        ("2026-10-01T00:00:00Z", "2026-10-05T00:00:00Z")
    ]
    assert len(found["text"]) == 1
    assert [place for place, _ in within([chart], marks, last=None)] == [0]
