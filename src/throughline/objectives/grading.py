"""The score of each kind of key result, from its value and the facts that were kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from throughline.engine import bounds, key_results, scoring
from throughline.engine.bounds import Bound, Kept
from throughline.engine.key_results import Phase
from throughline.engine.promises import OnTheWay
from throughline.engine.refusals import Refused
from throughline.engine.scoring import FirstMeasure, Scale
from throughline.engine.statuses import Verdict
from throughline.objectives import aims, kinds
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Version
from throughline.objectives.terms import Undecidable, phases_from

SECOND = timedelta(seconds=1)


class Measured(Protocol):
    """A figure, or the measurement that keeps it."""

    @property
    def value(self) -> float | None: ...
    @property
    def facts(self) -> Any: ...


def score(version: Version, found: Measured, *, at: datetime) -> float | None:
    """The score of a version by what is known, between 0 and 1; None where nothing was measured."""
    if version.kind == Kind.MILESTONE:
        return scoring.milestones(steps_done(version, found.facts), at=at, due=version.due)
    if version.kind == Kind.BINARY:
        return scoring.happened(instant_in(found.facts, "done_at"), at=at, due=version.due)
    if version.kind == Kind.BASELINE:
        return scoring.first_measure(first_measure(found.facts), at=at, due=version.due)
    if version.kind == Kind.KEEP:
        course = kept(version, found.facts, now=at)
        return course.score if _is_known(course) else None
    return _moved(version, found.value)


def verdict(version: Version, grade: float | None, *, now: datetime) -> Verdict:
    """Hit or missed by the grade, open until the due date."""
    if version.kind != Kind.KEEP or now < version.due:
        return scoring.verdict(grade, due=version.due, now=now)
    length = version.due - version.start
    outside = length if grade is None else length * (1 - grade)
    # A second is far below what anybody allows or measures, and far above what a fraction loses.
    return "hit" if outside <= timedelta(days=version.allowed_outside) + SECOND else "missed"


def _moved(version: Version, value: float | None) -> float | None:
    baseline, target = version.way
    if value is None or version.kind == Kind.MOVE:
        return key_results.grade(value, baseline=baseline, target=target)
    try:
        return scoring.forecast_progress(
            value, baseline=baseline, target=target, scale=scale_of(version)
        ).shown
    except Refused:
        # A value that is not on the scale is no measurement of it.
        return None


def scale_of(version: Version) -> Scale:
    """The scale on which the progress of a forecast counts."""
    return "log_odds" if version.scale == "log_odds" else "probability"


def on_the_way(version: Version) -> tuple[OnTheWay, ...]:
    """The targets on the way of a version, in its unit."""
    if version.kind not in kinds.MOVING or not version.phases:
        return ()
    baseline, _ = version.way
    try:
        return aims.on_the_way(
            phases_from(version.phases), baseline=baseline, unit=version.unit, better=version.better
        )
    except Undecidable:
        return ()


def phases(version: Version) -> tuple[Phase, ...]:
    """The same for the engine, on the scale on which the progress counts."""
    return tuple(Phase(each.due, placed(version, each.target)) for each in on_the_way(version))


def placed(version: Version, value: float) -> float:
    """A value where the progress counts: a forecast on its scale, anything else as it is."""
    return scoring.on_scale(value, scale_of(version)) if version.kind == Kind.FORECAST else value


def bound(version: Version) -> Bound:
    """What a version is to stay inside of."""
    return Bound(low=version.bound_low, high=version.bound_high)


def kept(version: Version, facts: Any, *, now: datetime) -> Kept:
    """How much of the time so far was inside of the bound, by the course that was kept."""
    course = [
        bounds.Reading(datetime.fromisoformat(at), value)
        for at, value in facts.get("course", ())
        if value is not None
    ]
    return bounds.kept(
        course,
        bound(version),
        start=version.start,
        due=version.due,
        now=now,
        cadence_days=version.cadence_days,
    )


def steps_done(version: Version, facts: Any) -> Sequence[scoring.Step]:
    """The steps of a version with when each was done."""
    done = facts.get("done", {})
    return [
        scoring.Step(
            title=step["title"],
            weight=step["weight"],
            done_at=datetime.fromisoformat(done[step["key"]]) if step["key"] in done else None,
        )
        for step in version.steps
    ]


def first_measure(facts: Any) -> FirstMeasure:
    """What there is of a metric that is to be measured for the first time."""
    return FirstMeasure(
        defined_at=instant_in(facts, "defined_at"),
        data_at=instant_in(facts, "data_at"),
        runs=bool(facts.get("runs")),
    )


def instant_in(facts: Any, name: str) -> datetime | None:
    """An instant that was kept as text."""
    text = facts.get(name)
    return datetime.fromisoformat(text) if text else None


def may_be_graded(version: Version, found: Any, *, now: datetime) -> bool:
    """Whether the end can be judged: by data that reaches it, or where all that was asked for is done.

    What people enter may come late, so it is waited for as long as data is.
    """
    if now < version.due:
        return False
    if is_aged_by_data(version):
        return key_results.may_be_graded(
            found.data_as_of, due=version.due, now=now, cadence_days=version.cadence_days
        )
    waited = now >= key_results.graded_at_the_latest(version.due, cadence_days=version.cadence_days)
    return waited or score(version, found, at=now) == 1.0


def is_aged_by_data(version: Version) -> bool:
    """Whether there is data whose age says whether anything can be told."""
    return version.kind not in (*kinds.BY_HAND, Kind.BASELINE)


def _is_known(course: Kept) -> bool:
    return any(each.value is not None for each in course.stretches)
