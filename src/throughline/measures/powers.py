"""Could a change of a metric be told from chance, in a period with as many events as there are now?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from throughline.engine import noise
from throughline.engine.calendar import quarter_of
from throughline.engine.intervals import share
from throughline.engine.language.checked import AverageOpen, Count, OpenAge, OpenAtEnd, Statistic, Truncated
from throughline.engine.metrics import Metric
from throughline.engine.noise import Noise
from throughline.engine.refusals import Refused
from throughline.engine.sentences import amount
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import ALL, Question
from throughline.measures.evaluation.answers import Row
from throughline.measures.evaluation.estimates import floats
from throughline.measures.evaluation.figures import asked
from throughline.measures.evaluation.keys import label
from throughline.measures.evaluation.population import of_metric
from throughline.measures.evaluation.samples import sample_of
from throughline.measures.evaluation.unknown_values import misnamed
from throughline.measures.shown import answer, definition_of

PLACE = "power-for"
# Beyond these nobody promises anything.
LEAST, MOST = 0.001, 1000
NO_EVENTS = "there are no events that a change by {ratio:g} could be told of: no figure here is above 0"
# A 95 % interval is that many standard errors wide.
WIDTH = 2 * 1.959964
# Against a baseline that is measured as well, and against a known one.
BOTH = (False, True)


@dataclass(frozen=True, slots=True)
class Told:
    """What can be told of a change against a baseline: measured like the figure itself, or a known number.

    `power` is None where nothing is known of the spread, `smallest` is the value nearest to the baseline that
    would show with 80 %, `events_needed` how many events a period needs for the ratio to show with 80 %.
    """

    power: float | None
    smallest: float | None
    events_needed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """A change of one figure by a ratio; `spread` is the coefficient of variation where it rests on one."""

    group: dict[str, str]
    baseline: float
    target: float
    events: int
    measured: Told
    known: Told
    spread: float | None = None
    # Of what counts no events: the periods whose changes say how far it strays by itself.
    periods: int = 0
    # What its events are, for sentences.
    counted: str = "event"

    @property
    def is_too_weak(self) -> bool:
        """Whether a true change of this size would show less often than not."""
        return self.measured.power is None or self.measured.power < noise.TOO_WEAK

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        found = {name: each for name, each in asdict(self).items() if name != "counted"}
        return {**found, "too_weak": self.is_too_weak}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What can be told of a change by a ratio: `found` for each group, `left_out` without a figure above 0.

    `is_all` where no period was asked for, so that the events are those of the whole register.
    """

    unit: str
    ratio: float
    by: tuple[str, ...]
    found: tuple[Power, ...]
    left_out: tuple[dict[str, str], ...] = ()
    is_all: bool = False
    # What is wrong with a name in the condition; empty where nothing is.
    misnamed: str = ""

    @property
    def why_none(self) -> str:
        """Why nothing can be told; empty where something can."""
        none = NO_EVENTS.format(ratio=self.ratio)
        return "" if self.found else f"{none}. {self.misnamed}".removesuffix(". ").removesuffix(".")


