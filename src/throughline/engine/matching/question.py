"""Who could do what: people with capacity and wishes, pieces of work with their kinds, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from throughline.engine.programs import TOLERANCE

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
# A facet that somebody likes, and fairness, in person-quarters of fully matching work.
BETA, PHI = 0.1, 0.5
CONTINUITY = 0.05
PRICE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the team. Interests, growth and skills are by kind of work, each from 0 to 1.

    `account` is what earlier quarters left them: below 0 they had more than their part of the dull work.
    """

    key: str
    capacity: float
    interests: Mapping[str, float] = field(default_factory=dict)
    growth: Mapping[str, float] = field(default_factory=dict)
    likes: frozenset[str] = frozenset()
    skills: Mapping[str, float] = field(default_factory=dict)
    account: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work: each person on it gives `weeks`; it is done by `least` to `most` people or not at all.

    `skills` is a floor. With `has_mentor` who is below it may join somebody who is not. `grows` are the kinds
    in which one can grow there; empty means all of its kinds.
    """

    key: str
    value: float
    weeks: float
    kinds: Mapping[str, float] = field(default_factory=dict)
    grows: frozenset[str] = frozenset()
    least: int = 1
    most: int = 1
    must: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    continues: frozenset[str] = frozenset()
    skills: Mapping[str, float] = field(default_factory=dict)
    has_mentor: bool = False
    objective: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """At least this share of all given weeks serves an objective; a person-quarter missing costs `price`."""

    objective: str
    at_least: float
    price: float = PRICE


@dataclass(frozen=True, slots=True)
class Weights:
    """What business value, interest and growth count; they add up to 1."""

    business: float = 1 / 3
    interest: float = 1 / 3
    growth: float = 1 / 3

    @classmethod
    def of(cls, business: float, interest: float, growth: float) -> Weights:
        """The same proportions, adding up to 1. ValueError where all are 0.

        >>> Weights.of(2, 1, 1)
        Weights(business=0.5, interest=0.25, growth=0.25)
        """
        # By the largest first, so that no sum overflows.
        top = max(business, interest, growth)
        if top <= 0:
            raise ValueError("one weight at least must be above 0")
        said = np.array([business, interest, growth], np.float64) / top
        return cls(*(float(each) for each in said / said.sum()))

    @property
    def each(self) -> tuple[float, float, float]:
        return self.business, self.interest, self.growth


@dataclass(frozen=True, slots=True)
class Settings:
    """What a liked facet, fairness and going on with one's work are worth, in person-quarters."""

    beta: float = BETA
    phi: float = PHI
    continuity: float = CONTINUITY


