"""What a question to the record gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Row(NamedTuple):
    """One figure: its group, the value with its interval, and how many records stand behind it.

    `n` counts what the value rests on; `n_open` those still open, `n_missing` those without the dates it
    needs, `n_negative` those whose dates run backwards. `value` is None where there is nothing to say.
    A tuple, since of thousands of rows each takes a third of the time of a frozen dataclass.
    """

    group: dict[str, str]
    value: float | None
    low: float | None
    high: float | None
    n: int
    n_open: int = 0
    n_missing: int = 0
    n_negative: int = 0
    # Of a count whose like vary more than Poisson: the interval that goes with how they vary.
    wide_low: float | None = None
    wide_high: float | None = None
    # Why there is no value, in a few words.
    why_none: str = ""

    def varying(self, low: float, high: float) -> Row:
        """The same with the wider interval; of thousands of rows `_replace` takes twice as long."""
        return Row(*self[:8], low, high, self.why_none)


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a reader must know about a figure: a stable code, and a plain sentence with its numbers."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a metric, with everything needed to ask it again.

    `basis_shares` gives, for each date the metric rests on, the share of records by where the date is from.
    """

    unit: str
    rows: list[Row]
    warnings: list[Warning]
    as_known_at: datetime | None
    definition: dict[str, object]
    data_version: int
    basis_shares: dict[str, dict[str, float]] = field(default_factory=dict)
    # How many times as much as Poisson its counts vary, where they clearly do.
    dispersion: float = 1.0

    @property
    def value(self) -> float | None:
        """The value of an answer of one row."""
        return self.rows[0].value if len(self.rows) == 1 else None
