"""Scores of the kinds of key result that are no plain move, and of an objective as a whole.

A move is scored by `key_results.progress`, keeping inside a bound by `bounds.kept`. Here: milestones, an
event that happens or not, a first measurement, a forecast on its scale. Every score is 1 where the key
result is hit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from throughline.engine import key_results, statuses
from throughline.engine.key_results import ROUNDING, Phase, expected_progress
from throughline.engine.percentages import percent
from throughline.engine.refusals import Refused
from throughline.engine.statuses import (
    Chances,
    Colour,
    Colours,
    Pace,
    Progress,
    Status,
    Verdict,
    Watch,
    Word,
    share_of_time,
)

Kind = Literal["move", "keep", "milestone", "binary", "baseline", "forecast"]
Commitment = Literal["committed", "aspirational"]
Scale = Literal["probability", "log_odds", "loss"]

KINDS: tuple[Kind, ...] = ("move", "keep", "milestone", "binary", "baseline", "forecast")
# What a grade is expected to be; a committed key result below it needs a post-mortem.
EXPECTED: dict[Commitment, float] = {"committed": 1.0, "aspirational": 0.7}
WHOLE = 100
# The weakest first: what is unknown may be worse than what is known to be at risk.
WEAKEST_FIRST: tuple[Word, ...] = ("off_track", "stale", "at_risk", "pending", "on_track", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A milestone: its weight of 100, by when it is planned if that was said, and when it was done."""

    title: str
    weight: float
    due: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMeasure:
    """What there is of a metric that is to be measured for the first time.

    `defined_at` is when its definition was published, `data_at` when its first value with data under it
    was measured; `runs` is whether it can be computed now.
    """

    defined_at: datetime | None
    data_at: datetime | None
    runs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A key result of an objective, as far as the objective's scores depend on it.

    `grade` is None where nothing was measured. A guardrail (`breached` or not) is in no score.
    """

    name: str
    grade: float | None
    commitment: Commitment
    word: Word
    weight: float = 1.0
    guardrail: bool = False
    breached: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """The weighted mean of `n` grades, None of none; `missing` more have no grade and are not in it."""

    value: float | None
    n: int
    missing: int

    def colour(self, colours: Colours | None = None) -> Colour | None:
        """The colour of the score; never green while a grade is missing."""
        if self.value is None:
            return None
        found = (colours or Colours()).colour(self.value)
        return "amber" if self.missing and found == "green" else found


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """The two scores of an objective, never averaged with each other, and what stands beside them."""

    committed: Score
    aspirational: Score
    breached: tuple[str, ...]
    status: Word


def check_steps(steps: Sequence[Step]) -> None:
    """Refused where milestones cannot be scored: none, two of one name, or weights that do not make 100."""
    if not steps:
        raise Refused("Name at least one step, with its weight of 100.", code="no_steps")
    titles = [" ".join(step.title.split()).casefold() for step in steps]
    for step, title in zip(steps, titles, strict=True):
        if not title:
            raise Refused("A step has no name. Say what is done when it is done.", code="step_unnamed")
        if titles.count(title) > 1:
            raise Refused(f"Two steps are called '{step.title}'. Name them apart.", code="step_twice")
        if not (math.isfinite(step.weight) and step.weight > 0):
            raise Refused(
                f"The weight of '{step.title}' is {step.weight:g}. A weight is above 0.", code="bad_weight"
            )
    total = math.fsum(step.weight for step in steps)
    if abs(total - WHOLE) > WHOLE * ROUNDING:
        raise Refused(f"The weights of the steps make {total:g}. They have to make 100.", code="weights_off")


def milestones(steps: Sequence[Step], *, at: datetime, due: datetime) -> float:
    """The share of the weights of the steps done by `at`, and before `due`. Refused as `check_steps`.

    >>> from datetime import UTC
    >>> day, due = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    >>> steps = [Step(title="Built", weight=70, done_at=day), Step(title="Shown", weight=30)]
    >>> milestones(steps, at=due, due=due)
    0.7
    """
    check_steps(steps)
    done = math.fsum(step.weight for step in steps if _happened(step.done_at, at=at, due=due))
    # All that counts is done, whatever the sum of the fractions of 100 came to.
    whole = all(_happened(step.done_at, at=at, due=due) for step in steps)
    return 1.0 if whole else done / WHOLE


def milestone_phases(steps: Sequence[Step], *, start: datetime, due: datetime) -> tuple[Phase, ...]:
    """The planned steps as phases of a way from 0 to 1; those without a date are due at the end.

    Refused as `check_steps`, and where a step is planned outside of the time.
    """
    check_steps(steps)
    found: dict[datetime, float] = {}
    reached = 0.0
    planned = [(step.due, step.weight) for step in steps if step.due is not None and step.due != due]
    for instant, weight in sorted(planned):
        reached += weight / WHOLE
        found[instant] = reached
    phases = tuple(Phase(instant, share) for instant, share in found.items())
    expected_progress(start=start, due=due, now=start, phases=phases)
    return phases


def happened(done_at: datetime | None, *, at: datetime, due: datetime) -> float:
    """1 where the event passed its test by `at` and before `due`, the end of the last day; else 0.

    >>> from datetime import UTC
    >>> due = datetime(2027, 1, 1, tzinfo=UTC)
    >>> happened(datetime(2026, 12, 31, 23, tzinfo=UTC), at=due, due=due), happened(due, at=due, due=due)
    (1.0, 0.0)
    """
    return 1.0 if _happened(done_at, at=at, due=due) else 0.0


def first_measure(found: FirstMeasure, *, at: datetime, due: datetime) -> float:
    """1 where by `at` and before `due` the metric was defined and had data, and it still runs; else 0."""
    is_there = found.runs and all(
        _happened(instant, at=at, due=due) for instant in (found.defined_at, found.data_at)
    )
    return 1.0 if is_there else 0.0


def lacking(found: FirstMeasure) -> str:
    """The first thing that a metric lacks to have been measured, in a sentence; empty where nothing."""
    if found.defined_at is None:
        return "The metric is not defined yet."
    if not found.runs:
        return "The metric is defined and cannot be computed."
    return "The metric runs and has no data yet." if found.data_at is None else ""


def on_scale(value: float, scale: Scale) -> float:
    """A forecast on the scale on which its progress counts: itself, or the natural logarithm of its odds.

    Refused for a probability outside of 0 to 1 (on log-odds, also 0 and 1), and for a loss below 0.

    >>> round(on_scale(0.75, "log_odds"), 3)
    1.099
    """
    if not math.isfinite(value) or value < 0 or (scale != "loss" and value > 1):
        raise Refused(
            f"A loss is at least 0; found {value:g}."
            if scale == "loss"
            else f"A probability lies between 0 and 1; found {value:g}.",
            code="off_scale",
        )
    if scale != "log_odds":
        return value
    if value in (0, 1):
        raise Refused(
            f"A probability of {value:g} has no log-odds. Choose the scale 'probability'.",
            code="off_scale",
        )
    return math.log(value / (1 - value))


def forecast_progress(value: float, *, baseline: float, target: float, scale: Scale) -> Progress:
    """The progress of a forecast from the first panel to the target: the formula of a move on its scale.

    >>> round(forecast_progress(0.1, baseline=0.5, target=0.05, scale="log_odds").raw, 3)
    0.746
    """
    placed = {name: on_scale(number, scale) for name, number in _named(value, baseline, target)}
    return key_results.progress(placed["value"], baseline=placed["baseline"], target=placed["target"])


def verdict(score: float | None, *, due: datetime, now: datetime) -> Verdict:
    """Open until `due`; then hit where the score is 1. For keeping inside a bound see `bounds.verdict`."""
    if now < due:
        return "open"
    return "hit" if score is not None and score >= 1 - ROUNDING else "missed"


def milestone_status(steps: Sequence[Step], watch: Watch) -> Status:
    """How milestones stand: their weights done against the planned steps, or the straight line without."""
    standing = key_results.Standing(
        **_times(watch),
        value=milestones(steps, at=watch.now, due=watch.due),
        baseline=0.0,
        target=1.0,
        phases=milestone_phases(steps, start=watch.start, due=watch.due),
    )
    return key_results.status(standing)


def event_status(
    score: float,
    watch: Watch,
    *,
    confidence: float | None = None,
    missing: str = "It has not happened yet",
    bands: Chances | None = None,
) -> Status:
    """How a key result stands that is 0 or 1: done, else as likely as the last check-in says, else at risk.

    There is no line towards an event: half of the time gone says nothing. So without a confidence from
    the last check-in it is not on track until it happened. `missing` says what is not there yet.
    """
    closing = "Closed: done in time." if score else "Closed: not done in time."
    settled = statuses.settled(watch, known=True, closing=closing)
    pace = _event_pace(score, watch, confidence=confidence, missing=missing.rstrip("."), bands=bands)
    return statuses.status_of(
        settled or pace, watch, progress=Progress(score, score), expected=share_of_time(watch)
    )


def objective_score(parts: Iterable[Part]) -> ObjectiveScore:
    """The weighted means by commitment, guardrails left out; breached ones by name; the weakest status.

    Refused for a weight below 0. An objective without key results is pending.

    >>> parts = [Part(name="A", grade=1.0, commitment="committed", word="on_track", weight=3),
    ...          Part(name="B", grade=0.2, commitment="committed", word="off_track"),
    ...          Part(name="C", grade=0.0, commitment="committed", word="off_track",
    ...               guardrail=True, breached=True)]
    >>> found = objective_score(parts)
    >>> round(found.committed.value, 2), found.aspirational.value, found.breached, found.status
    (0.8, None, ('C',), 'off_track')
    """
    given = list(parts)
    for part in given:
        if not (math.isfinite(part.weight) and part.weight >= 0):
            raise Refused(
                f"The weight of '{part.name}' is {part.weight:g}. A weight is at least 0.", code="bad_weight"
            )
    scored = [part for part in given if not part.guardrail]
    return ObjectiveScore(
        committed=_mean([part for part in scored if part.commitment == "committed"]),
        aspirational=_mean([part for part in scored if part.commitment == "aspirational"]),
        breached=tuple(part.name for part in given if part.guardrail and part.breached),
        status=weakest([part.word for part in given]),
    )


def weakest(words: Sequence[Word]) -> Word:
    """The weakest of some status words; `pending` of none.

    >>> weakest(["on_track", "stale", "at_risk"])
    'stale'
    """
    return min(words, key=WEAKEST_FIRST.index, default="pending")


def _happened(done_at: datetime | None, *, at: datetime, due: datetime) -> bool:
    return done_at is not None and done_at <= at and done_at < due


def _named(value: float, baseline: float, target: float) -> tuple[tuple[str, float], ...]:
    return ("value", value), ("baseline", baseline), ("target", target)


def _mean(parts: Sequence[Part]) -> Score:
    graded = [(part.grade, part.weight) for part in parts if part.grade is not None]
    total = math.fsum(weight for _, weight in graded)
    value = math.fsum(grade * weight for grade, weight in graded) / total if total > 0 else None
    return Score(value=value, n=len(graded), missing=len(parts) - len(graded))


def _event_pace(
    score: float, watch: Watch, *, confidence: float | None, missing: str, bands: Chances | None
) -> Pace:
    if score:
        return Pace("on_track", "It is done, in time.", "facts")
    if watch.now >= watch.due:
        return Pace("off_track", f"{missing}, and the due date has passed.", "facts")
    if confidence is None:
        return Pace("at_risk", f"{missing}, and no one has said how likely it is.", "facts")
    word = (bands or Chances()).word(confidence)
    return Pace(word, f"{missing}; the last check-in says {percent(confidence)}.", "facts")


def _times(watch: Watch) -> dict[str, Any]:
    names = ("start", "due", "now", "measured_at", "data_as_of", "cadence_days", "manual")
    return {name: getattr(watch, name) for name in (*names, "checked_in_at", "closed")}
