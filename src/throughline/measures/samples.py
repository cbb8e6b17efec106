"""What each measure asks of the records of a group, and how the figure follows from the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import durations, intervals
from throughline.engine.checked import (
    Calculation,
    Column,
    Count,
    Measure,
    Scalar,
    Share,
    Statistic,
    Survival,
    WithinSla,
)
from throughline.engine.fields import Field, Kind
from throughline.engine.intervals import Estimate
from throughline.engine.refusals import Refused
from throughline.measures.engines.duckdb import (
    Compiler,
    aggregate_if,
    both,
    call,
    case,
    is_null,
    named,
    not_null,
    number,
    text,
)

# Above this many values in one answer no mean is resampled: thousands of groups would take seconds.
RESAMPLED_AT_MOST = 5_000
Columns = dict[str, exp.Expression]
# severity, tier (None: any), days
Policy = Sequence[tuple[int, int | None, int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of one group, and what a reader must be told of it."""

    estimate: Estimate
    n_open: int = 0
    n_missing: int = 0
    n_negative: int = 0
    beyond: bool = False
    running: int = 0


def columns_of(measure: Measure, compiler: Compiler, *, policy: Policy = ()) -> Columns:
    """The aggregates that the measure needs of each group, by the names that `figures` reads."""
    match measure:
        case Statistic(name, value):
            return _statistic(compiler, name, value)
        case Count(condition):
            counted = exp.true() if condition is None else compiler.condition(condition)
            return {"n": _rows(counted), "n_open": _rows(both(exp.paren(counted), _is_open(compiler)))}
        case Share(condition):
            met = exp.paren(compiler.condition(condition))
            whole = {"n": _rows(), "missing": _rows(is_null(met)), "n_open": _rows(_is_open(compiler))}
            return {"met": _rows(met), **whole}
        case Survival(start, end):
            return _survival(compiler, start, end)
        case WithinSla(days):
            return _within_sla(compiler, number(days) if days is not None else _policy_days(compiler, policy))
    raise AssertionError(f"{type(measure).__name__} looks at windows: see areas")


def figures(measure: Measure, found: Mapping[str, Any], *, seed: int) -> list[Figure]:
    """The figure of each group from the aggregates of `columns_of`, one entry a group."""
    if isinstance(measure, Count | Share | WithinSla):
        return _counted(measure, found)
    groups = [{name: found[name][group] for name in found} for group in range(len(found["missing"]))]
    many = sum(len(floats(group["values"])) for group in groups if "values" in group) > RESAMPLED_AT_MOST
    return [_figure(measure, group, seed=None if many else seed) for group in groups]


def _counted(measure: Count | Share | WithinSla, found: Mapping[str, Any]) -> list[Figure]:
    """All groups at once: there may be thousands, and exact bounds of one take as long as those of all."""
    n = [whole(each) for each in found["n"]]
    if isinstance(measure, Count):
        values: list[float | None] = [float(each) for each in n]
        low, high = intervals.count_bounds(n)
    else:
        met = [whole(each) for each in found["met"]]
        values = [part / all_ if all_ else None for part, all_ in zip(met, n, strict=True)]
        low, high = intervals.share_bounds(met, [max(each, 1) for each in n])
    nothing = [0] * len(n)
    others = [found.get(name, nothing) for name in ("n_open", "missing", "negative", "running")]
    return [
        Figure(
            Estimate(value, _bound(value, low[place]), _bound(value, high[place]), n[place]),
            n_open=whole(others[0][place]),
            n_missing=whole(others[1][place]),
            n_negative=whole(others[2][place]),
            running=whole(others[3][place]),
        )
        for place, value in enumerate(values)
    ]


def _bound(value: float | None, bound: float) -> float | None:
    return None if value is None else float(bound)


def _figure(measure: Measure, found: Mapping[str, Any], *, seed: int | None) -> Figure:
    missing, negative = whole(found["missing"]), whole(found.get("negative", 0))
    match measure:
        case Statistic(name):
            return Figure(_estimated(name, found, seed), whole(found["n_open"]), missing, negative)
        case Survival(_, _, horizon):
            return _survived(found, horizon, missing, negative)
    raise AssertionError(f"{type(measure).__name__} looks at windows: see areas")


def nothing(measure: Measure) -> Figure:
    """The figure of a period in which nothing happened: none counted, and nothing to average."""
    if isinstance(measure, Count):
        return Figure(intervals.count(0))
    return Figure(Estimate(value=None, low=None, high=None, n=0))


def floats(found: Any) -> NDArray[np.float64]:
    """A list of the engine as an array; empty where there was nothing to list."""
    if found is None or np.ma.is_masked(found):
        return np.empty(0)
    return np.asarray(found, dtype=np.float64)


def whole(found: Any) -> int:
    """A number of records; nothing counted is none."""
    return 0 if found is None or np.ma.is_masked(found) else int(found)


def mentions(value: Scalar, name: str) -> bool:
    """Whether a value is made with this field."""
    match value:
        case Column(field):
            return field.name == name
        case Calculation(_, left, right):
            return mentions(left, name) or mentions(right, name)
    return False


def _rows(condition: exp.Expression | None = None) -> exp.Expression:
    every = exp.Count(this=exp.Star())
    return every if condition is None else aggregate_if(every, condition.copy())


def _list(value: exp.Expression, condition: exp.Expression) -> exp.Expression:
    return aggregate_if(call("list", value.copy()), condition.copy())


def _is_open(compiler: Compiler) -> exp.Expression:
    return exp.Not(this=compiler.is_mitigated())


