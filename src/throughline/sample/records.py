"""Two years of vulnerabilities, drawn from a seed; the last one found this week.

The shapes follow published figures: repair times are long-tailed (lognormal, the median near four weeks),
flaws are found long after they were made (a mixture with a mean of about a year), scanners are often wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from throughline.sample.organisation import (
    FLAWS,
    PACE,
    PLACES,
    SERVICES,
    SOURCES,
    SampleService,
    SampleSource,
)

HISTORY = timedelta(days=740)
LEVELS = ("low", "medium", "high", "critical")
REPAIR_MEDIAN_DAYS = {"low": 75.0, "medium": 38.0, "high": 17.0, "critical": 5.0}
CVSS_RANGE = {"low": (0.5, 3.9), "medium": (4.0, 6.9), "high": (7.0, 8.9), "critical": (9.0, 10.0)}
AWARDS = {"low": 150, "medium": 500, "high": 2000, "critical": 6000}
# The programme of the last year (paved road for dependencies, a triage rota) shows in the figures.
IMPROVEMENT = ((timedelta(days=100), 0.52), (timedelta(days=200), 0.66), (timedelta(days=320), 0.85))


@dataclass(frozen=True, slots=True)
class Life:
    """One record's life; `None` where it has not happened by the day of loading."""

    key: str
    source: SampleSource
    service: SampleService
    title: str
    cwe: str
    severity: str
    first_severity: str
    cvss: float
    introduced: datetime | None
    identified: datetime
    triaged: datetime
    outcome: str
    accepted: datetime | None
    mitigated: datetime | None
    retracted: datetime | None


def lives(now: datetime, *, seed: int) -> list[Life]:
    """Every record of the sample in order of identification."""
    draw = np.random.default_rng(seed)
    found = [
        (instant, source) for source in SOURCES for instant in _identifications(draw, source=source, now=now)
    ]
    found.sort(key=lambda pair: pair[0])
    return [
        _life(draw, number, source=source, identified=at, now=now)
        for number, (at, source) in enumerate(found, 1)
    ]


