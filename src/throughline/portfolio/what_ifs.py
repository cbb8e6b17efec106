"""What if there were other weeks, more people, other weights: read from an address, and written nowhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.engine.refusals import Refused
from throughline.portfolio.models import Rules
from throughline.portfolio.numbers import number_of
from throughline.portfolio.ruling import capacity_of, weight_of

MOST_PEOPLE = 20
WEIGHT = "weight_"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What stands instead of the stated rules; each of `people` brings what one more person does."""

    capacity: float | None = None
    people: int = 0
    weights: Mapping[str, float] = field(default_factory=dict)

    def capacity_of(self, rules: Rules | None) -> float | None:
        """The person-weeks to choose under; None where nobody said any."""
        capacity = self.capacity
        if capacity is None:
            capacity = rules.capacity if rules else None
        if capacity is None:
            return None
        return capacity + self.people * (rules.person_weeks if rules else 10.0)


AS_STATED = WhatIf()


@dataclass(frozen=True, slots=True)
class Tried:
    """A what-if as it is written in an address: its texts and what is wrong with them, by field."""

    what_if: WhatIf
    texts: Mapping[str, str]
    problems: Mapping[str, Refused]

    @property
    def is_any(self) -> bool:
        """Whether anything but what is stated is asked."""
        return bool(self.texts)

    def require_right(self) -> None:
        """Raises what is wrong with it, if anything is."""
        for refused in self.problems.values():
            raise refused


def tried(given: Mapping[str, Any], keys: Collection[str]) -> Tried:
    """The what-if of an address: capacity=30&more=1&weight_KEY=2; `keys` are of the cycle's objectives."""
    texts = {name: str(text).strip() for name, text in given.items() if _is_one(name) and str(text).strip()}
    found: dict[str, Any] = {}
    problems: dict[str, Refused] = {}
    for name, text in texts.items():
        try:
            found[name] = _read(name, text, keys)
        except Refused as refused:
            problems[name] = refused
    weights = {name.removeprefix(WEIGHT): value for name, value in found.items() if name.startswith(WEIGHT)}
    return Tried(WhatIf(found.get("capacity"), found.get("more", 0), weights), texts, problems)


def _read(name: str, text: str, keys: Collection[str]) -> float:
    if name == "capacity":
        return capacity_of(text)
    if name == "more":
        return people_of(text)
    return weight_of(keys, name.removeprefix(WEIGHT), text)


def people_of(text: object) -> int:
    """How many more people, a whole number. Raises Refused.

    >>> people_of("2")
    2
    """
    what = "how many more people, such as 1"
    found = number_of(text, place="more", what=what, least=0, most=MOST_PEOPLE)
    if found != int(found):
        raise Refused(f"expected {what}, found '{text}'", place="more", code="bad_number")
    return int(found)


def _is_one(name: str) -> bool:
    return name in ("capacity", "more") or name.startswith(WEIGHT)
