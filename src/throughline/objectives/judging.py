"""What follows from a measurement: status, verdict, and the reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from throughline.engine import bounds, key_results, scoring
from throughline.engine.key_results import Standing
from throughline.engine.projections import Projection, adds_up, projection
from throughline.engine.refusals import Refused
from throughline.engine.sentences import amount, unit_word
from throughline.engine.statuses import PACES, Pace, Status, Watch, by_chance
from throughline.engine.windows import due_text
from throughline.objectives import grading, kinds
from throughline.objectives.kinds import Kind
from throughline.objectives.models import KeyResult, Measurement, Version
from throughline.reviews.models import CheckIn

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that a judgement rests on: the version in force, its newest measurement, the newest check-in."""

    key_result: KeyResult
    version: Version
    measurement: Measurement | None
    check_in: CheckIn | None = None
    # Which connected source under it stopped answering, and since when, in a sentence.
    silence: str = ""
    now: datetime

    @property
    def is_closed(self) -> bool:
        return self.key_result.closed_at is not None

    @property
    def value(self) -> float | None:
        """The graded value of a closed one, else the newest measured."""
        if self.is_closed:
            return self.key_result.graded_value
        return self.measurement.value if self.measurement else None

    @property
    def facts(self) -> Any:
        return self.measurement.facts if self.measurement else {}


def judged(case: Case) -> Judgement:
    """How a key result stands by its newest measurement."""
    version, measurement, now = case.version, case.measurement, case.now
    found = _status(case)
    if case.key_result.dropped_at is not None:
        return _given_up(found, case.key_result)
    if not case.is_closed and now >= version.due and _waits(found, version, measurement):
        found = replace(found, word="pending", unreviewed=False, basis="none")
    projected = None
    if measurement is not None and found.word in PACES and now < version.due:
        projected = _projection(version, measurement)
    if projected is not None and measurement is not None:
        found = replace(found, word=projected.word, reason=_at_this_rate(projected, version, measurement))
    else:
        found = replace(found, reason=_there_already(found, _reason(found, case)))
    # That something is measured at all is a fact, on how few it rests or not.
    found = found if version.kind in kinds.EVENTS else _doubted(found, measurement)
    return Judgement(status=found, projection=projected, verdict=_verdict(case))


def _there_already(found: Status, reason: str) -> str:
    """The reason, said so that it is no riddle beside a score of 1: the chance is of the end."""
    is_there = found.progress is not None and found.progress.raw >= 1
    if found.basis != "chance" or found.word == "on_track" or not is_there:
        return reason
    return f"The target is met today, but that may not last: {_lowered(reason)}"


def _given_up(found: Status, key_result: KeyResult) -> Judgement:
    """What was given up is neither hit nor missed: it stands there with its reason."""
    reason = f"Given up on {key_result.dropped_at:%Y-%m-%d}: {key_result.dropped_reason}"
    status = replace(found, word="closed", reason=reason, unreviewed=False, basis="none")
    return Judgement(status=status, projection=None, verdict="open")


def _doubted(found: Status, measurement: Measurement | None) -> Status:
    """At risk instead of on track where the figure itself says that it rests on too few to be trusted."""
    if found.word != "on_track" or measurement is None:
        return found
    doubts = [str(each["message"]) for each in measurement.warnings if each["code"] in DOUBTED]
    return replace(found, word="at_risk", reason=" ".join([found.reason, *doubts])) if doubts else found


def _status(case: Case) -> Status:
    """The engine's word for each kind."""
    version, watch = case.version, _watch(case)
    if version.kind == Kind.MILESTONE:
        return scoring.milestone_status(grading.steps_done(version, case.facts), watch)
    if version.kind in kinds.EVENTS:
        score = 0.0 if case.measurement is None else grading.score(version, case.measurement, at=case.now)
        confidence = case.check_in.confidence if case.check_in else None
        return scoring.event_status(
            score or 0.0, watch, confidence=confidence, missing=_missing(version, case.facts)
        )
    if version.kind == Kind.KEEP:
        return _keeping(case, watch)
    return _moving(case)


def _missing(version: Version, facts: Any) -> str:
    if version.kind != Kind.BASELINE:
        return "It has not happened yet"
    return scoring.lacking(grading.first_measure(facts)) or "It is not measured yet"


def _keeping(case: Case, watch: Watch) -> Status:
    version = case.version
    return bounds.status(
        grading.kept(version, case.facts, now=case.now),
        watch,
        grading.bound(version),
        allowed_outside=timedelta(days=version.allowed_outside),
        chance=_chance(case, end=f"to stay {grading.bound(version)} to the end"),
    )


def _chance(case: Case, *, end: str) -> Pace | None:
    """The pace by the chance that its own history gives, where there is one."""
    outlook = case.measurement.outlook if case.measurement else {}
    return by_chance(outlook["chance"], end=end) if outlook else None


def _moving(case: Case) -> Status:
    version = case.version
    baseline, target = (grading.placed(version, each) for each in version.way)
    watch = _times(case)
    try:
        value = None if case.value is None else grading.placed(version, case.value)
    except Refused:
        value = None
    standing = Standing(
        **watch, value=value, baseline=baseline, target=target, phases=grading.phases(version)
    )
    return key_results.status(standing, chance=_chance(case, end=_end_of(version)))


