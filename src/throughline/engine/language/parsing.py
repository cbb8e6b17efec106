"""The expression language: text into a tree of whitelisted nodes, and back.

The tree is only what was written; whether it makes sense for the fields at hand is decided in `checking`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from throughline.engine.language.syntax import (
    DAYS_IN,
    Among,
    And,
    Arithmetic,
    Between,
    Call,
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
    Passage,
    Text,
    Truth,
)
from throughline.engine.language.tokens import KEYWORDS, Misread, Span, Token, tokens

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
DEEPEST = 40
LONGEST_CHAIN = 100
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


def parse_condition(text: str, *, place: str | None = None) -> Node:
    """The tree of a `where` text. Raises Misread with the place of the first word that does not fit.

    >>> parse_condition("severity >= 'high'")
    Comparison(sign='>=', left=Name(name='severity'), right=Text(value='high'))
    """
    return _Parser(text, place).whole("condition")


def parse_measure(text: str, *, place: str | None = None) -> Call:
    """The tree of a measure such as `mean(mitigated - identified)`. Raises Misread.

    >>> parse_measure("count()")
    Call(name='count', arguments=())
    """
    node = _Parser(text, place).whole("measure")
    assert isinstance(node, Call)
    return node


def parse_grouping(text: str, *, place: str | None = None) -> tuple[Name, Name | None]:
    """A `by` text as (field, None), or (date field, unit) of `identified.month` and `month(identified)`."""
    return _Parser(text, place).grouping()


class _Parser:
    def __init__(self, text: str, place: str | None) -> None:
        self.text = text
        self.place = place
        self.tokens = self._read(text)
        self.index = 0
        self.depth = 0

    def _read(self, text: str) -> list[Token]:
        try:
            return tokens(text)
        except Misread as error:
            raise Misread(error.reason, text=text, span=error.span, place=self.place) from None

    def whole(self, what: str) -> Node:
        node = self.measure() if what == "measure" else self.disjunction()
        if self.here.kind != "end":
            raise self.unexpected("the end" if what == "measure" else "'and', 'or' or the end")
        return node

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def advance(self) -> Token:
        token = self.here
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def at(self, *words: str) -> bool:
        return self.here.kind in ("sign", "keyword") and self.here.text in words

    def take(self, *words: str) -> bool:
        if not self.at(*words):
            return False
        self.advance()
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.unexpected(f"'{word}'")

    def error(self, message: str, span: Span) -> Misread:
        return Misread(message, text=self.text, span=span, place=self.place)

    def unexpected(self, expected: str) -> Misread:
        found = "the end" if self.here.kind == "end" else f"'{self.here.text}'"
        return self.error(f"expected {expected}, found {found}", self.here.span)

    def since(self, start: Span) -> Span:
        return Span(start.start, self.tokens[max(self.index - 1, 0)].span.end)

    def descend(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"parentheses are nested deeper than {DEEPEST}", self.here.span)

    def measure(self) -> Call:
        start = self.here.span
        if self.here.kind != "name":
            raise self.unexpected("a measure such as mean(mitigated - identified) or count()")
        name = self.advance().text.lower()
        self.expect("(")
        arguments = () if self.at(")") else self.arguments()
        self.expect(")")
        return Call(name, arguments, span=self.since(start))

    def arguments(self) -> tuple[Node, ...]:
        found = [self.argument()]
        while self.take(","):
            found.append(self.argument())
        return tuple(found)

    def argument(self) -> Node:
        node = self.disjunction()
        if not self.take("->"):
            return node
        if not isinstance(node, Name):
            raise self.error("'->' goes from one date to another, as in identified -> mitigated", node.span)
        return Passage(node, self.name(), span=self.since(node.span))

    def name(self) -> Name:
        if self.here.kind not in ("name", "quoted"):
            raise self.unexpected("the name of a field")
        token = self.advance()
        return Name(token.text, span=token.span)

    def disjunction(self) -> Node:
        parts = self.chain(self.conjunction, "or")
        return parts[0] if len(parts) == 1 else Or(parts, span=_around(parts))

    def conjunction(self) -> Node:
        parts = self.chain(self.negation, "and")
        return parts[0] if len(parts) == 1 else And(parts, span=_around(parts))

    def chain(self, part: Callable[[], Node], word: str) -> tuple[Node, ...]:
        found = [part()]
        while self.take(word):
            found.append(part())
        kind = Or if word == "or" else And
        # A parenthesis around the same word says nothing: (a or b) or c is a or b or c.
        return tuple(inner for node in found for inner in (node.parts if isinstance(node, kind) else (node,)))

    def negation(self) -> Node:
        start = self.here.span
        if not self.take("not"):
            return self.predicate()
        self.descend()
        operand = self.negation()
        self.depth -= 1
        return Not(operand, span=self.since(start))

    def predicate(self) -> Node:
        left = self.sum()
        if self.here.kind == "sign" and self.here.text in COMPARISONS:
            sign = self.advance().text
            return Comparison(sign, left, self.sum(), span=self.since(left.span))
        if self.take("is"):
            negated = self.take("not")
            self.expect("null")
            return IsNull(left, negated, span=self.since(left.span))
        negated = self.take("not")
        if self.take("in"):
            return self.among(left, negated)
        if self.take("between"):
            return self.between(left, negated)
        if negated:
            raise self.unexpected("'in' or 'between' after 'not'")
        return left

    def among(self, left: Node, negated: bool) -> Node:
        if isinstance(left, Text) and self.here.kind in ("name", "quoted"):
            return Holds(left, self.name(), negated, span=self.since(left.span))
        self.expect("(")
        choices = [self.sum()]
        while self.take(","):
            choices.append(self.sum())
        self.expect(")")
        return Among(left, tuple(choices), negated, span=self.since(left.span))

    def between(self, left: Node, negated: bool) -> Node:
        low = self.sum()
        self.expect("and")
        return Between(left, low, self.sum(), negated, span=self.since(left.span))

    def sum(self) -> Node:
        return self.arithmetic(self.product, ("+", "-"))

    def product(self) -> Node:
        return self.arithmetic(self.signed, ("*", "/"))

    def arithmetic(self, part: Callable[[], Node], signs: tuple[str, ...]) -> Node:
        node: Node = part()
        length = 0
        while self.at(*signs):
            sign, length = self.advance().text, length + 1
            if length > LONGEST_CHAIN:
                raise self.error(f"more than {LONGEST_CHAIN} terms in one sum or product", self.here.span)
            node = Arithmetic(sign, node, part(), span=self.since(node.span))
        return node

    def signed(self) -> Node:
        start = self.here.span
        if not self.take("-"):
            return self.atom()
        self.descend()
        operand = self.signed()
        self.depth -= 1
        return Negative(operand, span=self.since(start))

    def atom(self) -> Node:
        if self.take("("):
            return self.parenthesis()
        if self.here.kind == "number":
            return self.number()
        if self.here.kind == "text":
            token = self.advance()
            return Text(token.text, span=token.span)
        if self.at("true", "false"):
            token = self.advance()
            return Truth(token.text == "true", span=token.span)
        if self.here.kind in ("name", "quoted"):
            return self.field()
        raise self.unexpected("a field, a number, a 'text' or '('")

    def field(self) -> Node:
        name = self.name()
        if name.name.lower() == "latest" and self.at("("):
            return self.latest(name.span)
        if self.at("("):
            message = (
                f"'{name.name}' cannot be called here: a measure stands outside, around a whole expression"
            )
            raise self.error(message, name.span)
        return name

    def latest(self, start: Span) -> Node:
        """`latest(a, b)` is read as a sign between the two, like any other."""
        self.expect("(")
        node: Node = self.name()
        self.expect(",")
        node = Arithmetic("latest", node, self.name(), span=self.since(start))
        while self.take(","):
            node = Arithmetic("latest", node, self.name(), span=self.since(start))
        self.expect(")")
        return node

    def parenthesis(self) -> Node:
        self.descend()
        node = self.disjunction()
        self.expect(")")
        self.depth -= 1
        return node

    def number(self) -> Node:
        token = self.advance()
        value = float(token.text)
        if value in (float("inf"), float("-inf")):
            raise self.error("the number is too large", token.span)
        if self.here.kind != "name":
            return Number(value, span=token.span)
        unit = self.advance()
        return Duration(value, self.unit(unit), span=self.since(token.span))

    def unit(self, token: Token) -> str:
        unit = token.text.lower().removesuffix("s")
        if unit == "month":
            raise self.error("a month has no fixed length: say 30 days, or 0.25 years", token.span)
        if unit not in DAYS_IN:
            message = f"expected days, weeks or years after a number, found '{token.text}'"
            raise self.error(message, token.span)
        return unit

    def grouping(self) -> tuple[Name, Name | None]:
        first, second = self.name(), None
        if self.take("."):
            second = self.name()
        elif self.take("("):
            first, second = self.name(), first
            self.expect(")")
        if self.here.kind != "end":
            raise self.unexpected("one dimension, such as severity, month or identified.month")
        return first, second


def _around(parts: tuple[Node, ...]) -> Span:
    return Span(parts[0].span.start, parts[-1].span.end)


def is_plain_name(name: str) -> bool:
    """Whether a name can be written without backticks."""
    return _PLAIN_NAME.fullmatch(name) is not None and name.lower() not in KEYWORDS
