"""What does not fit an operation in our own words: what was expected, what came, and how to mend it.

The validator's kinds of mistakes are those of its version; the suite draws the ones that our forms can make.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

DESCRIBED = "/api/v1/openapi.json"
LONGEST_FOUND = 40
A_DAY = "a day such as 2026-01-05"
AN_INSTANT = "an instant such as 2026-01-05T09:30:00Z"
OBJECT = "an object, {…}"

Mistake = dict[str, Any]
Limits = dict[str, Any]

# What was expected, by the limits that the validator tells.
_EXPECTED: dict[str, Callable[[Limits], str]] = {
    "string_type": lambda _: "a text in quotes",
    "string_pattern_mismatch": lambda at: f"a text of the form {at['pattern']}",
    "int_type": lambda _: "a whole number such as 3",
    "int_parsing": lambda _: "a whole number such as 3",
    "int_parsing_size": lambda _: "a whole number of fewer digits",
    "int_from_float": lambda _: "a whole number such as 3",
    "float_type": lambda _: "a number such as 0.5",
    "float_parsing": lambda _: "a number such as 0.5",
    "finite_number": lambda _: "a finite number",
    "bool_type": lambda _: "true or false",
    "bool_parsing": lambda _: "true or false",
    "literal_error": lambda at: _one_of(at["expected"]),
    "greater_than": lambda at: f"more than {_number(at['gt'])}",
    "greater_than_equal": lambda at: f"{_number(at['ge'])} or more",
    "less_than": lambda at: f"less than {_number(at['lt'])}",
    "less_than_equal": lambda at: f"at most {_number(at['le'])}",
    "list_type": lambda _: "a list, […]",
    "dict_type": lambda _: OBJECT,
    "model_type": lambda _: OBJECT,
    "model_attributes_type": lambda _: OBJECT,
    "date_type": lambda _: A_DAY,
    "date_from_datetime_parsing": lambda _: A_DAY,
    "date_from_datetime_inexact": lambda _: f"{A_DAY}, without a time",
    "datetime_type": lambda _: AN_INSTANT,
    "datetime_parsing": lambda _: AN_INSTANT,
    "datetime_from_date_parsing": lambda _: AN_INSTANT,
    "timezone_aware": lambda _: f"{AN_INSTANT}, with its zone",
}
# How to mend what does not follow from the rest of the sentence.
_MEND = {
    "string_pattern_mismatch": f"{DESCRIBED} says what it may be",
    "int_from_float": "leave off what is behind the point",
    "float_parsing": "write digits with a point, without a unit or separators",
    "model_type": f"{DESCRIBED} names its fields",
    "model_attributes_type": f"{DESCRIBED} names its fields",
}
# Sentences that do not name what was found, or that count it.
_WHOLE: dict[str, Callable[[Mistake], str]] = {
    "missing": lambda _: f"it is missing; {DESCRIBED} says what it may be",
    "extra_forbidden": lambda _: f"there is no such field; {DESCRIBED} names those that there are",
    "string_too_short": lambda each: _too_short(each),
    "string_too_long": lambda each: _counted(each, "at most", "max_length", "characters", "shorten it"),
    "too_short": lambda each: _counted(each, "at least", "min_length", "entries", "add what is lacking"),
    "too_long": lambda each: _counted(each, "at most", "max_length", "entries", "send them in parts"),
    "value_error": lambda each: str(each["msg"]).removeprefix("Value error, "),
}
KINDS = frozenset(_EXPECTED) | frozenset(_WHOLE)


def said_of(mistakes: Sequence[Mistake]) -> str:
    """One sentence on one place. A value that may be of several kinds has a mistake for each kind.

    >>> said_of([{"type": "int_parsing", "input": "x", "msg": ""}])
    "expected a whole number such as 3, found 'x'"
    >>> said_of([{"type": kind, "input": None, "msg": ""} for kind in ("float_type", "string_type")])
    'expected a number such as 0.5, or a text in quotes, found null'
    >>> said_of([{"type": "a_kind_to_come", "input": 3, "msg": "Input should be odd"}])
    'it does not fit: found 3; /api/v1/openapi.json says what it may be (Input should be odd)'
    """
    first, kind = mistakes[0], mistakes[0]["type"]
    if kind in _WHOLE:
        return _WHOLE[kind](first)
    found = _found(first.get("input"))
    if kind not in _EXPECTED:
        return f"it does not fit: found {found}; {DESCRIBED} says what it may be ({first['msg']})"
    known = (each for each in mistakes if each["type"] in _EXPECTED)
    expected = dict.fromkeys(_EXPECTED[each["type"]](each.get("ctx", {})) for each in known)
    mend = f": {_MEND[kind]}" if kind in _MEND and len(expected) == 1 else ""
    return f"expected {', or '.join(expected)}, found {found}{mend}"


def _found(value: Any) -> str:
    """What came, short enough for a sentence and as JSON writes it, but for a text.

    >>> [_found(each) for each in ("", "x" * 50, True, {"a": 1}, [])]
    ['an empty text', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'", 'true', 'an object', 'a list']
    """
    if isinstance(value, str):
        return f"'{_short(value)}'" if value else "an empty text"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return _number(value)
    return "an object"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_FOUND else text[:LONGEST_FOUND] + "…"


def _number(value: float) -> str:
    """A number as one writes it; what no number of ours can be is said in words."""
    if isinstance(value, int):
        # Writing out thousands of digits takes Python long, and it refuses to.
        return str(value) if abs(value) < 10**LONGEST_FOUND else "a number of very many digits"
    return f"{value:.15g}" if abs(value) != float("inf") else "one too large to keep"


def _one_of(listed: str) -> str:
    return f"one of {listed}" if " or " in listed else listed


def _too_short(each: Mistake) -> str:
    # Blanks around a text are taken off before it is measured.
    if not str(each.get("input") or "").strip():
        return "it is empty: expected a text"
    return _counted(each, "at least", "min_length", "characters", "write more")


def _counted(each: Mistake, bound: str, limit: str, what: str, mend: str) -> str:
    given = each.get("input")
    given = given.strip() if isinstance(given, str) else given
    found = f"{len(given):,}" if isinstance(given, str | list | dict) else "another number"
    many = int(each["ctx"][limit])
    # One of a thing is not several of it.
    what = {"entries": "entry", "characters": "character"}[what] if many == 1 else what
    return f"expected {bound} {many:,} {what}, found {found}: {mend}"
