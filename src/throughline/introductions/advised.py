"""Advisories that name commits of a clone: since which of them a flaw is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from throughline.engine.introduction.candidates import Candidate, Introduction, first_of
from throughline.engine.introduction.evidence import Evidence
from throughline.engine.introduction.versions.commits import FROM_THE_FIRST, CommitRange
from throughline.introductions.advisories import Ranged
from throughline.introductions.answers import Answer, few_of
from throughline.introductions.beginnings import beginnings
from throughline.introductions.git import Clone


def introduced(clone: Clone, ranged: Iterable[Ranged]) -> tuple[list[Answer], tuple[str, ...]]:
    """An answer for each advisory that names a commit of the clone, and a note on those that name others.

    Whose repository a range is about its commits tell, not its address: clones and forks have other ones.
    """
    every = list(ranged)
    there = clone.present(hash for flaw in every for each in flaw.ranges for hash in _hashes(each))
    found, others = [], []
    for flaw in every:
        ours = [each for each in flaw.ranges if there.intersection(_hashes(each))]
        if ours:
            found.append(_answer(clone, flaw, ours, there))
        else:
            others.append(flaw.ids[0])
    return found, tuple(_of_others(others))


def _of_others(ids: list[str]) -> Iterator[str]:
    if ids:
        whose = "1 advisory names" if len(ids) == 1 else f"{len(ids):,} advisories name"
        yield f"{whose} commits of other repositories, or some that this clone did not fetch: {few_of(ids)}"


def _hashes(each: CommitRange) -> Iterator[str]:
    yield from (hash for hash in (*each.introduced, *each.ends) if hash != FROM_THE_FIRST)


def _answer(clone: Clone, flaw: Ranged, ranges: list[CommitRange], there: frozenset[str]) -> Answer:
    begins = dict.fromkeys(hash for each in ranges for hash in _begins(clone, each, there))
    named = dict.fromkeys(hash for each in ranges for hash in each.introduced if hash != FROM_THE_FIRST)
    absent = [hash for hash in named if hash not in there]
    candidates = [Candidate(hash, clone.commit(hash).date, 1) for hash in begins]
    is_cut, said = beginnings(clone, candidates)
    about = {
        "vulnerability_ids": list(flaw.ids),
        "repository": ranges[0].repo,
        "fixed": [hash for each in ranges for hash in each.ends if hash in there],
    }
    found = first_of(candidates, Evidence.ADVISORY_RANGE, is_cut=is_cut) if candidates else Introduction()
    return Answer(flaw.ids[0], "advisory", about, found, (*_unknown(absent), *said))


def _begins(clone: Clone, each: CommitRange, there: frozenset[str]) -> Iterator[str]:
    for hash in each.introduced:
        if hash == FROM_THE_FIRST:
            # Each history that a mending commit ends begins with one of these.
            yield from (first for end in each.ends if end in there for first in clone.firsts(end))
        elif hash in there:
            yield hash


def _unknown(absent: list[str]) -> Iterator[str]:
    if absent:
        named = few_of([hash[:12] for hash in absent])
        yield f"it says that {named} brought it in, which this clone does not have: fetch it and ask again"
