"""The newest value of a series beside the one that was the last before the quarter began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from throughline.engine.calendar import quarter_of
from throughline.engine.intervals import Estimate
from throughline.series.models import Reading, Series
from throughline.ui.comparing import Was, was


def compared(found: Series, known: Sequence[Reading], *, now: datetime) -> Was | None:
    """What it was when the last quarter ended; None where there is no value of before, or none of since."""
    start = quarter_of(now).start
    then = [each for each in known if each.at < start]
    if not then or known[-1].at < start:
        return None
    newest, earlier = (_exact(each.value) for each in (known[-1], then[-1]))
    return was(newest, earlier, when="at the end of last quarter", unit=found.unit, better=found.better)


def _exact(value: float) -> Estimate:
    """A value as it was entered: nothing is known of how sure it is."""
    return Estimate(value, None, None, 1)
