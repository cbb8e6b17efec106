"""The order in which chosen work loses least by waiting, done one after another.

Where every week costs the same, Smith's rule (1956) is the optimum: cost of delay ÷ duration, the highest
first. Other profiles are tried by dynamic programming over sets (Held & Karp 1962) up to twelve, and beyond
by moving each piece to the best place until nothing improves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.engine.priorities import Delay

MOST_TRIED = 12


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: how many weeks it takes, and what it costs to have it later."""

    key: str
    weeks: float
    delay: Delay


@dataclass(frozen=True, slots=True)
class Ordered:
    """Keys in order, what is lost by waiting in all, and whether no order loses less."""

    keys: tuple[str, ...]
    loss: float
    is_exact: bool


def sequence(jobs: Sequence[Job]) -> Ordered:
    """The order that loses least; the order in which the jobs are given makes no difference.

    >>> from throughline.engine.treatments import Range
    >>> long, short = (Job(name, weeks, Delay(Range(10, 10))) for name, weeks in (("long", 5), ("short", 1)))
    >>> sequence([long, short]).keys
    ('short', 'long')
    """
    by_rule = sorted(jobs, key=lambda job: (-job.delay.cost.mean / job.weeks, job.key))
    if all(job.delay.profile == "constant" for job in jobs):
        return _sequence(by_rule, is_exact=True)
    if len(jobs) <= MOST_TRIED:
        return _sequence(_tried(by_rule), is_exact=True)
    return _sequence(_improved(by_rule), is_exact=False)


def _sequence(order: Sequence[Job], *, is_exact: bool) -> Ordered:
    return Ordered(tuple(job.key for job in order), _loss(order), is_exact)


def _loss(order: Sequence[Job]) -> float:
    done, lost = 0.0, 0.0
    for job in order:
        done += job.weeks
        lost += job.delay.loss(done)
    return lost


def _tried(jobs: Sequence[Job]) -> list[Job]:
    """The best order of every set, from that of the set without its last job."""
    count = len(jobs)
    weeks, lost, last = [0.0] * (1 << count), [0.0] * (1 << count), [0] * (1 << count)
    for chosen in range(1, 1 << count):
        inside = [place for place in range(count) if chosen >> place & 1]
        weeks[chosen] = sum(jobs[place].weeks for place in inside)
        lost[chosen], last[chosen] = min(
            (lost[chosen ^ (1 << place)] + jobs[place].delay.loss(weeks[chosen]), place) for place in inside
        )
    order: list[Job] = []
    chosen = (1 << count) - 1
    while chosen:
        order.append(jobs[last[chosen]])
        chosen ^= 1 << last[chosen]
    return order[::-1]


def _improved(jobs: Sequence[Job]) -> list[Job]:
    order, least = list(jobs), _loss(jobs)
    is_better = True
    while is_better:
        is_better = False
        for job in list(order):
            rest = [each for each in order if each is not job]
            tried = [[*rest[:place], job, *rest[place:]] for place in range(len(order))]
            first = min(tried, key=_loss)
            if _loss(first) < least * (1 - 1e-12):
                order, least, is_better = first, _loss(first), True
    return order
