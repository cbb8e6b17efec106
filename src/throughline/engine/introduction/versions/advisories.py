"""Which versions of which package an OSV advisory is about: https://ossf.github.io/osv-schema/#evaluation"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from throughline.engine.introduction.lockfiles.names import spelled
from throughline.engine.introduction.versions import python, semver
from throughline.engine.introduction.versions.commits import CommitRange, commit_ranges

# The ecosystems whose lockfiles are read, with what orders their versions.
ORDERS: dict[str, Callable[[str], Any]] = {
    "npm": semver.key,
    "Go": semver.key,
    "crates.io": semver.key,
    "PyPI": python.key,
}
# At one version, what begins there is said before what ends there.
_EVENTS = ("introduced", "last_affected", "fixed")
_LAST_KNOWN = re.compile(r"(<=?)\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Event:
    """From a version on it is affected (introduced) or not (fixed), or after it no more (last_affected)."""

    kind: str
    version: str


@dataclass(frozen=True, slots=True)
class Affected:
    """The versions of one package that an advisory is about: those listed, and those of ranges."""

    ecosystem: str
    name: str
    ranges: tuple[tuple[Event, ...], ...]
    versions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Advisory:
    """An advisory with its own id and its aliases, and what it is about."""

    ids: tuple[str, ...]
    affected: tuple[Affected, ...]
    is_withdrawn: bool = False
    commits: tuple[CommitRange, ...] = ()


def read_advisory(document: Any) -> Advisory:
    """The advisory of a JSON document. ValueError where it is none.

    >>> read_advisory({"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": []}).ids
    ('X-1',)
    """
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        raise ValueError("it is no OSV advisory: it has no 'id'")
    ids = dict.fromkeys([document["id"], *_texts(document.get("aliases"))])
    affected = tuple(_affected(one) for one in _objects(document.get("affected")))
    known = tuple(one for one in affected if one is not None)
    return Advisory(tuple(ids), known, bool(document.get("withdrawn")), commit_ranges(document))


def is_affected(version: str, affected: Affected) -> bool:
    """Whether a version is listed or in a range. ValueError where ranges have to say and it is no version.

    >>> told = Affected("npm", "a", ((Event("introduced", "0"), Event("fixed", "1.2.0")),), frozenset())
    >>> is_affected("1.1.9", told), is_affected("1.2.0", told)
    (True, False)
    """
    if version in affected.versions:
        return True
    order = ORDERS[affected.ecosystem]
    place = order(version) if affected.ranges else None
    return any(_is_within(place, each, order) for each in affected.ranges)


def _is_within(place: Any, events: Iterable[Event], order: Callable[[str], Any]) -> bool:
    within = False
    for kind, at in sorted(_placed(events, order), key=lambda each: (each[1], _EVENTS.index(each[0]))):
        if kind == "last_affected":
            within = within and not place > at
        elif place >= at:
            within = kind == "introduced"
    return within


def _placed(events: Iterable[Event], order: Callable[[str], Any]) -> Iterator[tuple[str, Any]]:
    lowest = order("0.0.0-0" if order is semver.key else "0.dev0")
    for event in events:
        yield event.kind, lowest if event.version == "0" else order(event.version)


def _affected(one: dict[str, Any]) -> Affected | None:
    package = one.get("package")
    package = package if isinstance(package, dict) else {}
    ecosystem, name = str(package.get("ecosystem", "")).partition(":")[0], package.get("name")
    if ecosystem not in ORDERS or not isinstance(name, str):
        return None
    ranges = (_range(each, one) for each in _objects(one.get("ranges")) if each.get("type") != "GIT")
    readable = tuple(each for each in ranges if each and _is_readable(each, ORDERS[ecosystem]))
    return Affected(ecosystem, spelled(ecosystem, name), readable, frozenset(_texts(one.get("versions"))))


def _range(each: dict[str, Any], one: dict[str, Any]) -> tuple[Event, ...]:
    events = [
        Event(kind, event[kind])
        for event in _objects(each.get("events"))
        for kind in _EVENTS
        if isinstance(event.get(kind), str)
    ]
    if events and all(event.kind == "introduced" for event in events):
        events += _last_known(one)
    return tuple(events)


def _last_known(one: dict[str, Any]) -> Iterator[Event]:
    """Where no version mends it, GitHub says beside the range which version was the last one affected."""
    specific = one.get("database_specific")
    said = specific.get("last_known_affected_version_range") if isinstance(specific, dict) else None
    match = _LAST_KNOWN.fullmatch(said.strip()) if isinstance(said, str) else None
    if match:
        yield Event("last_affected" if match[1] == "<=" else "fixed", match[2])


def _is_readable(events: Iterable[Event], order: Callable[[str], Any]) -> bool:
    try:
        list(_placed(events, order))
    except ValueError:
        return False
    return True


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
