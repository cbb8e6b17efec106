"""What each measure asks of the records of a group: values of each record, and aggregates of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from throughline.engine import sla
from throughline.engine.language.checked import (
    Calculation,
    Column,
    Condition,
    Count,
    Measure,
    Scalar,
    Share,
    Statistic,
    Survival,
    WithinSla,
)
from throughline.engine.language.fields import Field, Kind, Schema
from throughline.engine.metrics import check_where
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
)

Columns = dict[str, exp.Expression]
# severity, tier (None: any), days
Policy = Sequence[tuple[int, int | None, int]]


@dataclass(frozen=True, slots=True)
class Sample:
    """`values` are computed for each record; `aggregates` for each group, from the values by their names."""

    values: Columns
    aggregates: Columns


def sample_of(measure: Measure, compiler: Compiler, *, policy: Policy = ()) -> Sample:
    """What the measure needs, by the names that `estimates.figures` reads."""
    match measure:
        case Statistic(name, value):
            return _statistic(compiler, name, value)
        case Count(condition):
            return _count(compiler, condition)
        case Share(condition):
            return _share(compiler, condition)
        case Survival(start, end):
            return _survival(compiler, start, end)
        case WithinSla(days):
            return _within_sla(compiler, number(days) if days is not None else _policy_days(compiler, policy))
    raise AssertionError(f"{type(measure).__name__} looks at windows: see areas")


def mentions(value: Scalar, name: str) -> bool:
    """Whether a value is made with this field."""
    match value:
        case Column(field):
            return field.name == name
        case Calculation(_, left, right):
            return mentions(left, name) or mentions(right, name)
    return False


def rows(condition: exp.Expression | None = None) -> exp.Expression:
    """The aggregate that counts records, or those where a condition holds."""
    every = exp.Count(this=exp.Star())
    return every if condition is None else aggregate_if(every, condition)


def listed(value: str, condition: exp.Expression) -> exp.Expression:
    """The aggregate that lists a value where a condition holds."""
    return aggregate_if(call("list", named(value)), condition)


def _negative(value: str) -> exp.Expression:
    return rows(exp.LT(this=named(value), expression=number(0)))


def _open(compiler: Compiler) -> Columns:
    return {"open": exp.Not(this=compiler.is_mitigated())}


def _statistic(compiler: Compiler, name: str, value: Scalar) -> Sample:
    missing = is_null(named("x"))
    if mentions(value, "mitigated"):
        # A value that waits for the repair is not missing: it is still open.
        missing = both(missing, exp.Not(this=named("open")))
    aggregates = {"missing": rows(missing), "n_open": rows(named("open"))}
    if value.kind is Kind.DURATION:
        aggregates["negative"] = _negative("x")
    if name == "sum":
        aggregates |= {"total": call("sum", named("x")), "n": call("count", named("x"))}
    else:
        aggregates["values"] = listed("x", not_null(named("x")))
    return Sample({"x": compiler.value(value), **_open(compiler)}, aggregates)


def _count(compiler: Compiler, condition: Condition | None) -> Sample:
    if condition is None:
        return Sample(_open(compiler), {"n": rows(), "n_open": rows(named("open"))})
    values = {"counted": compiler.condition(condition), **_open(compiler)}
    n_open = rows(both(named("counted"), named("open")))
    return Sample(values, {"n": rows(named("counted")), "n_open": n_open})


def _share(compiler: Compiler, condition: Condition) -> Sample:
    values = {"met": compiler.condition(condition), **_open(compiler)}
    known = rows(not_null(named("met")))
    aggregates = {"met": rows(named("met")), "n": known, "missing": rows(is_null(named("met")))}
    return Sample(values, {**aggregates, "n_open": rows(named("open"))})


def _survival(compiler: Compiler, start: Field, end: Field) -> Sample:
    opened, known_at = compiler.column(start), number(compiler.known_at)
    ended = exp.LTE(this=named(end.column), expression=known_at)
    accepted = _accepted_at(compiler) if end.name == "mitigated" else exp.cast(exp.Null(), "DOUBLE")
    # A repair counts even of what was accepted before; an acceptance ends only what is unrepaired.
    last = case((ended, named(end.column)), otherwise=call("coalesce", accepted, known_at))
    values = {
        "lasted": exp.Sub(this=last, expression=opened),
        "repaired": call("coalesce", ended, exp.false()),
        "accepted": not_null(accepted),
        "age": exp.Sub(this=known_at, expression=opened),
        "missing": is_null(opened),
    }
    usable = exp.GTE(this=named("lasted"), expression=number(0))
    waiting = both(usable, exp.Not(this=named("repaired")))
    aggregates = {
        "repaired": listed("lasted", both(usable, named("repaired"))),
        "accepted": listed("lasted", both(waiting, named("accepted"))),
        "still": listed("lasted", both(waiting, exp.Not(this=named("accepted")))),
        # An accepted one is unrepaired to this day, which is what the median asks.
        "accepted_age": listed("age", both(waiting, named("accepted"))),
        "missing": rows(named("missing")),
        "negative": _negative("lasted"),
    }
    return Sample(values, aggregates)


def _accepted_at(compiler: Compiler) -> exp.Expression:
    """When the risk was accepted, if that holds and was known then; else null."""
    date = call("coalesce", named("accepted"), named("known_from"))
    known = exp.LTE(this=date, expression=number(compiler.known_at))
    return case((both(compiler.is_accepted(), known), date))


def _within_sla(compiler: Compiler, days: exp.Expression) -> Sample:
    due = exp.Add(this=named("identified"), expression=days)
    lasted = exp.Sub(this=named("mitigated"), expression=named("identified"))
    repaired = compiler.is_mitigated()
    in_time = both(repaired, exp.LTE(this=named("mitigated"), expression=exp.paren(due)))
    values = {"due": due, "in_time": in_time, "lasted": lasted, **_open(compiler)}
    # At the very instant that the days are up, a repair is still in time.
    judged = exp.LT(this=named("due"), expression=number(compiler.known_at))
    aggregates = {
        "n": rows(judged),
        "met": rows(both(judged, named("in_time"))),
        "running": rows(exp.GTE(this=named("due"), expression=number(compiler.known_at))),
        "missing": rows(is_null(named("due"))),
        "negative": _negative("lasted"),
        "n_open": rows(named("open")),
    }
    return Sample(values, aggregates)


def _policy_days(compiler: Compiler, policy: Policy) -> exp.Expression:
    """The days of the policy for a record."""
    if not policy:
        raise Refused(
            "there is no SLA policy yet: say the days, as in sla(30 days), or set days for each severity",
            place="measure",
            code="no_policy",
        )
    branches = ((check_where(where, Schema.of()), days) for where, days in sla.limits(policy))
    return case(*((compiler.condition(where), number(days)) for where, days in branches if where))
