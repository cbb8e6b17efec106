"""Cells into values: the words that people and tools use for what the record holds. Pure."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from throughline.engine.cvss import BadVector, NoVersion, score
from throughline.engine.language.fields import KINDS, SEVERITIES, STATES

Parts = dict[str, Any]


class NotAValue(ValueError):
    """The cell does not say what its column should; the message says what was expected."""


NOTHING = frozenset(["", "-", "--", "n/a", "na", "nan", "nil", "none", "null", "unknown", "undefined"])

_SEVERITY_WORDS = {
    **{word: level for level, word in enumerate(SEVERITIES)},
    **dict.fromkeys(
        ["informational", "information", "none", "note", "log", "negligible", "trivial", "p5"], 0
    ),
    **dict.fromkeys(["minor", "very low", "p4"], 1),
    **dict.fromkeys(["moderate", "med", "p3"], 2),
    **dict.fromkeys(["important", "major", "p2"], 3),
    **dict.fromkeys(["severe", "crit", "blocker", "urgent", "very high", "p0", "p1"], 4),
}
_NO_SEVERITY = NOTHING - {"none"} | {"unassigned", "untriaged", "not set", "unspecified", "unrated"}

CLOSED_WORDS = frozenset(
    [
        "closed",
        "resolved",
        "fixed",
        "mitigated",
        "remediated",
        "done",
        "patched",
        "verified fixed",
        "complete",
    ]
)
_STATE_WORDS = {
    **{state: state for state in STATES},
    **dict.fromkeys(
        ["new", "untriaged", "unconfirmed", "needs review", "needs triage", "pending"], "potential"
    ),
    **dict.fromkeys(
        ["triaged", "verified", "active", "in progress", "reopened", "accepted for fix", "valid", "assigned"],
        "confirmed",
    ),
    **dict.fromkeys(CLOSED_WORDS, "confirmed"),
    **dict.fromkeys(["fp", "not a bug", "invalid", "not affected", "not applicable"], "false positive"),
    **dict.fromkeys(["dup", "dupe", "duplicated"], "duplicate"),
    **dict.fromkeys(
        [
            "wontfix",
            "wont fix",
            "won't fix",
            "risk accepted",
            "accepted risk",
            "accept risk",
            "risk acceptance",
        ],
        "accepted",
    ),
    **dict.fromkeys(["oos", "informative", "not in scope"], "out of scope"),
}
# "open" says nothing about triage: the row takes the state that rows of this import have by default.
_STATELESS = NOTHING | {"open", "opened", "todo", "to do", "backlog"}

_KIND_WORDS = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(["sast", "static", "source code"], "code"),
    **dict.fromkeys(["sca", "library", "package", "dependencies", "oss"], "dependency"),
    **dict.fromkeys(["image", "container image", "docker"], "container"),
    **dict.fromkeys(["iac", "cloud configuration", "cspm", "misconfiguration"], "cloud"),
    **dict.fromkeys(["dast", "dynamic", "web application", "api"], "web"),
    **dict.fromkeys(["host", "server", "infrastructure", "network", "operating system"], "os"),
    **dict.fromkeys(["secrets", "credential", "credentials"], "secret"),
}
_INFERRED = (
    "release",
    "first_affected",
    "affected",
    "blame",
    "bisect",
    "lockfile",
    "szz",
    "infer",
    "estimat",
    "trac",
)
_METHODS_REPORTED = ("commit", "trailer", "advisory", "fixes")
_BASES = ("reported", "inferred", "presumed", "manual")

_CWE = re.compile(r"(?:CWE[-_ :]?)?(\d{1,5})(?!\d)(?:\s*[:(,;|–-].*|\s+\D.*)?", re.IGNORECASE | re.DOTALL)
_VECTOR = re.compile(
    r"(?:CVSS:(?:\d\.\d)/|CVSS2#)?(?:AV|AC|Au|PR|UI|S|C|I|A|VC|VI|VA|SC|SI|SA|AT):[A-Z]+"
    r"(?:/[A-Za-z]+:[^\s/,;()\[\]\"']*)+"
)
_SCORE = re.compile(r"(?<![\d.:-])(\d{1,2}(?:\.\d+)?)(?![\d.:])")
_LONGEST_AMOUNT = 60
_MONEY = re.compile(r"([A-Z]{3}|[$€£¥])?\s*(-?\d(?:[\d,' ]*\d)?(?:\.\d+)?)\s*([A-Z]{3}|[$€£¥])?")
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_IDENTIFIER = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|[A-Z]{2,10}-\d{4}-\d+)", re.IGNORECASE)


def severity(cell: str) -> int | None:
    """The level 0 (info) to 4 (critical) of a word; None where the cell says there is none yet.

    >>> severity("Moderate"), severity("P1"), severity("unassigned")
    (2, 4, None)
    """
    word = _word(cell)
    if word in _NO_SEVERITY:
        return None
    if word not in _SEVERITY_WORDS:
        raise NotAValue(f"expected one of {', '.join(SEVERITIES)} (or moderate, important, P1 to P5, …)")
    return _SEVERITY_WORDS[word]


def state(cell: str) -> str | None:
    """The triage state of a word; None where the word (open) says nothing about triage.

    >>> state("False_Positive"), state("Won't fix"), state("open")
    ('false positive', 'accepted', None)
    """
    word = _word(cell)
    if word in _STATELESS:
        return None
    if word not in _STATE_WORDS:
        expected = f"expected one of {', '.join(STATES)} (or open, closed, new, triaged, fp, wontfix, …)"
        raise NotAValue(f"{expected}; to keep the column as it is: --map state=")
    return _STATE_WORDS[word]


def is_closed(cell: str) -> bool:
    """Whether a word of a state column says that the vulnerability is dealt with."""
    return _word(cell) in CLOSED_WORDS


def kind(cell: str) -> str | None:
    """One of the kinds (code, dependency, …); SAST, SCA, DAST and the like are understood."""
    word = _word(cell)
    if word not in NOTHING and word not in _KIND_WORDS:
        raise NotAValue(f"expected one of {', '.join(KINDS)}")
    return _KIND_WORDS.get(word)


def cwe(cell: str) -> str | None:
    """`CWE-79` of 79, CWE-79 or "CWE-79: cross-site scripting"; the first of several.

    >>> cwe("79"), cwe("CWE-79: XSS"), cwe("0")
    ('CWE-79', 'CWE-79', None)
    """
    text = cell.strip(" []\"'")
    if _word(text) in NOTHING or _word(text).startswith("nvd cwe"):
        return None
    match = _CWE.fullmatch(text)
    if not match:
        raise NotAValue("expected a weakness such as CWE-79 or 79")
    return f"CWE-{int(match[1])}" if int(match[1]) else None


def cvss(cell: str) -> Parts:
    """Score, vector and version of what the cell holds; a vector alone has the score that it spells.

    >>> cvss("7.5")
    {'cvss_score': 7.5}
    >>> cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N")["cvss_score"]
    7.5
    """
    if _word(cell) in NOTHING:
        return {}
    vector = _VECTOR.search(cell)
    found = _of_vector(vector[0]) if vector else {}
    given = _SCORE.search(cell.replace(vector[0], " ") if vector else cell)
    if given and float(given[1]) <= 10:
        found["cvss_score"] = float(given[1])
    if not found:
        raise NotAValue("expected a CVSS score from 0 to 10, or a vector such as CVSS:3.1/AV:N/AC:L/…")
    return found


def _of_vector(vector: str) -> Parts:
    try:
        read = score(vector)
    except NoVersion:
        # 3.0 or 3.1: as a vector it is kept, and whether it is one can be seen all the same.
        _of_vector(f"CVSS:3.1/{vector}")
        return {"cvss_vector": vector}
    except BadVector as wrong:
        raise NotAValue(f"expected a CVSS vector, but {wrong}") from None
    return {"cvss_vector": vector, "cvss_version": read.version, "cvss_score": read.overall}


def completed(vector: str, given: float | None) -> tuple[float | None, str]:
    """The score and version of a record of a report: its own score, else that of its vector.

    A vector that cannot be read has no version and gives no score: a report is not refused for it.

    >>> completed("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", None), completed("", 5.0)
    ((7.5, '3.1'), (5.0, ''))
    """
    try:
        read = score(vector)
    except BadVector:
        return given, ""
    return (read.overall if given is None else given), read.version


def names(cell: str) -> list[str]:
    """The texts of a list: a JSON list, or separated by comma, semicolon, bar or line.

    >>> names("a; b,a"), names('["x", "y"]')
    (['a', 'b'], ['x', 'y'])
    """
    text = cell.strip()
    parts = _json_list(text) if text.startswith("[") else None
    found = re.split(r"[,;|\n]+", text) if parts is None else parts
    return list(dict.fromkeys(part.strip() for part in found if part.strip()))


def identifiers(cell: str) -> list[str]:
    """Vulnerability ids of a list, also where blanks separate them."""
    return list(
        dict.fromkeys(part for name in names(cell) for part in name.split() if _word(part) not in NOTHING)
    )


def identifier_in(key: str) -> str | None:
    """The key where it is itself a public identifier (CVE, GHSA, …), in capitals as it is written.

    >>> identifier_in("CVE-2024-0001"), identifier_in("4711")
    ('CVE-2024-0001', None)
    """
    return key if _IDENTIFIER.fullmatch(key) else None


def whole_number(cell: str) -> int | None:
    """A whole number that is not negative."""
    text = cell.strip()
    if _word(text) in NOTHING:
        return None
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise NotAValue("expected a whole number")
    return int(text)


def money(cell: str) -> Parts:
    """Amount and, where it is named, currency.

    >>> money("$1,200.50")
    {'award': 1200.5, 'award_currency': 'USD'}
    """
    if _word(cell) in NOTHING:
        return {}
    text = cell.strip()
    if len(text) > _LONGEST_AMOUNT:
        raise NotAValue(f"expected a finite amount of at most {_LONGEST_AMOUNT} characters")
    match = _MONEY.fullmatch(text)
    if not match:
        raise NotAValue("expected an amount such as 1200.50 or $1,200")
    mark = match[1] or match[3]
    amount = float(re.sub(r"[,' ]", "", match[2]))
    return {"award": amount} | ({"award_currency": _CURRENCIES.get(mark, mark)} if mark else {})


def number(cell: str) -> int | float:
    """A number as JSON keeps it: whole where it is whole."""
    try:
        value = float(cell)
    except ValueError:
        raise NotAValue("expected a number") from None
    if not math.isfinite(value):
        raise NotAValue("expected a finite number")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


TRUTHS = {
    "true": True,
    "yes": True,
    "y": True,
    "t": True,
    "false": False,
    "no": False,
    "n": False,
    "f": False,
}


def truth(cell: str) -> bool:
    """Yes or no."""
    if _word(cell) not in TRUTHS:
        raise NotAValue("expected true or false")
    return TRUTHS[_word(cell)]


def basis(cell: str) -> Parts:
    """Basis and method of an introduction date, from our words or from the name of a method.

    >>> basis("release_no_commit_named")
    {'introduced_basis': 'inferred', 'introduced_method': 'release_no_commit_named'}
    """
    word, text = _word(cell), cell.strip()
    if word in _BASES:
        return {"introduced_basis": word}
    # "release_commit_predates_git" is a release: what a text begins with names its method.
    begins = word.split(" ")[0]
    reported = begins.startswith(_METHODS_REPORTED) or not any(
        mark.replace("_", " ") in word for mark in _INFERRED
    )
    return {"introduced_basis": "reported" if reported else "inferred", "introduced_method": text[:80]}


def _json_list(text: str) -> list[str] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    flat = (
        [part for part in found if isinstance(part, str | int | float)] if isinstance(found, list) else None
    )
    return None if flat is None else [str(part) for part in flat]


def _word(cell: str) -> str:
    return " ".join(cell.casefold().replace("_", " ").replace("-", " ").split()) or cell.strip()
