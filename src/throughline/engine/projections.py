"""Where a figure that adds up over its window will end at today's rate.

A count of the period so far is small on the first day whatever happens later: held against a target for
the whole period it would be green in silence. So its pace is that of its projected end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.engine.key_results import AT_RISK_SHARE, ROUNDING, progress
from throughline.engine.language.parsing import parse_measure
from throughline.engine.refusals import Refused
from throughline.engine.statuses import Progress, Word
from throughline.engine.windows import parse_window

ADDING_UP = ("count", "sum")
# Before a twentieth of the time is gone, one record more or less doubles the projection.
TOO_EARLY = 0.05


@dataclass(frozen=True, slots=True)
class Projection:
    """`value` is the figure at the due date at today's rate, None while it is too early to say."""

    value: float | None
    progress: Progress | None
    word: Word


def adds_up(measure: str, window: str) -> bool:
    """Whether the figure grows with the time that has passed: a count or sum over the period so far.

    >>> adds_up("count()", "period"), adds_up("count()", "90 days"), adds_up("average_open()", "period")
    (True, False, False)
    """
    try:
        return parse_window(window).kind == "period" and parse_measure(measure).name in ADDING_UP
    except Refused:
        return False


def projection(
    value: float, *, baseline: float, target: float, start: datetime, due: datetime, now: datetime
) -> Projection:
    """The end at today's rate, and the status word that follows: 0.7 of the way is still at risk.

    >>> from datetime import UTC
    >>> dates = {"start": datetime(2026, 1, 1, tzinfo=UTC), "due": datetime(2026, 1, 11, tzinfo=UTC)}
    >>> projection(10, baseline=40, target=20, now=datetime(2026, 1, 6, tzinfo=UTC), **dates).value
    20.0
    """
    share = min((now - start) / (due - start), 1.0)
    if share < TOO_EARLY:
        return Projection(None, None, "pending")
    end = value / share
    found = progress(end, baseline=baseline, target=target)
    return Projection(end, found, _word(found.raw))


def _word(raw: float) -> Word:
    if raw >= 1 - ROUNDING:
        return "on_track"
    return "at_risk" if raw >= AT_RISK_SHARE - ROUNDING else "off_track"
