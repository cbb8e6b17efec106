"""Which commit brought a flaw in: candidates with their weights, the middle one, and their interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from throughline.engine.introduction.evidence import Evidence

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commit that may have brought the flaw in. The weight counts lines.

    A weight of 0 is a commit that changed such a line on its way here: it bounds the interval and does not
    decide where in it the estimate lies.
    """

    commit: str
    date: datetime
    weight: float


@dataclass(frozen=True, slots=True)
class Introduction:
    """What is known of a time of introduction. All three are None where nothing is known.

    `oldest` is None beside a known `introduced` where the history at hand begins too late to say.
    """

    introduced: datetime | None = None
    oldest: datetime | None = None
    newest: datetime | None = None
    evidence: Evidence = Evidence.UNKNOWN
    candidates: tuple[Candidate, ...] = ()


def gathered(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate a commit, with its weights added up, the heaviest first and of these the oldest.

    >>> from datetime import UTC, datetime
    >>> day = datetime(2024, 1, 1, tzinfo=UTC)
    >>> gathered([Candidate("a", day, 1), Candidate("b", day, 3), Candidate("a", day, 1)])[1].weight
    2
    """
    together: dict[str, Candidate] = {}
    for each in found:
        before = together.get(each.commit)
        weight = each.weight + (before.weight if before else 0)
        together[each.commit] = Candidate(each.commit, each.date, weight)
    return tuple(sorted(together.values(), key=lambda each: (-each.weight, each.date, each.commit)))


def weighted_median(candidates: Sequence[Candidate]) -> datetime:
    """The date by which half of the weight has come; of two that halve it the older. ValueError without any.

    >>> from datetime import UTC, datetime
    >>> days = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    >>> weighted_median([Candidate(str(day.day), day, weight) for day, weight in zip(days, (1, 1, 5))]).day
    3
    """
    total = sum(each.weight for each in candidates)
    if total <= 0:
        raise ValueError("nothing weighs anything")
    so_far = 0.0
    for each in sorted(candidates, key=lambda each: each.date):
        so_far += each.weight
        if each.weight and so_far >= total / 2:
            return each.date
    raise AssertionError("the whole is more than its half")


def listed(candidates: Sequence[One], most: int, *, weight: Callable[[One], float]) -> Sequence[One]:
    """At most so many of those that `gathered` gave: the heaviest, and evenly of those of the last weight.

    >>> listed([9, 1, 1, 1, 1, 1, 0], 4, weight=float)
    [9, 1, 1, 1]
    >>> listed(range(100, 110), 3, weight=lambda each: 1)
    [100, 104, 109]
    """
    if len(candidates) <= most:
        return candidates
    last = weight(candidates[most - 1])
    heavier = [each for each in candidates if weight(each) > last]
    alike = [each for each in candidates if weight(each) == last]
    n = most - len(heavier)
    # From the first to the last of them.
    places = [step * (len(alike) - 1) // (n - 1) for step in range(n)] if n > 1 else [0]
    return [*heavier, *(alike[place] for place in places)]


def estimated(found: Iterable[Candidate], evidence: Evidence, *, is_cut: bool = False) -> Introduction:
    """The weighted median of candidates within their interval; unknown where none has weight.

    `is_cut` says that the history at hand begins with one of them, so that the oldest is not known.
    """
    candidates = gathered(found)
    if not any(each.weight for each in candidates):
        return Introduction()
    dates = [each.date for each in candidates]
    oldest = None if is_cut else min(dates)
    return Introduction(weighted_median(candidates), oldest, max(dates), evidence, candidates)


def first_of(found: Iterable[Candidate], evidence: Evidence, *, is_cut: bool = False) -> Introduction:
    """The oldest of candidates that are each known to have brought it in; unknown where there is none."""
    candidates = gathered(found)
    if not candidates:
        return Introduction()
    dates = [each.date for each in candidates]
    oldest = None if is_cut else min(dates)
    return Introduction(min(dates), oldest, max(dates), evidence, candidates)