def _statistic(compiler: Compiler, name: str, value: Scalar) -> Columns:
    compiled = compiler.value(value)
    is_open = _is_open(compiler)
    # A value that waits for the repair is not missing: it is still open.
    missing = (
        both(is_null(compiled), exp.Not(this=is_open)) if mentions(value, "mitigated") else is_null(compiled)
    )
    columns = {"missing": _rows(missing), "n_open": _rows(is_open)}
    if value.kind is Kind.DURATION:
        columns["negative"] = _rows(exp.LT(this=compiled, expression=number(0)))
    if name == "sum":
        return columns | {"total": call("sum", compiled.copy()), "n": call("count", compiled.copy())}
    return columns | {"values": _list(compiled, not_null(compiled))}


def _estimated(name: str, found: Mapping[str, Any], seed: int | None) -> Estimate:
    match name:
        case "mean":
            values = floats(found["values"])
            return _mean_by_moments(values) if seed is None else intervals.mean(values, seed=seed)
        case "median":
            return intervals.median(floats(found["values"]))
        case "p90":
            return intervals.p90(floats(found["values"]))
    total, n = found["total"], whole(found["n"])
    return Estimate(value=float(total) if n else None, low=None, high=None, n=n)


def _mean_by_moments(values: NDArray[np.float64]) -> Estimate:
    origin = float(values.mean()) if values.size else 0.0
    shifted = values - origin
    squares = shifted * shifted
    sums = (float(shifted.sum()), float(squares.sum()), float((squares * shifted).sum()))
    return intervals.mean_from_moments(values.size, *sums, origin=origin)


def _survival(compiler: Compiler, start: Field, end: Field) -> Columns:
    opened, known_at = compiler.column(start), number(compiler.known_at)
    ended = exp.LTE(this=named(end.column), expression=known_at)
    accepted = _accepted_at(compiler) if end.name == "mitigated" else exp.cast(exp.Null(), "DOUBLE")
    # A repair counts even of what was accepted before; an acceptance ends only what is unrepaired.
    last = case((ended, named(end.column)), otherwise=call("coalesce", accepted, known_at))
    lasted = exp.paren(exp.Sub(this=last, expression=opened))
    usable = exp.GTE(this=lasted, expression=number(0))
    unrepaired = both(usable, exp.Not(this=call("coalesce", ended, exp.false())))
    risk = both(unrepaired, not_null(accepted))
    return {
        "repaired": _list(lasted, both(usable, ended)),
        "accepted": _list(lasted, risk),
        "still": _list(lasted, both(unrepaired, is_null(accepted))),
        # An accepted one is unrepaired to this day, which is what the median asks.
        "accepted_age": _list(exp.Sub(this=known_at, expression=opened), risk),
        "missing": _rows(is_null(opened)),
        "negative": _rows(exp.LT(this=lasted, expression=number(0))),
    }


def _accepted_at(compiler: Compiler) -> exp.Expression:
    """When the risk was accepted, if that holds and was known then; else null."""
    date = call("coalesce", named("accepted"), named("known_from"))
    holds = exp.EQ(this=compiler.status_unless_mitigated(), expression=text("accepted"))
    return case((both(holds, exp.LTE(this=date, expression=number(compiler.known_at))), date))


def _survived(found: Mapping[str, Any], horizon: float | None, missing: int, negative: int) -> Figure:
    repaired, accepted, still = (floats(found[name]) for name in ("repaired", "accepted", "still"))
    if horizon is None:
        waiting = np.concatenate((still, floats(found["accepted_age"])))
        spans = np.concatenate((repaired, waiting))
        curve = durations.kaplan_meier(spans, np.arange(spans.size) < repaired.size)
        return Figure(durations.median_survival(curve), waiting.size, missing, negative)
    spans = np.concatenate((repaired, accepted, still))
    endings = np.repeat(
        [durations.Ending.MITIGATED, durations.Ending.ACCEPTED, durations.Ending.OPEN],
        [repaired.size, accepted.size, still.size],
    )
    mean = durations.restricted_mean(spans, endings, horizon=horizon)
    return Figure(mean.estimate, still.size, missing, negative, beyond=not mean.reached and spans.size > 0)


def _within_sla(compiler: Compiler, days: exp.Expression) -> Columns:
    opened, mitigated = named("identified"), named("mitigated")
    due = exp.Add(this=opened, expression=days)
    judged = exp.LTE(this=due, expression=number(compiler.known_at))
    met = both(judged, compiler.is_mitigated(), exp.LTE(this=mitigated, expression=due))
    return {
        "n": _rows(judged),
        "met": _rows(met),
        "running": _rows(exp.GT(this=due, expression=number(compiler.known_at))),
        "missing": _rows(is_null(exp.paren(due))),
        "negative": _rows(exp.LT(this=mitigated, expression=opened)),
        "n_open": _rows(_is_open(compiler)),
    }


def _policy_days(compiler: Compiler, policy: Policy) -> exp.Expression:
    """The days of the policy for a record: by severity, and by the tier of its service where one is named."""
    if not policy:
        raise Refused(
            "there is no SLA policy yet: say the days, as in sla(30 days), or set days for each severity",
            place="measure",
            code="no_policy",
        )
    tiers_first = sorted(policy, key=lambda row: row[1] is None)
    return case(*((_applies(compiler, severity, tier), number(days)) for severity, tier, days in tiers_first))


def _applies(compiler: Compiler, severity: int, tier: int | None) -> exp.Expression:
    level = exp.EQ(this=named("severity"), expression=exp.Literal.number(severity))
    if tier is None:
        return level
    return both(level, exp.EQ(this=compiler.column(_TIER), expression=number(tier)))


_TIER = Field("tier", Kind.NUMBER, "tier")
