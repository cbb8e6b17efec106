"""The best portfolio under capacity and balance, as a mixed-integer programme; and what stands against it.

Every answer is an optimum, found again for each question: the price of a rule is what is lost by it, and a
set of rules that cannot all hold is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from throughline.engine.programs import TOLERANCE, Program, Row, Solution, solve

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A candidate as the choice sees it: value in points, effort in person-weeks."""

    key: str
    value: float
    effort: float
    objective: str = ""
    kinds: Mapping[str, float] = field(default_factory=dict)
    requires: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    is_promised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRule:
    """So many of the chosen serve an objective. With a `price`, each one missing or too many costs it."""

    key: str
    objective: str
    at_least: float = 0.0
    at_most: float = math.inf
    price: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRule:
    """So large a share of the chosen effort is of a kind. With a `price`, each person-week missed costs."""

    key: str
    kind: str
    at_least: float = 0.0
    at_most: float = 1.0
    price: float | None = None


Rule: TypeAlias = CountRule | ShareRule


@dataclass(frozen=True)
class Question:
    """What to choose from, how many person-weeks there are, and how the choice is to be balanced.

    Items are held by key, so that their order makes no difference. ValueError on a key that is not there.
    """

    items: tuple[Item, ...]
    capacity: float
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(sorted(self.items, key=lambda each: each.key)))
        named = {key for each in self.items for key in (*each.requires, *each.excludes)}
        if missing := sorted(named - set(self.place)):
            raise ValueError(f"there is no candidate {missing[0]}")

    @cached_property
    def place(self) -> dict[str, int]:
        """The column of each item."""
        return {each.key: index for index, each in enumerate(self.items)}

    @cached_property
    def values(self) -> Numbers:
        return np.array([each.value for each in self.items], np.float64)

    @cached_property
    def efforts(self) -> Numbers:
        return np.array([each.effort for each in self.items], np.float64)

    @cached_property
    def prices(self) -> Numbers:
        """What one unit costs by which a soft rule is missed."""
        return np.array([each.price for each in self.rules if each.price is not None], np.float64)

    def with_capacity(self, weeks: float) -> Question:
        return replace(self, capacity=weeks)

    def without(self, rule: str) -> Question:
        return replace(self, rules=tuple(each for each in self.rules if each.key != rule))

    def promising(self, key: str) -> Question:
        """The same where an item has to be chosen."""
        return replace(
            self,
            items=tuple(replace(each, is_promised=True) if each.key == key else each for each in self.items),
        )


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is chosen: its value, its effort, and what missed soft rules cost; `missed` is by rule."""

    chosen: tuple[str, ...]
    value: float
    effort: float
    penalty: float
    missed: Mapping[str, float]
    # How much better another choice could be at most; 0 where this is proven to be the best.
    short: float = 0.0

    @property
    def net(self) -> float:
        """What was maximised: the value less the price of what is missed."""
        return self.value - self.penalty


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a choice must meet: what kind it is, and of which rule or candidates."""

    kind: Literal["capacity", "rule", "promised", "requires", "excludes"]
    key: str = ""
    other: str = ""


Solver: TypeAlias = Callable[[Program], Solution | None]
Clauses: TypeAlias = list[tuple[Clause, list[Row]]]


def best(question: Question, by: Solver = solve) -> Portfolio | None:
    """The portfolio of the highest net value; None where no choice meets everything.

    Of portfolios that are equally good it is always the same one.

    >>> items = [Item(key="a", value=3.0, effort=2.0), Item(key="b", value=4.0, effort=3.0)]
    >>> best(Question(tuple(items), capacity=4.0)).chosen
    ('b',)
    """
    found = by(_program(question, _clauses(question)))
    if found is None:
        return None
    return replace(measured(question, found.x[: len(question.items)] > 0.5), short=found.short)


def measured(question: Question, chosen: NDArray[np.bool_]) -> Portfolio:
    """What a choice is worth and takes; `chosen` has a place for each item of the question."""
    missed = {rule.key: gap for rule in question.rules if (gap := _missed(question, rule, chosen)) > 0}
    return Portfolio(
        tuple(each.key for each, is_in in zip(question.items, chosen, strict=True) if is_in),
        float(question.values[chosen].sum()),
        float(question.efforts[chosen].sum()),
        sum(rule.price * missed.get(rule.key, 0.0) for rule in question.rules if rule.price is not None),
        missed,
    )


def _missed(question: Question, rule: Rule, chosen: NDArray[np.bool_]) -> float:
    """By how many candidates, or person-weeks, a rule is missed."""
    gap = max(
        (
            max(row.low - float(row.coefficients @ chosen), float(row.coefficients @ chosen) - row.high)
            for row in _balance(question, rule)
        ),
        default=0.0,
    )
    return gap if gap > TOLERANCE * max(1.0, float(question.efforts.sum())) else 0.0


def conflict(question: Question) -> tuple[Clause, ...]:
    """Clauses that cannot all hold, none of which can be spared; empty where a choice meets everything.

    By deletion filtering (Chinneck & Dravnieks 1991): whatever can go while the rest still conflicts, goes.
    """
    kept = _clauses(question)
    if _is_met(question, kept):
        return ()
    for each in list(kept):
        fewer = [other for other in kept if other is not each]
        if not _is_met(question, fewer):
            kept = fewer
    return tuple(clause for clause, _ in kept)


