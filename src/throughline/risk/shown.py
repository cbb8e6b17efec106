"""A scenario's estimates as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from throughline.engine import frequencies
from throughline.risk import chances
from throughline.risk.estimating import PERIODS, frequency_said, loss_said
from throughline.risk.models import Estimate
from throughline.risk.portfolios import mean_of

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

    @property
    def round(self) -> str:
        """The number of the round that it came from; empty for one that was typed."""
        kind, _, number = (self.estimate.source if self.estimate else "").partition(":")
        return number if kind == "round" else ""


def row(stage: str, title: str, estimate: Estimate | None) -> Row:
    """An estimate as a line of the table; of a panel, its members' beliefs are counted and not shown."""
    if estimate is None:
        return Row(stage, title, None)
    mean = mean_of(estimate)
    if estimate.beliefs:
        n = len(estimate.beliefs)
        return Row(stage, title, estimate, f"{n} view{'' if n == 1 else 's'} of a panel", "", mean)
    return Row(stage, title, estimate, frequency_said(estimate.frequency), loss_said(estimate.loss), mean)


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
