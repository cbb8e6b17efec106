"""A vulnerability's life: its events fold to its state, as it stands or as it was known at any instant.

Values are JSON values; an empty one (None, "", [], {}) is the same as an absent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from throughline.engine.dates import iso

Values = dict[str, Any]
Changes = dict[str, list[Any]]

REJECTED_STATES = frozenset({"false positive", "duplicate", "out of scope"})


@dataclass(frozen=True, slots=True)
class Change:
    """One event: what became known at an instant. `changes` is {field: [old, new]}.

    `sequence` orders events of the same instant; `asserts` says whether its author spoke about the whole
    record (an import) or about the named fields only (a person's triage).
    """

    known_at: datetime
    sequence: int
    changes: Mapping[str, Sequence[Any]]
    asserts: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """What was known of a record from `known_from` (included) to `known_to` (not; None: still)."""

    known_from: datetime
    known_to: datetime | None
    values: Values


def is_empty(value: object) -> bool:
    """Whether a value says nothing. Zero and false do say something."""
    return value is None or value == "" or value == [] or value == {}


def fold(events: Iterable[Change], *, known_at: datetime | None = None) -> Values:
    """The non-empty values after all events, or after those known by an instant (included).

    >>> from datetime import UTC, datetime
    >>> day = datetime(2024, 1, 1, tzinfo=UTC)
    >>> fold([Change(day, 2, {"severity": [1, 3]}), Change(day, 1, {"severity": [None, 1]})])
    {'severity': 3}
    """
    values: Values = {}
    for event in in_order(events):
        if known_at is not None and event.known_at > known_at:
            break
        _apply(values, event)
    return values


def versions(events: Iterable[Change]) -> list[Version]:
    """Every version of a record in time order; events of one instant make one version.

    The versions cover [first event, ∞) without gap or overlap.
    """
    values: Values = {}
    found: list[Version] = []
    for instant, group in groupby(in_order(events), key=attrgetter("known_at")):
        if found:
            found[-1] = Version(found[-1].known_from, instant, found[-1].values)
        for event in group:
            _apply(values, event)
        found.append(Version(instant, None, dict(values)))
    return found


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """What leads from old to new values, field by field; empty when they say the same.

    >>> diff({"severity": 1, "title": "a"}, {"severity": 3, "title": "a", "cwe": ""})
    {'severity': [1, 3]}
    """
    changes: Changes = {}
    for field in (*new, *(name for name in old if name not in new)):
        before, after = old.get(field), new.get(field)
        if before != after and not (is_empty(before) and is_empty(after)):
            changes[field] = [before, after]
    return changes


def in_order(events: Iterable[Change]) -> list[Change]:
    """Events in the order of the fold: by instant of knowledge, then by sequence."""
    return sorted(events, key=lambda event: (event.known_at, event.sequence))


def insertion(
    events: Sequence[Change],
    new: Mapping[str, Any],
    *,
    known_at: datetime,
    asserted_at: datetime,
    listed_at: datetime | None = None,
) -> list[tuple[datetime, Changes]]:
    """What an import as of an earlier date adds to a history that goes on after it, oldest first.

    `asserted_at` is when the record was last spoken of, `listed_at` when a complete listing of its source
    next was made. What was known from the first of these on stays as it was: a record that such a listing
    did not know is absent from it.
    """
    changes = diff(fold(events, known_at=known_at), new)
    if not changes:
        return []
    added = [(known_at, changes)]
    later = [event.known_at for event in events if event.asserts and event.known_at > known_at]
    following = min([*later, *([asserted_at] if asserted_at > known_at else [])], default=None)
    if listed_at is not None and (following is None or listed_at < following):
        then = fold(events, known_at=listed_at)
        gone = {**_with(events, added, listed_at), "vanished_at": iso(listed_at)}
        added += _restoring(events, added, instant=listed_at, to=then or gone)
        if then:
            return added
    if following is not None:
        added += _restoring(events, added, instant=following, to=fold(events, known_at=following))
    return added


def _with(events: Sequence[Change], added: Sequence[tuple[datetime, Changes]], instant: datetime) -> Values:
    last = max((event.sequence for event in events), default=0)
    new = [Change(at, last + number, said) for number, (at, said) in enumerate(added, start=1)]
    return fold([*events, *new], known_at=instant)


def _restoring(
    events: Sequence[Change], added: Sequence[tuple[datetime, Changes]], *, instant: datetime, to: Values
) -> list[tuple[datetime, Changes]]:
    changes = diff(_with(events, added, instant), to)
    return [(instant, changes)] if changes else []


def status(values: Mapping[str, Any], *, at: str) -> str:
    """open, mitigated, accepted or rejected at an instant (ISO text in UTC, as values hold it).

    >>> status({"state": "confirmed", "mitigated_at": "2024-02-01T00:00:00Z"}, at="2024-01-31T00:00:00Z")
    'open'
    """
    if values.get("state") in REJECTED_STATES:
        return "rejected"
    mitigated = values.get("mitigated_at")
    if mitigated and _not_after(mitigated, at):
        return "mitigated"
    return "accepted" if _accepted(values, at) else "open"


def _accepted(values: Mapping[str, Any], at: str) -> bool:
    until = values.get("accepted_until")
    return values.get("state") == "accepted" and not (until and _not_after(until, at))


def _not_after(instant: str, at: str) -> bool:
    # Without the Z, "…:00" sorts before "…:00.5" as it should.
    return instant.removesuffix("Z") <= at.removesuffix("Z")


def _apply(values: Values, event: Change) -> None:
    for field, (_, new) in event.changes.items():
        if is_empty(new):
            values.pop(field, None)
        else:
            values[field] = new
