"""The figures of a text, with the part that each plays in the promise.

"Reduce by 20%", "reduce to 20%" and "20 services" hold the same digits and are three different promises; a
figure may also only say which things are meant ("older than 30 days") or when ("in the last 12 months").
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from throughline.engine.linting.findings import Span
from throughline.engine.linting.reading import Clause, Kind
from throughline.engine.linting.words import (
    DIRECTIONS,
    PERIODS,
    PONDERING,
    TIMES,
    VAGUE,
    VAGUE_AT_HEAD,
    word_set,
)


class Part(enum.Enum):
    """The part that a figure or an event plays in a promise."""

    FROM_TO = "from one value to another"
    THRESHOLD = "a value to reach or to keep"
    RELATIVE = "a change of what there is"
    RANGE = "a range"
    COUNT = "so many things"
    POPULATION = "so many things that something happens to"
    WINDOW = "a time or a filter"
    UNIVERSAL = "all of them"
    EVENT = "it happens or not"
    PLACEHOLDER = "to be filled in"
    REFERENCE = "written elsewhere"


# With one of these, how far to go is said (or where it is said).
VALUES = frozenset(
    {Part.FROM_TO, Part.THRESHOLD, Part.RELATIVE, Part.RANGE, Part.PLACEHOLDER, Part.REFERENCE}
)
FIGURES = frozenset({Part.FROM_TO, Part.THRESHOLD, Part.RELATIVE, Part.RANGE, Part.COUNT})
NO_TARGET = frozenset({Part.WINDOW, Part.POPULATION})


@dataclass(frozen=True, slots=True)
class Target:
    """One thing promised. `clause` is the number of the clause in which it stands."""

    part: Part
    span: Span
    clause: int
    unit: str = ""


_MORE_OR_LESS = word_set(
    """more less fewer higher lower faster slower reduction increase decrease growth improvement drop
    uplift better quicker yoy mom qoq cheaper shorter rise decline gain cut"""
)
_BOUNDS = word_set(
    """least most than minimum maximum under below above over exceed exceeds exceeding beyond within reach
    reaches reaching to at equal equals min max score rating hits surpass"""
)
_LOOKING_BACK = word_set("last past previous next first coming following trailing prior every each")
_PLACES = word_set("in of for across on among amongst from with between")
_LASTING = re.compile(r"(?:day|hour|minute|min|second|sec|week|month|year)s?")
_SHORT_TIMES = word_set("ms min mins h hr hrs d s w")
_NOT_ZERO = word_set("more less later longer one fewer matter doubt sooner need code")


def figures(clause: Clause, number: int) -> Iterator[Target]:
    place = 0
    while place < len(clause):
        token = clause[place]
        if token.kind is Kind.FIGURE:
            end, part = _pair(clause, place)
            if part is None:
                end, part = place, _part(clause, place)
            yield Target(part, (token.start, clause[end].end), number, clause[end].unit or token.unit)
            place = end
        elif found := _without_figure(clause, place):
            yield Target(found, token.span, number)
        place += 1


def _pair(clause: Clause, place: int) -> tuple[int, Part | None]:
    """Two figures that belong together: from one to the other, a range, or so many of so many."""
    for end in range(place + 1, min(place + 6, len(clause))):
        if clause[end].kind is Kind.FIGURE:
            between = [token.text for token in clause[place + 1 : end]]
            return end, _joined(clause, place, between, end)
        if clause[end].text == "," or (clause[end].text == "and" and clause.before(place) != "between"):
            break
    return place, None


def _joined(clause: Clause, place: int, between: list[str], end: int) -> Part | None:
    before = [token.text for token in clause[max(place - 4, 0) : place]]
    if set(between) & {">", "->", "=>", "-->"} or "from" in between:
        return Part.FROM_TO
    if between == ["of"] or between[:2] == ["of", "the"] or between == ["out", "of"]:
        return Part.THRESHOLD
    if "to" in between and ("from" in before or _direction(clause)) and before[-1:] != ["to"]:
        return Part.FROM_TO
    if between in (["-"], ["~"], ["to"], ["or"]) and "from" not in before:
        return Part.RANGE if "between" not in before else Part.THRESHOLD
    if between == ["and"] and "between" in before:
        return Part.THRESHOLD
    return None


def _part(clause: Clause, place: int) -> Part:
    token = clause[place]
    before = [each.text for each in clause[max(place - 4, 0) : place]]
    after = [each.text for each in clause[place + 1 : place + 6]]
    if _is_per_period(after):
        return Part.THRESHOLD
    lasting = token.unit in _SHORT_TIMES or _is_time(after)
    if lasting and (set(before[-2:]) & _LOOKING_BACK) and before[-1] not in ("than", "under", "in"):
        return Part.WINDOW
    if place and clause[place - 1].kind is Kind.SIGN:
        return Part.THRESHOLD
    if _is_filter(before, after):
        return Part.WINDOW
    if _is_relative(clause, place, before, after):
        return Part.RELATIVE
    if _is_bound(before, lasting=lasting):
        return Part.THRESHOLD
    if token.unit in ("%", "percent", "per cent", "pct", "x") or token.text in ("zero", "0"):
        return Part.THRESHOLD
    if lasting:
        return _time(clause, before)
    if before[-2:] == ["of", "the"] or before[-1:] in (["each"], ["every"], ["all"]):
        return Part.POPULATION
    if before[-1:] and before[-1] in (*_PLACES, "the") and (is_open_ended(clause) or is_pondering(clause)):
        return Part.POPULATION
    if clause.is_headed_by(VAGUE) and not token.unit:
        return Part.POPULATION
    return Part.COUNT


def _is_time(after: list[str]) -> bool:
    words = after[1:2] if after[:1] in (["-"], ["working"], ["business"], ["calendar"]) else after[:1]
    return any(_LASTING.fullmatch(word) for word in words)


def _is_filter(before: list[str], after: list[str]) -> bool:
    """ "Older than 30 days" says which ones; "no older than 30 days" promises."""
    if (
        before[-1:] == ["than"]
        and before[-2:-1]
        and before[-2] in ("older", "newer", "larger", "bigger", "younger")
    ):
        return before[-3:-2] != ["no"]
    return "old" in after[:2]


def _is_bound(before: list[str], *, lasting: bool) -> bool:
    if not before:
        return False
    if lasting and before[-1] == "over":
        return False
    if before[-1] in _BOUNDS:
        return True
    return before[-1] in ("a", "the", "of", "is", "just", "only", "about") and bool(
        set(before[-3:-1]) & (_BOUNDS - {"to", "at", "over"})
    )


def _is_relative(clause: Clause, place: int, before: list[str], after: list[str]) -> bool:
    token = clause[place]
    signed = place > 0 and clause[place - 1].text in ("-", "+") and clause[place - 1].end == token.start
    share = token.unit in ("%", "percent", "per cent", "pct", "x")
    if _is_agent(before):
        return False
    if before[-1:] == ["by"] or before[-3:] == ["by", "at", "least"] or before[-2:] == ["by", "over"]:
        return True
    if not share:
        return False
    if signed or (after and after[0] in _MORE_OR_LESS) or after[1:2] == ["over"]:
        return True
    if before[-1:] == ["of"] and len(before) > 1 and before[-2] in _MORE_OR_LESS:
        return True
    return (
        _direction(clause)
        and not (set(before[-2:]) & {"to", "at", "than", "least", "most", "below", "above"})
        and after[:1] != ["of"]
    )


def _is_agent(before: list[str]) -> bool:
    """ "Reviewed by two people" says who; "reduced by two" says how far."""
    done = before[-2] if before[-1:] == ["by"] and len(before) > 1 else ""
    return done.endswith("ed") and done not in DIRECTIONS and done not in VAGUE


def _time(clause: Clause, before: list[str]) -> Part:
    if before[-1:] == ["in"] and not is_open_ended(clause):
        return Part.THRESHOLD
    return Part.WINDOW if clause.words.isdisjoint(TIMES) else Part.THRESHOLD


def _is_per_period(after: list[str]) -> bool:
    for word, then in pairwise(after):
        if word in ("per", "a", "each", "every", "/") and then in PERIODS:
            return True
    return bool(set(after[:2]) & {"daily", "weekly", "monthly", "quarterly", "annual"})


def _without_figure(clause: Clause, place: int) -> Part | None:
    """Changes and bounds that are said without a digit: "halve", "in half", "no open ports"."""
    word = clause[place].text
    after = clause.after(place)
    if word in ("halve", "halved", "halving", "triple", "tripled", "quadruple", "twofold", "threefold"):
        return Part.RELATIVE
    if word in ("double", "doubled") and after not in ("down", "check", "-"):
        return Part.RELATIVE
    if word == "half":
        return Part.RELATIVE if place and clause[place - 1].text in ("in", "by") else Part.THRESHOLD
    if word == "no" and clause[place].kind is Kind.WORD and after and after not in _NOT_ZERO:
        return Part.THRESHOLD
    if word == "than" and after in ("last", "previous", "the", "in") and _is_earlier(clause, place):
        return Part.THRESHOLD
    return None


def _is_earlier(clause: Clause, place: int) -> bool:
    then = clause[place + 1 : place + 5]
    return any(token.kind is Kind.DATE or token.text in PERIODS for token in then)


def _direction(clause: Clause) -> bool:
    return not clause.words.isdisjoint(DIRECTIONS)


def is_open_ended(clause: Clause) -> bool:
    """Whether the verb of the clause leaves open how far."""
    return clause.is_headed_by(VAGUE, VAGUE_AT_HEAD, DIRECTIONS)


def is_pondering(clause: Clause) -> bool:
    """Whether the verb of the clause leaves nothing behind that could be counted."""
    return clause.is_headed_by(PONDERING)
