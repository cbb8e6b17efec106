"""Every pair forced, in parts that may be worked at side by side, best by processes.

What a few first pairs, some of each person's, have taught the others begin with. The parts are the same
whoever works at them, so that what comes of it depends on no machine. They are several, since some take twice
as long as others and the last should not be waited for alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from throughline.engine.matching.around import Around, Learned
from throughline.engine.matching.met import Undecided
from throughline.engine.matching.plans import Plan

Pair: TypeAlias = tuple[int, int]
# A part has a model of its own, which is worth it for so many pairs.
_LEAST = 60
# Of all pairs; the last are few, so that nobody waits long for whoever began last.
_PARTS = (0.3, 0.25, 0.2, 0.15, 0.1)


def with_each(
    around: Around, plan: Plan, pairs: Sequence[Pair], *, pool: Executor | None
) -> dict[Pair, Plan | None]:
    """The best plan with each pair, None where there is none; pairs that are hard to settle are left out."""
    pairs = _in_order(around, plan, pairs)
    step = max(1, len(pairs) // _LEAST)
    found = _with_each(around, pairs[step // 2 :: step])
    rest = [pair for place, pair in enumerate(pairs) if place % step != step // 2]
    parts, learned = _parts(rest), around.learned
    for each in (map if pool is None else pool.map)(_part, [learned] * len(parts), parts):
        found.update(each)
    return found


def _parts(pairs: Sequence[Pair]) -> list[Sequence[Pair]]:
    ends = [0]
    for share in _PARTS:
        ends.append(min(len(pairs), ends[-1] + max(_LEAST, round(share * len(pairs)))))
    ends[-1] = len(pairs)
    return [pairs[start:end] for start, end in pairwise(ends) if start < end]


def _part(learned: Learned, pairs: Sequence[Pair]) -> dict[Pair, Plan | None]:
    return _with_each(Around.again(learned), pairs)


def _in_order(around: Around, plan: Plan, pairs: Sequence[Pair]) -> list[Pair]:
    """Such that neighbours are alike: by person, what lacks most first; then by work, what is not done."""
    done, lacks = set(np.flatnonzero(plan.given.any(axis=0)).tolist()), around.lacks
    return sorted(
        pairs,
        key=lambda each: (
            each[1] not in done,
            each[0] if each[1] in done else each[1],
            float(lacks[each]),
            each,
        ),
    )


def _with_each(around: Around, pairs: Sequence[Pair]) -> dict[Pair, Plan | None]:
    searched: list[Pair] = []
    for pair in pairs:
        try:
            around.search(*pair)
        except Undecided:
            continue
        searched.append(pair)
    try:
        return {pair: around.met.with_pair(*pair) for pair in searched}
    except Undecided:
        return {}
