"""What each measure asks of the records of a group: values of each record, and aggregates of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from throughline.engine import sla
from throughline.engine.language.checked import (
    Calculation,
    CohortFound,
    Column,
    Condition,
    Count,
    Measure,
    PaidClasses,
    Scalar,
    Share,
    Statistic,
    Survival,
    WithinSla,
    spans,
)
from throughline.engine.language.fields import CORE, Field, Kind, Schema
from throughline.engine.metrics import check_where
from throughline.engine.refusals import Refused
from throughline.measures.engines.duckdb import (
    Compiler,
    aggregate_if,
    both,
    call,
    case,
    either,
    is_null,
    named,
    not_a_number,
    not_null,
    number,
    surely,
    text,
)

# Stands between a source and a class: no text of a source holds it.
BETWEEN = "\x1f"
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
        case PaidClasses():
            return _paid_classes(compiler)
        case CohortFound():
            return _cohort(compiler, measure)
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


def _backwards(compiler: Compiler, asked: Scalar | Condition) -> exp.Expression:
    """Whether dates of a record's life that are asked for run backwards: no time lies between them."""
    found = [
        exp.LT(this=compiler.column(later), expression=compiler.column(earlier))
        for earlier, later in dict.fromkeys(spans(asked))
    ]
    return surely(either(*found)) if found else exp.false()


def _forward(value: exp.Expression) -> exp.Expression:
    """A value of the records whose dates run forward; the others are counted apart."""
    return case((exp.Not(this=named("backwards")), value))


def _open(compiler: Compiler) -> Columns:
    return {"open": exp.Not(this=compiler.is_mitigated())}


def _statistic(compiler: Compiler, name: str, value: Scalar) -> Sample:
    missing = is_null(named("x"))
    if mentions(value, "mitigated"):
        # A value that waits for the repair is not missing: it is still open.
        missing = both(missing, exp.Not(this=named("open")))
    missing = both(missing, exp.Not(this=named("backwards")))
    aggregates = {
        "missing": rows(missing),
        "n_open": rows(named("open")),
        "negative": rows(named("backwards")),
    }
    if value.kind is Kind.DURATION and not any(spans(value)):
        aggregates["negative"] = _negative("x")
    if name == "sum":
        aggregates |= {"total": call("sum", named("x")), "n": call("count", named("x"))}
    else:
        aggregates["values"] = listed("x", not_null(named("x")))
    values = {"backwards": _backwards(compiler, value), "x": _forward(compiler.value(value))}
    return Sample({**values, **_open(compiler)}, aggregates)


def _count(compiler: Compiler, condition: Condition | None) -> Sample:
    if condition is None:
        return Sample(_open(compiler), {"n": rows(), "n_open": rows(named("open"))})
    fits = compiler.condition(condition)
    values = {"backwards": _backwards(compiler, condition), "fits": fits, **_open(compiler)}
    counted = both(named("fits"), exp.Not(this=named("backwards")))
    aggregates = {
        "n": rows(counted),
        "n_open": rows(both(counted, named("open"))),
        "negative": rows(both(named("fits"), named("backwards"))),
    }
    return Sample(values, aggregates)


def _share(compiler: Compiler, condition: Condition) -> Sample:
    values = {"backwards": _backwards(compiler, condition), "met": _forward(compiler.condition(condition))}
    aggregates = {
        "met": rows(named("met")),
        "n": rows(not_null(named("met"))),
        "missing": rows(both(is_null(named("met")), exp.Not(this=named("backwards")))),
        "negative": rows(named("backwards")),
        "n_open": rows(named("open")),
    }
    return Sample({**values, **_open(compiler)}, aggregates)


