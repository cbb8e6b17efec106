"""What initiatives are expected to make of scenarios, read and said in words."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.engine.treatments import Range
from throughline.risk import chances
from throughline.risk.models import Scenario, Treatment


@dataclass(frozen=True, slots=True)
class Said:
    """A treatment as a page shows it."""

    treatment: Treatment
    frequency: str
    loss: str


def said_of(treatment: Treatment) -> Said:
    """What remains, in words; empty where nothing changes."""
    return Said(
        treatment,
        part_said(treatment.frequency_low, treatment.frequency_high),
        part_said(treatment.loss_low, treatment.loss_high),
    )


def treatments_of(scenario: Scenario) -> list[Said]:
    """Every initiative that is expected to change a scenario."""
    found = scenario.treatments.filter(initiative__archived_at=None).select_related("initiative")
    return [said_of(each) for each in found]


def part_said(low: float, high: float) -> str:
    """A part that remains, in words.

    >>> part_said(0.4, 0.7), part_said(0.5, 0.5), part_said(1.0, 1.0)
    ('40 to 70 %', '50 %', '')
    """
    if low == high:
        return "" if low == 1 else chances.said(low)
    return f"{chances.said(low).removesuffix(' %')} to {chances.said(high)}"


def ranges_of(treatment: Treatment) -> tuple[Range, Range]:
    """Both parts as the engine takes them."""
    return (
        Range(treatment.frequency_low, treatment.frequency_high),
        Range(treatment.loss_low, treatment.loss_high),
    )
