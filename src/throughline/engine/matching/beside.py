"""A plan with a pair near one that is known, over pairs: where a team is large and too much of it is alike.

Where people said little and work is worth the same, too many sets are equally good to be listed. HiGHS finds
a plan of them, and is asked again for a few people at a time, all others kept as they are.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from throughline.engine.matching.model import SEARCHING, Programme, as_highs, given_by
from throughline.engine.matching.plans import Plan, measured
from throughline.engine.matching.question import Flags, Question, Weights
from throughline.engine.programs import ended
from throughline.engine.refusals import Refused

# So many choose anew, and more where that leads nowhere; all but so many of them share work.
_COUNTS, _OTHERS = (16, 32), 6
_STOPPED = SEARCHING | {"mip_max_nodes": 50, "mip_abs_gap": 0.001}


def beside(
    model: Programme, question: Question, weights: Weights, given: Flags, pair: tuple[int, int]
) -> Plan | None:
    """A good plan with a pair, in which most people do what is given; None where none is near.

    `model` is the question's.
    """
    low, high = model.low.copy(), model.high.copy()
    low[model.columns.x[pair]] = 1.0
    for count in _COUNTS:
        fixed = question.may & ~_anew(given, pair, count)[:, None]
        columns = model.columns.x[fixed]
        low[columns] = high[columns] = given[fixed]
        with suppress(Refused):
            solver = ended(as_highs(replace(model, low=low, high=high)), _STOPPED)
            if solver is not None:
                return measured(question, weights, given_by(solver, model.columns))
        low[columns], high[columns] = model.low[columns], model.high[columns]
    return None


def _anew(given: Flags, pair: tuple[int, int], count: int) -> Flags:
    """Who chooses anew: who is to do the work, who does it, who shares work with them; then anybody."""
    chosen = np.zeros(len(given), np.bool_)
    chosen[pair[0]] = True
    waiting, seen = [pair[1], *np.flatnonzero(given[pair[0]]).tolist()], set()
    while waiting and chosen.sum() < count - _OTHERS:
        work = waiting.pop(0)
        if work not in seen:
            seen.add(work)
            for person in np.flatnonzero(given[:, work] & ~chosen):
                chosen[person] = True
                waiting += np.flatnonzero(given[person]).tolist()
    others = np.random.default_rng(0).permutation(np.flatnonzero(~chosen))
    chosen[others[: max(0, count - int(chosen.sum()))]] = True
    return chosen
