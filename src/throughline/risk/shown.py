"""A scenario's estimates as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from throughline.engine import frequencies
from throughline.risk import chances
from throughline.risk.estimating import PERIODS, frequency_said, loss_said
from throughline.risk.models import Estimate
from throughline.risk.panels import PanelSaid, panels_of
from throughline.risk.portfolios import mean_of, mean_of_event

STAGES = (
    ("inherent", "Without our controls"),
    ("residual", "As things stand"),
    ("target", "Where we want to be"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate in words, with the loss a year that follows from it."""

    stage: str
    title: str
    estimate: Estimate | None
    often: str = ""
    dear: str = ""
    mean: float | None = None
    # What one event costs on average, after retention and cap; none of a panel, whose views differ in it.
    event: float | None = None
    panel: PanelSaid | None = None

    @property
    def why(self) -> str:
        """Why a panel's figure is not its room's headline; empty for what was typed."""
        return self.panel.why(self.mean) if self.panel and self.mean is not None else ""


def rows_of(found: Iterable[tuple[str, Estimate | None]]) -> list[Row]:
    """Estimates by their stage as lines of a table; of a panel stands what it said together."""
    stated = list(found)
    panels = panels_of(each for _, each in stated if each)
    return [_row(stage, each, panels) for stage, each in stated]


def _row(stage: str, estimate: Estimate | None, panels: Mapping[str, PanelSaid]) -> Row:
    title = dict(STAGES)[stage]
    if estimate is None:
        return Row(stage, title, None)
    mean = mean_of(estimate)
    if not estimate.beliefs:
        often, dear = frequency_said(estimate.frequency), loss_said(estimate.loss)
        return Row(stage, title, estimate, often, dear, mean, event=mean_of_event(estimate))
    if said := panels.get(estimate.source):
        return Row(stage, title, estimate, said.often, said.dear, mean, panel=said)
    n = len(estimate.beliefs)
    views = f"{n} view{'' if n == 1 else 's'} of a panel"
    return Row(stage, title, estimate, views, "as each of them sees it", mean)


def conversions(frequency: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The chance of one event or more in a month, a quarter and a year, exactly.

    >>> conversions({"probability": 0.09, "per": "year"})
    [('a month', '0.783 %'), ('a quarter', '2.33 %'), ('a year', '9 %')]
    """
    return [(said, chances.said(_chance(frequency, period))) for period, said in PERIODS.items()]


def _chance(frequency: Mapping[str, Any], to: str) -> float:
    per = frequency.get("per", "year")
    if "probability" in frequency:
        return frequencies.between_periods(frequency["probability"], per=per, to=to)  # type: ignore[arg-type]
    times = frequencies.PERIODS[per] / frequencies.PERIODS[to]
    if "rate" in frequency:
        return 1 - frequencies.rate(frequency["rate"] * times).p_zero
    low, high = frequency["rate_90ci"]
    # An uncertain rate is scaled with its time: the same doubt about a shorter one.
    return 1 - frequencies.rate_90ci(low * times, high * times).p_zero
