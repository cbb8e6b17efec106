"""What a tile says: a figure with its interval, what it was before, a chart, and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from throughline.annotations.queries import Happening
from throughline.charts import Chart
from throughline.ui import words
from throughline.ui.comparing import Was


class Withheld(Exception):
    """A tile that shows nothing to this person; the text is a sentence that says why and how to mend it."""

    # One word for programs.
    state = "withheld"


class NotForYou(Withheld):
    """What stands behind the address is not this person's to see."""

    state = "not_for_you"


class Gone(Withheld):
    """What the address names is no longer there."""

    state = "gone"


@dataclass(frozen=True, slots=True)
class Before:
    """What a figure was in an earlier period: "was 29 days last quarter", and which way it clearly moved."""

    said: str
    value: float | None = None
    # "better" or "worse" where the interval of the difference does not hold zero; else empty.
    clear: str = ""
    low: float | None = None
    high: float | None = None
    # Now less then, with its interval where there is one, and all of it in words.
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    change_said: str = ""

    @classmethod
    def of(cls, found: Was | None) -> Before | None:
        """The comparison that the page of the figure makes; None where it makes none."""
        if found is None:
            return None
        then, change = found.then, found.change
        return cls(
            f"{found.figure} {found.when}",
            found.value,
            found.badge,
            *(then.low, then.high, change.value, change.low, change.high),
            found.change_said,
        )


BEFORE_COLUMNS = ("Before", "Change")


def before_cells(found: Before | None) -> tuple[str, ...]:
    """What it was and by how much it moved, for the row of one figure."""
    return (found.said, found.change_said or words.NOTHING) if found else (words.NOTHING,) * 2


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a tile that is a list: a key result with its value, its aim and how it goes."""

    name: str
    value: str
    aim: str
    status: str
    address: str = ""
    progress: float | None = None
    expected: float | None = None
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Everything on a tile. `value` is in `unit`; `said` writes it where a unit cannot."""

    title: str
    sentence: str = ""
    value: float | None = None
    said: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    range_said: str = ""
    n: int | None = None
    n_open: int = 0
    before: Before | None = None
    target: str = ""
    status: str = ""
    reading: str = ""
    note: str = ""
    owner: str = ""
    chart: Chart | None = None
    # What its chart is of, as annotations name it, and whether its points are readings.
    subjects: tuple[str, ...] = ()
    of_instants: bool = False
    # What stands on the chart, with the number that it has there.
    happened: tuple[tuple[int, Happening], ...] = ()
    lines: tuple[Line, ...] = ()
    as_of: datetime | None = None
    # The page of the records behind the figure.
    rows: str = ""
    # The whole answer as a table, where the chart has none.
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    @property
    def value_said(self) -> str:
        """The figure as people read it."""
        return self.said or words.figure(self.value, self.unit)

    @property
    def parts(self) -> tuple[str, str]:
        """The number and the word behind it, written smaller; a text that is no number stays whole."""
        number, _, word = self.value_said.partition(" ")
        is_number = number.replace(",", "").replace(".", "").lstrip("−").isdecimal()
        return (number, word) if is_number and " " not in word else (self.value_said, "")

    @property
    def interval(self) -> str:
        """Its interval as people read it; empty where there is none."""
        return self.range_said or words.interval(self.low, self.high, self.unit)

    @property
    def table(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Columns and rows of the same as a table."""
        if self.cells or self.chart is None:
            return self.columns, self.cells
        return self.chart.columns, self.chart.rows

    def at_height(self, height: int) -> Figure:
        """The same with its chart as high as the place allows; bars keep the height of their number."""
        if self.chart is None or (is_bars(self.chart) and int(self.chart.spec["height"]) <= height):
            return self
        spec: dict[str, Any] = {**self.chart.spec, "height": height}
        return replace(self, chart=replace(self.chart, spec=spec))


def is_bars(chart: Chart) -> bool:
    """Whether it draws a bar a group, whose height is that of its bars."""
    mark = chart.spec["layer"][0].get("mark")
    return isinstance(mark, dict) and mark.get("type") == "bar"
