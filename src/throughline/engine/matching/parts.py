"""Every pair forced, in parts that may be worked at side by side: HiGHS lets other threads run meanwhile.

What the first part has taught the others begin with. The parts are the same whether there are threads for
them or not, so that what comes of it depends on no machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import TypeAlias

import numpy as np

from throughline.engine.matching.around import Around, Undecided
from throughline.engine.matching.plans import Plan

Pair: TypeAlias = tuple[int, int]
# A part has a model of its own, which is worth it for so many pairs.
_PARTS, _LEAST = 5, 40


def with_each(
    around: Around, plan: Plan, pairs: Sequence[Pair], *, pool: Executor | None
) -> dict[Pair, Plan | None]:
    """The best plan with each pair, None where there is none; pairs that are hard to settle are left out."""
    pairs = _in_order(around, plan, pairs)
    count = max(1, min(_PARTS, len(pairs) // _LEAST))
    size = max(1, -(-len(pairs) // count))
    found = _with_each(around, pairs[:size])

    def part(start: int) -> dict[Pair, Plan | None]:
        return _with_each(around.again(), pairs[start : start + size])

    for each in (map if pool is None else pool.map)(part, range(size, len(pairs), size)):
        found.update(each)
    return found


def _in_order(around: Around, plan: Plan, pairs: Sequence[Pair]) -> list[Pair]:
    """Such that neighbours are alike: by person, work that is not done first, then what lacks most."""
    done, lacks = set(np.flatnonzero(plan.given.any(axis=0)).tolist()), around.lacks
    return sorted(pairs, key=lambda each: (each[0], each[1] in done, float(lacks[each]), each[1]))


def _with_each(around: Around, pairs: Sequence[Pair]) -> dict[Pair, Plan | None]:
    found: dict[Pair, Plan | None] = {}
    for pair in pairs:
        try:
            found[pair] = around.with_pair(*pair)
        except Undecided:
            continue
    return found
