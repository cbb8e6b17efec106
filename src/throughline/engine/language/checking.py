"""From what was written to what it means: names become fields, texts dates and levels, and kinds must fit."""

from __future__ import annotations

import datetime as dt
from typing import NoReturn

from throughline.engine.language.checked import (
    All,
    Any,
    Calculation,
    Column,
    Compared,
    Condition,
    Constant,
    Contains,
    Negation,
    OneOf,
    Scalar,
    Unknown,
)
from throughline.engine.language.fields import Field, Kind, Schema, nearest
from throughline.engine.language.syntax import (
    DAYS_IN,
    Among,
    And,
    Arithmetic,
    Between,
    Comparison,
    Duration,
    Holds,
    IsNull,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Text,
    Truth,
)
from throughline.engine.language.tokens import Misread

_RESULTS = {
    ("-", Kind.DATE, Kind.DATE): Kind.DURATION,
    ("latest", Kind.DATE, Kind.DATE): Kind.DATE,
    ("-", Kind.DATE, Kind.DURATION): Kind.DATE,
    ("+", Kind.DATE, Kind.DURATION): Kind.DATE,
    ("+", Kind.DURATION, Kind.DATE): Kind.DATE,
    ("+", Kind.DURATION, Kind.DURATION): Kind.DURATION,
    ("-", Kind.DURATION, Kind.DURATION): Kind.DURATION,
    ("*", Kind.DURATION, Kind.NUMBER): Kind.DURATION,
    ("*", Kind.NUMBER, Kind.DURATION): Kind.DURATION,
    ("/", Kind.DURATION, Kind.NUMBER): Kind.DURATION,
    ("/", Kind.DURATION, Kind.DURATION): Kind.NUMBER,
    **{(sign, Kind.NUMBER, Kind.NUMBER): Kind.NUMBER for sign in "+-*/"},
}
_ORDERED = frozenset({Kind.DATE, Kind.DURATION, Kind.NUMBER, Kind.SEVERITY})
_QUOTED = frozenset({Kind.TEXT, Kind.SEVERITY, Kind.COLLECTION})
# Beyond any date that is read, and its square is still a number.
_MOST_YEARS = 10_000
LONGEST_DAYS = _MOST_YEARS * DAYS_IN["year"]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Checker:
    """Checks trees of one text against one schema. Every refusal is a Misread with its place in the text."""

    def __init__(self, schema: Schema, text: str, place: str | None = None) -> None:
        self.schema = schema
        self.text = text
        self.place = place

    def refuse(self, message: str, node: Node) -> NoReturn:
        raise Misread(message, text=self.text, span=node.span, place=self.place)

    def field(self, name: Name) -> Field:
        """The field of a name, or a refusal that offers the nearest one."""
        found = self.schema.find(name.name)
        if found is None:
            self.refuse(f"there is no field '{name.name}'{nearest(name.name, self.schema.names())}", name)
        return found

    def date(self, name: Name) -> Field:
        """A field that must be a date."""
        found = self.field(name)
        if found.kind is not Kind.DATE:
            self.refuse(f"'{name.name}' is {found.kind.value}, expected a date such as identified", name)
        return found

    def condition(self, node: Node) -> Condition:
        """The meaning of a node that must be true or false of a record."""
        match node:
            case And(parts):
                return All(tuple(self.condition(part) for part in parts))
            case Or(parts):
                return Any(tuple(self.condition(part) for part in parts))
            case Not(operand):
                return Negation(self.condition(operand))
            case Comparison(sign, left, right):
                return self.comparison(sign, left, right)
            case Among() | Between() | Holds() | IsNull():
                return self.predicate(node)
            case Name() | Truth():
                return self.bare(node)
        return self.refuse("expected a condition such as severity >= 'high' or state = 'confirmed'", node)

    def bare(self, node: Name | Truth) -> Condition:
        value = self.scalar(node)
        if value.kind is not Kind.BOOLEAN:
            self.refuse(
                f"'{self._found(node)}' is {value.kind.value}, expected a comparison such as = or >=", node
            )
        return Compared("=", value, Constant(True, Kind.BOOLEAN))

    def predicate(self, node: Among | Between | Holds | IsNull) -> Condition:
        match node:
            case Among(operand, choices):
                positive = self.one_of(operand, choices)
            case Between(operand, low, high):
                positive = All((self.comparison(">=", operand, low), self.comparison("<=", operand, high)))
            case Holds(value, collection):
                positive = self.comparison("=", collection, value)
            case IsNull(operand):
                positive = Unknown(self.scalar(operand))
        return Negation(positive) if node.negated else positive

    def one_of(self, operand: Node, choices: tuple[Node, ...]) -> Condition:
        tests = [self.comparison("=", operand, choice) for choice in choices]
        constants = [
            test.right for test in tests if isinstance(test, Compared) and isinstance(test.right, Constant)
        ]
        first = tests[0]
        if len(constants) == len(tests) and isinstance(first, Compared):
            return OneOf(first.left, tuple(constants))
        return Any(tuple(tests))

    def comparison(self, sign: str, left_node: Node, right_node: Node) -> Condition:
        left, right = self.pair(left_node, right_node)
        if left.kind is Kind.COLLECTION or right.kind is Kind.COLLECTION:
            return self.membership(sign, left, right, right_node)
        if left.kind is not right.kind:
            self.refuse(
                f"cannot compare {left.kind.value} with {right.kind.value}{_advice(left, right)}", right_node
            )
        if sign not in ("=", "!=") and left.kind not in _ORDERED:
            self.refuse(f"{left.kind.value} has no order: use = or !=", right_node)
        return _whole_days(sign, left, right)

    def membership(self, sign: str, left: Scalar, right: Scalar, node: Node) -> Condition:
        if not isinstance(left, Column) or not isinstance(right, Constant) or right.kind is not Kind.TEXT:
            self.refuse("a list of texts is asked with = or in: tags = 'internet', 'internet' in tags", node)
        if sign not in ("=", "!="):
            self.refuse("a list of texts has no order: use = or !=", node)
        held = Contains(left, str(right.value))
        return held if sign == "=" else Negation(held)

    def pair(self, left_node: Node, right_node: Node) -> tuple[Scalar, Scalar]:
        """Both sides; a literal on one takes the kind of the other."""
        self.refuse_bare_word(left_node, beside=right_node)
        self.refuse_bare_word(right_node, beside=left_node)
        if _is_literal(left_node) and not _is_literal(right_node):
            right = self.scalar(right_node)
            return self.literal(left_node, right), right
        left = self.scalar(left_node)
        return left, self.literal(right_node, left)

    def refuse_bare_word(self, node: Node, *, beside: Node) -> None:
        """A text without its quotes reads as a field that there is not: say what is missing."""
        if not isinstance(node, Name) or not isinstance(beside, Name) or self.schema.find(node.name):
            return
        other = self.schema.find(beside.name)
        if other is None or other.kind not in _QUOTED:
            return
        self.refuse(f"there is no field '{node.name}': write '{node.name}' in quotes", node)

    def literal(self, node: Node, other: Scalar) -> Scalar:
        field = other.field if isinstance(other, Column) else None
        match node, other.kind:
            case Text(value), Kind.DATE:
                return self.instant(node, value)
            case Text(value), Kind.SEVERITY:
                return self.level(node, value)
            case Text(value), _ if field is not None and field.choices:
                return Constant(self.choice(node, value, field), Kind.TEXT)
            case Truth(value), Kind.NUMBER:
                return Constant(float(value), Kind.NUMBER)
            case Number(value), Kind.BOOLEAN if value in (0, 1):
                return Constant(bool(value), Kind.BOOLEAN)
            case Number(0), Kind.DURATION:
                return Constant(0.0, Kind.DURATION)
        return self.scalar(node)

    def choice(self, node: Node, value: str, field: Field) -> str:
        if value.lower() in field.choices:
            return value.lower()
        listed = ", ".join(field.choices)
        return self.refuse(
            f"there is no {field.name} '{value}'{nearest(value, field.choices)}: it is {listed}", node
        )

    def level(self, node: Node, value: str) -> Constant:
        field = self.schema.find("severity")
        assert field is not None
        return Constant(float(field.choices.index(self.choice(node, value, field))), Kind.SEVERITY)

    def instant(self, node: Node, value: str) -> Constant:
        try:
            read = dt.datetime.fromisoformat(value)
        except ValueError:
            self.refuse(f"'{value}' is no date: write '2024-01-31' or '2024-01-31T12:00:00Z'", node)
        read = read if read.tzinfo else read.replace(tzinfo=dt.UTC)
        days = (read - _EPOCH) / dt.timedelta(days=1)
        return Constant(days, Kind.DATE, whole_day=len(value) <= len("2024-01-31"))

    def scalar(self, node: Node) -> Scalar:
        """The meaning of a node that must be a value."""
        match node:
            case Name():
                return Column(self.field(node))
            case Number(value):
                return Constant(value, Kind.NUMBER)
            case Duration():
                return self.duration(node)
            case Text(value):
                return Constant(value, Kind.TEXT)
            case Truth(value):
                return Constant(value, Kind.BOOLEAN)
            case Negative(operand):
                return self.negative(operand)
            case Arithmetic(sign, left, right):
                return self.calculation(sign, left, right)
        return self.refuse("expected a value such as a field or a number, found a condition", node)

    def duration(self, node: Duration) -> Constant:
        if not node.days <= LONGEST_DAYS:
            self.refuse(f"expected a duration of at most {_MOST_YEARS:,} years", node)
        return Constant(node.days, Kind.DURATION)

    def negative(self, node: Node) -> Scalar:
        value = self.scalar(node)
        if value.kind not in (Kind.NUMBER, Kind.DURATION):
            self.refuse(f"cannot take the negative of {value.kind.value}", node)
        return Calculation("*", Constant(-1.0, Kind.NUMBER), value, value.kind)

    def calculation(self, sign: str, left_node: Node, right_node: Node) -> Scalar:
        left, right = self.scalar(left_node), self.scalar(right_node)
        if sign == "-" and left.kind is Kind.DATE and isinstance(right_node, Text):
            right = self.instant(right_node, right_node.value)
        if sign == "-" and right.kind is Kind.DATE and isinstance(left_node, Text):
            left = self.instant(left_node, left_node.value)
        kind = _RESULTS.get((sign, left.kind, right.kind))
        if kind is None:
            self.refuse(_cannot(sign, left.kind, right.kind), right_node)
        return Calculation(sign, left, right, kind)

    def _found(self, node: Node) -> str:
        return self.text[node.span.start : node.span.end]


