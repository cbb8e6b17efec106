"""A key result beside what it was a month before, which is how often owners are asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from throughline.charts.key_results import Dated
from throughline.engine.calendar import DAY, quarter_of
from throughline.engine.intervals import Estimate
from throughline.engine.percentages import percent
from throughline.objectives import kinds
from throughline.objectives.judging import Case, judged
from throughline.objectives.models import Measurement
from throughline.objectives.queries import Stand
from throughline.ui import words
from throughline.ui.comparing import Was, was

MONTH = timedelta(days=30)
SAME = ("kind", "metric", "where", "at", "window")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What it was on a day: its value, and how far it had come beside how far was asked for then."""

    at: datetime
    value: Was | None
    score: float | None
    expected: float | None

    @property
    def progress_said(self) -> str:
        """How far it was; empty where its kind has no way."""
        if self.score is None:
            return ""
        asked = "" if self.expected is None else f", {percent(self.expected)} expected then"
        return f"was {percent(self.score)} on {words.day(self.at)}{asked}"

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        value = self.value.document if self.value else None
        return {"at": self.at, "value": value, "score": self.score, "expected": self.expected}


def earlier(stand: Stand, measured: Sequence[Measurement]) -> Earlier | None:
    """How it stood a month before its newest measurement, under the same definition.

    None where it is graded, or has not run for as long.
    """
    newest = stand.measurement
    if newest is None or stand.key_result.closed_at is not None:
        return None
    then = [
        each
        for each in measured
        if each.value is not None
        and stand.version.start <= each.at <= newest.at - MONTH
        and same_measure(each, stand)
    ]
    return _told(stand, newest, then[-1]) if then else None


def same_measure(each: Measurement, stand: Stand) -> bool:
    """Whether a measurement is of what is promised now: joined to others it would show what never was."""
    return all(getattr(each.version, name) == getattr(stand.version, name) for name in SAME)


def around(stand: Stand) -> tuple[list[Measurement], list[Dated]]:
    """Its measurements, and those of the same in the quarter before, moved onto the days of this one.

    The latter are of another key result, and none where a series or people say how it goes: the quarter
    before of a series stands on the chart anyway.
    """
    start = quarter_of(stand.version.start).start
    before = quarter_of(start - DAY).start
    asked = Q(version__key_result=stand.key_result)
    newest = stand.measurement
    is_series = newest is not None and newest.definition.get("source") == "series"
    if kinds.is_measured(stand.version.kind) and not is_series:
        same = {f"version__{name}": getattr(stand.version, name) for name in SAME}
        asked |= Q(**same, value__isnull=False, at__gte=before, at__lt=start)
    # One question for both: the page has none to spare.
    found = list(Measurement.objects.filter(asked).select_related("version").order_by("at", "id"))
    own = [each for each in found if each.version.key_result_id == stand.key_result.pk]
    others = {each.at: each for each in found if each.version.key_result_id != stand.key_result.pk}
    moved = [Dated(at + (start - before), each.value, each.low, each.high) for at, each in others.items()]
    return own, moved


def _told(stand: Stand, newest: Measurement, then: Measurement) -> Earlier:
    version = stand.version
    case = Case(key_result=stand.key_result, version=version, measurement=then, now=then.at)
    status = judged(case).status
    is_other = then.until is not None and newest.since is not None and then.until <= newest.since
    one, other = (_estimate(each, with_interval=is_other) for each in (newest, then))
    value = (
        was(one, other, when=f"on {words.day(then.at)}", unit=version.unit, better=version.better)
        if version.kind not in kinds.EVENTS
        else None
    )
    progress = status.progress
    return Earlier(then.at, value, progress.shown if progress else None, status.expected)


def _estimate(each: Measurement, *, with_interval: bool) -> Estimate:
    # Windows that overlap hold the same records, so that their intervals say nothing of the difference.
    return Estimate(
        each.value, each.low if with_interval else None, each.high if with_interval else None, each.n
    )
