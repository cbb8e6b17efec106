"""When a lockfile held a vulnerable version: spells, of which there may be several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.engine.introduction.candidates import Candidate, Introduction, first_of
from throughline.engine.introduction.evidence import Evidence


@dataclass(frozen=True, slots=True)
class State:
    """What a lockfile held from a commit on; `versions` are the vulnerable ones, none where it held none.

    `is_first` says that there was no lockfile before: what was installed then, nobody wrote down.
    """

    commit: str
    date: datetime
    versions: frozenset[str]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """From a commit on it was held, until another (None: to the history's end); with all its versions."""

    begin: State
    end: State | None
    versions: frozenset[str]


def spells(states: Iterable[State]) -> list[Spell]:
    """The spells in which a vulnerable version was held, in the order of the history.

    >>> from datetime import UTC, datetime
    >>> day = datetime(2024, 1, 1, tzinfo=UTC)
    >>> held = [State(str(n), day, frozenset(v)) for n, v in enumerate(["1", "2", "", "1"])]
    >>> [(each.begin.commit, each.end.commit if each.end else None) for each in spells(held)]
    [('0', '2'), ('3', None)]
    """
    found: list[Spell] = []
    begin: State | None = None
    versions: frozenset[str] = frozenset()
    for state in states:
        if state.versions:
            begin, versions = begin or state, versions | state.versions
        elif begin is not None:
            found.append(Spell(begin, state, versions))
            begin, versions = None, frozenset()
    return [*found, Spell(begin, None, versions)] if begin is not None else found


def of_spells(held: Sequence[Spell], *, is_cut: bool = False) -> Introduction:
    """The first commit that held a vulnerable version, each entry being a candidate of the same weight.

    Where it came back, the interval reaches from the first entry to the last.
    """
    entries = [Candidate(each.begin.commit, each.begin.date, 1) for each in held]
    return first_of(entries, Evidence.LOCKFILE_HISTORY, is_cut=is_cut)


def spell_at(held: Sequence[Spell], instant: datetime) -> Spell | None:
    """The last spell that had begun by an instant: the exposure that was found then."""
    begun = [each for each in held if each.begin.date <= instant]
    return begun[-1] if begun else None
