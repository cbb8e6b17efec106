"""Which way leads to the best plan: over pairs where they are few or easy, over whole quarters for others."""

from __future__ import annotations

from collections.abc import Sequence

from throughline.engine.matching.model import by_pairs, easily
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Flags, Question, Weights
from throughline.engine.matching.relaxed import Relaxed, Unsettled
from throughline.engine.matching.search import searched

# Under so few pairs HiGHS is done before quarters are listed; over so many they take too much memory.
FEW, MANY = 60, 20_000
# Over more pairs than this it is worth looking whether they are easy.
AT_ONCE = 60


def best(question: Question, weights: Weights, *, with_pair: tuple[int, int] | None = None) -> Plan | None:
    """The plan of the highest objective, where asked with one pair forced; None where there is none.

    >>> from throughline.engine.matching.question import Person, Work
    >>> ana = Person(key="ana", capacity=10, interests={"data": 1.0})
    >>> works = (Work(key="a", value=0.2, weeks=10, kinds={"data": 1.0}), Work(key="b", value=0.9, weeks=10))
    >>> best(Question((ana,), works), Weights()).given.tolist()
    [[True, False]]
    """
    must = question.forced.copy()
    if with_pair is not None:
        must[with_pair] = True
    found = None if with_pair else at_once(question, weights)
    if found is None and with_pair is None and (relaxed := relaxed_of(question, weights)):
        found = by_quarters(relaxed, [])
    return found or by_pairs(question, weights, must)


def at_once(
    question: Question, weights: Weights, known: Sequence[Flags] = (), *, within: float = 0.0
) -> Plan | None:
    """The best plan where a question beyond the small ones is easy over pairs; else None."""
    if int(question.may.sum()) <= AT_ONCE:
        return None
    return easily(question, weights, known, within=within)


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
    relaxed: Relaxed, known: list[Flags], *, with_pair: tuple[int, int] | None = None, within: float = 0.0
) -> Plan | None:
    """The best plan of a relaxation; None where this way does not lead to one."""
    try:
        if with_pair is None:
            return searched(relaxed, known, within=within)
        with relaxed.holding(*with_pair):
            relaxed.solve()
            return searched(relaxed, known, within=within)
    except Unsettled:
        return None
