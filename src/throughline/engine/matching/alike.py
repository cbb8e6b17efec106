"""Plans that need no search, since two people change places in one that is known.

Where a pair is held by somebody else in the best plan and nothing is lost when the two change places, no plan
with the pair is better. Of people who are alike in all that counts, what holds for one holds for the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.parts import Pair
from throughline.engine.matching.plans import hold
from throughline.engine.matching.question import Flags, Question


def alike(question: Question) -> NDArray[np.int64]:
    """A number for each person, the same for those who may change places in any plan."""
    rows = (
        question.capacity[:, None],
        question.account[:, None],
        question.interest,
        question.growth,
        question.continued,
        question.liked,
        question.fits,
        question.at_floor,
        question.forced,
    )
    _, found = np.unique(np.hstack(rows).astype(np.float64), axis=0, return_inverse=True)
    return np.asarray(found.ravel(), np.int64)


def in_place_of(given: Flags, one: int, other: int) -> Flags:
    """The plan in which two people have changed places."""
    found = given.copy()
    found[[one, other]] = given[[other, one]]
    return found


def exchanged(given: Flags, one: Pair, other: Pair) -> Flags:
    """The plan in which two people, each with a piece of work, have taken each other's."""
    (first, gives), (second, takes) = one, other
    found = given.copy()
    found[one] = found[other] = False
    found[first, takes] = found[second, gives] = True
    return found


def exchanges(question: Question, given: Flags, person: int, work: int) -> Flags:
    """Plans that hold what must be, in which a person does a piece of work that somebody else did.

    The two change places, or give each other one piece of work.
    """
    found = [
        each for other in np.flatnonzero(given[:, work]) for each in _with(given, person, int(other), work)
    ]
    plans = np.array(found, np.bool_).reshape(len(found), *given.shape)
    return plans[hold(question, plans)]


def _with(given: Flags, person: int, other: int, work: int) -> Iterator[Flags]:
    yield in_place_of(given, person, other)
    for gives in np.flatnonzero(given[person] & ~given[other]):
        yield exchanged(given, (person, int(gives)), (other, work))