@dataclass(frozen=True)
class Question:
    """A team and the work before it, held by key, so that their order makes no difference.

    Matrices have a row a person and a column a piece of work.
    """

    people: tuple[Person, ...]
    works: tuple[Work, ...]
    balance: tuple[Balance, ...] = ()
    settings: Settings = Settings()

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", tuple(sorted(self.people, key=lambda each: each.key)))
        object.__setattr__(self, "works", tuple(sorted(self.works, key=lambda each: each.key)))

    @cached_property
    def person_at(self) -> dict[str, int]:
        return {each.key: place for place, each in enumerate(self.people)}

    @cached_property
    def work_at(self) -> dict[str, int]:
        return {each.key: place for place, each in enumerate(self.works)}

    @cached_property
    def capacity(self) -> Numbers:
        return np.array([each.capacity for each in self.people], np.float64)

    @cached_property
    def weeks(self) -> Numbers:
        return np.array([each.weeks for each in self.works], np.float64)

    @cached_property
    def business(self) -> Numbers:
        return np.array([each.value for each in self.works], np.float64)

    @cached_property
    def least(self) -> Numbers:
        """How many people a piece of work needs."""
        return np.array([each.least for each in self.works], np.float64)

    @cached_property
    def most(self) -> Numbers:
        """How many people a piece of work has room for."""
        return np.array([each.most for each in self.works], np.float64)

    @cached_property
    def share(self) -> Numbers:
        """The part of a person's capacity that a piece of work takes; 0 of nobody's."""
        capacity = np.where(self.capacity > 0, self.capacity, np.inf)
        return self.weeks[None, :] / capacity[:, None]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that some work has a part of."""
        return tuple(sorted({kind for each in self.works for kind, part in each.kinds.items() if part > 0}))

    @cached_property
    def parts(self) -> Numbers:
        """How much of each kind (row) a piece of work is (column)."""
        return _table(self.kinds, [each.kinds for each in self.works]).T

    @cached_property
    def interest(self) -> Numbers:
        return _table(self.kinds, [each.interests for each in self.people]) @ self.parts

    @cached_property
    def growth(self) -> Numbers:
        """What people want to grow in, where one can. What they can do already has no part in it."""
        offered = [
            {kind: part for kind, part in each.kinds.items() if not each.grows or kind in each.grows}
            for each in self.works
        ]
        wanted = _table(self.kinds, [each.growth for each in self.people])
        return wanted @ _table(self.kinds, offered).T

    @cached_property
    def continued(self) -> Numbers:
        """What going on with one's work is worth."""
        goes_on = _named(self, [each.continues for each in self.works])
        return np.where(goes_on, self.settings.continuity * self.share, 0.0)

    @cached_property
    def forced(self) -> Flags:
        return _named(self, [each.must for each in self.works])

    @cached_property
    def fits(self) -> Flags:
        """Whether there is no objection but skill: capacity for it, and not ruled out."""
        room = self.weeks[None, :] <= self.capacity[:, None] * (1 + TOLERANCE)
        return np.asarray(room & ~_named(self, [each.never for each in self.works]), np.bool_)

    @cached_property
    def at_floor(self) -> Flags:
        """Whether a person has the skills that a piece of work needs."""
        kinds = sorted({kind for each in self.works for kind in each.skills})
        has = _table(tuple(kinds), [each.skills for each in self.people])
        needs = _table(tuple(kinds), [each.skills for each in self.works])
        return np.asarray((has[:, None, :] >= needs[None, :, :]).all(axis=2), np.bool_)

    @cached_property
    def may(self) -> Flags:
        """Whether a person may do it: it fits, and the floor is met, or somebody else is there to teach."""
        teachers = self.fits & self.at_floor
        taught = np.array([each.has_mentor for each in self.works], np.bool_) & teachers.any(axis=0)
        # Who needs a teacher needs a second place.
        taught &= np.array([each.most > 1 for each in self.works], np.bool_)
        return teachers | (self.fits & taught[None, :])

    @cached_property
    def facets(self) -> list[tuple[int, int]]:
        """Each kind that a piece of work has a part of, as (work, kind)."""
        return [(int(work), int(kind)) for work, kind in zip(*np.nonzero(self.parts.T > 0), strict=True)]

    @cached_property
    def faceted(self) -> NDArray[np.int64]:
        """The work of each facet."""
        return np.array([work for work, _ in self.facets], np.int64)

    @cached_property
    def likes(self) -> Flags:
        """Whether a person likes each kind."""
        return np.array(
            [[kind in each.likes for kind in self.kinds] for each in self.people], np.bool_
        ).reshape(len(self.people), len(self.kinds))

    @cached_property
    def liked(self) -> Flags:
        """Whether a person likes each facet."""
        return self.likes[:, [kind for _, kind in self.facets]]

    @cached_property
    def account(self) -> Numbers:
        return np.array([each.account for each in self.people], np.float64)

    @cached_property
    def counted(self) -> Flags:
        """Who counts in fairness: whoever has time at all."""
        return self.capacity > 0

    @cached_property
    def quarter(self) -> float:
        """The weeks of a person-quarter: the mean capacity of who has any."""
        return float(self.capacity[self.counted].mean()) if self.counted.any() else 1.0

    @cached_property
    def serves(self) -> Flags:
        """Which work (column) serves the objective of each balance rule (row)."""
        found = [[each.objective == rule.objective for each in self.works] for rule in self.balance]
        return np.array(found, np.bool_).reshape(len(self.balance), len(self.works))

    def full_with(self, work: str) -> tuple[str, ...]:
        """The names of those who must be on a piece of work, where nobody can join them."""
        found = self.works[self.work_at[work]]
        if len(found.must) < found.most:
            return ()
        people = [self.people[self.person_at[each]] for each in sorted(found.must)]
        return tuple(each.name or each.key for each in people)

    def matches(self, weights: Weights) -> Numbers:
        """What a piece of work gives a person, from 0 to 1 times the weights of interest and growth."""
        return weights.interest * self.interest + weights.growth * self.growth

    def scores(self, weights: Weights) -> Numbers:
        """How good a piece of work is for a person: all three terms."""
        return weights.business * self.business[None, :] + self.matches(weights)


def _table(kinds: tuple[str, ...], said: Sequence[Mapping[str, float]]) -> Numbers:
    """A row for each, a column a kind; what is not stated counts 0."""
    found = [[each.get(kind, 0.0) for kind in kinds] for each in said]
    return np.array(found, np.float64).reshape(len(said), len(kinds))


def _named(question: Question, by_work: list[frozenset[str]]) -> Flags:
    found = np.zeros((len(question.people), len(question.works)), np.bool_)
    for work, people in enumerate(by_work):
        for key in people:
            found[question.person_at[key], work] = True
    return found
