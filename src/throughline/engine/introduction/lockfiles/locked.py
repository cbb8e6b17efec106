"""What a lockfile locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

Locked = dict[str, frozenset[str]]


def locked(pairs: Iterable[tuple[str, str]]) -> Locked:
    """Packages with their versions, of which one file may hold several.

    >>> sorted(locked([("a", "1"), ("a", "2")])["a"])
    ['1', '2']
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, version in pairs:
        found[name].add(version)
    return {name: frozenset(versions) for name, versions in found.items()}


def text_of(content: bytes) -> str:
    """The text; a byte that is none spoils its own name and nothing else."""
    return content.decode("utf-8-sig", "replace")
