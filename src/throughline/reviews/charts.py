"""Charts of predictability: said against happened, and the score by quarter."""

from __future__ import annotations

from throughline.charts.charts import Chart, Point, line
from throughline.charts.curves import said_and_happened
from throughline.reviews.queries import Predictability
from throughline.ui import words


def calibration(found: Predictability) -> Chart:
    """How often what was said did happen; on the diagonal the team is well calibrated."""
    return said_and_happened(found.bins, summary=_calibration_summary(found), counted="Key results")


def _calibration_summary(found: Predictability) -> str:
    overall = found.overall
    if overall is None:
        return "No key result with a check-in has ended yet."
    said = words.figure(overall.said, "share")
    happened = words.figure(overall.hit_rate.value, "share")
    n = overall.hit_rate.n
    return f"First check-ins said {said} on average, and {happened} of {n} key results were hit."


def by_quarter(found: Predictability) -> Chart:
    """The Brier score of first check-ins by quarter: 0 is perfect, 0.25 what a coin would score."""
    points = [
        Point(
            label=each.quarter,
            value=each.headline.value,
            at=_start(each.quarter),
            low=each.headline.low,
            high=each.headline.high,
            n=each.headline.n,
        )
        for each in found.quarters
    ]
    return line(points, title="Brier score of first check-ins", unit="number")


def _start(quarter: str) -> str:
    year, number = quarter.split("-Q")
    return f"{year}-{3 * int(number) - 2:02}-01"
