"""How a key result stands: progress, verdict, pace, status and grade, by one formula in every direction.

Progress is (value − baseline) / (target − baseline): the sign cancels, so a decreasing key result needs
no second formula. Silence is never green: a status rests on fresh data or says that there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from throughline.engine import statuses
from throughline.engine.percentages import percent, told_apart
from throughline.engine.refusals import Refused
from throughline.engine.statuses import GRACE, Pace, Progress, Status, Verdict, Watch, Word, share_of_time

Better = Literal["lower", "higher"]
TargetKind = Literal["absolute", "relative"]

AT_RISK_SHARE = 0.7
AT_RISK_MARGIN = 0.05
# What decimal fractions lose in binary: from 0.1, a value of 0.1 + 0.2 has to meet a target of 0.3.
ROUNDING = 1e-9
# A target a hair from its baseline is passed so many times that the quotient overflows.
BEYOND_SAYING = 1e12


@dataclass(frozen=True, slots=True)
class Phase:
    """A target on the way: `target`, in the unit of the metric, is to be reached at `due`."""

    due: datetime
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Watch):
    """All that the status of a key result depends on whose value moves from a baseline to a target."""

    value: float | None
    baseline: float
    target: float
    phases: tuple[Phase, ...] = ()


def progress(value: float, *, baseline: float, target: float) -> Progress:
    """How far the value is from baseline to target; below 0 it went the wrong way, above 1 beyond.

    Refused where baseline and target are equal, or any of the three is not a finite number.

    >>> progress(30, baseline=40, target=20)
    Progress(raw=0.5, shown=0.5)
    """
    require_distance(baseline, target)
    # No way gone is 0 in both directions, never the −0 of a fraction of nothing.
    way = (_finite(value, "value") - baseline) / (target - baseline) + 0.0
    raw = min(max(way, -BEYOND_SAYING), BEYOND_SAYING)
    return Progress(raw=raw, shown=min(max(raw, 0.0), 1.0))


def require_distance(baseline: float, target: float) -> None:
    """Refused where a key result from this baseline to this target could not be graded."""
    if _finite(baseline, "baseline") == _finite(target, "target"):
        raise Refused(
            f"The target is the same as the baseline ({_number(target)}), so there is no way to go and "
            "nothing to grade. Choose a target that differs from the baseline.",
            code="target_equals_baseline",
        )


def verdict(value: float | None, *, baseline: float, target: float, due: datetime, now: datetime) -> Verdict:
    """Open until `due`; then hit where the value is at the target or past it, else missed.

    A value that was never measured is missed after `due`: what cannot be shown was not reached.

    >>> from datetime import UTC
    >>> due = datetime(2026, 4, 1, tzinfo=UTC)
    >>> verdict(20, baseline=40, target=20, due=due, now=due)
    'hit'
    """
    require_distance(baseline, target)
    if now < due:
        return "open"
    return (
        "hit"
        if value is not None and _is_reached(progress(value, baseline=baseline, target=target))
        else "missed"
    )


def grade(value: float | None, *, baseline: float, target: float) -> float | None:
    """Progress between 0 and 1; None where nothing was measured, which is not a grade of 0.

    >>> grade(15, baseline=40, target=20), grade(45, baseline=40, target=20)
    (1.0, 0.0)
    """
    require_distance(baseline, target)
    return None if value is None else progress(value, baseline=baseline, target=target).shown


def expected_progress(
    *,
    start: datetime,
    due: datetime,
    now: datetime,
    phases: Sequence[Phase] = (),
    baseline: float = 0.0,
    target: float = 1.0,
) -> float:
    """The progress that straight lines from start through the phases to `due` ask for now, 0 to 1.

    Refused where `due` is not after `start`, or a phase is not between them.

    >>> from datetime import UTC
    >>> start, due = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC)
    >>> expected_progress(start=start, due=due, now=datetime(2026, 1, 4, tzinfo=UTC))
    0.3
    """
    ordered = _ordered(phases, start=start, due=due)
    shares = [progress(phase.target, baseline=baseline, target=target).raw for phase in ordered]
    times = [
        _share_of_time(instant, start, due) for instant in (start, *(phase.due for phase in ordered), due)
    ]
    return float(np.interp(_share_of_time(now, start, due), times, [0.0, *shares, 1.0]))


def graded_at_the_latest(due: datetime, *, cadence_days: float) -> datetime:
    """Until then a key result that ended waits for the data of its last days.

    >>> from datetime import UTC
    >>> graded_at_the_latest(datetime(2027, 1, 1, tzinfo=UTC), cadence_days=7).date().isoformat()
    '2027-01-11'
    """
    return due + timedelta(days=cadence_days) + GRACE


def may_be_graded(data_as_of: datetime | None, *, due: datetime, now: datetime, cadence_days: float) -> bool:
    """Whether the end can be judged: the data reaches it, or was still fresh then and none came in time."""
    if data_as_of is None or now < due:
        return False
    waited = now >= graded_at_the_latest(due, cadence_days=cadence_days)
    return data_as_of >= due or (
        waited and graded_at_the_latest(data_as_of, cadence_days=cadence_days) >= due
    )


def status(standing: Standing, *, chance: Pace | None = None) -> Status:
    """The status word with its reason: closed, else stale, else pending, else the pace.

    The pace is the `chance` where the history gives one (`statuses.by_chance`), else the straight line.
    """
    require_distance(standing.baseline, standing.target)
    expected = expected_progress(
        start=standing.start,
        due=standing.due,
        now=standing.now,
        phases=standing.phases,
        baseline=standing.baseline,
        target=standing.target,
    )
    found = _progress_of(standing)
    closing = f"Closed at {percent(found.raw)} of the way." if found else "Closed without a value."
    settled = statuses.settled(standing, known=found is not None, closing=closing)
    # After the due date nothing is left to chance.
    open_chance = chance if standing.now < standing.due else None
    return statuses.status_of(
        settled or open_chance or _pace(standing, expected), standing, progress=found, expected=expected
    )


def target_from(
    text: str, baseline: float | None, *, unit: str, better: Better | None
) -> tuple[float, TargetKind]:
    """The target that a person wrote, as a number in the unit of the metric, and how she wrote it.

    A number is absolute. "-30%" is a change relative to the size of the baseline; without a sign it goes
    the better way. For the unit `share` a percentage is the share itself: "90%" is 0.9. Refused with what
    to write instead where the text has another reading, or names the baseline itself.

    >>> target_from("50%", 40, unit="days", better="lower")
    (20.0, 'relative')
    >>> target_from("90%", 0.8, unit="share", better="higher")
    (0.9, 'absolute')
    """
    target, kind = amount_from(text, baseline, unit=unit, better=better)
    if baseline is not None:
        require_distance(baseline, target)
    return target, kind


def amount_from(
    text: str, baseline: float | None, *, unit: str, better: Better | None
) -> tuple[float, TargetKind]:
    """The same for a target on the way, which may be the baseline: nothing is asked for until then."""
    sign, size, percent = _read_target(text)
    if percent and unit != "share":
        return _relative(text, sign, size, baseline=baseline, better=better), "relative"
    return _absolute(text, sign, size / 100 if percent else size, unit=unit, percent=percent), "absolute"


def _pace(standing: Standing, expected: float) -> Pace:
    return Pace(*_line(standing, expected), "line")


def _line(standing: Standing, expected: float) -> tuple[Word, str]:
    found = _progress_of(standing)
    if found is None:
        raise ValueError("a pace needs a value")
    way = _way(standing, found.raw, expected)
    if _is_reached(found):
        return "on_track", f"The target is reached: {way}."
    if found.raw < -ROUNDING:
        return "off_track", f"It went the wrong way: {way}."
    # Nearly there is a pace while there is time, and a miss after it.
    if standing.now >= standing.due:
        return "off_track", f"The due date has passed: {way}."
    return _word(found.raw, expected), f"{way[0].upper()}{way[1:]}."


def _word(raw: float, expected: float) -> Word:
    if raw >= expected - ROUNDING:
        return "on_track"
    line = min(AT_RISK_SHARE * expected, expected - AT_RISK_MARGIN)
    return "at_risk" if raw >= line - ROUNDING else "off_track"


def _way(standing: Standing, raw: float, expected: float) -> str:
    gone = percent(share_of_time(standing))
    done, asked = told_apart(raw, expected)
    if not standing.phases:
        return f"{done} of the way with {asked} of the time gone"
    return f"{done} of the way with {gone} of the time gone, where the phases ask for {asked}"


def _progress_of(standing: Standing) -> Progress | None:
    if standing.value is None:
        return None
    return progress(standing.value, baseline=standing.baseline, target=standing.target)


def _is_reached(found: Progress) -> bool:
    return found.raw >= 1 - ROUNDING


def _share_of_time(instant: datetime, start: datetime, due: datetime) -> float:
    return min(max((instant - start) / (due - start), 0.0), 1.0)


def _ordered(phases: Sequence[Phase], *, start: datetime, due: datetime) -> list[Phase]:
    if due <= start:
        raise Refused(
            f"The due date {due:%Y-%m-%d} is not after the start {start:%Y-%m-%d}. Choose a later due date.",
            code="due_before_start",
        )
    for phase in phases:
        if not start < phase.due < due:
            raise Refused(
                f"The phase of {phase.due:%Y-%m-%d} is not between the start {start:%Y-%m-%d} and the due "
                f"date {due:%Y-%m-%d}. Move it between them.",
                code="phase_outside",
            )
    return sorted(phases, key=lambda phase: phase.due)


_TARGET = re.compile(r"([+-]?)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)")


def _read_target(text: str) -> tuple[str, float, bool]:
    match = _TARGET.fullmatch(text.strip().replace("−", "-"))
    if match is None:
        raise Refused(
            f"A target is a number such as 12.5, or a change such as -30%, not '{text.strip()}'.",
            code="unreadable_target",
        )
    return match[1], _finite(float(match[2]), "target"), bool(match[3])


def _relative(text: str, sign: str, size: float, *, baseline: float | None, better: Better | None) -> float:
    if baseline is None:
        raise Refused(f"'{text}' is a change, and there is no baseline yet to change.", code="no_baseline")
    if _finite(baseline, "baseline") == 0:
        raise Refused(
            f"'{text}' of a baseline of 0 is 0. Write the target as a number.", code="relative_to_zero"
        )
    if not sign and better is None:
        raise Refused(f"'{text}' can mean up or down. Write +{text} or -{text}.", code="ambiguous_target")
    # Of the size of the baseline, so that a minus lowers negative figures too.
    down = sign == "-" or (not sign and better == "lower")
    change = abs(baseline) * size / 100
    return baseline - change if down else baseline + change


def _absolute(text: str, sign: str, size: float, *, unit: str, percent: bool) -> float:
    if sign == "+" or (sign and percent):
        raise Refused(
            f"'{text}' can mean a value or a change. Write the value to reach, such as "
            f"{'90%' if unit == 'share' else '12.5'}.",
            code="ambiguous_target",
        )
    value = -size if sign else size
    if unit == "share" and not 0 <= value <= 1:
        raise Refused(f"A share lies between 0% and 100%; '{text}' does not.", code="share_out_of_range")
    return value


def _finite(number: float, name: str) -> float:
    if not math.isfinite(number):
        raise Refused(f"The {name} is not a finite number.", code="not_finite")
    return number


def _number(number: float) -> str:
    return f"{number:g}"
