"""What follows from a measurement: status, verdict, and the reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from throughline.engine import key_results as engine
from throughline.engine.key_results import Standing
from throughline.engine.projections import Projection, adds_up, projection
from throughline.engine.sentences import amount
from throughline.engine.statuses import PACES, Status
from throughline.engine.windows import due_text
from throughline.objectives.models import KeyResult, Measurement, Version

NO_VALUE = (
    *("cannot_be_computed", "horizon_beyond_data", "nothing_known_yet", "not_finite"),
    *("no_dates", "too_open"),
)
# A figure with one of these may be good by the luck of a few.
DOUBTED = ("few_at_risk",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The status with its reason, the projection that it rests on if any, and the verdict."""

    status: Status
    projection: Projection | None
    verdict: str


def judged(
    key_result: KeyResult, version: Version, measurement: Measurement | None, *, now: datetime
) -> Judgement:
    """How a key result stands at `now` by its newest measurement."""
    found = _status(key_result, version, measurement, now=now)
    if key_result.closed_at is None and now >= version.due and _waits(found, version, measurement):
        found = replace(found, word="pending", unreviewed=False)
    projected = None
    if measurement is not None and found.word in PACES and now < version.due:
        projected = _projection(version, measurement)
    if projected is not None and measurement is not None:
        found = replace(found, word=projected.word, reason=_at_this_rate(projected, version, measurement))
    else:
        found = replace(found, reason=_reason(found, key_result, version, measurement, now=now))
    found = _doubted(found, measurement)
    return Judgement(status=found, projection=projected, verdict=_verdict(key_result, version, now=now))


def _doubted(found: Status, measurement: Measurement | None) -> Status:
    """At risk instead of on track where the figure itself says that it rests on too few to be trusted."""
    if found.word != "on_track" or measurement is None:
        return found
    doubts = [str(each["message"]) for each in measurement.warnings if each["code"] in DOUBTED]
    return replace(found, word="at_risk", reason=" ".join([found.reason, *doubts])) if doubts else found


def _status(
    key_result: KeyResult, version: Version, measurement: Measurement | None, *, now: datetime
) -> Status:
    closed = key_result.closed_at is not None
    baseline, target = version.way
    return engine.status(
        Standing(
            value=key_result.graded_value if closed else measurement.value if measurement else None,
            baseline=baseline,
            target=target,
            start=version.start,
            due=version.due,
            now=now,
            measured_at=measurement.at if measurement else None,
            data_as_of=measurement.data_as_of if measurement else None,
            cadence_days=version.cadence_days,
            closed=closed,
        )
    )


def _projection(version: Version, measurement: Measurement) -> Projection | None:
    measure = str(measurement.definition.get("measure", ""))
    if measurement.value is None or not adds_up(measure, version.window):
        return None
    # What happened after the newest data is not counted yet: for the count that time has not passed.
    baseline, target = version.way
    until = min(measurement.at, measurement.data_as_of or measurement.at)
    return projection(
        measurement.value,
        baseline=baseline,
        target=target,
        start=version.start,
        due=version.due,
        now=max(until, version.start),
    )


def _at_this_rate(found: Projection, version: Version, measurement: Measurement) -> str:
    so_far = f"{amount(measurement.value, version.unit)} so far"
    if found.value is None:
        return f"{so_far}: too early to say where it will end."
    end, target = amount(found.value, version.unit), amount(version.target, version.unit)
    return f"{so_far} makes {end} by the end at this rate, for a target of {target}."


def _reason(
    found: Status, key_result: KeyResult, version: Version, measurement: Measurement | None, *, now: datetime
) -> str:
    """The engine's reason, or a plainer one where the shell knows more than the figures."""
    if key_result.closed_at is not None and key_result.grade is not None:
        return f"Graded {key_result.grade:.2f} on {key_result.closed_at:%Y-%m-%d}."
    if key_result.closed_at is not None:
        return f"Closed on {key_result.closed_at:%Y-%m-%d} without a value, so without a grade."
    if now >= version.due:
        return _ended(found, version)
    if found.word == "stale" and measurement is not None and (silent := _silent(measurement)):
        return silent
    if found.word == "pending" and measurement is not None and now >= version.start:
        return f"No value yet: {_why_no_value(measurement)}"
    return found.reason


def _waits(found: Status, version: Version, measurement: Measurement | None) -> bool:
    """Whether the end that has come will be judged: the data was fresh then, so its last days may come."""
    known = measurement.data_as_of if measurement else None
    if known is None:
        return found.word != "stale"
    return engine.graded_at_the_latest(known, cadence_days=version.cadence_days) >= version.due


def _ended(found: Status, version: Version) -> str:
    ended = f"It ended on {due_text(version.due)}"
    if found.word == "stale":
        return f"{ended}, and the data stops before that: import newer data to grade it."
    latest = engine.graded_at_the_latest(version.due, cadence_days=version.cadence_days)
    return f"{ended} and waits for the data of its last days; it is graded by {latest:%Y-%m-%d}."


def _silent(measurement: Measurement) -> str:
    return " ".join(each["message"] for each in measurement.warnings if each["code"] == "stale_source")


def _why_no_value(measurement: Measurement) -> str:
    for warning in measurement.warnings:
        if warning["code"] in NO_VALUE:
            return _lowered(str(warning["message"]))
    if measurement.n == 0:
        return "no record counts in its window so far."
    return f"the {measurement.n} records in its window give none."


def _verdict(key_result: KeyResult, version: Version, *, now: datetime) -> str:
    """Open until it is graded: a value from before the end decides nothing."""
    if key_result.closed_at is None:
        return "open"
    baseline, target = version.way
    return engine.verdict(
        key_result.graded_value,
        baseline=baseline,
        target=target,
        due=version.due,
        now=max(now, version.due),
    )


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