def _is_literal(node: Node) -> bool:
    return isinstance(node, Text | Number | Truth | Duration)


def _cannot(sign: str, left: Kind, right: Kind) -> str:
    match sign:
        case "+":
            said = f"cannot add {right.value} to {left.value}"
        case "-":
            said = f"cannot subtract {right.value} from {left.value}"
        case "*":
            said = f"cannot multiply {left.value} by {right.value}"
        case "latest":
            said = f"cannot take the latest of {left.value} and {right.value}: it is of dates"
        case _:
            said = f"cannot divide {left.value} by {right.value}"
    needs_unit = Kind.NUMBER in (left, right) and ({left, right} & {Kind.DATE, Kind.DURATION})
    return f"{said}: give the number a unit, as in 30 days" if needs_unit and sign in "+-" else said


def _advice(left: Scalar, right: Scalar) -> str:
    kinds = {left.kind, right.kind}
    if kinds == {Kind.DURATION, Kind.NUMBER}:
        return ": give the number a unit, as in 30 days"
    if kinds == {Kind.TEXT, Kind.NUMBER}:
        return ": write a text in quotes, as in '7.1', and a number without"
    return ""


def _whole_days(sign: str, left: Scalar, right: Scalar) -> Condition:
    """A date without a time is the whole day: <= includes it, > starts after it, = is anywhere in it."""
    if not (isinstance(right, Constant) and right.whole_day):
        if isinstance(left, Constant) and left.whole_day:
            return _whole_days(_MIRRORED[sign], right, left)
        return Compared(sign, left, right)
    assert isinstance(right.value, float)
    midnight = Constant(right.value, Kind.DATE)
    next_midnight = Constant(right.value + 1, Kind.DATE)
    if sign in ("=", "!="):
        inside = All((Compared(">=", left, midnight), Compared("<", left, next_midnight)))
        return inside if sign == "=" else Negation(inside)
    if sign in ("<=", ">"):
        return Compared("<" if sign == "<=" else ">=", left, next_midnight)
    return Compared(sign, left, midnight)


_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
