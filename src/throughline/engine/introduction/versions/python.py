"""Versions of PyPI in order: https://packaging.python.org/en/latest/specifications/version-specifiers/"""

from __future__ import annotations

import re
from itertools import dropwhile

Part = tuple[int, int, str]
Key = tuple[int, tuple[int, ...], tuple[int, int, int], int, tuple[int, int], tuple[Part, ...]]

_VERSION = re.compile(
    r"""
    v?(?:(?P<epoch>\d+)!)?
    (?P<release>\d+(?:\.\d+)*)
    (?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_n>\d*))?
    (?P<post>-(?P<post_bare>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_n>\d*))?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_n>\d*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    """,
    re.VERBOSE | re.ASCII,
)
_RANKS = {"alpha": 0, "a": 0, "beta": 1, "b": 1}
_LONGEST = 200
_ONLY_DEVELOPED, _PRE, _NEITHER = 0, 1, 2


def key(text: str) -> Key:
    """What orders versions. ValueError for what is none.

    >>> key("1.0.dev1") < key("1.0a1") < key("1.0rc1") < key("1.0") == key("1")
    True
    >>> key("1.0") < key("1.0.post1") < key("1.1") < key("1!0")
    True
    """
    match = _VERSION.fullmatch(text.strip().lower()) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(f"'{text[:60]}' is no version")
    release = [int(number) for number in match["release"].split(".")]
    kept = tuple(dropwhile(lambda number: number == 0, reversed(release)))[::-1]
    # A version without `post` or `dev` is before any post release, and after all that was developed for it.
    post = int(match["post_bare"] or match["post_n"] or 0) if match["post"] else -1
    dev = (0, int(match["dev_n"] or 0)) if match["dev"] else (1, 0)
    return int(match["epoch"] or 0), kept, _pre(match), post, dev, _local(match["local"])


def _pre(match: re.Match[str]) -> tuple[int, int, int]:
    if match["pre"]:
        return _PRE, _RANKS.get(match["pre"], 2), int(match["pre_n"] or 0)
    is_only_developed = bool(match["dev"]) and not match["post"]
    return (_ONLY_DEVELOPED if is_only_developed else _NEITHER), 0, 0


def _local(said: str | None) -> tuple[Part, ...]:
    parts = re.split(r"[-_.]", said) if said else []
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts)
