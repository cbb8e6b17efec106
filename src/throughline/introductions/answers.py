"""What is answered: a subject with its introduction, and what one has to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from throughline.engine.dates import iso
from throughline.engine.introduction.candidates import Candidate, Introduction, listed
from throughline.engine.introduction.holdings import Spell

MOST_CANDIDATES = 200
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """One subject. `about` names it for programs: a commit, a place, or a package with its vulnerability.

    `spells` are those in which a lockfile held it.
    """

    subject: str
    kind: str
    about: dict[str, Any]
    found: Introduction
    notes: tuple[str, ...] = ()
    spells: tuple[Spell, ...] = ()


def document(answer: Answer) -> dict[str, Any]:
    """The answer as JSON: times in UTC, `basis` in the words of a record's dates."""
    found = answer.found
    return {
        "subject": answer.subject,
        "kind": answer.kind,
        **answer.about,
        "introduced": iso(found.introduced) if found.introduced else None,
        "oldest": iso(found.oldest) if found.oldest else None,
        "newest": iso(found.newest) if found.newest else None,
        "basis": found.evidence.basis or "unknown",
        "method": found.evidence.method if found.introduced else None,
        "candidates": [_candidate(each) for each in _listed(found.candidates)],
        **({"spells": [_spell(each) for each in answer.spells]} if answer.spells else {}),
        "notes": [*answer.notes, *_left_out(found.candidates)],
    }


def few_of(names: Sequence[str]) -> str:
    """The first few of them.

    >>> few_of(["a", "b"]), few_of(["a", "b", "c", "d", "e", "f", "g"])
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _candidate(each: Candidate) -> dict[str, Any]:
    weight = int(each.weight) if each.weight == int(each.weight) else each.weight
    return {"commit": each.commit, "date": iso(each.date), "weight": weight}


def _listed(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    return listed(candidates, MOST_CANDIDATES, weight=lambda each: each.weight)


def _left_out(candidates: Sequence[Candidate]) -> list[str]:
    more = len(candidates) - MOST_CANDIDATES
    if more <= 0:
        return []
    is_even = candidates[MOST_CANDIDATES].weight == candidates[MOST_CANDIDATES - 1].weight
    which = "candidates are left out of the list, evenly through their time" if is_even else (
        "lighter candidates are left out of the list")  # fmt: skip
    return [f"{more:,} {which}"]


def _spell(each: Spell) -> dict[str, Any]:
    return {
        "versions": sorted(each.versions),
        "since": {"commit": each.begin.commit, "date": iso(each.begin.date)},
        "until": {"commit": each.end.commit, "date": iso(each.end.date)} if each.end else None,
    }
