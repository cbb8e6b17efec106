"""Matching a team and its work: the plan, every opportunity cost and the triangle, beside scipy's milp."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from throughline.engine.matching import Matching, Person, Question, Weights, Work, matching, triangle

KINDS = 12
# Each cost and each point is an optimum of its own, so a part of them is timed: all take as much longer.
COSTS, STEPS = 20, 5
Found = TypeVar("Found")


def run() -> None:
    """Print the table; the two optima must be the same."""
    small, large = made_up(8, 15, 1), made_up(20, 40, 1)
    _around(small, _compare(small), costs=COSTS)
    _line(f"the triangle in steps of {1 / STEPS:g}", lambda: triangle(small, steps=STEPS))
    _around(large, _compare(large), costs=1)


def _compare(question: Question) -> Matching:
    print(f"{len(question.people)} people × {len(question.works)} pieces of work")
    ours = _line("the plan, ours", lambda: matching(question, Weights()))
    theirs = _line("the plan, scipy.optimize.milp", lambda: by_scipy(question, Weights()))
    assert ours is not None
    assert abs(ours.plan.objective - theirs) < 1e-6
    return ours


def _around(question: Question, found: Matching, *, costs: int) -> None:
    pairs = [(int(one), int(other)) for one, other in np.argwhere(question.may & ~found.plan.given)]
    some = pairs[:: -(-len(pairs) // costs)]
    _line(f"{len(some)} of {len(pairs)} costs", lambda: [found.cost(*each) for each in some])


def made_up(people: int, works: int, seed: int) -> Question:
    """A plausible team, the same for the same seed."""
    chance = np.random.default_rng(seed)
    names = [f"kind {number}" for number in range(KINDS)]

    def some(often: float) -> dict[str, float]:
        return {name: float(chance.random()) for name in names if chance.random() < often}

    return Question(
        tuple(
            Person(
                key=f"p{number:02}",
                capacity=float(chance.integers(6, 13)),
                interests=some(0.7),
                growth=some(0.4),
                likes=frozenset(some(0.3)),
            )
            for number in range(people)
        ),
        tuple(_work(chance, f"w{number:03}", names) for number in range(works)),
    )


def _work(chance: np.random.Generator, key: str, names: list[str]) -> Work:
    kinds = chance.choice(names, size=int(chance.integers(2, 4)), replace=False)
    least = int(chance.integers(1, 3))
    return Work(
        key=key,
        value=float(chance.random()),
        weeks=float(chance.integers(2, 7)),
        kinds={
            str(kind): float(part)
            for kind, part in zip(kinds, chance.dirichlet(np.ones(kinds.size)), strict=True)
        },
        least=least,
        most=least + int(chance.integers(0, 3)),
    )


def by_scipy(question: Question, weights: Weights) -> float:
    """The same model, written out for scipy: x, then y, then z, then u."""
    team, works, facets = len(question.people), len(question.works), question.facets
    pairs = team * works
    count = pairs + works + len(facets) + 1
    worth = question.matches(weights) * question.share
    rows: list[tuple[dict[int, float], float, float]] = []
    for i in range(team):
        rows.append(
            (
                {i * works + j: float(question.weeks[j]) for j in range(works)},
                -np.inf,
                float(question.capacity[i]),
            )
        )
        rows.append(
            ({count - 1: 1.0} | {i * works + j: -float(worth[i, j]) for j in range(works)}, -np.inf, 0.0)
        )
    for j, work in enumerate(question.works):
        who = {i * works + j: 1.0 for i in range(team)}
        rows += [
            (who | {pairs + j: -float(work.least)}, 0.0, np.inf),
            (who | {pairs + j: -float(work.most)}, -np.inf, 0.0),
        ]
    for number, (j, _) in enumerate(facets):
        z = pairs + works + number
        fans = {int(i) * works + j: -1.0 for i in np.flatnonzero(question.liked[:, number])}
        rows += [({z: 1.0} | fans, -np.inf, 0.0), ({z: 1.0, pairs + j: -1.0}, -np.inf, 0.0)]
    cells = [(row, column, value) for row, (has, _, _) in enumerate(rows) for column, value in has.items()]
    at, columns, values = (np.array(each) for each in zip(*cells, strict=True))
    gain = np.concatenate(
        [worth.ravel(), weights.business * question.business, np.full(len(facets), 0.1), [0.5]]
    )
    high = np.concatenate([question.may.ravel(), np.ones(works + len(facets)), [np.inf]])
    found = milp(
        -gain,
        constraints=LinearConstraint(
            coo_array((values, (at, columns)), shape=(len(rows), count)).tocsc(),
            *zip(*[each[1:] for each in rows], strict=True),
        ),
        integrality=np.arange(count) < pairs + works,
        bounds=Bounds(np.zeros(count), high),
        options={"mip_rel_gap": 0},
    )
    return -float(found.fun)


def _line(name: str, work: Callable[[], Found]) -> Found:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:<36} {1000 * wall:>9.1f} ms wall {1000 * cpu:>9.1f} ms CPU", flush=True)
    return found
