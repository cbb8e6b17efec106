"""Charts of panels' scores: by quarter, and what was said against what happened."""

from __future__ import annotations

from throughline.charts.charts import Chart, Point, line
from throughline.charts.curves import said_and_happened
from throughline.engine.calibration import Bin
from throughline.forecasts.scores import TeamScores


def by_quarter(found: TeamScores) -> Chart:
    """The headline's Brier score by the quarter in which questions ended: 0.25 is what 50 % scores."""
    points = [
        Point(
            label=each.label,
            value=each.headline.brier.value,
            at=_start(each.label),
            low=each.headline.brier.low,
            high=each.headline.brier.high,
            n=each.n,
        )
        for each in found.quarters
    ]
    return line(points, title="Brier score of the headline", unit="number")


def curve(found: TeamScores) -> Chart:
    """How often what the headline said did happen."""
    told = "; ".join(_told(each) for each in found.curve if each.happened.n)
    return said_and_happened(found.curve, summary=f"{told.capitalize()}.", counted="Questions")


def _told(each: Bin) -> str:
    came = round((each.happened.value or 0.0) * each.happened.n)
    return f"of {each.happened.n} said with {each.low * 100:.0f} to {each.high * 100:.0f} %, {came} happened"


def _start(quarter: str) -> str:
    year, number = quarter.split("-Q")
    return f"{year}-{3 * int(number) - 2:02}-01"
