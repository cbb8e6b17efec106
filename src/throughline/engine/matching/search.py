"""The best plan from the relaxation: plans by diving, then a search of what a better one may hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from throughline.engine.matching.beside import beside
from throughline.engine.matching.branches import Branches
from throughline.engine.matching.model import MANY_PAIRS, PROVEN
from throughline.engine.matching.neighbours import Neighbours
from throughline.engine.matching.plans import Plan, holds, measured
from throughline.engine.matching.question import Flags, Numbers
from throughline.engine.matching.relaxed import Relaxed, Unsettled

_WHOLE = 1e-6
_SURE = 0.9
_MOST_SETS = 8000
_MOST_NODES = 2000
# In so many rounds a plan near another is sought, where pairs are too many for whole plans.
_ROUNDS = 20
# Of so many sets, this part at least has to be worth something else than all others of the same person.
_MANY_SETS, _UNLIKE = 1000, 0.25
# The part of the bound within which sets are searched first.
_NARROW = 0.0015


def searched(relaxed: Relaxed, known: list[Flags], *, within: float = 0.0, near: Flags | None = None) -> Plan:
    """The best plan of a solved relaxation, or the first that is proven to be within so little of it.

    `known` are plans to begin with; those that do not hold what must be are left out. `near` is one that
    need not hold it: where pairs are too many to settle anything, the plan is sought near it.
    """
    best = _best_of(relaxed, known)
    if relaxed.model.columns.y > MANY_PAIRS:
        best = _near(relaxed, best, near, within)
        return _said(relaxed, best.given, relaxed.bound - best.objective)
    if best is None or relaxed.bound - best.objective > max(PROVEN, within):
        best = _best_of(relaxed, [*known, *dives(relaxed)])
    short = np.inf if best is None else relaxed.bound - best.objective
    if best is not None and short <= max(PROVEN, within):
        return _said(relaxed, best.given, short)
    # A search of few sets brings a good plan; then few are left that a better one may hold.
    narrow = _NARROW * max(1.0, abs(relaxed.bound))
    best, short = _branched(relaxed, best, min(short, narrow), within)
    beyond = relaxed.bound - best.objective
    if short > max(PROVEN, within) and beyond > narrow:
        again, shorter = _branched(relaxed, best, beyond, within)
        best, short = again, min(shorter, max(0.0, short - (again.objective - best.objective)))
    return _said(relaxed, best.given, short)


def _near(relaxed: Relaxed, best: Plan | None, near: Flags | None, within: float) -> Plan:
    """A plan in which some people choose anew: once beside one that is at hand, else in rounds."""
    neighbours = Neighbours(relaxed)
    if near is not None:
        found = neighbours.mended(near) or _over_pairs(relaxed, near)
        return found if best is None else max(best, found, key=lambda each: each.objective)
    best = best or _best_of(relaxed, dives(relaxed))
    if best is None:
        raise Unsettled
    return neighbours.bettered(best, rounds=_ROUNDS, within=within)


def _over_pairs(relaxed: Relaxed, near: Flags) -> Plan:
    """A plan beside one that is at hand, where no few sets of some people lead to one."""
    [(person, work)] = np.argwhere(relaxed.must & ~relaxed.question.forced & ~near).tolist()
    found = beside(relaxed.model, relaxed.question, relaxed.weights, near, (person, work))
    if found is None:
        raise Unsettled
    return found


def _said(relaxed: Relaxed, given: Flags, short: float) -> Plan:
    proven = 0.0 if short <= PROVEN else short
    return measured(relaxed.question, relaxed.weights, given, short=proven)


def _best_of(relaxed: Relaxed, plans: list[Flags]) -> Plan | None:
    question, must = relaxed.question, relaxed.must
    able = [each for each in plans if not (must & ~each).any() and holds(question, each)]
    found = [measured(question, relaxed.weights, each) for each in able]
    return max(found, key=lambda each: each.objective, default=None)


def dives(relaxed: Relaxed) -> list[Flags]:
    """Plans by fixing what the relaxation is surest of, and solving again, till all is whole."""
    found = [_dive(relaxed, [_sets_fixed]), _dive(relaxed, [_works_fixed, _sets_fixed])]
    return [each for each in found if each is not None]


def _dive(relaxed: Relaxed, ways: list[Callable[[Relaxed, Numbers], bool]]) -> Flags | None:
    try:
        at = relaxed.run()
        for fixed in ways:
            while fixed(relaxed, at):
                at = relaxed.run()
        return _mended(relaxed, _given(relaxed, at))
    except Unsettled:
        return None
    finally:
        relaxed.reset()


def _works_fixed(relaxed: Relaxed, at: Numbers) -> bool:
    """The work that is nearest to being done is done; False where none is between."""
    works = at[: len(relaxed.question.works)]
    between = np.flatnonzero((works > _WHOLE) & (works < 1 - _WHOLE))
    if not between.size:
        return False
    one = between[[int(np.argmax(works[between]))]]
    relaxed.bounds(one, np.ones(1), np.ones(1))
    return True


def _sets_fixed(relaxed: Relaxed, at: Numbers) -> bool:
    """Whoever takes one set nearly whole takes it, or else the one that is nearest; False where all do."""
    part, whose = at[relaxed.others :], np.array(relaxed.whose)
    between = np.flatnonzero((part > _WHOLE) & (part < 1 - _WHOLE))
    if not between.size:
        return False
    chosen = between[part[between] >= _SURE]
    if not chosen.size:
        chosen = between[[int(np.argmax(part[between]))]]
    others = np.isin(whose, whose[chosen])
    others[chosen] = False
    shut = relaxed.others + np.flatnonzero(others)
    relaxed.bounds(shut, np.zeros(shut.size), np.zeros(shut.size))
    return True


def _given(relaxed: Relaxed, at: Numbers) -> Flags:
    part, whose = at[relaxed.others :], np.array(relaxed.whose)
    given = np.zeros(relaxed.question.may.shape, np.bool_)
    for person in range(relaxed.people):
        own = np.flatnonzero(whose == person)
        given[person] = relaxed.sets[int(own[np.argmax(part[own])])]
    return given


def _mended(relaxed: Relaxed, given: Flags) -> Flags:
    """Work with too few or too many people is dropped; it may have been half done."""
    counts = given.sum(axis=0)
    fits = (counts >= relaxed.question.least) & (counts <= relaxed.question.most)
    return np.asarray(given & fits[None, :], np.bool_)


def _branched(relaxed: Relaxed, best: Plan | None, lacks: float, within: float) -> tuple[Plan, float]:
    """The best plan of sets within `lacks` of the bound, and how much better any other may be.

    Unsettled where too many are worth the same: to branch on who does what leaves all others as good.
    """
    sets, lacks = relaxed.nearest(lacks, most=_MOST_SETS)
    if sum(map(len, sets)) > _MANY_SETS and relaxed.unlike(sets) < _UNLIKE:
        raise Unsettled
    worth = -np.inf if best is None else best.objective
    better, here = Branches(relaxed, sets).search(worth, most=_MOST_NODES, within=within)
    found = best if better is None else measured(relaxed.question, relaxed.weights, better)
    if found is None or not holds(relaxed.question, found.given):
        raise Unsettled
    # What is searched ends at its own bound; a plan with any other set lacks more than `lacks`.
    top = min(relaxed.bound, max(here, relaxed.bound - lacks))
    return found, max(0.0, top - found.objective)
