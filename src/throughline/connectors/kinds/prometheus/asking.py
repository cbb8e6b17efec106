"""What is asked of Prometheus: equal steps of UTC, so that asking again asks for the same instants. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from throughline.engine.refusals import Refused

INSTANT, RANGE = "/api/v1/query", "/api/v1/query_range"
# Prometheus refuses more than 11,000 points of one series.
MOST_POINTS = 10_000
# What is late in Prometheus (a scrape, a remote write) corrects the last few values.
OVERLAP = 3
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query over a stretch of time, both ends included, one value a step."""

    query: str
    since: datetime
    until: datetime
    step: timedelta

    @property
    def target(self) -> str:
        """Path and query of the address."""
        if self.since == self.until:
            return f"{INSTANT}?{urlencode({'query': self.query, 'time': _seconds(self.until)})}"
        asked = {"query": self.query, "start": _seconds(self.since), "end": _seconds(self.until)}
        return f"{RANGE}?{urlencode({**asked, 'step': int(self.step.total_seconds())})}"


def asked(
    query: str, *, step: timedelta, history: timedelta, newest: datetime | None, now: datetime
) -> Asked:
    """From `history` back, or from a few steps before the newest known value, to the last whole step.

    >>> day = timedelta(days=1)
    >>> noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> found = asked("up", step=day, history=30 * day, newest=None, now=noon)
    >>> found.since.isoformat(), found.until.isoformat()
    ('2026-10-21T00:00:00+00:00', '2026-11-20T00:00:00+00:00')
    """
    until = EPOCH + (now - EPOCH) // step * step
    since = until - history // step * step
    if newest is not None:
        since = max(since, EPOCH + (newest - EPOCH) // step * step - OVERLAP * step)
    since = min(since, until)
    points = (until - since) // step + 1
    if points > MOST_POINTS:
        raise Refused(
            f"{points:,} values at once are more than the {MOST_POINTS:,} that Prometheus gives: choose a "
            "longer step or a shorter history",
            place="step",
            code="too_many",
        )
    return Asked(query, since, until, step)


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
