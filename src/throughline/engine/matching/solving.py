"""Which way leads to the best plan: over pairs where they are few or easy, over whole quarters for others."""

from __future__ import annotations

from throughline.engine.matching.around import Around
from throughline.engine.matching.met import Undecided
from throughline.engine.matching.model import by_pairs
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Flags, Question, Weights
from throughline.engine.matching.relaxed import Relaxed, Unsettled
from throughline.engine.matching.search import searched

# Under so few pairs HiGHS is done before quarters are listed; over so many they take too much memory.
FEW, MANY = 60, 20_000
# Where more than this part of what is done is done by half, a few nodes over pairs hardly settle it.
HALF_DONE = 0.4


def best(question: Question, weights: Weights) -> Plan | None:
    """The plan of the highest objective; None where there is none.

    >>> from throughline.engine.matching.question import Person, Work
    >>> ana = Person(key="ana", capacity=10, interests={"data": 1.0})
    >>> works = (Work(key="a", value=0.2, weeks=10, kinds={"data": 1.0}), Work(key="b", value=0.9, weeks=10))
    >>> best(Question((ana,), works), Weights()).given.tolist()
    [[True, False]]
    """
    around = around_of(question, weights)
    try:
        if around is not None:
            return around.best()
    except Undecided:
        pass
    relaxed = relaxed_of(question, weights)
    found = None if relaxed is None else by_quarters(relaxed, [])
    return found or by_pairs(question, weights, question.forced)


def around_of(question: Question, weights: Weights, *, like: Around | None = None) -> Around | None:
    """The solved relaxation over pairs, where they are few or it is all but whole; else None.

    `like` is it at other weights, from which it begins; where that was near, so is this. Time that is given
    out in months leaves hardly any rest, and then no other way is as short.
    """
    pairs = int(question.may.sum())
    if not pairs:
        return None
    try:
        around = Around(question, weights, like=like)
    except Undecided:
        return None
    is_near = like is not None or pairs <= FEW or not around.is_possible
    return around if is_near or around.half_done() < HALF_DONE else None


def relaxed_of(
    question: Question, weights: Weights, *, sets: list[tuple[int, Flags]] | None = None
) -> Relaxed | None:
    """The solved relaxation, begun with some sets of people; None for questions better asked otherwise."""
    if not FEW < int(question.may.sum()) < MANY or (question.forced & ~question.may).any():
        return None
    try:
        relaxed = Relaxed(question, weights)
        relaxed.start(sets)
        relaxed.solve()
    except Unsettled:
        return None
    return relaxed


def by_quarters(
    relaxed: Relaxed,
    known: list[Flags],
    *,
    with_pair: tuple[int, int] | None = None,
    near: Flags | None = None,
    within: float = 0.0,
) -> Plan | None:
    """The best plan of a relaxation; None where this way does not lead to one. See `searched`."""
    try:
        if with_pair is None:
            return searched(relaxed, known, within=within)
        with relaxed.holding(*with_pair):
            relaxed.solve()
            return searched(relaxed, known, within=within, near=near)
    except Unsettled:
        return None
