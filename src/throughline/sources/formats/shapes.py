"""Reading what reports say: values picked out of nested records, and the words that tools use. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from throughline.engine.dates import NotADate, Order, is_nothing, iso, parse_date
from throughline.sources import values
from throughline.sources.formats.findings import BadRecord

_CWE = re.compile(r"CWE[-_ :]?0*(\d{1,5})(?!\d)", re.IGNORECASE)
_ID = re.compile(
    r"(?<![\w-])(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|(?:PYSEC|GO|RUSTSEC|OSV|DSA|USN|RHSA|ALSA|ELSA)-[\w:.-]+)",
    re.I,
)
_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE)
_VECTOR = re.compile(
    r"(?:CVSS:[34]\.\d/)?(?:[A-Za-z]{1,3}:[A-Za-z]{1,3})(?:/[A-Za-z]{1,3}:[A-Za-z]{1,5}){4,}"
)
_YEAR_2100 = 4_102_444_800


def dig(record: Any, *path: str | int) -> Any:
    """The value at a path of names and positions; None where any step is missing or null.

    Raises BadRecord where a step leads into something that is no object or list.

    >>> dig({"a": [{"b": 1}]}, "a", 0, "b"), dig({"a": None}, "a", 0)
    (1, None)
    """
    if len(path) == 1 and type(record) is dict:
        # Most values are one step away, and there are millions of them.
        return record.get(path[0])
    here = record
    for depth, step in enumerate(path):
        if here is None:
            return None
        if isinstance(step, str) and isinstance(here, dict):
            here = here.get(step)
        elif isinstance(step, int) and isinstance(here, list):
            here = here[step] if -len(here) <= step < len(here) else None
        else:
            wanted = "an object" if isinstance(step, str) else "a list"
            raise BadRecord(f"{_path(path[:depth])}: expected {wanted}, found {_kind(here)}")
    return here


def text(record: Any, *path: str | int) -> str:
    """The text at a path, without blanks around; a number as it is written; empty where there is none."""
    value = dig(record, *path)
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise BadRecord(f"{_path(path)}: expected a text, found {_kind(value)}")


def items(record: Any, *path: str | int) -> list[Any]:
    """The list at a path; empty where there is none."""
    value = dig(record, *path)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRecord(f"{_path(path)}: expected a list, found {_kind(value)}")
    return value


def texts(record: Any, *path: str | int) -> list[str]:
    """The texts of the list at a path (a single text is a list of one), without empty and repeated ones."""
    value = dig(record, *path)
    found = [value] if isinstance(value, str) else items(record, *path)
    return unique(str(each).strip() for each in found if isinstance(each, str | int | float))


def member(record: Any, *path: str | int) -> dict[str, Any]:
    """The object at a path; empty where there is none."""
    value = dig(record, *path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRecord(f"{_path(path)}: expected an object, found {_kind(value)}")
    return value


def whole(record: Any, *path: str | int) -> int | None:
    """The whole number above nought at a path, also where it is written as text; else None.

    >>> whole({"line": "12"}, "line"), whole({"line": 0}, "line"), whole({"line": "7-9"}, "line")
    (12, None, 7)
    """
    value = dig(record, *path)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str):
        digits = re.match(r"\s*(\d{1,9})(?!\d)", value, re.ASCII)
        value = int(digits[1]) if digits else 0
    return int(value) if isinstance(value, int | float) and 0 < value < 2**31 else None


def number(record: Any, *path: str | int) -> float | None:
    """The finite number at a path, also where it is written as text; else None."""
    value = dig(record, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def score(record: Any, *path: str | int) -> float | None:
    """The CVSS score (0 to 10) at a path, else None."""
    found = number(record, *path)
    return found if found is not None and 0 <= found <= 10 else None


@lru_cache(maxsize=1000)
def severity(word: str) -> int | None:
    """The level 0 (info) to 4 (critical) of a tool's word; None for one that says nothing.

    >>> severity("MODERATE"), severity("Information"), severity("UNKNOWN")
    (2, 0, None)
    """
    try:
        return values.severity(word)
    except values.NotAValue:
        return None


def severity_of_score(score: float | None) -> int | None:
    """The qualitative rating of a CVSS 3 or 4 score (CVSS v4.0 specification, section 6).

    >>> [severity_of_score(score) for score in (0.0, 3.9, 4.0, 7.0, 9.0, None)]
    [0, 1, 2, 3, 4, None]
    """
    if score is None:
        return None
    return sum(score >= least for least in (0.1, 4.0, 7.0, 9.0))


def cwe(*said: Any) -> str:
    """The first weakness named in texts, numbers or lists of them, as `CWE-79`; a bare number counts.

    >>> cwe("CWE-079: XSS"), cwe(["", "89"]), cwe("NVD-CWE-noinfo", None, 0)
    ('CWE-79', 'CWE-89', '')
    """
    return next(iter(cwes(*said)), "")


def cwes(*said: Any) -> list[str]:
    """Every weakness named, in order."""
    return unique(f"CWE-{int(digits)}" for each in _flat(said) for digits in _weaknesses(each) if int(digits))


def _weaknesses(said: Any) -> Iterable[str]:
    if isinstance(said, bool):
        return []
    word = str(said).strip()
    if word.isascii() and word.isdigit() and len(word) < 6:
        return [word]
    return _CWE.findall(word[:2000])


def ids(*said: Any) -> list[str]:
    """Every vulnerability id (CVE, GHSA, OSV, …) named in texts or lists of them; CVE and GHSA spelled right.

    >>> ids("see cve-2024-1234 and GHSA-V6RH-HP5X-86RV", ["CVE-2024-1234"])
    ['CVE-2024-1234', 'GHSA-v6rh-hp5x-86rv']
    """
    return unique(spelled(each) for part in _flat(said) for each in _ID.findall(str(part)[:20_000]))


def spelled(identifier: str) -> str:
    """A vulnerability id in its usual case."""
    upper = identifier.strip().upper()
    if upper.startswith("GHSA-"):
        return "GHSA" + identifier.strip()[4:].lower()
    return upper if _CVE.fullmatch(upper) else identifier.strip()


def vector(*said: Any) -> str:
    """The first CVSS vector in texts."""
    found = (_VECTOR.search(str(part)[:2000]) for part in _flat(said))
    return next((match[0] for match in found if match), "")


def instant(value: Any, *, order: Order | None = None) -> str:
    """An instant in UTC as ISO text; of a date in words, or of seconds or milliseconds since 1970.

    Empty for what is no date: one that a tool garbles is no reason to lose its finding.

    >>> instant("2020-04-11 16:51:44 -0700"), instant(1700000000000), instant("soon")
    ('2020-04-11T23:51:44Z', '2023-11-14T22:13:20Z', '')
    """
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return _epoch(float(value))
    said = str(value).strip()
    if is_nothing(said):
        return ""
    if said.isascii() and said.isdigit() and len(said) in (10, 13):
        return _epoch(float(said))
    try:
        return iso(parse_date(said, order=order))
    except NotADate:
        return ""


def _epoch(seconds: float) -> str:
    if not math.isfinite(seconds):
        return ""
    seconds = seconds / 1000 if seconds > _YEAR_2100 else seconds
    return iso(datetime.fromtimestamp(seconds, UTC)) if 0 < seconds < _YEAR_2100 else ""


def unique(found: Iterable[str]) -> list[str]:
    """The texts without empty and repeated ones, in order."""
    return list(dict.fromkeys(each for each in found if each))


def untagged(image: str) -> str:
    """A container image without tag and digest: what stays from build to build.

    >>> untagged("registry:5000/shop/api:1.2@sha256:ab"), untagged("alpine")
    ('registry:5000/shop/api', 'alpine')
    """
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def masked(secret: str) -> str:
    """A secret as it may be shown: enough to know which, too little to use.

    >>> masked("AKIAIOSFODNN7EXAMPLE"), masked("short")
    ('AKIA… (20 characters)', '… (5 characters)')
    """
    shown = secret[:4] if len(secret) >= 16 else ""
    return f"{shown}… ({len(secret)} characters)"


def without(said: str, *secrets: str) -> str:
    """A text with every secret in it masked."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        said = said.replace(secret, masked(secret))
    return said


def _flat(said: Iterable[Any]) -> Iterator[Any]:
    for each in said:
        if isinstance(each, list | tuple):
            yield from (part for part in each if part is not None and not isinstance(part, list | dict))
        elif each is not None and not isinstance(each, dict):
            yield each


def _path(path: Iterable[str | int]) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).lstrip(".") or "the record"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
