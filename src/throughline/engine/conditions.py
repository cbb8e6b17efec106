"""A condition in words, for people who know neither the language nor the fields.

No sign and no name of a field is left; what stands in parentheses in the expression does so in the words.
A `not` is carried inwards, which in a logic with "unknown" changes nothing: not (a and b) is not a or not b.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from throughline.engine.language.fields import ALIASES, CORE, SEVERITIES, Kind, Schema
from throughline.engine.language.syntax import (
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
from throughline.engine.language.writing import written, written_number

# What each field is called; a field that is not here is called as it is named.
NOUNS = {
    "id": "key",
    "rule": "scanner's rule",
    "cwe": "weakness",
    "weakness_class": "class of weakness",
    "version": "version of the component",
    "fixed_version": "version that mends it",
    "scope": "scope of the source",
    "feed": "source file",
    "cvss": "CVSS score",
    "tier": "service tier",
    "epss": "chance of exploitation (EPSS)",
    "award": "bounty paid",
    "award_currency": "currency of the bounty",
    "cvss_version": "version of CVSS",
    "introduced_method": "way its introduction was dated",
    "kind": "kind of finding",
    "vulnerability_ids": "list of its other names",
    "cwe_within": "list of weaknesses it is a kind of",
} | {
    f"{date}_basis": f"basis of the day it was {date}"
    for date in ("introduced", "identified", "triaged", "mitigated")
}
# A date as a point in time, and what is said of a record with it.
POINTS = {
    "introduced_earliest": "the earliest day it can have been introduced",
    "introduced_latest": "the latest day it can have been introduced",
    "accepted_until": "the end of its acceptance",
    "kev_added": "the day it was listed as exploited",
}
HELD = {
    "tags": ("tagged", "not tagged"),
    "vulnerability_ids": ("known as", "not known as"),
    "cwe_within": ("a kind of", "not a kind of"),
}
EXPLOITED = ("known to be exploited", "not known to be exploited")

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NUMBERS = {"=": "", "!=": "not ", "<": "below ", "<=": "at most ", ">": "above ", ">=": "at least "}
_DATES = {
    "=": "on ",
    "!=": "not on ",
    "<": "before ",
    "<=": "on or before ",
    ">": "after ",
    ">=": "on or after ",
}
_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_SCHEMA = Schema()
# Anything else could be taken for a part of the sentence.
_PLAIN = re.compile(r"[\w.:/@-]+( [\w.:/@-]+)*")
_JOINING = re.compile(r"\b(and|or|not|is|where|in|from|of)\b", re.IGNORECASE)


def condition_words(node: Node, *, negated: bool = False) -> str:
    """What a condition asks of a record, as a clause.

    >>> from throughline.engine.language.parsing import parse_condition
    >>> condition_words(parse_condition("tier = 1 and not (state = 'potential' or kev)"))
    'the service tier is 1 and the state is not potential and it is not known to be exploited'
    """
    match node:
        case Not(operand):
            return condition_words(operand, negated=not negated)
        case And(parts) | Or(parts):
            return _several(node, parts, negated=negated)
        case Comparison(sign, left, right):
            return _comparison(_OPPOSITE[sign] if negated else sign, left, right)
        case Among(operand, choices, turned):
            return _among(operand, choices, negated=negated != turned)
        case Holds(value, collection, turned):
            return f"it is {held_words(collection.name, [value.value], negated=negated != turned)}"
        case Between(operand, low, high, turned):
            return _between(operand, low, high, negated=negated != turned)
        case IsNull(operand, turned):
            return _unknown(operand, negated=negated != turned)
        case Truth(value):
            return "always" if value != negated else "never"
        case Name(name):
            return _flag(name, negated=negated)
    return value_words(node)


def date_words(node: Node) -> str:
    """The shortest form of a condition on one date of a record, or nothing.

    >>> from throughline.engine.language.parsing import parse_condition
    >>> date_words(parse_condition("identified >= '2026-01-01'"))
    'identified on or after 1 Jan 2026'
    """
    match node:
        case Comparison(_, Name(name), Text()) | IsNull(Name(name)) if _is_event(name):
            said = condition_words(node)
            return said.removeprefix("it was ") if said.startswith("it was ") else ""
        case Between(Name(name), Text(), Text()) if _is_event(name):
            return condition_words(node).removeprefix("it was ")
    return ""


def severities_of(sign: str, level: str) -> list[str]:
    """The severities that a comparison lets through, lowest first; none for a word that is no severity.

    >>> severities_of(">=", "high"), severities_of("!=", "info")
    (['high', 'critical'], ['low', 'medium', 'high', 'critical'])
    """
    if level.lower() not in SEVERITIES:
        return []
    at = SEVERITIES.index(level.lower())
    spans = {"=": SEVERITIES[at : at + 1], ">=": SEVERITIES[at:], ">": SEVERITIES[at + 1 :]}
    spans |= {"<=": SEVERITIES[: at + 1], "<": SEVERITIES[:at]}
    spans["!="] = tuple(each for each in SEVERITIES if each != SEVERITIES[at])
    return list(spans[sign])


def held_words(collection: str, values: Sequence[str], *, negated: bool) -> str:
    """What a record is that holds one of these texts: tagged internet, a kind of CWE-79."""
    held = HELD.get(canonical(collection)) or (f"with {noun(collection)}", f"without {noun(collection)}")
    return f"{held[negated]} {joined([text_words(each) for each in values], 'or')}"


def canonical(name: str) -> str:
    """The field's own name, of whichever spelling; an attribute of the imports keeps its own."""
    found = _SCHEMA.find(name)
    return found.name if found else name


