"""What a figure was a period before, for programs: the same wherever it is told."""

from __future__ import annotations

from ninja import Field

from throughline.api.subject import Figure, Told


class ChangeOf(Told):
    """By how much a figure differs from what it was, with the interval of that."""

    value: Figure
    low: Figure
    high: Figure
    word: str = Field(description="better, worse, up, down; none: no clear change; empty: it cannot be told.")


class RatioOf(Told):
    """How many times as many, of counts: the exact conditional binomial."""

    value: Figure = Field(description="None where nothing was counted before.")
    low: Figure
    high: Figure = Field(description="None where it has no end.")
    p: Figure


class BeforeOf(Told):
    """The same figure a period earlier."""

    value: Figure
    low: Figure
    high: Figure
    n: int
    when: str
    change: ChangeOf
    ratio: RatioOf | None = Field(None, description="Of two counts: how many times as many, exactly.")