def ratio_of(text: str) -> float:
    """The ratio that somebody gave: 0.5 is a halving. Raises Refused beside the field."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not LEAST <= found <= MOST or found == 1:
        raise Refused(
            f"expected a ratio from {LEAST:g} to {MOST:,g} that is not 1, such as 0.5 for a halving; found "
            f"'{text}'",
            place=PLACE,
            code="no_ratio",
        )
    return found


def telling(question: Question, asker: Asker, *, ratio: float) -> Telling:
    """The power for each group of a question that has a figure above 0. Raises Refused with the place."""
    metric = queries.metric_of(definition_of(question), by=question.by)
    timed = next((each.label for each in metric.by if each.unit), None)
    if timed:
        raise Refused(
            f"a change is one from period to period: leave '{timed}' out, and say the period by its days",
            place="by",
            code="by_time",
        )
    result = answer(question, asker)
    tell = _way_of_telling(metric, question, asker, ratio=ratio)
    rows = [row for row in result.rows if row.value and row.value > 0 and row.n > 0]
    found = [each for each in map(tell, rows) if each is not None]
    told = [each.group for each in found]
    return Telling(
        unit=result.unit,
        ratio=ratio,
        by=tuple(each.label for each in metric.by),
        found=tuple(found),
        left_out=tuple(row.group for row in result.rows if row.group not in told),
        misnamed=" ".join(each.message for each in misnamed(result.warnings)),
        is_all=question.range == ALL and bool(found) and not any(each.periods for each in found),
    )


def of_values(values: Sequence[float], *, ratio: float, unit: str) -> Telling:
    """The power of a change of a series by its own history."""
    found = _by_course({}, list(values), ratio, events=len(values))
    return Telling(unit=unit, ratio=ratio, by=(), found=(found,) if found else ())


def _way_of_telling(
    metric: Metric, question: Question, asker: Asker, *, ratio: float
) -> Callable[[Row], Power | None]:
    """How the noise of this measure is found: by its events, or by history where it counts none."""
    if isinstance(metric.measure, Count):
        return lambda row: _by_count(row, ratio)
    if metric.unit == "share":
        is_counted = not isinstance(metric.measure, Truncated)
        return lambda row: _by_share(row, ratio, spread=1.0 if is_counted else _beside_counted(row))
    if _is_sum(metric) or (isinstance(metric.measure, AverageOpen | OpenAtEnd | OpenAge)):
        courses = _courses(metric, question, asker)
        return lambda row: _by_course(row.group, courses.get(_key(row), []), ratio, events=row.n)
    spreads = _spreads(metric, question, asker)
    return lambda row: _by_time(row, spreads.get(_key(row), _of_interval(row)), ratio)


def _by_count(row: Row, ratio: float) -> Power:
    way = _way(row.value, ratio)
    told = [
        _told(noise.of_counts(**way, known=known), noise.counts_needed(ratio, known=known)) for known in BOTH
    ]
    return _power(row.group, way, row.n, told)


def _by_share(row: Row, ratio: float, *, spread: float | None) -> Power:
    """`spread` is how many times as far the share strays, squared, as one of cases that are counted."""
    way = _way(row.value, ratio)
    if way["target"] > 1:
        said = f"{amount(row.value, 'share')} × {ratio:g}"
        raise Refused(f"a share is at most 100 %, and {said} is more", place=PLACE, code="share_out_of_range")
    cases = row.n / spread if spread else 0.0
    told = []
    for known in BOTH:
        needed = noise.cases_needed(way["baseline"], ratio, known=known)
        found = noise.of_shares(**way, before=cases, after=cases, known=known)
        told.append(_told(found, needed * spread if spread and needed else None))
    return _power(row.group, way, row.n, told)


def _beside_counted(row: Row) -> float | None:
    """How many times as many cases its interval takes as that of a share that is counted."""
    if not row.value or row.value >= 1 or row.low is None or row.high is None or row.n < 2:
        return None
    counted = share(round(row.value * row.n), row.n)
    if counted.low is None or counted.high is None:
        return None
    return ((row.high - row.low) / (counted.high - counted.low)) ** 2


def _by_time(row: Row, spread: float | None, ratio: float) -> Power:
    way = _way(row.value, ratio)
    told = [
        _told(
            noise.of_means(**way, cv=spread, before=row.n, after=row.n, known=known),
            noise.events_needed(ratio, cv=spread, baseline_known=known) if spread else None,
        )
        for known in BOTH
    ]
    return _power(row.group, way, row.n, told, spread=spread)


def _by_course(group: dict[str, str], course: list[float], ratio: float, *, events: int) -> Power | None:
    """From the newest whole period; None where that is not above 0."""
    if not course or course[-1] <= 0:
        return None
    way = _way(course[-1], ratio)
    told = _told(noise.of_series(course, **way), None)
    return _power(group, way, events, [told, told], periods=len(course))


def _power(
    group: dict[str, str],
    way: dict[str, float],
    events: int,
    told: list[Told],
    *,
    spread: float | None = None,
    periods: int = 0,
) -> Power:
    return Power(
        group=group,
        baseline=way["baseline"],
        target=way["target"],
        events=events,
        measured=told[0],
        known=told[1],
        spread=spread,
        periods=periods,
    )


def _way(baseline: float | None, ratio: float) -> dict[str, float]:
    assert baseline is not None
    return {"baseline": baseline, "target": baseline * ratio}


def _told(found: Noise, needed: float | None) -> Told:
    return Told(found.power, found.smallest, needed)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.group.values())


def _is_sum(metric: Metric) -> bool:
    return isinstance(metric.measure, Statistic) and metric.measure.name == "sum"


def _courses(metric: Metric, question: Question, asker: Asker) -> dict[tuple[str, ...], list[float]]:
    """The values of the whole quarters of each group, the oldest first."""
    wanted = replace(question, range=ALL, by=(*question.by, "quarter"))
    running = quarter_of(asker.now).label
    found: dict[tuple[str, ...], list[float]] = {}
    for row in asker.rows(definition_of(wanted), wanted, wanted.by):
        *group, quarter = row.group.values()
        if row.value is not None and quarter < running:
            found.setdefault(tuple(group), []).append(row.value)
    return found


def _spreads(metric: Metric, question: Question, asker: Asker) -> dict[tuple[str, ...], float | None]:
    """The coefficient of variation of the values behind a mean, by group; of all else the interval tells."""
    if not (isinstance(metric.measure, Statistic) and metric.measure.name == "mean"):
        return {}
    population = asker.population(metric, question)
    sample = sample_of(metric.measure, population.compiler)
    found, keys = asked(population, sample, by=metric.by, where=of_metric(metric, population))
    labels = (tuple(label(by, value) for by, value in zip(metric.by, key, strict=True)) for key in keys)
    return dict(zip(labels, (noise.variation(floats(each)) for each in found["values"]), strict=True))


def _of_interval(row: Row) -> float | None:
    """The coefficient of variation that the width of an interval gives away."""
    if not row.value or row.low is None or row.high is None or row.n < 2:
        return None
    return (row.high - row.low) / WIDTH * math.sqrt(row.n) / row.value
