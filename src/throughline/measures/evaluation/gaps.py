"""No hole in the calendar: the periods in which nothing happened have their place among the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from throughline.engine.calendar import from_days
from throughline.engine.language.checked import CohortFound, Grouping
from throughline.engine.metrics import Metric
from throughline.measures.evaluation import estimates
from throughline.measures.evaluation.estimates import Figure
from throughline.measures.evaluation.keys import Key
from throughline.measures.evaluation.periods import period_number
from throughline.measures.evaluation.population import Moment


def without_gaps(metric: Metric, figures: dict[Key, Figure], moment: Moment) -> dict[Key, Figure]:
    """With the periods in which nothing happened, from `since` or the first hit to `until` or the present."""
    empty = estimates.nothing(metric.measure)
    return {key: figures.get(key, empty) for key in every_key(metric, figures, moment)}


def every_key(metric: Metric, figures: Mapping[Key, Any], moment: Moment) -> Sequence[Key]:
    """The groups with those of the periods in which nothing happened."""
    timed = [place for place, each in enumerate(metric.by) if each.unit]
    if len(timed) != 1:
        return list(figures)
    place = timed[0]
    hits = [int(key[place]) for key in figures] + outermost(metric.by[place], metric, moment)
    others = {key[:place] + key[place + 1 :] for key in figures} or ({()} if len(metric.by) == 1 else set())
    if not hits or (not figures and moment.since is None):
        return []
    numbers = range(_first_told(metric, figures, place, moment) or min(hits), max(hits) + 1)
    return [(*key[:place], number, *key[place:]) for key in others for number in numbers]


def _first_told(metric: Metric, figures: Mapping[Key, Any], place: int, moment: Moment) -> int | None:
    """The first period that a cohort has a figure of: of long before the register there is none to show."""
    if not isinstance(metric.measure, CohortFound) or moment.since is not None:
        return None
    told = (int(key[place]) for key, figure in figures.items() if figure.estimate.n or figure.running)
    return min(told, default=None)


def outermost(by: Grouping, metric: Metric, moment: Moment) -> list[int]:
    """The first and the last period that the question is about, as far as it says so of this date."""
    assert by.unit is not None
    is_asked = by.field is metric.at
    found = [from_days(moment.since)] if moment.since is not None and is_asked else []
    end = moment.known_at if moment.until is None else min(moment.until, moment.known_at)
    if is_asked or moment.until is None:
        # The end is outside of the half-open range.
        found.append(from_days(end) - timedelta(microseconds=1))
    return [period_number(by.unit, instant) for instant in found]
