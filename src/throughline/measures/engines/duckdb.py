"""A checked condition or value as a DuckDB expression; a text of a user is only ever a literal in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from throughline.engine.language.checked import (
    All,
    Any,
    Calculation,
    Column,
    Compared,
    Condition,
    Constant,
    Contains,
    Grouping,
    Negation,
    OneOf,
    Scalar,
    Unknown,
)
from throughline.engine.language.fields import BASES, CORE, Field, Kind
from throughline.engine.refusals import Refused
from throughline.engine.vulnerabilities import REJECTED_STATES

DIALECT = "duckdb"
_COMPARISONS: dict[str, type[exp.Expression]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_SIGNS: dict[str, type[exp.Expression]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}

# Built once: sqlglot parses the name of a type, and a query has dozens of numbers.
_DOUBLE = exp.DataType.build("DOUBLE")


def number(value: float) -> exp.Expression:
    """A number as a DOUBLE: a bare decimal literal would be a DECIMAL and lose digits of an instant.

    Raises Refused for a number that is not finite.
    """
    if not math.isfinite(value):
        raise Refused("a number in this expression is too large to count with", code="number")
    return exp.Cast(this=exp.Literal.number(repr(float(value))), to=_DOUBLE.copy())


def text(value: str) -> exp.Expression:
    """A text literal; the generator doubles its quotes."""
    return exp.Literal.string(value)


def named(column: str) -> exp.Expression:
    """A column by its name, always quoted."""
    return exp.column(column, quoted=True)


def both(*conditions: exp.Expression) -> exp.Expression:
    """All of the conditions."""
    return reduce(lambda left, right: exp.And(this=left, expression=exp.paren(right)), _apart(conditions))


def either(*conditions: exp.Expression) -> exp.Expression:
    """Any of the conditions."""
    return exp.paren(
        reduce(lambda left, right: exp.Or(this=left, expression=exp.paren(right)), _apart(conditions))
    )


def _apart(conditions: tuple[exp.Expression, ...]) -> Iterator[exp.Expression]:
    first, *others = conditions
    yield exp.paren(first) if others else first
    yield from others


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """A function of the engine by name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def aggregate_if(aggregate: exp.Expression, condition: exp.Expression) -> exp.Expression:
    """An aggregate over the rows where the condition is true."""
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def is_null(value: exp.Expression) -> exp.Expression:
    return exp.Is(this=value, expression=exp.Null())


def not_null(value: exp.Expression) -> exp.Expression:
    return exp.Not(this=is_null(value))


def case(
    *branches: tuple[exp.Expression, exp.Expression], otherwise: exp.Expression | None = None
) -> exp.Case:
    """The value of the first branch whose condition is true."""
    built = exp.Case()
    for condition, value in branches:
        built = built.when(condition, value)
    return built.else_(otherwise) if otherwise is not None else built


