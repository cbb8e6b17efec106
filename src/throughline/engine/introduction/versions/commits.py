"""Ranges of commits in OSV advisories: which commits brought a flaw in, and which ended it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# What an advisory writes for "since the first commit".
FROM_THE_FIRST = "0"
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ENDS = ("fixed", "last_affected", "limit")


@dataclass(frozen=True, slots=True)
class CommitRange:
    """`introduced` are whole hashes or "0", `ends` the hashes of the commits that end it."""

    repo: str
    introduced: tuple[str, ...]
    ends: tuple[str, ...]


def commit_ranges(document: dict[str, Any]) -> tuple[CommitRange, ...]:
    """The ranges of type GIT of an advisory; what is no whole hash is left out.

    >>> events = [{"introduced": "0"}, {"fixed": "a" * 40}]
    >>> [found] = commit_ranges({"affected": [{"ranges": [{"type": "GIT", "events": events}]}]})
    >>> found.introduced
    ('0',)
    """
    ranges = (each for one in _objects(document.get("affected")) for each in _objects(one.get("ranges")))
    found = (_range(each) for each in ranges if each.get("type") == "GIT")
    return tuple(each for each in found if each.introduced)


def _range(each: dict[str, Any]) -> CommitRange:
    ends = dict.fromkeys(end for kind in _ENDS for end in _named(each, kind))
    introduced = dict.fromkeys(_named(each, "introduced"))
    return CommitRange(str(each.get("repo", ""))[:500], tuple(introduced), tuple(ends))


def _named(each: dict[str, Any], kind: str) -> Iterator[str]:
    for event in _objects(each.get("events")):
        said = event.get(kind)
        if not isinstance(said, str):
            continue
        hash = said.strip().lower()
        if _HASH.fullmatch(hash) or (hash == FROM_THE_FIRST and kind == "introduced"):
            yield hash


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
