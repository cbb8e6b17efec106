"""Could the target be told from noise, and what does the metric's own history make of it?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from throughline.engine import noise
from throughline.engine.noise import Noise
from throughline.engine.refusals import Refused
from throughline.engine.windows import Span
from throughline.objectives.drafts import Draft
from throughline.objectives.figures import Figure, freshness
from throughline.objectives.subjects import figure_of_subject
from throughline.series.powers import BACK
from throughline.series.queries import values
from throughline.surveys.noise import of_answers
from throughline.vulnerabilities.models import Vulnerability

# A 95 % interval is that many standard errors wide.
WIDTH = 2 * 1.959964
PERIODS_BACK = 4
# Of fewer values nobody can say that they never move.
ENOUGH_TO_MOVE = 3


@dataclass(frozen=True, slots=True)
class Telling:
    """The noise that the target stands out from, and the values of earlier periods, the oldest first.

    `points` is how many past values there are at the pace at which data comes; `data_as_of` the newest data.
    """

    noise: Noise | None
    history: tuple[float, ...]
    points: int
    data_as_of: datetime | None
    p_hit: float | None = None

    @property
    def power(self) -> float | None:
        return self.noise.power if self.noise else None

    @property
    def ever_moved(self) -> bool | None:
        """Whether the metric moved in its history; None of a history too short to say."""
        return None if len(self.history) < ENOUGH_TO_MOVE else not noise.never_moved(self.history)

    def smallest_change(self, baseline: float | None) -> float | None:
        """The smallest change that could be told from chance, in the unit of the metric."""
        smallest = self.noise.smallest if self.noise else None
        return None if smallest is None or baseline is None else abs(smallest - baseline)


def telling(draft: Draft, *, now: datetime) -> Telling | None:
    """The noise check of a draft, with what is known of its history; None where nothing is measured."""
    subject = draft.subject
    if subject is None:
        return None
    if subject.series is not None:
        readings = [each for each in values(subject.series, known_at=now) if each.at <= now]
        history = tuple(each.value for each in readings)[-BACK:]
        as_of = readings[-1].at if readings else None
        return Telling(_noise_of(draft, history, now=now), history, len(readings), as_of)
    assert subject.metric is not None
    history = _past_values(draft, now=now)
    fresh = freshness(subject.metric, now=now, cadence_days=draft.cadence_days)
    points = _points(draft, history, now=now)
    return Telling(_noise_of(draft, history, now=now), history, points, fresh.as_of)


def _noise_of(draft: Draft, history: tuple[float, ...], *, now: datetime) -> Noise | None:
    """Events expected, power and smallest detectable change; None where nothing is known of the spread.

    What counts events is told apart as a count, a share as a share and a time as a mean; of all else only
    the history says how far it strays by itself.
    """
    if draft.baseline is None or draft.target is None:
        return None
    way = {"baseline": draft.baseline, "target": draft.target}
    try:
        return _by_sample(draft, way, now=now) or noise.of_series(history, **way)
    except Refused:
        return None


def _by_sample(draft: Draft, way: dict[str, float], *, now: datetime) -> Noise | None:
    """The noise that the number of records or of answers gives away; None where the figure is of neither."""
    subject = draft.subject
    if subject is None or subject.metric is None:
        return of_answers(subject.series, **way) if subject and subject.series else None
    is_known = draft.baseline_figure is None
    if draft.unit == "count":
        if not subject.measure.startswith("count("):
            return None
        return noise.of_counts(baseline=way["baseline"], target=way["target"], known=is_known)
    seen = draft.baseline_figure or _seen(draft, _span(draft, now=now), now=now)
    n = float(seen.n)
    if draft.unit == "share":
        return noise.of_shares(**way, before=n, after=n, known=is_known)
    if draft.unit == "days":
        return noise.of_means(**way, cv=_variation(seen), before=n, after=n, known=is_known)
    return None


def _past_values(draft: Draft, *, now: datetime) -> tuple[float, ...]:
    """The metric over the periods before the start, each as long as the key result's window."""
    span, first = _span(draft, now=now), _first_known()
    if span.since is None or span.until is None or first is None:
        return ()
    length = span.until - span.since
    spans = [_back(span, back * length) for back in reversed(range(PERIODS_BACK))]
    # A count of 0 from before there was any data is no value.
    known = [each for each in spans if each.until and each.until > first]
    return tuple(value for each in known if (value := _seen(draft, each, now=now).value) is not None)


def _points(draft: Draft, history: tuple[float, ...], *, now: datetime) -> int:
    """Where the periods are too long to have two of them, a day of data a cadence earlier is a value too."""
    if len(history) > 1:
        return len(history)
    span = _span(draft, now=now)
    earlier = [_back(span, timedelta(days=back * draft.cadence_days)) for back in (0, 1)]
    return sum(_seen(draft, each, now=now).value is not None for each in earlier)


def _seen(draft: Draft, span: Span, *, now: datetime) -> Figure:
    assert draft.subject is not None
    return figure_of_subject(draft.subject, span, now=now)


def _first_known() -> datetime | None:
    first = Vulnerability.objects.aggregate(at=Min("identified_at"))["at"]
    return first if isinstance(first, datetime) else None


def _span(draft: Draft, *, now: datetime) -> Span:
    return draft.window.baseline_span(draft.terms.start, draft.terms.due, now=now)


def _back(span: Span, by: timedelta) -> Span:
    since = span.since - by if span.since else None
    return Span(since, span.until - by if span.until else None)


def _variation(seen: Figure) -> float | None:
    """The coefficient of variation that the width of the interval gives away."""
    if seen.value is None or seen.low is None or seen.high is None or seen.value <= 0 or seen.n < 2:
        return None
    return (seen.high - seen.low) / WIDTH * math.sqrt(seen.n) / seen.value
