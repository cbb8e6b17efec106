"""Ranked five: points that anybody adds up by hand, the Schulze order beside them, and where they disagree.

Sources: Emerson 2013, "The original Borda count and partial voting"; Schulze 2011, "A new monotonic,
clone-independent, reversal symmetric, and condorcet-consistent single-winner election method", with
winning votes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine.refusals import Refused

Counts = NDArray[np.int64]

RANKED = 5
FORMULA_VERSION = "ranked-five/1"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One voter's options, best first, at most five; what is not named stands tied below all that is."""

    voter: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An option with its points, how often it was first, and its rank; equals share the better rank."""

    option: str
    points: int
    firsts: int
    rank: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The count: by points, by Schulze in groups of equals, who beats whom, and what is contested.

    `pairwise[a][b]` is the number of voters who put a above b.
    """

    standings: tuple[Standing, ...]
    schulze: tuple[tuple[str, ...], ...]
    pairwise: Mapping[str, Mapping[str, int]]
    contested: tuple[str, ...]
    warnings: tuple[str, ...]


def tally(ballots: Sequence[Ballot], options: Iterable[str] = ()) -> Tally:
    """Count ballots; `options` are those that could be chosen, where more than were named.

    Points are 5-4-3-2-1, or m … 1 with m < 5 options. A tie goes to more first places, then to who wins
    between the tied, and is else a shared rank. Raises Refused on a voter or an option twice, and on more
    than five ranks.

    >>> count = tally([Ballot("ann", ("keys", "logs")), Ballot("bea", ("keys", "fuzz"))])
    >>> [(each.option, each.points, each.rank) for each in count.standings]
    [('keys', 6, 1), ('fuzz', 2, 2), ('logs', 2, 2)]
    """
    _check(ballots)
    names = sorted({*options, *(option for ballot in ballots for option in ballot.order)})
    above = preferences(ballots, names)
    standings = _standings(ballots, names, above)
    groups = schulze_order(above)
    order = tuple(tuple(names[place] for place in group) for group in groups)
    return Tally(
        standings,
        order,
        {a: {b: int(above[i, j]) for j, b in enumerate(names) if j != i} for i, a in enumerate(names)},
        _contested(standings, order),
        tuple(_warnings(ballots, len(names))),
    )


def _check(ballots: Sequence[Ballot]) -> None:
    voters: set[str] = set()
    for ballot in ballots:
        if ballot.voter in voters:
            raise Refused(f"{ballot.voter} voted twice: keep the last ballot only", place="voter")
        voters.add(ballot.voter)
        if len(ballot.order) > RANKED:
            raise Refused(f"{ballot.voter} ranks {len(ballot.order)}: at most {RANKED} count", place="order")
        twice = [option for option in ballot.order if ballot.order.count(option) > 1]
        if twice:
            raise Refused(f"{ballot.voter} ranks '{twice[0]}' twice: name it once", place="order")


def _warnings(ballots: Sequence[Ballot], count: int) -> Iterable[str]:
    expected = min(RANKED, count)
    short = [ballot for ballot in ballots if len(ballot.order) < expected]
    if short:
        who = "1 ballot ranks" if len(short) == 1 else f"{len(short)} ballots rank"
        yield f"{who} fewer than {expected}: what is missing counts as tied below the rest"


def preferences(ballots: Sequence[Ballot], names: Sequence[str]) -> Counts:
    """How many voters put the option of each row above that of each column.

    >>> preferences([Ballot("ann", ("b", "a"))], ["a", "b", "c"]).tolist()
    [[0, 0, 1], [1, 0, 1], [0, 0, 0]]
    """
    place = {name: index for index, name in enumerate(names)}
    above = np.zeros((len(names), len(names)), np.int64)
    for ballot in ballots:
        below = np.ones(len(names), bool)
        for option in ballot.order:
            below[place[option]] = False
            above[place[option]] += below
    return above


def _standings(ballots: Sequence[Ballot], names: Sequence[str], above: Counts) -> tuple[Standing, ...]:
    most = min(RANKED, len(names))
    points, firsts = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for ballot in ballots:
        for rank, option in enumerate(ballot.order):
            points[option] += most - rank
            firsts[option] += rank == 0
    groups: dict[tuple[int, int], list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault((-points[name], -firsts[name]), []).append(index)
    ordered = [part for key in sorted(groups) for part in _parted(groups[key], above)]
    standings: list[Standing] = []
    for part in ordered:
        rank = len(standings) + 1
        standings += [Standing(names[i], points[names[i]], firsts[names[i]], rank) for i in part]
    return tuple(standings)


def _parted(tied: list[int], above: Counts) -> list[list[int]]:
    """The tied by who wins against more of the tied, again within those who win as often; equals stay one."""
    if len(tied) == 1:
        return [tied]
    among = above[np.ix_(tied, tied)]
    wins = (among > among.T).sum(axis=1) - (among < among.T).sum(axis=1)
    parts = [[tied[i] for i in np.flatnonzero(wins == score)] for score in sorted(set(wins), reverse=True)]
    return [tied] if len(parts) == 1 else [each for part in parts for each in _parted(part, above)]


def schulze_order(above: Counts) -> list[list[int]]:
    """The options in groups of equals, best first, by strongest paths of winning votes.

    A group holds those that nobody left beats.
    """
    paths = strongest_paths(above)
    beats = paths > paths.T
    left, groups = np.arange(len(above)), []
    while left.size:
        beaten = beats[np.ix_(left, left)].any(axis=0)
        groups.append([int(index) for index in left[~beaten]])
        left = left[beaten]
    return groups


def strongest_paths(above: Counts) -> Counts:
    """For each pair the strength of the strongest path, which is its weakest win (Floyd and Warshall)."""
    paths = np.where(above > above.T, above, 0)
    for via in range(len(paths)):
        np.maximum(paths, np.minimum(paths[:, via, None], paths[None, via, :]), out=paths)
    np.fill_diagonal(paths, 0)
    return paths


def _contested(standings: Sequence[Standing], order: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What is in the top five by one method only."""
    by_points = {each.option for each in standings if each.rank <= RANKED}
    by_schulze: set[str] = set()
    before = 0
    for group in order:
        if before < RANKED:
            by_schulze |= set(group)
        before += len(group)
    return tuple(sorted(by_points ^ by_schulze))


def document(found: Tally) -> dict[str, Any]:
    """The count in JSON's own types."""
    return {
        "points": [
            {"option": each.option, "points": each.points, "firsts": each.firsts, "rank": each.rank}
            for each in found.standings
        ],
        "schulze": [list(group) for group in found.schulze],
        "pairwise": {name: dict(row) for name, row in found.pairwise.items()},
        "contested": list(found.contested),
        "warnings": list(found.warnings),
        "formula_version": FORMULA_VERSION,
    }
