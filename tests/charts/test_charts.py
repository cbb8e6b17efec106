"""Charts: what is drawn, what is said, and what stands in the table are the same figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import vl_convert

from throughline import charts
from throughline.charts import Chart, Course, Point, match, summaries
from throughline.charts.key_results import Dated, Spread

QUARTERS = [
    Point(label="2026-Q1", at="2026-01-01", value=40, low=30, high=52, n=21, n_open=2),
    Point(label="2026-Q2", at="2026-04-01", value=None, n=0),
    Point(label="2026-Q3", at="2026-07-01", value=25.5, low=20, high=31, n=18, n_open=5),
]
COURSE = Course(
    title="Time to remediate",
    unit="days",
    baseline=41,
    target=20,
    start=datetime(2026, 10, 1, tzinfo=UTC),
    due=datetime(2027, 1, 1, tzinfo=UTC),
)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
FAN = (Spread(NOW, 30, 30, 30, 30, 30), Spread(COURSE.due, 18, 21, 23.5, 26, 31))


def drawn(chart: Chart) -> str:
    """The chart as SVG by the same Vega-Lite, with every colour token black."""

    def painted(node: object) -> object:
        if isinstance(node, str):
            return "#000" if node.startswith("token:") else node
        if isinstance(node, list):
            return [painted(each) for each in node]
        if isinstance(node, dict):
            return {name: painted(each) for name, each in node.items()}
        return node

    spec = painted(json.loads(json.dumps(chart.spec)))
    assert isinstance(spec, dict)
    return vl_convert.vegalite_to_svg({**spec, "width": 600}, vl_version="6.4")


def samples() -> dict[str, Chart]:
    services = [Point(label="web", value=12, low=9, high=16, n=30), Point(label="api", value=3, n=4)]
    ages = [
        Point(label="0", at="0", value=1.0, low=1, high=1),
        Point(label="26", at="26", value=0.5, low=0.4, high=0.6),
    ]
    return {
        "line": charts.line(QUARTERS, title="Time to remediate", unit="days"),
        "share": charts.line([Point(label="a", value=0.5, n=2)], title="Within SLA", unit="share"),
        "bars": charts.bars(services, title="Time to remediate", unit="days", dimension="service"),
        "survival": charts.survival(ages, title="Time to remediate", limit=90),
        "key result": charts.key_result(COURSE, [Dated(NOW, 30.0, 25, 36)], now=NOW),
        "key result with its fan": charts.key_result(replace(COURSE, fan=FAN), [Dated(NOW, 30.0)], now=NOW),
        "key result without data": charts.key_result(COURSE, [], now=NOW),
    }


@pytest.mark.parametrize("name", samples())
def test_every_chart_is_drawn_by_vega_lite(name: str) -> None:
    assert "<svg" in drawn(samples()[name])


def test_a_line_breaks_where_there_is_no_figure() -> None:
    svg = drawn(charts.line(QUARTERS, title="Time to remediate", unit="days"))
    # Two known points with a gap between them: two dots and no stroke from one to the other.
    assert svg.count('aria-roledescription="point"') == 2
    assert "break-paths" in json.dumps(charts.line(QUARTERS, title="t", unit="days").spec)


def test_the_table_twin_holds_the_same_figures_as_the_chart() -> None:
    chart = charts.line(QUARTERS, title="Time to remediate", unit="days")
    assert chart.columns == ("Period", "Value", "Interval", "n", "Open")
    assert chart.rows[0] == ("2026-Q1", "40 days", "30 to 52 days", "21", "2")
    assert chart.rows[1] == ("2026-Q2", "–", "–", "0", "0")


def test_the_summary_names_the_first_the_last_and_the_extremes() -> None:
    summary = charts.line(QUARTERS, title="Time to remediate", unit="days").summary
    assert summary == (
        "Time to remediate fell from 40 days in 2026-Q1 to 25.5 days in 2026-Q3; "
        "highest 40 days in 2026-Q1, lowest 25.5 days in 2026-Q3."
    )


def test_a_chart_without_a_figure_says_so() -> None:
    assert charts.line([QUARTERS[1]], title="T", unit="days").summary == "T: no figure in this range."


def test_shares_are_drawn_and_said_in_per_cent() -> None:
    chart = charts.line([Point(label="a", value=0.914, n=5)], title="Within SLA", unit="share")
    assert chart.spec["data"]["values"][0]["value"] == pytest.approx(91.4)
    assert chart.rows[0][1] == "91.4 %"


def test_few_bars_ask_for_little_room() -> None:
    few = charts.bars([Point(label="web", value=3.0, n=5)], title="T", unit="days", dimension="service")
    many = [Point(label=str(number), value=3.0, n=5) for number in range(12)]
    assert few.is_short
    assert not charts.bars(many, title="T", unit="days", dimension="service").is_short
    assert not charts.line(QUARTERS, title="T", unit="days").is_short


def test_the_last_of_many_periods_has_room_for_half_its_label() -> None:
    labels = [f"{2024 + number // 12}-{number % 12 + 1:02}" for number in range(25)]
    months = [Point(label=label, value=3.0) for label in labels]
    few, many = (charts.line(points, title="Found", unit="days") for points in (months[:12], months))
    assert few.spec["padding"]["right"] < many.spec["padding"]["right"]


def test_small_multiples_share_one_scale() -> None:
    points = [
        Point(label="2026-Q1", at="2026-01-01", value=value, high=value + 2, series=series)
        for series, value in (("web", 10), ("api", 80))
    ]
    small = charts.multiples(points, title="T", unit="days")
    assert [chart.title for chart in small] == ["web", "api"]
    domains = {tuple(chart.spec["encoding"]["y"]["scale"]["domain"]) for chart in small}
    assert domains == {(0, 82)}
    assert all("<svg" in drawn(chart) for chart in small)


def test_the_chart_of_a_key_result_says_the_promise_and_the_last_value() -> None:
    chart = charts.key_result(COURSE, [Dated(NOW, 30.0)], now=NOW)
    assert chart.summary == (
        "Time to remediate: from 41 days on 1 Oct 2026 to 20 days on 1 Jan 2027; 30 days on 21 Nov 2026."
    )


def test_a_key_result_that_is_looked_ahead_on_says_its_likely_end_in_words_and_in_the_table() -> None:
    chart = charts.key_result(replace(COURSE, fan=FAN), [Dated(NOW, 30.0)], now=NOW)
    assert chart.summary.endswith("and likely 23.5 days at the end (18 to 31 days).")
    assert chart.rows[-1] == ("1 Jan 2027, likely", "23.5 days", "18 to 31 days")


def test_a_survival_curve_says_when_half_are_over() -> None:
    points = [Point(label="0", at="0", value=1.0), Point(label="26", at="26", value=0.5)]
    assert "half are over by day 26" in charts.survival(points, title="T").summary


def test_periods_keep_their_order_where_some_have_no_figure_or_no_interval():
    points = [
        Point(label="2025-Q4", value=None),
        Point(label="2026-Q1", value=3.0, low=1.0, high=5.0),
        Point(label="2026-Q2", value=4.0),
    ]
    chart = charts.line(points, title="Time to remediate", unit="days")
    axes = [layer["encoding"]["x"]["sort"] for layer in chart.spec["layer"]]
    assert axes == [["2025-Q4", "2026-Q1", "2026-Q2"]] * len(axes)


def test_a_long_name_in_the_legend_of_a_team_runs_over_lines_that_a_phone_holds():
    aim = "Know within days whether a report is real"
    pieces = (("Detect", aim, 3.0), ("Repair", "Repair", 1.0))
    chart = match.loads([match.Load(person="Ada", capacity=6.0, pieces=pieces)], title="Weeks")
    colour = chart.spec["layer"][0]["encoding"]["color"]
    first = colour["scale"]["domain"][0]
    assert first.split() == aim.split()
    assert max(map(len, first.split("\n"))) <= match.LEGEND_LINE
    assert {each["aim"] for each in chart.spec["layer"][0]["data"]["values"]} == {first, "Repair"}
    assert (colour["legend"]["labelLimit"], colour["legend"]["labelExpr"]) == (
        0,
        "split(datum.label, '\\n')",
    )


def test_a_course_of_days_is_said_on_days():
    known = (("1 Jul 2026", 10.9), ("25 Nov 2026", 9.7))
    points = [Point(label=day, at="", value=value) for day, value in known]
    said = summaries.course(points, title="Minutes", unit="minutes")
    assert "fell from 10.9 minutes on 1 Jul 2026 to 9.7 minutes on 25 Nov 2026; highest" in said
    assert " in " not in said
