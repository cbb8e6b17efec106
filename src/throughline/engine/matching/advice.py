"""The answer for one person: three pieces of work, what each costs the team, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.alike import alike, exchanges, in_place_of
from throughline.engine.matching.around import Around, Learned
from throughline.engine.matching.beside import beside
from throughline.engine.matching.falls import Falls
from throughline.engine.matching.met import Undecided
from throughline.engine.matching.model import MANY_PAIRS, PROVEN, Programme, by_pairs, programme
from throughline.engine.matching.parts import Pair, with_each
from throughline.engine.matching.plans import Plan, measured, measured_each
from throughline.engine.matching.question import Balance, Flags, Numbers, Question, Weights
from throughline.engine.matching.relaxed import Relaxed
from throughline.engine.matching.solving import around_of, best, by_quarters, relaxed_of
from throughline.engine.matching.stability import stays_first

SHOWN = 3
# Where pairs are so many, what one costs takes longer than to say to another process what was learned.
_MANY_PAIRS = 3000
# Where nothing is learned, or over quarters, it is worth it sooner.
_SOME_PAIRS = 60
# A bound that is above the plan's by this tells nothing of the pair.
_UNKNOWN = 1e-6
# A gap of the objective that nobody can mean: below it people choose what they like.
TOSS_UP = 0.01
Term: TypeAlias = Literal["business", "interest", "growth"]
TERMS: tuple[Term, ...] = ("business", "interest", "growth")
_SAME_SCORE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A piece of work for a person. `cost` is what the team loses by it: exact, None where it cannot be.

    `cost_short` is by how much the cost may be off where the search was stopped; 0 where it is proven.
    """

    work: str
    scores: dict[Term, float]
    score: float
    is_planned: bool
    cost: float | None
    cost_short: float
    stays_first: list[tuple[float, float] | None]
    is_toss_up: bool
    because: Term
    complements: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverQuarters:
    """What was learned over whole quarters: plans that were met, sets of people, and what steps cost."""

    plans: tuple[Plan, ...]
    sets: tuple[tuple[int, Flags], ...]
    falls: Falls


@dataclass(frozen=True, slots=True)
class Begun:
    """A matching and what was learned for it so far, without its solver: it may be sent elsewhere."""

    question: Question
    weights: Weights
    plan: Plan
    # None where HiGHS is asked, which learns nothing.
    learned: Learned | OverQuarters | None


