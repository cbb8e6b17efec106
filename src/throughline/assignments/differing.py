"""How one plan differs from another: who gets work, and who gives it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

# A row of a plan: {"person": "3", "work": "initiative:paved-road", "share": 0.5}.
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes for one person, by the keys of the work."""

    person: str
    gets: tuple[str, ...]
    gives_up: tuple[str, ...]


def differences(before: Iterable[Row], after: Iterable[Row]) -> list[Difference]:
    """What changes from one plan to another, a line a person, in the order of the plans.

    >>> differences([{"person": "3", "work": "a"}], [{"person": "3", "work": "b"}])
    [Difference(person='3', gets=('b',), gives_up=('a',))]
    """
    had, has = _by_person(before), _by_person(after)
    found = []
    for person in dict.fromkeys((*had, *has)):
        old, new = had.get(person, []), has.get(person, [])
        gets = tuple(each for each in new if each not in old)
        gives_up = tuple(each for each in old if each not in new)
        if gets or gives_up:
            found.append(Difference(person, gets, gives_up))
    return found


def _by_person(rows: Iterable[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["person"]), []).append(row["work"])
    return found
