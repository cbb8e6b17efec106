"""A key result beside what it was a month before, which is how often owners are asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from throughline.charts.key_results import Dated
from throughline.engine.calendar import DAY, quarter_of
from throughline.engine.intervals import Estimate, bare
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


@dataclass(frozen=True, slots=True)
class Around:
    """Its measurements, and those of the same in the quarter before, which are of another key result."""

    own: list[Measurement]
    before: list[Measurement]
    # From a day of the quarter before to the same day of this one.
    shift: timedelta

    @property
    def moved(self) -> list[Dated]:
        """Those of the quarter before on the days of this one."""
        return [
            Dated(each.at + self.shift, each.value, each.low, each.high, then=each.at) for each in self.before
        ]


def around(stand: Stand) -> Around:
    """Everything measured that belongs on its chart.

    The quarter before is left out where a series or people say how it goes: that of a series stands on the
    chart anyway.
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
    # The newest of a day: two key results of the same measure say it twice.
    others = {each.at.date(): each for each in found if each.version.key_result_id != stand.key_result.pk}
    return Around(own, list(others.values()), start - before)


def each_month_before(stand: Stand, measured: Sequence[Measurement]) -> list[Was | None]:
    """Each measurement beside the newest that was a month old then, under the same definition."""
    same = [each for each in measured if each.value is not None and same_measure(each, stand)]
    found: list[Was | None] = []
    for each in measured:
        then = [one for one in same if stand.version.start <= one.at <= each.at - MONTH]
        found.append(_was(stand, each, then[-1]) if then and same_measure(each, stand) else None)
    return found


def _told(stand: Stand, newest: Measurement, then: Measurement) -> Earlier:
    version = stand.version
    case = Case(key_result=stand.key_result, version=version, measurement=then, now=then.at)
    status = judged(case).status
    progress = status.progress
    value = _was(stand, newest, then)
    return Earlier(then.at, value, progress.shown if progress else None, status.expected)


def _was(stand: Stand, now: Measurement, then: Measurement) -> Was | None:
    version = stand.version
    if version.kind in kinds.EVENTS:
        return None
    is_other = then.until is not None and now.since is not None and then.until <= now.since
    one, other = (_estimate(each, with_interval=is_other) for each in (now, then))
    return was(one, other, when=f"on {words.day(then.at)}", unit=version.unit, better=version.better)


def _estimate(each: Measurement, *, with_interval: bool) -> Estimate:
    # Windows that overlap hold the same records, so that their intervals say nothing of the difference.
    return Estimate(each.value, each.low, each.high, each.n) if with_interval else bare(each.value, each.n)