def _end_of(version: Version) -> str:
    """What a chance is the chance of, in words."""
    past = "below" if version.better == "lower" else "above"
    return f"to end at {amount(version.target, version.unit)}{unit_word(version.unit)} or {past}"


def _watch(case: Case) -> Watch:
    return Watch(**_times(case))


def _times(case: Case) -> dict[str, Any]:
    """When it runs, and how old what is known of it is."""
    version, measurement = case.version, case.measurement
    checked_in_at = case.check_in.at if case.check_in else None
    times: dict[str, Any] = {
        "start": version.start,
        "due": version.due,
        "now": case.now,
        "measured_at": measurement.at if measurement else None,
        "data_as_of": measurement.data_as_of if measurement else None,
        "cadence_days": version.cadence_days,
        "checked_in_at": checked_in_at,
        "closed": case.is_closed,
    }
    if version.kind in kinds.BY_HAND:
        return times | _by_hand(case, checked_in_at)
    if version.kind == Kind.BASELINE:
        # That there is no data is what it is about: the look for it may not be old.
        return times | {"data_as_of": times["measured_at"]}
    times["silence"] = case.silence
    entered_at = grading.instant_in(case.facts, "entered_at")
    if entered_at is None:
        return times
    # Whoever writes a value down has looked at it, if that was after the start.
    looked_at = [at for at in (checked_in_at, entered_at) if at is not None and at >= version.start]
    return times | {
        "manual": True,
        "measured_at": times["data_as_of"],
        "checked_in_at": max(looked_at, default=None),
    }


def _by_hand(case: Case, checked_in_at: datetime | None) -> dict[str, Any]:
    """What people enter is as old as the last word about it; what is done does not age."""
    measurement = case.measurement
    told_at = measurement.data_as_of if measurement else None
    entries = [at for at in (told_at, checked_in_at) if at is not None]
    is_done = measurement is not None and grading.score(case.version, measurement, at=case.now) == 1
    spoken = max(entries, default=None)
    return {
        "manual": True,
        # Nobody has said anything yet, so nothing that was said is old: it is pending.
        "measured_at": case.now if is_done or spoken is None else spoken,
        "checked_in_at": spoken,
    }


def _projection(version: Version, measurement: Measurement) -> Projection | None:
    measure = str(measurement.definition.get("measure", ""))
    if version.kind != Kind.MOVE or measurement.value is None or not adds_up(measure, version.window):
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


def _reason(found: Status, case: Case) -> str:
    """The engine's reason, or a plainer one where the shell knows more than the figures."""
    key_result, version, measurement, now = case.key_result, case.version, case.measurement, case.now
    if key_result.closed_at is not None and key_result.grade is not None:
        return f"Graded {key_result.grade:.2f} on {key_result.closed_at:%Y-%m-%d}."
    if key_result.closed_at is not None:
        return f"Closed on {key_result.closed_at:%Y-%m-%d} without a value, so without a grade."
    if now >= version.due:
        return _ended(found, version)
    if found.word == "stale" and (silent := case.silence or _silent(measurement)):
        return silent
    is_valued = version.kind not in (*kinds.BY_HAND, Kind.BASELINE)
    if found.word == "pending" and is_valued and measurement is not None and now >= version.start:
        return (
            found.reason if measurement.value is not None else f"No value yet: {_why_no_value(measurement)}"
        )
    return found.reason


def _waits(found: Status, version: Version, measurement: Measurement | None) -> bool:
    """Whether the end that has come will be judged: the data was fresh then, so its last days may come."""
    if not grading.is_aged_by_data(version):
        return True
    known = measurement.data_as_of if measurement else None
    if known is None:
        return found.word != "stale"
    return key_results.graded_at_the_latest(known, cadence_days=version.cadence_days) >= version.due


def _ended(found: Status, version: Version) -> str:
    ended = f"It ended on {due_text(version.due)}"
    if found.word == "stale":
        return f"{ended}, and the data stops before that: import newer data to grade it."
    latest = key_results.graded_at_the_latest(version.due, cadence_days=version.cadence_days)
    waits_for = "the data" if grading.is_aged_by_data(version) else "word"
    return f"{ended} and waits for {waits_for} of its last days; it is graded by {latest:%Y-%m-%d}."


def _silent(measurement: Measurement | None) -> str:
    warnings = measurement.warnings if measurement else []
    return " ".join(each["message"] for each in warnings if each["code"] == "stale_source")


def _why_no_value(measurement: Measurement) -> str:
    for warning in measurement.warnings:
        if warning["code"] in NO_VALUE:
            return _lowered(str(warning["message"]))
    if measurement.definition.get("source") == "series":
        return f"{measurement.definition['name']} has no value yet."
    if measurement.n == 0:
        return "no record counts in its window so far."
    return f"the {measurement.n} records in its window give none."


def _verdict(case: Case) -> str:
    """Open until it is graded: a value from before the end decides nothing."""
    if not case.is_closed:
        return "open"
    version = case.version
    return grading.verdict(version, case.key_result.grade, now=max(case.now, version.due))


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
