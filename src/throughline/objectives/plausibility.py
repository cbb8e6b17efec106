"""How likely a target is to be hit if everything goes on as it did: neither a sandbag nor a fantasy."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from throughline.engine import pace
from throughline.engine.pace import Point
from throughline.engine.paths import Limits
from throughline.engine.windows import Span
from throughline.objectives.drafts import Draft
from throughline.objectives.subjects import Subject, figure_of_subject
from throughline.series.queries import values

SEED = 20_240_229
WEEK = 7


def chance_of(draft: Draft, *, now: datetime) -> float | None:
    """The probability that the draft ends at its target or past it; None of a history too short to say.

    The same draft on the same data gives the same answer.
    """
    subject, better = draft.subject, draft.better
    if subject is None or draft.target is None or better not in ("lower", "higher"):
        return None
    found = pace.chance(
        _points(draft, subject, now=now),
        target=draft.target,
        better="lower" if better == "lower" else "higher",
        due=draft.terms.due,
        now=now,
        rng=np.random.default_rng(SEED),
        limits=_limits(draft, subject),
    )
    return found.probability if found.basis == "history" else None


def _points(draft: Draft, subject: Subject, *, now: datetime) -> list[Point]:
    """Values of a series, or of the metric over windows as long as the draft's, one a week or a cadence."""
    if subject.series is not None:
        return [Point(each.at, each.value) for each in values(subject.series, known_at=now)]
    length = draft.window.length(draft.terms.start, draft.terms.due)
    step = timedelta(days=max(draft.cadence_days, WEEK))
    ends = [now - back * step for back in range(pace.FEWEST)]
    found = [(end, figure_of_subject(subject, Span(end - length, end), now=now).value) for end in ends]
    return [Point(end, value) for end, value in found if value is not None]


def _limits(draft: Draft, subject: Subject) -> Limits | None:
    if draft.unit == "share":
        return Limits(0.0, 1.0)
    return Limits(0.0, None) if subject.is_never_negative else None
