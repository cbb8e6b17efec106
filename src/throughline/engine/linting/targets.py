"""What a text promises: the figures with the part each plays, and the events that happen or do not.

"Reduce by 20%", "reduce to 20%" and "20 services" hold the same digits and are three different promises; a
figure may also only say which things are meant ("older than 30 days") or when ("in the last 12 months").
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from throughline.engine.linting.findings import Span
from throughline.engine.linting.reading import Kind, Reading, Token, head, read
from throughline.engine.linting.words import (
    ARTEFACTS,
    ATTAINING,
    BEING,
    DOWN,
    EVENT,
    MAKING,
    OF_A_REFERENCE,
    PERIODS,
    REFERENCES,
    TIMES,
    TRANSPARENT,
    UP,
    VAGUE,
    VAGUE_AT_HEAD,
    VAGUE_NOUNS,
    WITNESSES,
)

Clause = tuple[Token, ...]


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
VALUES = frozenset({Part.FROM_TO, Part.THRESHOLD, Part.RELATIVE, Part.RANGE, Part.PLACEHOLDER, Part.REFERENCE})
FIGURES = frozenset({Part.FROM_TO, Part.THRESHOLD, Part.RELATIVE, Part.RANGE, Part.COUNT})
NO_TARGET = frozenset({Part.WINDOW, Part.POPULATION})


@dataclass(frozen=True, slots=True)
class Target:
    """One thing promised. `clause` is the number of the clause in which it stands."""

    part: Part
    span: Span
    clause: int
    unit: str = ""


_MORE_OR_LESS = frozenset(
    """more less fewer higher lower faster slower reduction increase decrease growth improvement drop uplift better
    quicker yoy mom qoq cheaper shorter rise decline gain cut""".split()
)
_FILTERING = frozenset("older longer larger newer bigger younger greater more less higher".split())
_BOUNDS = frozenset(
    """least most than minimum maximum under below above over exceed exceeds exceeding beyond within reach reaches
    reaching to at equal equals min max score rating hits surpass""".split()
)
_LOOKING_BACK = frozenset("last past previous next first coming following trailing prior every each".split())
_PLACES = frozenset("in of for across on among amongst from with between".split())
_ENDS_A_NOUN = frozenset(
    """for on of by with in to from at about that which describing explaining covering and or per as against before
    after within is are has have was across into until this each every new out""".split()
)
_LASTING = re.compile(r"(?:working|business|calendar)?-?(?:day|hour|minute|min|second|sec|week|month|year)s?")
_SHORT_TIMES = frozenset("ms min mins h hr hrs d s w".split())
_NOT_ZERO = frozenset("more less later longer one fewer matter doubt sooner need code".split())
_TELIC_NOUNS = frozenset("production ga".split())


@lru_cache(maxsize=256)
def targets(text: str) -> tuple[Target, ...]:
    """All that a text promises, in the order of the text.

    >>> [target.part.name for target in targets("Cut the mean from 31 to 14 days, and hire 3 people")]
    ['FROM_TO', 'COUNT']
    """
    reading = read(text)
    found: list[Target] = []
    for number, clause in enumerate(reading.clauses):
        found += _in_clause(clause, number, reading)
    if not any(target.part in FIGURES for target in found):
        found += _references(reading)
    return tuple(sorted(found, key=lambda target: target.span))


def _in_clause(clause: Clause, number: int, reading: Reading) -> Iterator[Target]:
    figures = list(_figures(clause, number))
    yield from figures
    for token in _placeholders(clause):
        yield Target(Part.PLACEHOLDER, token.span, number)
    yield from _universal(clause, number)
    if not any(target.part in FIGURES for target in figures) and (event := _event(clause, reading)):
        yield Target(Part.EVENT, event.span, number)


def _figures(clause: Clause, number: int) -> Iterator[Target]:
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
        if clause[end].text in (",", "and"):
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
    lasting = token.unit in _SHORT_TIMES or any(_LASTING.fullmatch(word) for word in after[:2])
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
        return _time(clause, place, before)
    if _is_per_period(after):
        return Part.THRESHOLD
    if before[-1:] and before[-1] in (*_PLACES, "the") and _is_open_ended(clause):
        return Part.POPULATION
    if head(clause) is not None and head(clause).text in VAGUE and not token.unit:
        return Part.POPULATION
    return Part.COUNT


def _is_filter(before: list[str], after: list[str]) -> bool:
    """ "Older than 30 days" says which ones; "no older than 30 days" promises."""
    if before[-1:] == ["than"] and before[-2:-1] and before[-2] in ("older", "newer", "larger", "bigger", "younger"):
        return before[-3:-2] != ["no"]
    return "old" in after[:2]


def _is_bound(before: list[str], *, lasting: bool) -> bool:
    if not before:
        return False
    if lasting and before[-1] == "over":
        return False
    if before[-1] in _BOUNDS:
        return True
    return before[-1] in ("a", "the", "of", "is", "just", "only", "about") and bool(set(before[-3:-1]) & (_BOUNDS - {"to", "at", "over"}))


def _is_relative(clause: Clause, place: int, before: list[str], after: list[str]) -> bool:
    token = clause[place]
    signed = place > 0 and clause[place - 1].text in ("-", "+") and clause[place - 1].end == token.start
    share = token.unit in ("%", "percent", "per cent", "pct", "x")
    if before[-1:] == ["by"] or before[-3:] == ["by", "at", "least"] or before[-2:] == ["by", "over"]:
        return True
    if not share:
        return False
    if signed or (after and after[0] in _MORE_OR_LESS) or after[1:2] == ["over"]:
        return True
    if before[-1:] == ["of"] and len(before) > 1 and before[-2] in _MORE_OR_LESS:
        return True
    return _direction(clause) and not (set(before[-2:]) & {"to", "at", "than", "least", "most", "below", "above"}) and after[:1] != ["of"]


def _time(clause: Clause, place: int, before: list[str]) -> Part:
    if before[-1:] == ["in"] and not _is_open_ended(clause):
        return Part.THRESHOLD
    return Part.THRESHOLD if any(token.text in TIMES for token in clause[:place]) else Part.WINDOW


def _is_per_period(after: list[str]) -> bool:
    for word, then in zip(after, after[1:], strict=False):
        if word in ("per", "a", "each", "every", "/") and then in PERIODS:
            return True
    return bool(set(after[:2]) & {"daily", "weekly", "monthly", "quarterly", "annual"})


def _without_figure(clause: Clause, place: int) -> Part | None:
    """Changes and bounds that are said without a digit: "halve", "in half", "no open ports"."""
    word = clause[place].text
    after = clause[place + 1].text if place + 1 < len(clause) else ""
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
    return any(token.text in UP or token.text in DOWN for token in clause)


def _is_open_ended(clause: Clause) -> bool:
    """Whether the verb of the clause leaves open how far."""
    first = head(clause)
    if first is None:
        return False
    return first.text in VAGUE or first.text in VAGUE_AT_HEAD or first.text in UP or first.text in DOWN


def _placeholders(clause: Clause) -> Iterator[Token]:
    for place, token in enumerate(clause):
        if token.kind is Kind.PLACEHOLDER or _is_letter(clause, place) or _is_unsaid(clause, place):
            yield token


def _is_letter(clause: Clause, place: int) -> bool:
    """A single capital in the place of a number: "from X to Y", "ship N features"."""
    token = clause[place]
    if token.raw not in ("X", "Y", "N", "Z", "K"):
        return False
    before = clause[place - 1].text if place else ""
    after = clause[place + 1] if place + 1 < len(clause) else None
    if before in ("by", "from", "to", "than", "least", "most", "of", "over", "under", "<", ">", "=", "<=", ">=", "in"):
        return True
    return after is not None and after.kind is Kind.WORD and before not in ("on", "plan", "class", "series", "type")


def _is_unsaid(clause: Clause, place: int) -> bool:
    """ "A certain percentage", "some number of": a figure that is only announced."""
    if clause[place].text not in ("certain", "given", "specified", "agreed", "some", "defined"):
        return False
    after = clause[place + 1].text if place + 1 < len(clause) else ""
    return after in ("percentage", "percent", "%", "number", "amount", "level", "value", "figure", "degree", "threshold")


def _universal(clause: Clause, number: int) -> Iterator[Target]:
    first = head(clause)
    if first is not None and first.text in (*VAGUE, *VAGUE_AT_HEAD) and first.text not in TRANSPARENT:
        return
    for place, token in enumerate(clause):
        before = clause[place - 1].text if place else ""
        after = clause[place + 1].text if place + 1 < len(clause) else ""
        if token.text in ("all", "every", "each", "everyone", "everybody") and before not in ("at", "above"):
            if after not in ("the", "hands") or token.text != "all" or clause[place + 2 : place + 3]:
                yield Target(Part.UNIVERSAL, token.span, number)
                return


def _event(clause: Clause, reading: Reading) -> Token | None:
    """The verb of something that happens or not, where something shows that it did."""
    first = head(clause)
    if first is not None and (first.text in VAGUE or _is_open_ended(clause)):
        return None
    place = _event_place(clause, first)
    if place is None:
        return first or clause[0] if _is_due(clause) and _has_name(clause, 0, reading) else None
    verb = clause[place]
    shown = clause[:place] + clause[place + 1 :] if place else clause[1:]
    if _has_artefact(shown) or _is_witnessed(shown):
        return verb
    if verb.text in EVENT and (_is_due(clause) or _has_name(clause, 1, reading)):
        return verb
    return None


def _event_place(clause: Clause, first: Token | None) -> int | None:
    for place, token in enumerate(clause):
        if token is first and (token.text in EVENT or token.text in MAKING):
            return place
        done = token.text in EVENT and token.text.endswith(("ed", "en", "t"))
        if place and done and (clause[place - 1].text in BEING or clause[place - 1].kind is not Kind.MARK):
            return place
    return None


def _is_due(clause: Clause) -> bool:
    """A day or a month by which it happens. The end of the quarter is when everything is due."""
    for place, token in enumerate(clause):
        if token.kind is not Kind.DATE or re.search(r"[qh][1-4]|fy|^e?o[qyh]$|^20\d\d$", token.text):
            continue
        before = {each.text for each in clause[max(place - 3, 0) : place]}
        if re.search(r"\d", token.text) or before & {"by", "before", "until", "end"}:
            return True
    return False


def _has_name(clause: Clause, start: int, reading: Reading) -> bool:
    words = [token for token in reading.tokens if token.kind is Kind.WORD]
    if sum(token.is_titled for token in words) > max(3, len(words) / 2):
        return False
    return any(
        token.kind is Kind.NAME or (token.kind is Kind.WORD and token.is_titled and token is not clause[0])
        for token in clause[start:]
    ) or (clause[0].kind is Kind.NAME)


def _has_artefact(tokens: Clause) -> bool:
    for place, token in enumerate(tokens):
        if token.text in ARTEFACTS:
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            if after is None or after.kind is not Kind.WORD or after.text in _ENDS_A_NOUN or after.text in EVENT:
                return True
    return False


def _is_witnessed(tokens: Clause) -> bool:
    for place, token in enumerate(tokens):
        if token.text in _TELIC_NOUNS and place and tokens[place - 1].text in ("in", "to", "into", "reach", "reaches"):
            return True
        if token.text in WITNESSES and token.text not in _TELIC_NOUNS:
            return True
    return False


def _references(reading: Reading) -> Iterator[Target]:
    """Targets that stand elsewhere: "meet the SLAs", "improve key metrics"."""
    for number, clause in enumerate(reading.clauses):
        for place, token in enumerate(clause):
            if token.text in REFERENCES and _is_asked_for(clause, place):
                yield Target(Part.REFERENCE, token.span, number)


def _is_asked_for(clause: Clause, place: int) -> bool:
    after = clause[place + 1] if place + 1 < len(clause) else None
    if after is not None and after.kind is Kind.WORD and after.text not in _ENDS_A_NOUN:
        return False
    before = clause[max(place - 6, 0) : place]
    if any(token.text in ATTAINING for token in before):
        return True
    if before and before[-1].text in ("within", "on", "under", "per") or [t.text for t in before[-2:]] == ["according", "to"]:
        return clause[place].text in ("budget", "plan", "target", "quota", "forecast")
    changing = any(t.text in VAGUE or t.text in UP or t.text in DOWN or t.text in VAGUE_NOUNS for t in before)
    return clause[place].text in OF_A_REFERENCE and changing
