"""What a lockfile locks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

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


def object_of(content: bytes) -> dict[str, Any]:
    """The JSON object. ValueError where it is none."""
    try:
        document = json.loads(text_of(content))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("it is no JSON") from None
    if not isinstance(document, dict):
        raise ValueError("it is no JSON object")
    return document
