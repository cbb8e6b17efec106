"""Choosing among sixty candidates: the whole answer of `throughline portfolio`, beside scipy's milp."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from throughline.engine import cut_line
from throughline.engine.portfolio import CountRule, Portfolio, Question, ShareRule, best
from throughline.engine.priorities import Aim, Candidate, Delay, Effect
from throughline.engine.treatments import Range
from throughline.portfolio.answering import answer
from throughline.portfolio.asked import Asked
from throughline.portfolio.documents import document

COUNT, CAPACITY, TIMES = 60, 70.0, 20
OBJECTIVES = ("detect", "repair", "prevent")
Found = TypeVar("Found")


def run() -> None:
    """Print the table; the two optima must be the same."""
    asked = made_up(1)
    print(f"{COUNT} candidates, {CAPACITY:g} person-weeks, 5 balance rules\n")
    _line("the whole answer, 200 draws", lambda: document(answer(asked)), times=1)
    question = answer(_without_draws(asked)).question
    _line("the whole answer, no draws", lambda: document(answer(_without_draws(asked))), times=1)
    ours = _line("one optimum, ours", lambda: best(question), times=TIMES)
    theirs = _line("one optimum, scipy.optimize.milp", lambda: by_scipy(question), times=TIMES)
    assert ours is not None
    assert abs(ours.net - theirs) < 1e-6
    chosen: Portfolio = ours
    _line("what just missed, all that are out", lambda: cut_line.missed(question, chosen), times=1)
    _line("the frontier", lambda: cut_line.frontier(question), times=1)
    print(f"both: {ours.net:.6f} points, {len(ours.chosen)} chosen")


def made_up(seed: int) -> Asked:
    """Candidates of a plausible quarter, the same for the same seed."""
    chance = np.random.default_rng(seed)
    aims = [Aim(f"{each}-{number}", 40.0, 20.0, 0.5) for each in OBJECTIVES for number in (1, 2)]
    return Asked(
        candidates=tuple(_candidate(chance, number, aims) for number in range(COUNT)),
        capacity=CAPACITY,
        rules=(
            *(CountRule(key=each, objective=each, at_least=3) for each in OBJECTIVES),
            ShareRule(key="bets", kind="big-bet", at_least=0.2, at_most=0.4),
            ShareRule(key="developers", kind="developer-experience", at_least=0.15, price=0.1),
        ),
        aims=tuple(aims),
        votes={f"c{number:02}": float(chance.integers(0, 40)) for number in range(COUNT)},
    )


def _candidate(chance: np.random.Generator, number: int, aims: list[Aim]) -> Candidate:
    days, width = float(chance.lognormal(1, 0.6)), float(chance.uniform(0.2, 1.2))
    weeks, cost = float(chance.lognormal(1, 0.6)), float(chance.uniform(1, 9))
    return Candidate(
        key=f"c{number:02}",
        effects=(Effect(aims[number % len(aims)], -days * (1 + width), -days * (1 - width)),),
        confidence=float(chance.uniform(0.3, 1)),
        effort=Range(0.6 * weeks, 1.7 * weeks),
        duration=Range(2, 5),
        delay=Delay(Range(cost, 2 * cost)),
        objective=OBJECTIVES[number % len(aims) // 2],
        kinds={"big-bet": float(number % 5 == 0), "developer-experience": 0.5 * (number % 4 == 0)},
    )


def _without_draws(asked: Asked) -> Asked:
    return replace(asked, draws=0)


def by_scipy(question: Question) -> float:
    """The same model, written out for scipy: a column a candidate, one for the soft rule, a row a bound."""
    effort = question.efforts
    bets = np.array([each.kinds["big-bet"] for each in question.items])
    developers = np.array([each.kinds["developer-experience"] for each in question.items])
    serves = [[float(each.objective == name) for each in question.items] for name in OBJECTIVES]
    rows = np.array(
        [effort, *serves, (bets - 0.2) * effort, (bets - 0.4) * effort, (developers - 0.15) * effort]
    )
    rows = np.hstack([rows, np.zeros((len(rows), 1))])
    rows[-1, -1] = 1.0
    low = [-np.inf, 3, 3, 3, 0, -np.inf, 0]
    high = [question.capacity, np.inf, np.inf, np.inf, np.inf, 0, np.inf]
    found = milp(
        np.append(-question.values, 0.1),
        constraints=LinearConstraint(rows, low, high),
        integrality=np.append(np.ones(len(effort)), 0),
        bounds=Bounds(0, np.append(np.ones(len(effort)), np.inf)),
        options={"mip_rel_gap": 0},
    )
    return -float(found.fun)


def _line(name: str, work: Callable[[], Found], *, times: int) -> Found:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        found = work()
    wall, cpu = (time.perf_counter() - wall) / times, (time.process_time() - cpu) / times
    print(f"{name:<36} {1000 * wall:>8.1f} ms wall {1000 * cpu:>8.1f} ms CPU", flush=True)
    return found
