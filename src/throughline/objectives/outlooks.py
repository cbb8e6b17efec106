"""How a key result is likely to end, by its own history: the chance to hit, and where its value will be.

A series goes on as its readings did; a metric of the records as the lives of its records did. Figures that
add up over their period have their projection instead, and events have what their owner says.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from throughline.engine import futures, pace
from throughline.engine.key_results import Better
from throughline.engine.pace import Outlook, Point
from throughline.engine.paths import Limits
from throughline.engine.projections import adds_up
from throughline.engine.windows import parse_window
from throughline.measures import lives
from throughline.objectives import grading, kinds
from throughline.objectives.figures import Figure
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Version
from throughline.objectives.subjects import Subject
from throughline.series.queries import values

# One seed for all: the same history has the same outlook, whoever asks and however often.
SEED = 20
# So many ways tell a chance to a twentieth, in a fraction of a second.
WAYS = 300
MOST_WAYS = 0.5


def outlook_of(version: Version, subject: Subject, found: Figure, *, now: datetime) -> dict[str, Any]:
    """What is kept beside a measurement: chance, likely end, fan. Empty where there is nothing to say."""
    # Fresh arithmetic on old data is no outlook; when it starts, its window has nothing in it yet.
    if found.value is None or found.data_as_of is None or not version.start < now < version.due:
        return {}
    told = _looked_ahead(version, subject, found, now=now)
    if told is None or told.probability is None:
        return {}
    return {
        "chance": told.probability,
        "value": told.likely,
        "low": told.low,
        "high": told.high,
        "n": told.n,
        "fan": [[each.at.isoformat(), each.q10, each.q25, each.q50, each.q75, each.q90] for each in told.fan],
    }


def _looked_ahead(version: Version, subject: Subject, found: Figure, *, now: datetime) -> Outlook | None:
    if version.kind == Kind.KEEP:
        return _kept(version, subject, found, now=now)
    if version.kind not in kinds.MOVING:
        return None
    _, target = version.way
    if subject.series is not None:
        points = [Point(each.at, each.value) for each in values(subject.series, known_at=now)]
        return pace.chance(
            points,
            target=target,
            better=_better(version),
            due=version.due,
            now=now,
            rng=_rng(),
            limits=_limits(subject),
        )
    return _by_lives(version, subject, target, now=now)


def _by_lives(version: Version, subject: Subject, target: float, *, now: datetime) -> Outlook | None:
    if subject.metric is None or adds_up(subject.measure, version.window):
        return None
    course = lives.course_of(subject.metric)
    if course is None:
        return None
    started, ended = lives.lives(subject.metric, course, now=now)
    ahead = futures.ahead(
        started,
        ended,
        course.statistic,
        window=parse_window(version.window),
        start=version.start,
        due=version.due,
        now=now,
        rng=_rng(),
        paths=WAYS,
        dates=1,
    )
    # Where most ways lead to a window in which nothing counts, there is no end to tell the chance of.
    if ahead is None or np.isfinite(ahead.ways[:, -1]).mean() < MOST_WAYS:
        return None
    return ahead.ending(target, _better(version))


def _kept(version: Version, subject: Subject, found: Figure, *, now: datetime) -> Outlook | None:
    kept = grading.kept(version, found.facts, now=now)
    spare = timedelta(days=version.allowed_outside) - kept.outside
    if spare < timedelta():
        return None
    if subject.series is not None:
        points = [Point(each.at, each.value) for each in values(subject.series, known_at=now)]
    else:
        course = found.facts.get("course", ())
        points = [Point(datetime.fromisoformat(at), value) for at, value in course if value is not None]
    return pace.chance_to_keep(
        points,
        bound=grading.bound(version),
        due=version.due,
        now=now,
        rng=_rng(),
        spare=spare,
        limits=_limits(subject),
    )


def _limits(subject: Subject) -> Limits:
    if subject.unit == "share":
        return Limits(lower=0.0, upper=1.0)
    return Limits(lower=0.0) if subject.is_never_negative else Limits()


def _better(version: Version) -> Better:
    return "lower" if version.better == "lower" else "higher"


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)
