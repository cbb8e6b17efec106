"""The tree of an expression as it was written: immutable, whitelisted, with the place of every part.

Spans take no part in comparison, so two spellings of the same expression are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from throughline.engine.language.tokens import NOWHERE, Span

DAYS_IN = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "year": 365.25}


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 days`: `unit` is hour, day, week or year."""

    amount: float
    unit: str
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)

    @property
    def days(self) -> float:
        return self.amount * DAYS_IN[self.unit]


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    sign: str
    left: Node
    right: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Comparison:
    sign: str
    left: Node
    right: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Among:
    """`severity in ('low', 'medium')`."""

    operand: Node
    choices: tuple[Node, ...]
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Holds:
    """`'internet' in tags`: the collection holds the text."""

    value: Text
    collection: Name
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Between:
    operand: Node
    low: Node
    high: Node
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class IsNull:
    operand: Node
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """`identified -> mitigated`: from one date to another; still running where the second is unknown."""

    start: Name
    end: Name
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Call:
    """`mean(mitigated - identified)`: a measure and its arguments."""

    name: str
    arguments: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


Node = (
    Number
    | Text
    | Truth
    | Duration
    | Name
    | Negative
    | Arithmetic
    | Comparison
    | Among
    | Holds
    | Between
    | IsNull
    | Not
    | And
    | Or
    | Passage
    | Call
)


def parts_of(node: Node) -> Iterator[Node]:
    """The node and everything inside it, outermost first."""
    yield node
    for inner in _children(node):
        yield from parts_of(inner)


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Or(parts) | Call(_, parts):
            return parts
        case Negative(operand) | Not(operand) | IsNull(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Among(operand, choices):
            return (operand, *choices)
        case Between(operand, low, high):
            return (operand, low, high)
        case Holds(value, collection):
            return (value, collection)
        case Passage(start, end):
            return (start, end)
    return ()