def _identifications(draw: np.random.Generator, *, source: SampleSource, now: datetime) -> Iterator[datetime]:
    start = now - HISTORY
    if source.a_day:
        for offset in np.sort(draw.uniform(0, HISTORY.days, draw.poisson(source.a_day * HISTORY.days))):
            yield _seconds(start + timedelta(days=float(offset)))
        return
    # A penetration test each quarter, a dozen findings in its two weeks.
    for weeks in range(6, HISTORY.days // 7, 13):
        for offset in np.sort(draw.uniform(0, 12, 9 + draw.poisson(4))):
            yield _seconds(start + timedelta(weeks=weeks, days=float(offset)))


def _life(
    draw: np.random.Generator, number: int, *, source: SampleSource, identified: datetime, now: datetime
) -> Life:
    weights = np.array([service.weight for service in SERVICES])
    service = SERVICES[int(draw.choice(len(SERVICES), p=weights / weights.sum()))]
    severity = LEVELS[int(draw.choice(4, p=source.severities))]
    first = LEVELS[max(0, LEVELS.index(severity) - 1)] if draw.random() < 0.06 else severity
    cwe, title = FLAWS[source.kind][int(draw.integers(len(FLAWS[source.kind])))]
    low, high = CVSS_RANGE[severity]
    life = Life(
        key=f"FW-{number:04d}",
        source=source,
        service=service,
        title=title.format(place=f"{PLACES[int(draw.integers(len(PLACES)))]} of {service.name}"),
        cwe=cwe,
        severity=severity,
        first_severity=first,
        cvss=round(float(draw.uniform(low, high)), 1),
        introduced=_introduced(draw, source=source, identified=identified),
        identified=identified,
        triaged=_seconds(identified + timedelta(days=float(draw.lognormal(0.7, 0.9)))),
        outcome=_outcome(draw, source),
        accepted=None,
        mitigated=None,
        retracted=None,
    )
    return _ending(draw, life, now=now)


def _introduced(draw: np.random.Generator, *, source: SampleSource, identified: datetime) -> datetime | None:
    if not source.introduced or draw.random() < 0.08:
        return None
    mean_days = 110.0 if draw.random() < 0.6 else 820.0
    return _seconds(identified - timedelta(days=float(draw.exponential(mean_days))))


def _outcome(draw: np.random.Generator, source: SampleSource) -> str:
    if draw.random() < source.precision:
        return "confirmed"
    return str(draw.choice(["false positive", "duplicate", "out of scope"], p=[0.72, 0.18, 0.10]))


def _ending(draw: np.random.Generator, life: Life, *, now: datetime) -> Life:
    if life.outcome != "confirmed":
        return life
    if life.severity in ("low", "medium") and draw.random() < 0.05:
        return replace(life, accepted=_seconds(life.triaged + timedelta(days=float(draw.uniform(10, 60)))))
    if draw.random() < 0.012:
        return replace(life, retracted=_seconds(life.triaged + timedelta(days=float(draw.uniform(30, 90)))))
    factor = PACE[life.service.team] * _programme(life.identified, now=now)
    days = REPAIR_MEDIAN_DAYS[life.severity] * factor * float(draw.lognormal(0.0, 0.95))
    return replace(life, mitigated=_seconds(life.identified + timedelta(days=max(days, 0.1))))


def _programme(identified: datetime, *, now: datetime) -> float:
    return next((factor for age, factor in IMPROVEMENT if now - identified <= age), 1.0)


def _seconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def listings(records: list[Life], now: datetime) -> Iterator[dict[str, str]]:
    """What the registers said at each weekly (lately daily) reading: a row where something was new.

    A register without news lists its last row again, and the last reading what is open, so that no source
    looks as if it had fallen silent.
    """
    said: dict[str, dict[str, str]] = {}
    readings = _readings(now)
    for instant in readings:
        last: dict[str, dict[str, str]] = {}
        spoke: set[str] = set()
        for life in records:
            if life.identified > instant:
                continue
            row = last[life.source.name] = _row(life, instant)
            again = instant == readings[-1] and not row["mitigated_at"]
            if again or row != said.get(life.key):
                said[life.key] = row
                spoke.add(life.source.name)
                yield {"as_of": instant.isoformat(), **row}
        yield from ({"as_of": instant.isoformat(), **last[name]} for name in last if name not in spoke)


def _readings(now: datetime) -> list[datetime]:
    day = now.replace(hour=6, minute=0, second=0, microsecond=0)
    weekly = [day - timedelta(weeks=w) for w in range(HISTORY.days // 7 + 1, 1, -1)]
    daily = [day - timedelta(days=d) for d in range(13, -1, -1)]
    return [at for at in (*weekly, *daily) if at < now] + [now.replace(microsecond=0)]


def _row(life: Life, known: datetime) -> dict[str, str]:
    triaged = life.triaged <= known
    return {
        "source": life.source.name,
        "id": life.key,
        "title": life.title,
        "kind": life.source.kind,
        "cwe": life.cwe,
        "severity": life.severity if triaged else life.first_severity,
        "cvss": str(life.cvss),
        "service": life.service.name,
        "environment": life.service.environment,
        "state": _state(life, known),
        "introduced_at": _text(life.introduced, known),
        "introduced_basis": life.source.introduced if life.introduced else "",
        "identified_at": _text(life.identified, known),
        "triaged_at": _text(life.triaged, known),
        "accepted_at": _text(life.accepted, known),
        "mitigated_at": _text(life.mitigated, known),
        "award": str(AWARDS[life.severity]) if life.source.name == "Bug bounty" and triaged else "",
    }


def _state(life: Life, known: datetime) -> str:
    if life.triaged > known:
        return "potential"
    if life.retracted and life.retracted <= known:
        return "false positive"
    if life.accepted and life.accepted <= known:
        return "accepted"
    return life.outcome


def _text(instant: datetime | None, known: datetime) -> str:
    return instant.isoformat() if instant and instant <= known else ""