def noun(name: str) -> str:
    """What a field is called; an attribute of the imports is quoted, since it is no word of ours.

    >>> noun("cvss"), noun("weakness_class"), noun("is_c_mistake")
    ('CVSS score', 'class of weakness', '“is c mistake”')
    """
    known = canonical(name)
    if known not in CORE:
        return f"“{known.replace('_', ' ')}”"
    return NOUNS.get(known, known)


def text_words(value: str) -> str:
    """A text as it is said: in quotes where it could be taken for a part of the sentence.

    >>> text_words("bug bounty"), text_words("a or b"), text_words("")
    ('bug bounty', '“a or b”', 'empty')
    """
    if not value:
        return "empty"
    return value if _PLAIN.fullmatch(value) and not _JOINING.search(value) else f"“{value}”"


def joined(words: Sequence[str], last: str) -> str:
    """
    >>> joined(["a", "b", "c"], "or")
    'a, b or c'
    """
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def value_words(node: Node) -> str:
    """A value: a field, a literal, or a calculation."""
    match node:
        case Name(name):
            return _point(name) if _kind(name) is Kind.DATE else _the(name)
        case Text(value):
            return text_words(value)
        case Number(value):
            return f"minus {written_number(-value)}" if value < 0 else written_number(value)
        case Truth(value):
            return "true" if value else "false"
        case Negative(operand):
            return f"minus {_inner(operand)}"
        case Arithmetic("-", Name(end), Name(start)) if Kind.DATE is _kind(end) is _kind(start):
            return f"the time from {passage_end(start)} to {passage_end(end)}"
        case Arithmetic("-", Name(end), Arithmetic("latest") as since):
            return f"the time from {value_words(since)} to {passage_end(end)}"
        case Arithmetic("latest", left, right):
            return f"the later of {_inner(left)} and {_inner(right)}"
        case Arithmetic(sign, left, right):
            return f"{_inner(left)} {_ARITHMETIC[sign]} {_inner(right)}"
        case Duration():
            return written(node)
    return f"({condition_words(node)})"


def passage_end(name: str) -> str:
    """One end of a passage: identified, or the end of its acceptance.

    >>> passage_end("identified_at"), passage_end("accepted_until")
    ('identified', 'the end of its acceptance')
    """
    return canonical(name) if _is_event(name) else _point(name)


def _several(node: And | Or, parts: Sequence[Node], *, negated: bool) -> str:
    word = _joining(node, negated=negated)
    said = [(_joining(part, negated=negated), condition_words(part, negated=negated)) for part in parts]
    return f" {word} ".join(f"({words})" if inner not in ("", word) else words for inner, words in said)


def _joining(node: Node, *, negated: bool) -> str:
    """The word that holds a part together, nothing where it is of one piece."""
    match node:
        case Not(operand):
            return _joining(operand, negated=not negated)
        case And() | Or():
            return "and" if isinstance(node, And) != negated else "or"
    return ""


def _comparison(sign: str, left: Node, right: Node) -> str:
    if not isinstance(left, Text | Number | Truth | Duration):
        return _sided(sign, left, right)
    return _sided(_MIRRORED[sign], right, left)