def _survival(compiler: Compiler, start: Field, end: Field) -> Sample:
    opened, known_at = opened_at(compiler, start, end), number(compiler.known_at)
    if compiler.all_mitigated and end.name == "mitigated":
        return _survival_of_repaired(exp.Sub(this=named(end.column), expression=opened))
    ended = exp.LTE(this=named(end.column), expression=known_at)
    accepted = accepted_at(compiler) if end.name == "mitigated" else exp.cast(exp.Null(), "DOUBLE")
    # A repair counts even of what was accepted before; an acceptance ends only what is unrepaired.
    last = case((ended, named(end.column)), otherwise=call("coalesce", accepted, known_at))
    values = {
        "lasted": exp.Sub(this=last, expression=opened),
        "repaired": surely(ended),
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


def _survival_of_repaired(lasted: exp.Expression) -> Sample:
    """The same where none waits, which nobody then has to tell of each record."""
    aggregates = {
        "repaired": listed("lasted", exp.GTE(this=named("lasted"), expression=number(0))),
        **{name: exp.Null() for name in ("accepted", "still", "accepted_age")},
        "missing": rows(is_null(named("lasted"))),
        "negative": _negative("lasted"),
    }
    return Sample({"lasted": lasted}, aggregates)


def opened_at(compiler: Compiler, start: Field, end: Field) -> exp.Expression:
    """When the passage from one date to another began; null where it is not known to have begun."""
    opened = compiler.column(start)
    if end.name != "triaged":
        return opened
    # A decision whose date nobody wrote down is no wait that goes on.
    waits = exp.EQ(this=named("state"), expression=text("potential"))
    return case((either(not_null(compiler.column(end)), waits), opened))


def accepted_at(compiler: Compiler, *conditions: exp.Expression) -> exp.Expression:
    """When the risk was accepted, if that and the conditions hold and it was known then; else null."""
    date = call("coalesce", named("accepted"), named("known_from"))
    known = exp.LTE(this=date, expression=number(compiler.as_of))
    return case((both(*conditions, compiler.is_accepted(), known), date))


def _paid_classes(compiler: Compiler) -> Sample:
    """Every class with its source, and those paid for: few texts, whatever the number of records."""
    known = not_null(named("class"))
    paid = both(known, exp.GT(this=compiler.column(CORE["award"]), expression=number(0)))
    source = call("coalesce", compiler.column(CORE["source"]), text(""))
    values = {
        "class": compiler.column(CORE["cwe"]),
        "paid": surely(paid),
        "pair": call("concat", source, text(BETWEEN), named("class")),
    }
    aggregates = {
        "pairs": _distinct("pair", known.copy()),
        "paid_pairs": _distinct("pair", named("paid")),
        "missing": rows(is_null(named("class"))),
    }
    return Sample(values, aggregates)


def _distinct(value: str, condition: exp.Expression) -> exp.Expression:
    found = aggregate_if(call("list", exp.Distinct(expressions=[named(value)])), condition)
    return call("coalesce", found, call("list_value"))


def _within_sla(compiler: Compiler, days: exp.Expression) -> Sample:
    due = exp.Add(this=named("identified"), expression=days)
    repaired = compiler.is_mitigated()
    backwards = both(repaired, exp.LT(this=named("mitigated"), expression=named("identified")))
    in_time = both(repaired, exp.LTE(this=named("mitigated"), expression=exp.paren(due)))
    values = {"backwards": surely(backwards), "due": due, "in_time": in_time}
    forward = exp.Not(this=named("backwards"))
    # At the very instant that the days are up, a repair is still in time.
    judged = both(exp.LT(this=named("due"), expression=number(compiler.known_at)), forward)
    running = both(exp.GTE(this=named("due"), expression=number(compiler.known_at)), forward.copy())
    aggregates = {
        "n": rows(judged),
        "met": rows(both(judged, named("in_time"))),
        "running": rows(running),
        "missing": rows(is_null(named("due"))),
        "negative": rows(named("backwards")),
        "n_open": rows(named("open")),
    }
    return Sample({**values, **_open(compiler)}, aggregates)


def _cohort(compiler: Compiler, measure: CohortFound) -> Sample:
    """What was introduced so long ago that all found within the window is found by now."""
    took = exp.Sub(this=named("identified"), expression=named("introduced"))
    since = exp.Sub(this=number(compiler.known_at), expression=named("introduced"))
    dates = {"introduced_at": named("introduced"), "found_at": named("identified")}
    values = {"took": took, "since": since, **dates, **_open(compiler)}
    forward: exp.Expression = exp.GTE(this=named("took"), expression=number(0))
    over = exp.GT(this=named("since"), expression=number(measure.full))
    if measure.until is not None:
        forward = both(forward, exp.LTE(this=named("took"), expression=number(measure.until)))
    judged = both(over, forward)
    aggregates = {
        "n": rows(judged),
        "met": rows(both(judged.copy(), exp.LTE(this=named("took"), expression=number(measure.days)))),
        "running": rows(both(exp.Not(this=over.copy()), forward.copy())),
        "missing": rows(is_null(named("took"))),
        "negative": _negative("took"),
        "n_open": rows(both(judged.copy(), named("open"))),
        "begun": listed("introduced_at", judged.copy()),
        # A list of one, since aggregates of groups are joined to those of all.
        "first_found": call("list_value", call("coalesce", call("min", named("found_at")), not_a_number())),
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
