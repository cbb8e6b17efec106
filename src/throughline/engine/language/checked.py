"""An expression that makes sense: every name is a field, every value has a kind. Engines compile this tree.

Dates are days since 1970-01-01 UTC, durations are days, severities are levels from 0 (info) to 4 (critical).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from throughline.engine.language.fields import Field, Kind


@dataclass(frozen=True, slots=True)
class Column:
    field: Field

    @property
    def kind(self) -> Kind:
        return self.field.kind


@dataclass(frozen=True, slots=True)
class Constant:
    """`whole_day` marks a date without a time: compared, it stands for the day and not for its midnight."""

    value: float | str | bool
    kind: Kind
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class Calculation:
    sign: str
    left: Scalar
    right: Scalar
    kind: Kind


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison; not true, and its negation not true either, where one side is unknown."""

    sign: str
    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class OneOf:
    operand: Scalar
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    collection: Column
    value: str


@dataclass(frozen=True, slots=True)
class Unknown:
    operand: Scalar


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Condition


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


Scalar = Column | Constant | Calculation
Condition = Compared | OneOf | Contains | Unknown | Negation | All | Any


# The dates of a record's life, in the order in which they come.
LIFE = ("introduced", "identified", "triaged", "accepted", "mitigated")


def span_of(value: Scalar) -> tuple[Field, Field] | None:
    """The earlier and the later date where a value is the time between two dates of a record's life."""
    match value:
        case Calculation("-", Column(later), Column(earlier)) if {later.name, earlier.name} <= set(LIFE):
            return (earlier, later) if LIFE.index(earlier.name) < LIFE.index(later.name) else None
    return None


def is_never_negative(value: Scalar) -> bool:
    """Whether a value is a time between two dates of a record's life, or made of such times."""
    match value:
        case Constant(number):
            return isinstance(number, float) and number >= 0
        case Calculation("+" | "*" | "/", left, right):
            return is_never_negative(left) and is_never_negative(right)
    return span_of(value) is not None


def spans(node: Condition | Scalar) -> Iterator[tuple[Field, Field]]:
    """Each time between two dates of a record's life that a value or a condition is made with."""
    if isinstance(node, Calculation) and (found := span_of(node)):
        yield found
        return
    for part in _parts(node):
        yield from spans(part)


def _parts(node: Condition | Scalar) -> tuple[Condition | Scalar, ...]:
    match node:
        case Calculation(_, left, right) | Compared(_, left, right):
            return (left, right)
        case OneOf(operand) | Negation(operand) | Unknown(operand):
            return (operand,)
        case All(parts) | Any(parts):
            return parts
    return ()


def named_values(node: Condition | Scalar) -> Iterator[tuple[Field, str]]:
    """Each text that a condition holds a field against, with the field, whether or not it is to be equal."""
    match node:
        case Compared(_, Column(field), Constant(str(value))) | Compared(
            _, Constant(str(value)), Column(field)
        ):
            yield field, value
        case OneOf(Column(field), values):
            yield from ((field, each.value) for each in values if isinstance(each.value, str))
        case _:
            for part in _parts(node):
                yield from named_values(part)


NEVER_UNKNOWN = ("id", "state", "status")


def can_be_unknown(node: Condition | Scalar) -> bool:
    """Whether a condition may be neither true nor false of a record, or a value be missing from one."""
    match node:
        case Column(field):
            return field.name not in NEVER_UNKNOWN
        case Constant() | Contains() | Unknown():
            return False
        case Calculation(sign, left, right):
            return sign == "/" or can_be_unknown(left) or can_be_unknown(right)
        case Compared(_, left, right):
            return can_be_unknown(left) or can_be_unknown(right)
        case OneOf(operand) | Negation(operand):
            return can_be_unknown(operand)
        case All(parts) | Any(parts):
            return any(can_be_unknown(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Statistic:
    """`name` is mean, median, p90 or sum."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Count:
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Share:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Survival:
    """Time from `start` to `end`, counting those that still run; `horizon` in days gives the restricted mean.

    Without a horizon it is the Kaplan-Meier median.
    """

    start: Field
    end: Field
    horizon: float | None


@dataclass(frozen=True, slots=True)
class PeriodSurvival:
    """The restricted mean up to `horizon` days by the hazards of a window, of all that were at risk in it."""

    start: Field
    end: Field
    horizon: float


@dataclass(frozen=True, slots=True)
class AverageOpen:
    """How many were open on average over a window; `start` is identified (known) or introduced (latent)."""

    start: Field


@dataclass(frozen=True, slots=True)
class OpenAtEnd:
    """How many are open at the end of a window."""


@dataclass(frozen=True, slots=True)
class OpenAge:
    """The median age of those open at the end of a window."""


@dataclass(frozen=True, slots=True)
class WithinSla:
    """The share mitigated within `days`, or within the policy's days where `days` is None."""

    days: float | None


@dataclass(frozen=True, slots=True)
class PaidClasses:
    """The share of weakness classes that an award was paid for which unpaid sources found too."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """Time from `start` to `end` with what is still hidden reckoned with, of what is found within `window`.

    `name` is median, mean or share; a share is of those found within `days`. Without a window it is as long
    as the data reach.
    """

    name: str
    start: Field
    end: Field
    days: float | None
    window: float | None


@dataclass(frozen=True, slots=True)
class CohortFound:
    """The share of what was introduced found within `days`, of what is known or was found within `until`.

    A record counts once as many days have passed since it was introduced, whenever it was found.
    """

    days: float
    until: float | None

    @property
    def full(self) -> float:
        """The days that must have passed."""
        return self.days if self.until is None else self.until


Area = AverageOpen | OpenAtEnd | OpenAge | PeriodSurvival | Truncated
Measure = Statistic | Count | Share | Survival | Area | WithinSla | PaidClasses | CohortFound


@dataclass(frozen=True, slots=True)
class Grouping:
    """One dimension of the answer. `unit` is week, month, quarter or year of a date.

    Without a field it is the window itself: areas have no date that puts a record in a period.
    """

    label: str
    field: Field | None
    unit: str | None = None
