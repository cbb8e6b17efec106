"""A year of 100 scenarios: by transforms, beside a million years drawn with NumPy, both against a finer grid.

CPU seconds stand beside wall seconds; both errors are those of the loss of the worst year in a hundred.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from throughline.engine import frequencies, severities
from throughline.engine.losses import AnyScenario, Portfolio, Scenario, portfolio, simulated

SCENARIOS = 100
YEARS = 1_000_000
LEVELS = (0.5, 0.9, 0.95, 0.99, 0.999)
BUILD_LIMIT, WHAT_IF_LIMIT = 0.040, 0.005
REPEATS = 15


@dataclass(frozen=True, slots=True)
class Timed:
    """The median of several runs, in seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{1000 * self.wall:9.1f} ms wall {1000 * self.cpu:9.1f} ms CPU"


def run() -> None:
    """Print both kinds of portfolio: rates, and probabilities of at most one event."""
    for kind in ("rates", "probabilities"):
        _compare(kind, made_up(kind))


def made_up(kind: str, *, seed: int = 1) -> list[AnyScenario]:
    """Scenarios from thousands to tens of millions, from one in a hundred years to twice a year."""
    rng = np.random.default_rng(seed)
    found: list[AnyScenario] = []
    for number in range(SCENARIOS):
        middle, spread = 10 ** rng.uniform(4, 6.5), 10 ** rng.uniform(0.3, 0.9)
        often = float(10 ** rng.uniform(-2, 0.3))
        frequency = frequencies.rate(often) if kind == "rates" else frequencies.probability(min(often, 0.9))
        loss = severities.ci90(middle / spread, middle * spread)
        found.append(Scenario(f"s{number}", frequency, loss))
    return found


def figures(found: Portfolio) -> float:
    """All that a page of losses shows, but for whose they are: the 0.99 quantile of it is handed back."""
    amounts = {level: found.quantile(level) for level in LEVELS}
    found.tvar(0.95)
    found.tvar(0.99)
    found.exceedance(np.geomspace(amounts[0.5] / 10, amounts[0.999] * 2, 60))
    return amounts[0.99]


def _compare(kind: str, scenarios: list[AnyScenario]) -> None:
    found = portfolio(scenarios)
    ours = figures(found)
    fine = portfolio(scenarios)
    fine._steps = {rung: 4 * steps for rung, steps in found._steps.items()}
    exact = fine.quantile(0.99)
    build = timed(lambda: figures(portfolio(scenarios)))
    # Three scenarios in turn, so that no answer is there already.
    names = iter(f"s{number % SCENARIOS}" for number in range(10 * REPEATS))
    what_if = timed(lambda: figures(found.without(next(names))))
    parts = timed(lambda: found.contributions(0.99))
    print(f"{SCENARIOS} scenarios, {kind}; the worst year in a hundred loses {exact:,.0f}")
    print(f"  build and curve       {build}   {_verdict(build.wall, BUILD_LIMIT)}")
    print(f"  what-if, whole curve  {what_if}   {_verdict(what_if.wall, WHAT_IF_LIMIT)}")
    print(f"  whose the tail is     {parts}")
    print(f"  error                 {abs(ours / exact - 1):.1e}")
    drawn: list[float] = []
    random = timed(lambda: drawn.append(_sampled(scenarios, len(drawn))), repeats=3)
    errors = ", ".join(f"{abs(each / exact - 1):.1e}" for each in drawn)
    print(f"  NumPy, {YEARS:,} years {random}   {random.cpu / build.cpu:,.0f} times the CPU")
    print(f"  error, three seeds    {errors}", flush=True)


def _sampled(scenarios: list[AnyScenario], seed: int) -> float:
    totals = simulated.totals(scenarios, YEARS, np.random.default_rng(seed))
    return float(np.quantile(totals, 0.99))


def timed(work: Callable[[], object], *, repeats: int = REPEATS) -> Timed:
    """How long a piece of work takes."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Timed(median(walls), median(cpus))


def _verdict(seconds: float, limit: float) -> str:
    return f"{'within' if seconds <= limit else 'OVER'} {1000 * limit:g} ms"
