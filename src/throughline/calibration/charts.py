"""One's own calibration curve: said against happened, as on the page of the team."""

from __future__ import annotations

from throughline.calibration.scoring import Part, Said
from throughline.charts.charts import Chart
from throughline.charts.curves import said_and_happened


def curve_charts(part: Part) -> tuple[Chart, ...]:
    """The curve, where there is anything to draw."""
    if part.said is None:
        return ()
    came = "right" if part.said.is_folded else "happened"
    least, summary = part.said.bins[0].low, _summary(part.said)
    return (said_and_happened(part.said.bins, summary=summary, counted="n", least=least, came=came),)


def _summary(said: Said) -> str:
    """Each bin in words: what the curve draws."""
    came = "were right" if said.is_folded else "happened"
    told = (
        f"of {each.happened.n} said with {each.low * 100:.0f} to {each.high * 100:.0f} %, "
        f"{round((each.happened.value or 0.0) * each.happened.n)} {came}"
        for each in said.bins
        if each.happened.n
    )
    return "; ".join(told).capitalize() + "."
