"""Versions of npm, Go and crates.io in order: https://semver.org/#spec-item-11"""

from __future__ import annotations

import re

Key = tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]

_VERSION = re.compile(
    r"v?(\d{1,20})(?:\.(\d{1,20}))?(?:\.(\d{1,20}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?", re.ASCII
)
_LONGEST = 300


def key(text: str) -> Key:
    """What orders versions; `0` and `1.2` are read as OSV writes them. ValueError for what is none.

    >>> key("1.0.0-rc.2") < key("1.0.0-rc.10") < key("v1.0.0") == key("1.0.0+build") < key("1.0.1")
    True
    """
    match = _VERSION.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(f"'{text[:60]}' is no version")
    major, minor, patch = (int(number or 0) for number in match.group(1, 2, 3))
    return major, minor, patch, int(match[4] is None), tuple(map(_part, (match[4] or "").split(".")))


def _part(part: str) -> tuple[int, int, str]:
    # Numbers before words, numbers by value; a release has no parts and is above all of them.
    return (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part)
