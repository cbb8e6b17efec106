"""Text into tokens, each with its place, so that every refusal can point at a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from throughline.engine.refusals import Refused

LONGEST_EXPRESSION = 4_000
KEYWORDS = frozenset({"and", "or", "not", "in", "between", "is", "null", "true", "false"})

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<quoted>`(?:[^`]|``)+`)
      | (?P<name>[^\W\d]\w*)
      | (?P<sign>->|<=|>=|<>|!=|[=<>(),+\-*/.])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in a text: offsets from 0, the end not included."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, name, quoted, keyword, sign or end; `text` is what it means, unquoted."""

    kind: str
    text: str
    span: Span = field(default=NOWHERE, compare=False)


class Misread(Refused):
    """An expression that cannot be read or does not fit the fields; says where, and what was expected.

    `line` and `column` count from 1; `span` holds the offsets in the expression.
    """

    def __init__(self, message: str, *, text: str, span: Span, place: str | None = None) -> None:
        self.span = span
        self.reason = message
        self.line = text.count("\n", 0, span.start) + 1
        self.column = span.start - (text.rfind("\n", 0, span.start) + 1) + 1
        where = f"column {self.column}" if self.line == 1 else f"line {self.line}, column {self.column}"
        super().__init__(f"{message} ({where})", place=place, code="expression")


def tokens(text: str) -> list[Token]:
    """The tokens of a text, closed by one of kind `end`.

    Raises Misread at the first character that no token starts with.

    >>> [token.text for token in tokens("mean(a - b)")]
    ['mean', '(', 'a', '-', 'b', ')', '']
    """
    if len(text) > LONGEST_EXPRESSION:
        message = f"an expression has at most {LONGEST_EXPRESSION:,} characters, this one has {len(text):,}"
        raise Misread(message, text=text, span=Span(LONGEST_EXPRESSION, len(text)))
    return [*_scan(text), Token("end", "", Span(len(text), len(text)))]


def _scan(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        position = match.end()
        if match.lastgroup != "space":
            yield _token(text, match)


def _token(text: str, match: re.Match[str]) -> Token:
    kind, found, span = str(match.lastgroup), match.group(), Span(*match.span())
    if kind == "name" and found.lower() in KEYWORDS:
        return Token("keyword", found.lower(), span)
    if kind == "quoted":
        return Token("quoted", found[1:-1].replace("``", "`"), span)
    if kind == "text":
        found = found[1:-1].replace(found[0] * 2, found[0])
    if kind == "text" and not found.isprintable():
        raise Misread("a text holds a character that cannot be printed", text=text, span=span)
    return Token("sign" if found == "<>" else kind, "!=" if kind == "sign" and found == "<>" else found, span)


def _unreadable(text: str, position: int) -> Misread:
    character = text[position]
    if character in "'\"`":
        message = f"the text that starts with {character} never ends: close it with another {character}"
        return Misread(message, text=text, span=Span(position, len(text)))
    message = f"{character!r} has no meaning here: use names, numbers, 'texts' and = != < <= > >= + - * / ( )"
    return Misread(message, text=text, span=Span(position, position + 1))