def _sided(sign: str, left: Node, right: Node) -> str:
    match left, right:
        case Name(name), Text(level) if _kind(name) is Kind.SEVERITY:
            levels = severities_of(sign, level)
            return f"the severity is {joined(levels, 'or') or f'{_NUMBERS[sign]}{level}'}"
        case Name(name), Text(value) if _kind(name) is Kind.COLLECTION:
            return f"it is {held_words(name, [value], negated=sign == '!=')}"
        case Name(name), Truth() | Number() if _kind(name) is Kind.BOOLEAN:
            yes = bool(right.value)
            return _flag(name, negated=yes != (sign == "="))
        case Name("epss"), Number(value):
            return f"{_the('epss')} is {_NUMBERS[sign]}{value * 100:.3g} %"
    if _is_date(left) or (isinstance(right, Text) and sign not in ("=", "!=")):
        return f"{_happened(left)} {_DATES[sign]}{_day(right)}"
    return f"{value_words(left)} is {_NUMBERS[sign]}{value_words(right)}"


def _among(operand: Node, choices: Sequence[Node], *, negated: bool) -> str:
    if len(choices) == 1:
        return _comparison("!=" if negated else "=", operand, choices[0])
    texts = [choice.value for choice in choices if isinstance(choice, Text)]
    if isinstance(operand, Name) and _kind(operand.name) is Kind.COLLECTION:
        return f"it is {held_words(operand.name, texts, negated=negated)}"
    if _is_date(operand):
        return f"{_happened(operand)} on {_one_of([_day(each) for each in choices], negated=negated)}"
    return f"{value_words(operand)} is {_one_of([value_words(each) for each in choices], negated=negated)}"


def _one_of(values: Sequence[str], *, negated: bool) -> str:
    if not negated:
        return joined(values, "or")
    if len(values) == 2:
        return f"neither {values[0]} nor {values[1]}"
    return f"not {values[0]}" if len(values) == 1 else f"none of {joined(values, 'and')}"


def _between(operand: Node, low: Node, high: Node, *, negated: bool) -> str:
    turned = "not " if negated else ""
    if _is_date(operand):
        return f"{_happened(operand)} {turned}from {_day(low)} to {_day(high)}"
    return f"{value_words(operand)} is {turned}from {value_words(low)} to {value_words(high)}"


def _unknown(operand: Node, *, negated: bool) -> str:
    if isinstance(operand, Name) and _is_event(operand.name) and canonical(operand.name) != "introduced":
        return f"it was {'' if negated else 'not '}{canonical(operand.name)}"
    if isinstance(operand, Name) and canonical(operand.name) == "introduced":
        return f"the day it was introduced is {'' if negated else 'not '}known"
    return f"{value_words(operand)} is {'' if negated else 'not '}known"


def _flag(name: str, *, negated: bool) -> str:
    if canonical(name) == "kev":
        return f"it is {EXPLOITED[negated]}"
    return f"{noun(name)} is {'false' if negated else 'true'}"


def _happened(node: Node) -> str:
    """What is followed by a day: "it was identified", or a point in time that "is" there."""
    if isinstance(node, Name) and _is_event(node.name):
        return f"it was {canonical(node.name)}"
    return f"{value_words(node)} is"


def _day(node: Node) -> str:
    if not isinstance(node, Text):
        return value_words(node)
    try:
        read = datetime.fromisoformat(node.value)
    except ValueError:
        return text_words(node.value)
    day = f"{read.day} {read:%b %Y}"
    return day if len(node.value) <= len("2026-01-31") else f"{day} {read:%H:%M}"


def _inner(node: Node) -> str:
    words = value_words(node)
    return f"({words})" if isinstance(node, Arithmetic | Negative) else words


def _is_event(name: str) -> bool:
    """Whether the field is a date named by what happened to the record on it."""
    return f"{canonical(name)}_at" in ALIASES


def _point(name: str) -> str:
    if _is_event(name):
        return f"the day it was {canonical(name)}"
    return POINTS.get(canonical(name)) or _the(name)


def _the(name: str) -> str:
    return noun(name) if canonical(name) not in CORE else f"the {noun(name)}"


def _kind(name: str) -> Kind | None:
    found = _SCHEMA.find(name)
    return found.kind if found else None


def _is_date(node: Node) -> bool:
    match node:
        case Name(name):
            return _kind(name) is Kind.DATE
        case Arithmetic("+" | "-", left, Duration()):
            return _is_date(left)
        case Arithmetic("+", Duration(), right):
            return _is_date(right)
    return False