def _is_met(question: Question, clauses: Clauses) -> bool:
    program = _program(question, clauses)
    program.gain = np.zeros(program.gain.size)
    return solve(program) is not None


def _clauses(question: Question) -> Clauses:
    """Everything that a choice must meet; soft rules can be paid off and so are met always."""
    return [
        *((Clause("rule", rule.key), rows) for rule, rows in _rules(question)),
        *_relations(question),
        (Clause("capacity"), [Row(_wide(question, question.efforts), high=question.capacity)]),
    ]


def _rules(question: Question) -> Iterator[tuple[Rule, list[Row]]]:
    soft = [rule.key for rule in question.rules if rule.price is not None]
    for rule in question.rules:
        rows = [
            replace(row, coefficients=_wide(question, row.coefficients)) for row in _balance(question, rule)
        ]
        if rule.price is not None:
            column = len(question.items) + soft.index(rule.key)
            for row in rows:
                row.coefficients[column] = 1.0 if row.high == math.inf else -1.0
        yield rule, rows


def _balance(question: Question, rule: Rule) -> Iterator[Row]:
    """The two sides of a rule as rows over the items, each with one bound."""
    if isinstance(rule, CountRule):
        counts = np.array([float(each.objective == rule.objective) for each in question.items])
        if rule.at_least > 0:
            yield Row(counts, low=rule.at_least)
        if rule.at_most < math.inf:
            yield Row(counts, high=rule.at_most)
        return
    shares = np.array([each.kinds.get(rule.kind, 0.0) for each in question.items])
    if rule.at_least > 0:
        yield Row((shares - rule.at_least) * question.efforts, low=0.0)
    if rule.at_most < 1:
        yield Row((shares - rule.at_most) * question.efforts, high=0.0)


def _relations(question: Question) -> Iterator[tuple[Clause, list[Row]]]:
    pairs = set()
    for each in question.items:
        if each.is_promised:
            yield Clause("promised", each.key), [Row(_columns(question, {each.key: 1.0}), low=1.0)]
        for other in sorted(each.requires - {each.key}):
            row = Row(_columns(question, {each.key: 1.0, other: -1.0}), high=0.0)
            yield Clause("requires", each.key, other), [row]
        pairs |= {tuple(sorted((each.key, other))) for other in each.excludes if other != each.key}
    for first, second in sorted(pairs):
        row = Row(_columns(question, {first: 1.0, second: 1.0}), high=1.0)
        yield Clause("excludes", first, second), [row]


def _columns(question: Question, coefficients: Mapping[str, float]) -> Numbers:
    found = np.zeros(len(question.items) + question.prices.size)
    for key, value in coefficients.items():
        found[question.place[key]] = value
    return found


def _wide(question: Question, coefficients: Numbers) -> Numbers:
    """Coefficients of the items, with a place for what each soft rule is missed by."""
    return np.concatenate([coefficients, np.zeros(question.prices.size)])


def _program(question: Question, clauses: Clauses) -> Program:
    items, soft = len(question.items), question.prices.size
    return Program(
        gain=np.concatenate([question.values, -question.prices]),
        low=np.zeros(items + soft),
        high=np.concatenate([np.ones(items), np.full(soft, math.inf)]),
        whole=np.arange(items + soft) < items,
        rows=[row for _, rows in clauses for row in rows],
    )


def effort_to_enter(question: Question, key: str, than: Portfolio) -> float | None:
    """How many person-weeks less a candidate must take for a portfolio with it to be as good as `than`.

    Solved as one programme: the least cut in its effort under which some choice with it meets everything and
    has at least the net value. None where even no effort at all would not bring it in.
    """
    forced = question.promising(key)
    place, width = question.place[key], len(question.items) + question.prices.size
    effort = float(question.efforts[place])
    rows = [_with_cut(row, 0.0) for _, rows in _relations(forced) for row in rows]
    rows.append(_with_cut(Row(_wide(question, question.efforts), high=question.capacity), -1.0))
    for rule, sides in _rules(forced):
        rows += [_with_cut(side, _cut_in(rule, question.items[place], side)) for side in sides]
    net = np.concatenate([question.values, -question.prices])
    size = max(1.0, float(np.abs(question.values).sum()))
    rows.append(_with_cut(Row(net, low=than.net - TOLERANCE * size), 0.0))
    program = Program(
        gain=_unit(width),
        low=np.zeros(width + 1),
        high=np.concatenate([_program(question, []).high, [effort]]),
        whole=np.arange(width + 1) < len(question.items),
        rows=rows,
    )
    found = solve(program)
    return None if found is None else max(0.0, float(found.x[-1]))


def _unit(width: int) -> Numbers:
    return np.concatenate([np.zeros(width), [-1.0]])


def _with_cut(row: Row, coefficient: float) -> Row:
    return replace(row, coefficients=np.append(row.coefficients, coefficient))


def _cut_in(rule: Rule, item: Item, side: Row) -> float:
    """What a week less of this item changes in a rule's row; counts do not see effort."""
    if isinstance(rule, CountRule):
        return 0.0
    bound = rule.at_least if side.high == math.inf else rule.at_most
    return -(item.kinds.get(rule.kind, 0.0) - bound)


def moved(before: Portfolio, after: Portfolio) -> tuple[Sequence[str], Sequence[str]]:
    """What enters and what leaves from one portfolio to the other."""
    return (
        [key for key in after.chosen if key not in before.chosen],
        [key for key in before.chosen if key not in after.chosen],
    )
