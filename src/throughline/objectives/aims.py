"""What a key result is to reach: a target and those on the way, bounds, weighted steps, a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from throughline.engine import key_results, scoring, sentences
from throughline.engine.bounds import Bound
from throughline.engine.promises import OnTheWay
from throughline.engine.refusals import Refused
from throughline.objectives.baselines import given_number
from throughline.objectives.subjects import Subject
from throughline.objectives.terms import Phase, Terms, Undecidable, instant

LONGEST_TARGET = 40
SCALES = ("probability", "log_odds")
SIDES: dict[str, key_results.Better] = {"lower": "lower", "higher": "higher"}
Found = TypeVar("Found")


def target_of(terms: Terms, subject: Subject, *, baseline: float) -> float:
    """The target in the unit of the metric. Raises Undecidable, also where it equals the baseline."""
    if not terms.target:
        raise Undecidable(
            "say the target: a number, or a change such as -30%", field="target", code="no_target"
        )
    if len(terms.target) > LONGEST_TARGET:
        raise Undecidable(f"expected at most {LONGEST_TARGET} characters", field="target", code="too_long")
    side = SIDES.get(subject.better)
    target, _ = beside(
        "target",
        lambda: key_results.target_from(terms.target, baseline, unit=subject.unit, better=side),
    )
    if target < 0 and subject.is_never_negative:
        raise Undecidable(
            _below_nothing(terms.target, subject, baseline), field="target", code="below_nothing"
        )
    return target


def _below_nothing(text: str, subject: Subject, baseline: float) -> str:
    never = f"{_what(subject)} is never below 0"
    if text.endswith("%"):
        return (
            f"{text} of {sentences.amount(baseline, subject.unit)} is below 0, and {never}: -100% is the most"
        )
    return f"{never}: did you mean {text.replace('−', '-')}%?"


def _what(subject: Subject) -> str:
    return {"days": "a time", "count": "a count", "share": "a share"}.get(subject.unit, "this figure")


def on_the_way(phases: Sequence[Phase], *, baseline: float, unit: str, better: str) -> tuple[OnTheWay, ...]:
    """The targets on the way in the unit of the metric. Raises Undecidable."""
    return tuple(
        OnTheWay(instant(each.due, field="due"), _phase_target(each, baseline, unit, better))
        for each in phases
    )


def _phase_target(phase: Phase, baseline: float, unit: str, better: str) -> float:
    # A target on the way may be the baseline itself: nothing is asked for until then.
    return beside(
        "phases",
        lambda: key_results.amount_from(phase.target, baseline, unit=unit, better=SIDES.get(better))[0],
    )


def check_phases(phases: Sequence[OnTheWay], terms: Terms) -> None:
    """Refuse a target on the way that is not between the start and the due date, or two of one day."""
    days = [each.due for each in phases]
    if len(set(days)) < len(days):
        raise Undecidable("two targets on the way are of the same day: keep one", field="phases")
    made = [key_results.Phase(each.due, 0.5) for each in phases]
    beside(
        "phases",
        lambda: key_results.expected_progress(start=terms.start, due=terms.due, now=terms.start, phases=made),
    )


def bound_of(terms: Terms, subject: Subject) -> Bound:
    """The bounds to stay inside of. Raises Undecidable."""
    low, high = (_side(getattr(terms, name), subject, name) for name in ("bound_low", "bound_high"))
    bound = beside("bound_high", lambda: Bound(low=low, high=high))
    if high is not None and high < 0 and subject.is_never_negative:
        raise Undecidable(
            f"{_what(subject)} is never below 0, so it could never be inside", field="bound_high"
        )
    length = (terms.due - terms.start).days
    if terms.allowed_outside >= length:
        raise Undecidable(
            f"it runs for {length} days: allow fewer than that outside", field="allowed_outside"
        )
    return bound


def _side(text: str, subject: Subject, field: str) -> float | None:
    return given_number(text, unit=subject.unit, field=field) if text else None


def check_steps(terms: Terms) -> None:
    """Refuse steps that cannot be scored: none, two of one name, weights that do not make 100."""
    made = [scoring.Step(title=step.title, weight=step.weight) for step in terms.steps]
    beside("steps", lambda: scoring.check_steps(made))
    keys = [step.key for step in terms.steps]
    if len(set(keys)) < len(keys):
        raise Undecidable("two steps have the same key: name them apart", field="steps", code="step_twice")


def check_test(terms: Terms) -> None:
    """Refuse an event that nobody could see to have happened."""
    if not terms.acceptance:
        raise Undecidable(
            "name the event and the test by which anybody sees that it happened, such as "
            "'An auditor signed the report without a finding'",
            field="acceptance",
            code="no_acceptance",
        )


def check_scale(terms: Terms, subject: Subject, places: Sequence[tuple[str, float]]) -> str:
    """The scale of a forecast, on which every place of its way has to lie. Raises Undecidable."""
    if subject.series is None:
        raise Undecidable(
            "a forecast is a series of what panels said: name a series, such as one that "
            "`throughline metric push NAME VALUE --at DATE --unit share` makes",
            field="metric",
            code="not_a_series",
        )
    scale = terms.scale.lower().replace("-", "_") or SCALES[0]
    if scale not in SCALES:
        raise Undecidable(f"expected probability or log_odds, found '{terms.scale}'", field="scale")
    for field, value in places:
        beside(field, lambda value=value: scoring.on_scale(value, _scale(scale)))  # type: ignore[misc]
    return scale


def _scale(text: str) -> scoring.Scale:
    return "log_odds" if text == "log_odds" else "probability"


def beside(field_name: str, step: Callable[[], Found]) -> Found:
    """The step's result; what it refuses is said beside the field."""
    try:
        return step()
    except Undecidable:
        raise
    except Refused as refused:
        raise Undecidable(refused.message, field=field_name, code=refused.code) from refused
