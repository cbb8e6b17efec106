"""The rules on a key result's fields: what the record says, whatever sentence stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from throughline.engine.linting.findings import Finding, Linted, Severity, judged
from throughline.engine.linting.reading import read
from throughline.engine.linting.records import MEASURED, MOVING, Fields
from throughline.engine.linting.text import lint_objective, lint_text
from throughline.engine.linting.words import DOWN, UP
from throughline.engine.sentences import amount

# What a title may leave to the fields.
SAID_BY_FIELDS = frozenset({"D2", "D5", "D6", "D7", "D11", "D12", "D18", "D19", "D20", "D21"})
MIN_POINTS = 2
SANDBAG, FANTASY = 0.9, 0.05
ENOUGH_POWER = 0.8
FEWEST, MOST = 2, 5


FieldRule = Callable[[Fields], Iterator[Finding]]


def lint_fields(fields: Fields) -> Linted:
    """The verdict on a key result's record, with what its own text still leaves open.

    >>> from datetime import date
    >>> promise = Fields(kind="binary", acceptance_test="The VPN host answers no packet.", judge="Ada",
    ...     due=date(2026, 12, 1), owners=("Ada",))
    >>> lint_fields(promise).verdict
    'decidable'
    """
    found = [finding for rule in FIELD_RULES for finding in rule(fields)]
    return judged([*_of_the_text(fields), *found])


def _of_the_text(fields: Fields) -> Iterator[Finding]:
    if not fields.text.strip():
        return
    for finding in lint_text(fields.text).findings:
        if not _says_what(fields) or finding.rule not in SAID_BY_FIELDS:
            yield finding


def _says_what(fields: Fields) -> bool:
    """Whether the fields say what is to be reached; of a first measurement that is its name."""
    if fields.kind == "baseline" and fields.metric:
        return True
    if fields.kind in MEASURED:
        return bool(fields.metric and fields.metric_is_known and _has_target(fields))
    return bool(fields.acceptance_test)


def _found(rule: str, severity: Severity, field: str, message: str, suggestion: str) -> Finding:
    return Finding(rule, severity, message, suggestion, field=field)


def bound(fields: Fields) -> Iterator[Finding]:
    """D1."""
    if fields.metric and not fields.metric_is_known:
        message = f"The metric '{fields.metric}' is not defined."
        yield _found("D1", "error", "metric", message, "Choose a metric that is, or define this one.")
    elif not fields.metric and not fields.acceptance_test:
        measured = fields.kind in (*MEASURED, "baseline")
        field = "metric" if measured else "acceptance_test"
        message = "Nothing decides this key result: it has neither a metric nor an acceptance test."
        mend = "Choose its metric." if measured else "Write the test that shows that the event has happened."
        yield _found("D1", "error", field, message, mend)


def has_target(fields: Fields) -> Iterator[Finding]:
    """D2."""
    if fields.kind in MEASURED and not _has_target(fields):
        message = "There is no target."
        yield _found(
            "D2",
            "error",
            "target",
            message,
            "Write the value to reach, such as 12, or a change such as -30%.",
        )


def _has_target(fields: Fields) -> bool:
    return fields.target is not None or bool(fields.target_text)


def baseline_measured(fields: Fields) -> Iterator[Finding]:
    """D3."""
    if fields.kind not in MOVING:
        return
    if fields.baseline is None:
        message = "The baseline is not measured: nobody knows where this starts."
        yield _found(
            "D3",
            "error",
            "baseline",
            message,
            "Import a register that reaches before the start, take the window 'all', push the value of then "
            "as a series, or make measuring it the key result (kind baseline).",
        )
    elif not fields.baseline_measured and fields.baseline_as_of is None:
        message = f"The baseline {fields.baseline:g} has no day and no query behind it."
        yield _found(
            "D3",
            "error",
            "baseline",
            message,
            "Write 'measured', or push the value with its day as a series and measure that.",
        )


def moves_as_said(fields: Fields) -> Iterator[Finding]:
    """D4."""
    if fields.kind not in MOVING or fields.baseline is None or fields.target is None:
        return
    way = fields.target - fields.baseline
    told = f"from {fields.baseline:g} to {fields.target:g}"
    if way == 0:
        message = f"The target is the same as the baseline ({fields.target:g}): there is no way to go."
        yield _found("D4", "error", "target", message, "Choose a target that differs, or make it a keep.")
        return
    verb = _verb(fields.text)
    said = 1 if verb in UP else -1 if verb in DOWN else 0
    if said and said * way < 0:
        message = f"'{verb}' and {told} go in opposite directions."
        yield _found("D4", "error", "target", message, "Swap baseline and target, or change the verb.")


def _verb(text: str) -> str:
    first = read(text).head
    return "" if first is None or first.text == "improve" else first.text


def relative_to_what(fields: Fields) -> Iterator[Finding]:
    """D6."""
    text = fields.target_text.strip().replace("−", "-")
    if fields.kind not in MOVING or not text.startswith(("+", "-")) or not text.endswith("%"):
        return
    if fields.baseline is None:
        message = f"The target {text} is a change, and there is no baseline to change."
        yield _found("D6", "error", "target", message, "Measure the baseline, or write the value to reach.")
    elif fields.unit in ("share", "%", "percent"):
        message = f"{text} of a share can be percent of it, or percentage points."
        yield _found("D6", "warning", "target", message, "Write the share to reach, such as 48%.")


def unit_and_aggregation(fields: Fields) -> Iterator[Finding]:
    """D7."""
    if fields.kind not in MEASURED or not fields.metric:
        return
    if not fields.unit:
        yield _found(
            "D7", "error", "unit", "The figure has no unit.", "Say days, count, share, or the currency."
        )
    if not fields.aggregation:
        message = "Nothing says how many values become one figure."
        yield _found(
            "D7", "error", "aggregation", message, "Say mean, median, p90, count, or a share and of what."
        )


def population_and_window(fields: Fields) -> Iterator[Finding]:
    """D8."""
    if fields.kind not in MEASURED or not fields.metric:
        return
    if not fields.population.strip():
        message = "Nothing says which records count."
        yield _found("D8", "error", "population", message, "Name services and severities, or say 'all'.")
    if not fields.window.strip():
        message = "Nothing says which time the figure looks at."
        yield _found("D8", "error", "window", message, "Say 'period', 'all', or a length such as '90 days'.")


def due_inside(fields: Fields) -> Iterator[Finding]:
    """D9."""
    if fields.due is None:
        yield _found("D9", "error", "due", "There is no due date.", "Name the last day; it counts whole.")
        return
    if (fields.start and fields.due < fields.start) or (fields.end and fields.due > fields.end):
        inside = " to ".join(f"{day:%Y-%m-%d}" for day in (fields.start, fields.end) if day)
        message = f"The due date {fields.due:%Y-%m-%d} is outside the period ({inside})."
        yield _found(
            "D9", "error", "due", message, "Choose a day inside the period, or move this to another one."
        )
    elif (
        fields.siblings
        and fields.end
        and {fields.due, *(each.due for each in fields.siblings)} == {fields.end}
    ):
        message = f"Every key result of this objective is due on the last day, {fields.end:%Y-%m-%d}."
        yield _found(
            "D9", "warning", "due", message, "Let one show earlier whether the objective is on its way."
        )


def one_owner(fields: Fields) -> Iterator[Finding]:
    """D10."""
    if fields.cycle == "draft":
        return
    owners = [owner for owner in fields.owners if owner.strip()]
    severity: Severity = "error" if fields.cycle == "set" else "warning"
    if not owners:
        yield _found(
            "D10", severity, "owner", "Nobody owns this key result.", "Name one person who answers for it."
        )
    elif len(owners) > 1:
        message = f"{len(owners)} people own this key result ({', '.join(owners)}), so nobody does."
        yield _found("D10", severity, "owner", message, "Name the one who answers for it; the others help.")


def whole_population(fields: Fields) -> Iterator[Finding]:
    """D14."""
    whole = {"share": 1.0, "%": 100.0, "percent": 100.0}.get(fields.unit)
    if whole is not None and fields.target == whole and not fields.population_list:
        message = "The target is all of them, and no list says how many there are."
        yield _found(
            "D14",
            "warning",
            "population_list",
            message,
            "Name the list that is counted against, and its day.",
        )


def judged_by(fields: Fields) -> Iterator[Finding]:
    """D22."""
    if fields.kind in ("binary", "milestone") and fields.acceptance_test and not fields.judge.strip():
        message = "Nothing says who decides that the test is passed."
        yield _found(
            "D22", "warning", "judge", message, "Name the judge; better somebody who does not own it."
        )


def is_live(fields: Fields) -> Iterator[Finding]:
    """D23."""
    if fields.kind not in MEASURED:
        return
    if fields.query_runs is False:
        message = "The query of the metric does not run today."
        yield _found(
            "D23", "error", "metric", message, "Mend the metric or its source before promising on it."
        )
    if fields.points is not None and fields.points < MIN_POINTS:
        values = "1 past value" if fields.points == 1 else f"{fields.points} past values"
        message = f"The metric has {values}; {MIN_POINTS} are needed."
        yield _found("D23", "error", "metric", message, "Measure it for a while first (kind baseline).")
    if fields.newest_age is not None and fields.cadence is not None and fields.newest_age > fields.cadence:
        message = (
            f"The newest value is {fields.newest_age:g} days old; one is due every {fields.cadence:g} days."
        )
        yield _found("D23", "error", "metric", message, "Import newer data, or say that it comes less often.")


def has_a_way_to_go(fields: Fields) -> Iterator[Finding]:
    """D24."""
    if fields.kind not in MOVING:
        return
    if fields.baseline is not None and fields.target is not None and fields.better:
        over = fields.baseline - fields.target
        if over > 0 if fields.better == "higher" else over < 0:
            baseline, target = (amount(each, fields.unit) for each in (fields.baseline, fields.target))
            message = f"The baseline {baseline} is past the target {target} already."
            yield _found("D24", "warning", "target", message, "Ask for more, or make it a keep.")
    if fields.ever_moved is False:
        message = "The metric has never moved in its history."
        yield _found(
            "D24", "warning", "metric", message, "Check that it can move, and that it is the right measure."
        )


def is_plausible(fields: Fields) -> Iterator[Finding]:
    """D25."""
    if fields.p_hit is None:
        return
    told = f"By its own history this would be hit with a chance of {fields.p_hit * 100:.0f} %"
    if fields.p_hit > SANDBAG:
        yield _found("D25", "warning", "target", f"{told}, whatever anybody does.", "Ask for more.")
    elif fields.p_hit < FANTASY:
        yield _found(
            "D25",
            "warning",
            "target",
            f"{told}.",
            "Say what will be done that was never done, or ask for less.",
        )


def is_the_only_one(fields: Fields) -> Iterator[Finding]:
    """D26."""
    same = [each for each in fields.siblings if each.metric == fields.metric and each.where == fields.where]
    if fields.metric and same:
        message = f"Another key result of this objective is on the same metric and slice ('{fields.metric}')."
        yield _found(
            "D26", "warning", "metric", message, "Keep one, or measure another side of the objective."
        )


def is_balanced(fields: Fields) -> Iterator[Finding]:
    """D27."""
    if fields.has_guardrail is False:
        message = "No guardrail of another objective balances this one."
        yield _found(
            "D27",
            "warning",
            "objective",
            message,
            "Name what must not get worse meanwhile, as a keep elsewhere.",
        )


def objective_is_sound(fields: Fields) -> Iterator[Finding]:
    """D28."""
    if fields.key_results is not None and not FEWEST <= fields.key_results <= MOST:
        message = (
            f"The objective has {fields.key_results} key result{'' if fields.key_results == 1 else 's'}."
        )
        yield _found(
            "D28",
            "warning",
            "objective",
            message,
            f"Choose {FEWEST} to {MOST} that together are the objective.",
        )
    for finding in lint_objective(fields.objective).findings if fields.objective else ():
        yield _found("D28", "warning", "objective", finding.message, finding.suggestion)


def stands_out(fields: Fields) -> Iterator[Finding]:
    """D33."""
    if fields.kind not in MOVING or fields.smallest_change is None:
        return
    smallest = f"the smallest change that could be told from it is {_size(fields.smallest_change, fields)}"
    mend = "Ask for a larger change, look at a longer window, or widen the population."
    if fields.baseline is not None and fields.target is not None:
        asked = abs(fields.target - fields.baseline)
        if asked < fields.smallest_change:
            message = (
                f"A change of {_size(asked, fields)} cannot be told from chance by the due date: {smallest}."
            )
            yield _found("D33", "warning", "target", message, mend)
            return
    if fields.power is not None and fields.power < ENOUGH_POWER:
        message = (
            f"A true change of this size would be seen with a chance of {fields.power * 100:.0f} % only: "
            f"{smallest}."
        )
        yield _found("D33", "warning", "target", message, mend)


def _size(change: float, fields: Fields) -> str:
    """How much a figure moves: a share by points, never by a bare fraction."""
    return f"{change * 100:.3g} points" if fields.unit == "share" else f"{change:.3g}"


FIELD_RULES: tuple[FieldRule, ...] = (
    bound,
    has_target,
    baseline_measured,
    moves_as_said,
    relative_to_what,
    unit_and_aggregation,
    population_and_window,
    due_inside,
    one_owner,
    whole_population,
    judged_by,
    is_live,
    has_a_way_to_go,
    is_plausible,
    is_the_only_one,
    is_balanced,
    objective_is_sound,
    stands_out,
)
