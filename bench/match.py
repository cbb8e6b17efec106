"""Matching a team and its work: the plan, its opportunity costs and the triangle, beside scipy's milp.

Two kinds of team. In *months* time is given out a month at a time, so that quarters fill without a rest; in
*weeks* a piece of work takes two to six weeks of quarters of six to twelve, and many plans are close.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from throughline.engine.matching import (
    Matching,
    Person,
    Question,
    Triangle,
    Weights,
    Work,
    matching,
    triangle,
)

KINDS, MONTH = 12, 4.0
# milp can be stopped by wall time only, so it gets the wall in which this machine gives it so much CPU.
MILP_SECONDS = 60.0
Found = TypeVar("Found")


def run() -> None:
    """Print the tables: against one second for 20 × 40, and ten for 60 × 150."""
    _at_once("in months", in_months(made_up(20, 40, 1)), target=1.0)
    _all("in weeks", made_up(20, 40, 1), target=1.0, costs=8, steps=2)
    _all("in months", in_months(made_up(60, 150, 1)), target=10.0, costs=20, steps=0)
    # Nine thousand costs and 231 points of such a team would take hours.
    _all("in weeks", made_up(60, 150, 1), target=10.0, costs=8, steps=0)


def _at_once(name: str, question: Question, *, target: float) -> None:
    """The plan, every cost and the triangle, by two processes that stand ready: wall time counts."""
    ours, plan = _plan(name, question)

    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(_ready, range(2)))
        wall = time.perf_counter()
        coming = pool.submit(triangle, question)
        ours.costs(pool=pool)
        points = coming.result()
        wall = plan + time.perf_counter() - wall
    assert points is not None
    print(f"  {_short(points)}; a core gives a process {100 / _wall_for(1.0):.0f} % of its time now")
    print(
        f"  the plan, every cost and 231 points, 2 processes: {wall:.2f} s wall, the target is {target:g} "
        "on two free cores",
        flush=True,
    )


def _ready(_: int) -> None:
    """Begin a process, and keep it for long enough that the other begins too."""
    time.sleep(0.5)


def _all(name: str, question: Question, *, target: float, costs: int, steps: int) -> None:
    """The plan; some of the costs and the points, from which all are reckoned in proportion."""
    ours, plan = _plan(name, question)
    each = _costs(ours, costs)
    points = _points(question, steps) if steps else 0.0
    what = "the plan, every cost and 231 points" if steps else "the plan and every cost"
    print(f"  {what}: {plan + each + points:.2f} s CPU, the target is {target:g}", flush=True)


def _plan(name: str, question: Question) -> tuple[Matching, float]:
    """The plan and its CPU seconds, beside milp on the same model."""
    print(f"{len(question.people)} people × {len(question.works)} pieces of work, {name}")
    ours, plan = _line("the plan, ours", lambda: matching(question, Weights()))
    assert ours is not None
    wall = _wall_for(MILP_SECONDS)
    theirs, _ = _line("the plan, milp", lambda: by_scipy(question, Weights(), wall))
    # Neither may be better than the other allows.
    assert theirs <= ours.plan.objective + ours.plan.short + 1e-6
    print(f"  ours {ours.plan.objective:.6f} (short {ours.plan.short:.3f}), milp {theirs:.6f}")
    return ours, plan


def _points(question: Question, steps: int) -> float:
    """The CPU seconds of 231 points, reckoned from those of a coarser triangle."""
    found, spent = _line(f"triangle in steps of {1 / steps:g}", lambda: triangle(question, steps=steps))
    assert found is not None
    print(f"  {_short(found)}")
    return spent * 231 / len(found.points)


def _short(found: Triangle) -> str:
    short = max(corner.short / corner.objective for corner in found.points)
    return f"{len(found.points)} points, short by {100 * short:.2f} % at most"


def _wall_for(cpu: float) -> float:
    """The seconds of wall in which this process gets so much CPU, as busy as the machine is now."""
    wall, spent = time.perf_counter(), time.process_time()
    while time.process_time() - spent < 0.2:
        pass
    return cpu * max(1.0, (time.perf_counter() - wall) / 0.2)


def _costs(found: Matching, count: int) -> float:
    """The CPU seconds of every cost, reckoned from some."""
    pairs = [(int(one), int(other)) for one, other in np.argwhere(found.question.may & ~found.plan.given)]
    some = pairs[:: -(-len(pairs) // count)]
    _, spent = _line(f"{len(some)} of {len(pairs)} costs", lambda: [found.cost(*each) for each in some])
    return spent * len(pairs) / len(some)


def in_months(question: Question) -> Question:
    """The same people and work in months: one to three a person, and one of each for a work."""
    chance = np.random.default_rng(2)
    people = tuple(replace(each, capacity=MONTH * float(chance.integers(1, 4))) for each in question.people)
    return replace(question, people=people, works=tuple(replace(w, weeks=MONTH) for w in question.works))


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


def by_scipy(question: Question, weights: Weights, seconds: float) -> float:
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
        options={"mip_rel_gap": 0, "time_limit": seconds},
    )
    return -np.inf if found.x is None else float(gain @ found.x)


def _line(name: str, work: Callable[[], Found]) -> tuple[Found, float]:
    """What comes of it, and the CPU seconds that it takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:<36} {1000 * wall:>9.1f} ms wall {1000 * cpu:>9.1f} ms CPU", flush=True)
    return found, cpu