@dataclass
class Matching:
    """A question with its best plan. Answers around it are solved when they are asked for, each once."""

    question: Question
    weights: Weights
    plan: Plan
    # Where pairs led to the plan at once, they lead to those around it.
    _around: Around | None = field(default=None, repr=False, compare=False)
    _forced: dict[Pair, Plan | None] = field(default_factory=dict)
    _known: tuple[Plan, ...] = ()
    # What was learned for the plan, from which answers around it begin.
    _learned: list[Relaxed | None] = field(default_factory=list, repr=False, compare=False)
    # The model in numbers, where plans near the plan are sought in it.
    _model: list[Programme] = field(default_factory=list, repr=False, compare=False)

    @property
    def _relaxed(self) -> Relaxed | None:
        """The solved relaxation, made when it is first asked for; None where pairs are searched."""
        if not self._learned:
            self._learned.append(relaxed_of(self.question, self.weights))
        return self._learned[0]

    def forcing(self, person: int, work: int) -> Plan | None:
        """The best plan in which somebody does a piece of work; None where there is none."""
        if self.plan.given[person, work]:
            return self.plan
        if (person, work) not in self._forced:
            found = self._of_alike(person, work) or self._with(person, work)
            self._forced[person, work] = found
            self._keep_better(found)
        return self._forced[person, work]

    @property
    def begun(self) -> Begun | None:
        """What it takes to answer elsewhere; None where that is done too soon for it to be worth sending."""
        learned: Learned | OverQuarters | None = None
        if self.question.may.sum() < (_SOME_PAIRS if self._around is None else _MANY_PAIRS):
            return None
        if self._around is not None:
            learned = self._around.learned
        elif self._relaxed is not None:
            learned = self._over_quarters(self._relaxed)
        return Begun(self.question, self.weights, self.plan, learned)

    def _over_quarters(self, relaxed: Relaxed) -> OverQuarters:
        plans = tuple(each for each in self._forced.values() if each is not None)
        return OverQuarters(plans, tuple(relaxed.likely(np.inf)), relaxed.falls.again())

    def apart(self, asked: Sequence[Sequence[Pair]]) -> list[list[Pair]]:
        """The same pairs without those that are answered with another's, of somebody who is alike."""
        seen: set[Pair] = set()
        found: list[list[Pair]] = []
        for pairs in asked:
            found.append([each for each in pairs if (int(self._alike[each[0]]), each[1]) not in seen])
            seen.update((int(self._alike[person]), work) for person, work in pairs)
        return found

    def take(self, answered: Mapping[Pair, Plan | None]) -> None:
        """Keep what was answered elsewhere."""
        for pair, found in answered.items():
            self._forced[pair] = found
            self._keep_better(found)

    def _with(self, person: int, work: int) -> Plan | None:
        try:
            if self._around is not None:
                return self._around.with_pair(person, work)
        except Undecided:
            pass
        if (soon := self._by_exchange(person, work)) is not None:
            return soon
        relaxed = self._relaxed if self.question.may[person, work] else None
        if relaxed is not None:
            plans = [self.plan, *self._known, *self._forced.values()]
            known: list[Flags] = [each.given for each in plans if each and each.given[person, work]]
            found = by_quarters(relaxed, known, with_pair=(person, work), near=self.plan.given)
            if found is not None:
                return found
        return self._over_all(person, work)

    def _of_alike(self, person: int, work: int) -> Plan | None:
        """What was found for somebody whom nothing tells apart from this person."""
        for other in np.flatnonzero(self._alike == self._alike[person]).tolist():
            known = self._forced.get((other, work))
            if known is not None:
                given = in_place_of(known.given, person, other)
                return measured(self.question, self.weights, given, short=known.short)
        return None

    def _by_exchange(self, person: int, work: int) -> Plan | None:
        """A plan in which two people change places, where that is as good as the best."""
        given = exchanges(self.question, self.plan.given, person, work)
        plans = measured_each(self.question, self.weights, given)
        best = max(plans, key=lambda each: each.objective, default=None)
        if best is None or best.objective < self.plan.objective - PROVEN:
            return None
        short = self.plan.objective + self.plan.short - best.objective
        return replace(best, short=short if short > PROVEN else 0.0)

    @cached_property
    def _alike(self) -> NDArray[np.int64]:
        return alike(self.question)

    def _over_all(self, person: int, work: int) -> Plan | None:
        """What HiGHS finds: of all plans, or where pairs are many of those near the plan."""
        question, weights, must = self.question, self.weights, self.question.forced.copy()
        must[person, work] = True
        if question.may[person, work] and question.may.sum() > MANY_PAIRS:
            if not self._model:
                self._model.append(programme(question, weights, question.forced))
            found = beside(self._model[0], question, weights, self.plan.given, (person, work))
            if found is not None:
                # No plan goes beyond the bound, and so none with the pair, of which nothing else is known.
                most = self.plan.objective + self.plan.short + _UNKNOWN
                return replace(found, short=max(0.0, most - found.objective))
        return by_pairs(question, weights, must)

    def cost(self, person: int, work: int) -> float | None:
        """What the team loses where somebody does it: the optimum less the optimum with it."""
        found = self.forcing(person, work)
        if found is None:
            return None
        lost = self.plan.objective - found.objective
        by_bounds = lost + self.plan.short - found.short
        if self.plan.short and found.short and self._relaxed is not None and by_bounds > -_UNKNOWN / 2:
            # Of two plans that were not settled the bounds, from one relaxation, are off by about the same.
            lost = by_bounds
        return max(0.0, lost)

    def costs(self, *, pool: Executor | None = None) -> Numbers:
        """Every opportunity cost, NaN where there is no such plan; a pool works at them side by side."""
        if self._around is not None:
            others = np.argwhere(self.question.may & ~self.plan.given).tolist()
            pairs = [(person, work) for person, work in others if (person, work) not in self._forced]
            self._forced.update(with_each(self._around, self.plan, pairs, pool=pool))
        found = [
            [self.cost(person, work) for work in range(len(self.question.works))]
            for person in range(len(self.question.people))
        ]
        return np.array(found, np.float64)

    def _keep_better(self, found: Plan | None) -> None:
        """Where a search was stopped early, another may come upon a better plan."""
        if found is not None and self.plan.short and found.objective > self.plan.objective:
            gained = found.objective - self.plan.objective
            self.plan = replace(found, short=max(0.0, self.plan.short - gained))


def matching(question: Question, weights: Weights) -> Matching | None:
    """The best plan of a team; None where nothing meets what must be (`conflicts` says why)."""
    around = around_of(question, weights)
    try:
        if around is not None:
            found = around.best()
            return None if found is None else Matching(question, weights, found, around)
    except Undecided:
        pass
    relaxed = relaxed_of(question, weights)
    found = None if relaxed is None else by_quarters(relaxed, [])
    if found is None:
        relaxed, found = None, by_pairs(question, weights, question.forced)
    return None if found is None else Matching(question, weights, found, _learned=[relaxed])


