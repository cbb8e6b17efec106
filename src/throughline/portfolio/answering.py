"""The whole answer to a question about a portfolio: worked out once, then a document or sentences.

The optimum is found again for every question around it, so that each figure is exact; only the chances are
drawn, with the seed that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from throughline.engine import cut_line, draws, priorities
from throughline.engine.cut_line import Missed, More, Price
from throughline.engine.draws import Chances
from throughline.engine.portfolio import Clause, Item, Portfolio, Question, best, conflict
from throughline.engine.priorities import Aim, Candidate, Disagreement, Shrunk, Views
from throughline.engine.sequences import Job, Ordered, sequence
from throughline.portfolio.asked import Asked

# Hears how far it is, of how much, and at what; it may raise to end the work.
Progress: TypeAlias = Callable[[int, int, str], None]
# How the work is spread, in hundredths, measured with forty candidates: most of it is the draws.
ALL, PRICES, MISSED, MORE, FRONTIER, DRAWS = 100, 1, 3, 10, 12, 22


def _unheard(done: int, total: int, message: str) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around a portfolio that could be chosen.

    `missed` and `frontier` are empty where the choice could not be proven to be the best.
    """

    prices: tuple[Price, ...]
    missed: tuple[Missed, ...]
    more: tuple[More, ...]
    frontier: tuple[tuple[float, Portfolio], ...]
    # None where no draws were asked for.
    chances: Chances | None
    order: Ordered


@dataclass(frozen=True, slots=True)
class Answer:
    """`chosen` and `around` are None where no choice meets everything, and then `conflict` names why.

    `views` and `shrunk` are in the order of the candidates that were asked about; `k` is that of top k.
    """

    asked: Asked
    question: Question
    views: tuple[Views, ...]
    shrunk: Shrunk
    disagreements: tuple[Disagreement, ...]
    chosen: Portfolio | None
    conflict: tuple[Clause, ...]
    around: Around | None
    k: int

    @property
    def values(self) -> dict[str, float]:
        """What each candidate counts in the choice."""
        return {each.key: each.value for each in self.question.items}

    def moved(self, aim: Aim) -> float:
        """How far the chosen work moves a key result in the mean, in its unit."""
        return sum(
            each.confidence * (effect.low + effect.high) / 2
            for each in self.asked.candidates
            if self.chosen and each.key in self.chosen.chosen
            for effect in each.effects
            if effect.aim.key == aim.key
        )


def answer(asked: Asked, progress: Progress = _unheard) -> Answer:
    """Choose, and look around."""
    progress(0, ALL, "Choosing")
    shrunk = _shrunk(asked)
    question = Question(
        tuple(_item(each, float(value)) for each, value in zip(asked.candidates, shrunk.values, strict=True)),
        asked.left,
        asked.rules,
    )
    chosen = best(question)
    k = asked.top or (len(chosen.chosen) if chosen else 1) or 1
    values = {each.key: each.value for each in question.items}
    return Answer(
        asked,
        question,
        tuple(priorities.views(asked.candidates, weeks=asked.weeks)),
        shrunk,
        tuple(priorities.disagreements(asked.votes, values)),
        chosen,
        () if chosen else conflict(question),
        _around(asked, question, chosen, shrunk, k, progress) if chosen else None,
        k,
    )


def _shrunk(asked: Asked) -> Shrunk:
    """The values as they count. What has no effect yet is no estimate, and tells nothing about the others."""
    found = [each.value for each in asked.candidates]
    values = np.array([each.expected for each in found], np.float64)
    trust = np.ones(values.size)
    estimated = np.array([bool(each.effects) for each in asked.candidates])
    errors = np.array([each.error for each in found], np.float64)
    shrunk = priorities.shrink(values[estimated], errors[estimated])
    if asked.is_shrunk:
        values[estimated], trust[estimated] = shrunk.values, shrunk.trust
    return Shrunk(shrunk.mean, shrunk.spread, trust, values)


def _item(each: Candidate, value: float) -> Item:
    return Item(
        key=each.key,
        value=value,
        effort=each.effort.mean,
        objective=each.objective,
        kinds=each.kinds,
        requires=each.requires,
        excludes=each.excludes,
        is_promised=each.is_promised,
    )


def _around(
    asked: Asked, question: Question, chosen: Portfolio, shrunk: Shrunk, k: int, progress: Progress
) -> Around:
    progress(PRICES, ALL, "Pricing the rules")
    prices = tuple(cut_line.prices(question, chosen))
    progress(MISSED, ALL, "Looking at what just missed")
    missed = tuple(cut_line.missed(question, chosen)) if chosen.short == 0 else ()
    progress(MORE, ALL, "Trying more capacity")
    more = tuple(cut_line.more(question, chosen, weeks) for weeks in (1.0, asked.person_weeks))
    progress(FRONTIER, ALL, "Trying other capacities")
    frontier = tuple(cut_line.frontier(question)) if chosen.short == 0 else ()
    chances = _chances(asked, question, chosen, shrunk, k, progress) if asked.draws else None
    return Around(prices, missed, more, frontier, chances, sequence(_jobs(asked, chosen)))


def _chances(
    asked: Asked, question: Question, chosen: Portfolio, shrunk: Shrunk, k: int, progress: Progress
) -> Chances:
    chance = np.random.default_rng(asked.seed)
    drawn = draws.draw(asked.candidates, asked.draws, chance, shrunk if asked.is_shrunk else None)

    def done(number: int) -> None:
        share = DRAWS + (ALL - DRAWS) * number // asked.draws
        progress(share, ALL, f"Choosing again in {asked.draws} draws")

    return draws.chances(question, drawn, chosen=chosen.chosen, k=k, done=done)


def _jobs(asked: Asked, chosen: Portfolio) -> list[Job]:
    """What is chosen and can be put in order: what has a duration and a cost of delay."""
    return [
        Job(each.key, each.duration.mean, each.delay)
        for each in asked.candidates
        if each.key in chosen.chosen and each.duration and each.delay
    ]
