"""Why a figure moved from one period to another: because groups changed, or because their mix did.

A mean or a share over everything is the mean of its groups, weighted by their sizes. Its change is split into
what the groups' own figures did (rate) and what their weights did (mix), without a remainder.
Source: Kitagawa 1955, "Components of a difference between two rates", JASA 50.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A group in both periods: how many records, and its figure; None where it has none."""

    name: str
    n_then: float
    then: float | None
    n_now: float
    now: float | None


@dataclass(frozen=True, slots=True)
class Term:
    """What a group adds to the change. Shares are of all records of the period."""

    name: str
    share_then: float
    then: float | None
    share_now: float
    now: float | None
    rate: float
    mix: float

    @property
    def total(self) -> float:
        return self.rate + self.mix


@dataclass(frozen=True, slots=True)
class Split:
    """A change as the sum of `rate` and `mix`, and of `rest` where the whole is no mean of its groups.

    `terms` come with the largest first. `left_out` are the groups with records and no figure in a period:
    what they did is in `rest`.
    """

    then: float
    now: float
    terms: tuple[Term, ...]
    rate: float
    mix: float
    rest: float
    left_out: tuple[Part, ...] = ()

    @property
    def change(self) -> float:
        return self.now - self.then


def split(parts: Iterable[Part], *, then: float, now: float) -> Split:
    """The change of a weighted mean by group: Σ w̄·Δm is rate, Σ Δw·(m̄ − M̄) is mix.

    w̄ and m̄ are the means of both periods, M̄ that of the whole; since Σ Δw = 0, taking M̄ off changes no sum
    and makes the mix of a group what it adds by being better or worse than all. A group of one period only is
    mix alone. Weights are shares of all records, also of groups with records and no figure; what these did,
    and what is missing where the whole is no mean of its groups, is `rest`.

    >>> found = split([Part("old", 10, 40.0, 30, 40.0), Part("new", 30, 10.0, 10, 8.0)], then=17.5, now=32.0)
    >>> round(found.rate, 6), round(found.mix, 6), round(found.rest, 6)
    (-1.0, 15.5, 0.0)
    """
    counted = [part for part in parts if part.n_then or part.n_now]
    left_out = tuple(part for part in counted if _is_unknown(part))
    all_then, all_now = sum(part.n_then for part in counted), sum(part.n_now for part in counted)
    if not (all_then and all_now):
        return Split(then, now, (), 0.0, 0.0, now - then, left_out)
    terms = [
        _term(part, part.n_then / all_then, part.n_now / all_now, middle=(then + now) / 2)
        for part in counted
        if not _is_unknown(part)
    ]
    terms.sort(key=lambda term: (-abs(term.total), term.name))
    rate, mix = (math.fsum(each) for each in ((t.rate for t in terms), (t.mix for t in terms)))
    return Split(then, now, tuple(terms), rate, mix, now - then - rate - mix, left_out)


def added(parts: Iterable[Part], *, then: float, now: float) -> Split:
    """The change of a sum by group: each adds its own change, and there is no mix.

    >>> [term.rate for term in added([Part("a", 4, 4, 9, 9), Part("b", 3, 3, 1, 1)], then=7, now=10).terms]
    [5.0, -2.0]
    """
    listed = list(parts)
    terms = [
        Term(
            part.name,
            _share(part.then, [each.then for each in listed]),
            part.then,
            _share(part.now, [each.now for each in listed]),
            part.now,
            float((part.now or 0) - (part.then or 0)),
            0.0,
        )
        for part in listed
    ]
    terms.sort(key=lambda term: (-abs(term.total), term.name))
    rate = math.fsum(term.rate for term in terms)
    return Split(then, now, tuple(terms), rate, 0.0, now - then - rate)


def _is_unknown(part: Part) -> bool:
    return bool((part.n_then and part.then is None) or (part.n_now and part.now is None))


def _term(part: Part, before: float, after: float, *, middle: float) -> Term:
    # A group that was not there changed by coming or going alone.
    old = part.then if part.n_then and part.then is not None else part.now
    new = part.now if part.n_now and part.now is not None else part.then
    assert old is not None
    assert new is not None
    rate = (before + after) / 2 * (new - old)
    mix = (after - before) * ((old + new) / 2 - middle)
    return Term(part.name, before, part.then, after, part.now, rate, mix)


def _share(value: float | None, every: Iterable[float | None]) -> float:
    whole = math.fsum(each or 0 for each in every)
    return (value or 0) / whole if whole else 0.0