def answered(begun: Begun, asked: Iterable[Sequence[Pair]]) -> Iterator[dict[Pair, Plan | None]]:
    """The best plan with each pair, None where there is none; what was learned before is begun with.

    What is asked later begins with what was learned for what is asked first.
    """
    found = _again(begun)
    for pairs in asked:
        yield {pair: found.forcing(*pair) for pair in pairs}


def _again(begun: Begun) -> Matching:
    question, weights, learned = begun.question, begun.weights, begun.learned
    if isinstance(learned, Learned):
        return Matching(question, weights, begun.plan, Around.again(learned))
    if learned is None:
        return Matching(question, weights, begun.plan, _learned=[None])
    relaxed = relaxed_of(question, weights, sets=list(learned.sets))
    if relaxed is not None:
        relaxed.falls = learned.falls.again()
    return Matching(question, weights, begun.plan, _learned=[relaxed], _known=learned.plans)


def suited(found: Matching, person: int, *, shown: int = SHOWN) -> list[int]:
    """The work that suits a person best by its score, best first."""
    scores = found.question.scores(found.weights)[person]
    able = np.flatnonzero(found.question.may[person]).tolist()
    return sorted(able, key=lambda each: (-round(float(scores[each]), _SAME_SCORE), each))[:shown]


def suggestions(found: Matching, person: int, *, shown: int = SHOWN) -> list[Suggestion]:
    """The work that suits a person best by its score, best first, with what each costs the team."""
    ranked = suited(found, person, shown=shown)
    costs = {work: found.cost(person, work) for work in ranked}
    planned = found.plan.given[person]
    close = {
        work for work, cost in costs.items() if not planned[work] and cost is not None and cost < TOSS_UP
    }
    return [
        _suggestion(
            found,
            person,
            work,
            costs[work],
            is_close=work in close or bool(planned[work] and close),
        )
        for work in ranked
    ]


def _suggestion(found: Matching, person: int, work: int, cost: float | None, *, is_close: bool) -> Suggestion:
    question = found.question
    able = np.flatnonzero(question.may[person])
    terms = _terms(question, person)
    said = {term: float(terms[row, work]) for row, term in enumerate(TERMS)}
    worth = {term: weight * said[term] for term, weight in zip(TERMS, found.weights.each, strict=True)}
    forced = found.forcing(person, work)
    return Suggestion(
        work=question.works[work].key,
        scores=said,
        score=sum(worth.values()),
        is_planned=bool(found.plan.given[person, work]),
        cost=cost,
        cost_short=0.0 if forced is None or cost == 0 else max(found.plan.short, forced.short),
        stays_first=stays_first(terms[:, able], int(np.searchsorted(able, work)), found.weights),
        is_toss_up=is_close,
        because=max(TERMS, key=lambda term: worth[term]),
        complements=complements(question, person, work),
        unknown=unstated(question, person, work),
    )


def _terms(question: Question, person: int) -> Numbers:
    """Business, interest and growth (rows) of each piece of work for a person."""
    return np.stack([question.business, question.interest[person], question.growth[person]])


def complements(question: Question, person: int, work: int) -> tuple[str, ...]:
    """Who likes a facet of the work that this person does not, those who add most first."""
    facets = [number for number, (each, _) in enumerate(question.facets) if each == work]
    wanted = question.liked[:, facets] & ~question.liked[person, facets][None, :]
    adds = np.where(question.may[:, work], wanted.sum(axis=1), 0)
    adds[person] = 0
    order = sorted(np.flatnonzero(adds > 0), key=lambda each: (-int(adds[each]), each))
    return tuple(question.people[each].key for each in order)


def unstated(question: Question, person: int, work: int) -> tuple[str, ...]:
    """The kinds of the work of which the person has said neither interest nor none; they count 0."""
    parts = question.works[work].kinds
    said = question.people[person].interests
    return tuple(sorted(kind for kind, part in parts.items() if part > 0 and kind not in said))


@dataclass(frozen=True, slots=True)
class Price:
    """What a balance rule costs: how much better the best plan without it is, its penalty paid."""

    rule: Balance
    missed: float
    price: float


def prices(found: Matching) -> list[Price]:
    """The price of each balance rule, by solving without it."""
    answer = []
    for rule in found.question.balance:
        others = tuple(each for each in found.question.balance if each is not rule)
        free = best(replace(found.question, balance=others), found.weights)
        lost = 0.0 if free is None else max(0.0, free.objective - found.plan.objective)
        answer.append(Price(rule, found.plan.missed.get(rule.objective, 0.0), lost))
    return answer