def surely(condition: exp.Expression) -> exp.Expression:
    """Whether a condition is true, neither false nor unknown: COALESCE takes longer to say so."""
    return case((condition, exp.true()), otherwise=exp.false())


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles what a metric says, as known at the instant `known_at` (days since 1970).

    Stored dates are held against `as_of`, between which and `known_at` none of them lies. Where a query asks
    for none but the mitigated, `all_mitigated`, no record has to be asked again whether it is.
    """

    known_at: float
    as_of: float
    all_mitigated: bool = False

    def condition(self, node: Condition) -> exp.Expression:
        """A condition with SQL's logic: a comparison with an unknown value is not true, nor its negation."""
        match node:
            case All(parts):
                return both(*(exp.paren(self.condition(part)) for part in parts))
            case Any(parts):
                return either(*(self.condition(part) for part in parts))
            case Negation(operand):
                return exp.Not(this=exp.paren(self.condition(operand)))
            case Compared("=", Column(field), Constant(str(status))) if field.name == "status":
                return self.stands(status)
            case Compared(sign, left, right):
                return _COMPARISONS[sign](this=self.value(left), expression=self.value(right))
            case OneOf(Column(field), values) if field.name == "status":
                return either(*(self.stands(str(each.value)) for each in values))
            case OneOf(operand, values):
                return exp.In(this=self.value(operand), expressions=[self.value(value) for value in values])
            case Contains(collection, value):
                held = call("list_contains", named(collection.field.column), text(value))
                return surely(held)
            case Unknown(operand):
                return self.unknown(operand)

    def unknown(self, operand: Scalar) -> exp.Expression:
        if operand.kind is not Kind.COLLECTION:
            return is_null(self.value(operand))
        length = call("len", self.value(operand))
        return exp.EQ(this=call("coalesce", length, exp.Literal.number(0)), expression=exp.Literal.number(0))

    def value(self, node: Scalar) -> exp.Expression:
        """A value: instants and durations in days, severities as levels."""
        match node:
            case Column(field):
                return self.column(field)
            case Constant():
                return _literal(node)
            case Calculation("/", left, right):
                divisor = call("nullif", self.value(right), number(0))
                return exp.paren(exp.Div(this=self.value(left), expression=divisor, typed=False, safe=False))
            case Calculation("latest", left, right):
                one, other = self.value(left), self.value(right)
                # DuckDB's own passes over what is unknown, of which nothing is the latest.
                known = both(not_null(one.copy()), not_null(other.copy()))
                return case((known, call("greatest", one, other)))
            case Calculation(sign, left, right):
                return exp.paren(_SIGNS[sign](this=self.value(left), expression=self.value(right)))

    def column(self, field: Field) -> exp.Expression:
        """A field. What has not happened by `known_at` has no date yet; status follows from that."""
        if field.name == "mitigated":
            return named("mitigated") if self.all_mitigated else case((self.has(field), named("mitigated")))
        if field.name == "status":
            return self.status()
        if field.name == "tier":
            return exp.cast(exp.column("tier", table="services"), "DOUBLE")
        if field.name == "environment":
            return call("coalesce", named("environment"), exp.column("usual_environment", table="services"))
        return named(field.column)

    def has(self, field: Field) -> exp.Expression:
        """A condition that is true of the records with this field; of the others it is false or unknown."""
        if field.name == "mitigated":
            return exp.LTE(this=named("mitigated"), expression=number(self.as_of))
        return not_null(self.column(field))

    def stands(self, status: str) -> exp.Expression:
        """Whether a record has a status, without making a text of it for each record."""
        of_its_own = {"rejected": self.is_rejected, "mitigated": self.is_mitigated_and_real}
        if status in of_its_own:
            return exp.paren(of_its_own[status]())
        others = [exp.Not(this=exp.paren(each)) for each in (self.is_mitigated(), self.is_rejected())]
        if status == "accepted":
            return exp.paren(both(*others, self.is_accepted()))
        if status == "open":
            return exp.paren(both(*others, exp.Not(this=exp.paren(self.is_accepted()))))
        return exp.false()

    def status(self) -> exp.Expression:
        return case(
            (self.is_mitigated_and_real(), text("mitigated")), otherwise=self.status_unless_mitigated()
        )

    def is_mitigated_and_real(self) -> exp.Expression:
        return both(self.is_mitigated(), exp.Not(this=self.is_rejected()))

    def is_rejected(self) -> exp.Expression:
        return exp.In(this=named("state"), expressions=[text(state) for state in sorted(REJECTED_STATES)])

    def status_unless_mitigated(self) -> exp.Expression:
        """rejected, accepted (and the acceptance lasts) or open."""
        return case(
            (self.is_rejected(), text("rejected")),
            (self.is_accepted(), text("accepted")),
            otherwise=text("open"),
        )

    def is_accepted(self) -> exp.Expression:
        until = named("accepted_until")
        lasting = either(is_null(until), exp.GT(this=until, expression=number(self.as_of)))
        return both(exp.EQ(this=named("state"), expression=text("accepted")), lasting)

    def is_mitigated(self) -> exp.Expression:
        if self.all_mitigated:
            return exp.true()
        return surely(self.has(CORE["mitigated"]))

    def group(self, grouping: Grouping) -> exp.Expression:
        """The value of a dimension; a period of a date is its number, as `period_index` counts."""
        assert grouping.field is not None
        value = self.column(grouping.field)
        if grouping.field.choices == BASES:
            # Columns of these come to NumPy with an unknown one as not a number.
            return exp.cast(value, "VARCHAR")
        return _PERIODS[grouping.unit](value) if grouping.unit else value


def _literal(constant: Constant) -> exp.Expression:
    if isinstance(constant.value, bool):
        return exp.true() if constant.value else exp.false()
    if isinstance(constant.value, str):
        return text(constant.value)
    if constant.kind is Kind.SEVERITY:
        return exp.Literal.number(int(constant.value))
    return number(constant.value)


def _day(days: exp.Expression) -> exp.Expression:
    whole = exp.cast(call("floor", days), "INTEGER")
    return exp.paren(exp.Add(this=exp.cast(text("1970-01-01"), "DATE"), expression=whole))


def _part(name: str, days: exp.Expression) -> exp.Expression:
    # `date_part` takes a third longer, since it looks up the name of the part for each record.
    return call(name, _day(days))


def _month(days: exp.Expression) -> exp.Expression:
    years = exp.Mul(this=_part("year", days), expression=exp.Literal.number(12))
    return exp.Sub(
        this=exp.Add(this=years, expression=_part("month", days)), expression=exp.Literal.number(1)
    )


def _quarter(days: exp.Expression) -> exp.Expression:
    # Of the month: to ask for the quarter itself takes three times as long as for that.
    return exp.IntDiv(this=exp.paren(_month(days)), expression=exp.Literal.number(3))


def _week(days: exp.Expression) -> exp.Expression:
    # 1970-01-01 was a Thursday: three days after the Monday that starts week 0.
    shifted = exp.Div(this=exp.paren(exp.Add(this=days, expression=number(3))), expression=number(7))
    return exp.cast(call("floor", shifted), "BIGINT")


_PERIODS: dict[str, Callable[[exp.Expression], exp.Expression]] = {
    "year": lambda days: _part("year", days),
    "quarter": _quarter,
    "month": _month,
    "week": _week,
}


def not_a_number() -> exp.Expression:
    """Not a number: how arrays say that a date is unknown."""
    return exp.cast(text("nan"), "DOUBLE")
