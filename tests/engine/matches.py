"""Small random teams, and the match by trying every plan: written from the model alone."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from throughline.engine.matching import (
    Balance,
    Person,
    Question,
    Settings,
    Weights,
    Work,
    holds,
    matching,
)

CLOSE = 1e-7
KINDS = ("data", "detection", "front end", "teaching")


def random_weights(chance: np.random.Generator) -> Weights:
    said = chance.dirichlet(np.ones(3)) * (chance.random(3) < 0.85)
    return Weights.of(*said) if said.sum() > 0 else Weights()


def parts(chance: np.random.Generator, often: float) -> dict[str, float]:
    return {kind: float(chance.random()) for kind in KINDS if chance.random() < often}


def random_team(
    chance: np.random.Generator, people: int = 3, works: int = 4, *, plain: bool = False
) -> Question:
    """A team with all that a file may say; `plain` leaves out what is optional."""
    names = [f"p{number}" for number in range(people)]
    return Question(
        tuple(_person(chance, name, plain) for name in names),
        tuple(_work(chance, f"w{number}", names, plain) for number in range(works)),
        () if plain else _balance(chance),
        Settings()
        if plain or chance.random() < 0.5
        else Settings(*(float(each) for each in chance.random(3))),
    )


def in_months(question: Question, chance: np.random.Generator) -> Question:
    """The same team with time given out a month at a time, of which hardly any is left over."""
    people = [replace(each, capacity=4.0 * float(chance.integers(1, 4))) for each in question.people]
    return replace(question, people=tuple(people), works=tuple(replace(w, weeks=4) for w in question.works))


def _person(chance: np.random.Generator, key: str, plain: bool) -> Person:
    return Person(
        key=key,
        capacity=float(chance.integers(2, 14)) + float(chance.choice([0.0, 0.5, 0.1])),
        interests=parts(chance, 0.6),
        growth=parts(chance, 0.4),
        likes=frozenset(kind for kind in KINDS if chance.random() < 0.4),
        skills={} if plain else parts(chance, 0.8),
        account=0.0 if plain else float(chance.choice([0.0, -0.2, 0.3])),
    )


def _work(chance: np.random.Generator, key: str, names: list[str], plain: bool) -> Work:
    least = int(chance.integers(1, 3))
    shares = chance.dirichlet(np.ones(len(KINDS)))

    kinds = {kind: float(part) for kind, part in zip(KINDS, shares, strict=True) if chance.random() < 0.6}

    def some(often: float) -> frozenset[str]:
        return frozenset(name for name in names if chance.random() < often)

    return Work(
        key=key,
        value=float(chance.random()),
        weeks=float(chance.integers(1, 7)) + float(chance.choice([0.0, 0.5, 0.2])),
        kinds=kinds,
        grows=frozenset() if plain else frozenset(kind for kind in kinds if chance.random() < 0.3),
        least=least,
        most=least + int(chance.integers(0, 2)),
        must=some(0.03),
        never=some(0.1),
        continues=frozenset() if plain else some(0.15),
        skills={} if plain or chance.random() < 0.6 else parts(chance, 0.3),
        has_mentor=bool(chance.random() < 0.5),
        objective=str(chance.choice(["repair", "detect"])),
    )


def _balance(chance: np.random.Generator) -> tuple[Balance, ...]:
    if chance.random() < 0.6:
        return ()
    return (Balance("repair", float(chance.random()), float(chance.choice([0.1, 0.5, 2.0]))),)


@functools.cache
def every_plan(people: int, works: int) -> tuple[np.ndarray, np.ndarray]:
    """Every plan, and how many do each piece of work in it."""
    count = people * works
    bits = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    plans = bits.reshape(-1, people, works).astype(float)
    return plans, plans.sum(axis=1)


def worth_of_all(question: Question, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Every plan with its objective; −∞ where it breaks a rule."""
    team, works, settings = question.people, question.works, question.settings
    plans, counts = every_plan(len(team), len(works))
    weeks = np.array([each.weeks for each in works])
    capacity = np.array([each.capacity for each in team])
    done = counts > 0
    fine = (plans @ weeks <= capacity + 1e-9).all(axis=1)
    for j, work in enumerate(works):
        fine &= ~done[:, j] | ((counts[:, j] >= work.least) & (counts[:, j] <= work.most))
        below = [any(who.skills.get(k, 0) < v for k, v in work.skills.items()) for who in team]
        above = plans[:, ~np.array(below), j].any(axis=1)
        for i, who in enumerate(team):
            on_it = plans[:, i, j] > 0
            if who.key in work.must:
                fine &= on_it
            if who.key in work.never or (below[i] and not work.has_mentor):
                fine &= ~on_it
            elif below[i]:
                fine &= ~on_it | above
    total = weights.business * done @ np.array([each.value for each in works])
    means = np.zeros((len(plans), len(team)))
    for i, who in enumerate(team):
        share = weeks / who.capacity
        match = [
            sum(
                part
                * (
                    weights.interest * who.interests.get(k, 0)
                    + weights.growth * who.growth.get(k, 0) * (not work.grows or k in work.grows)
                )
                for k, part in work.kinds.items()
            )
            for work in works
        ]
        means[:, i] = plans[:, i] @ (match * share)
        goes_on = np.array([who.key in work.continues for work in works])
        total = total + plans[:, i] @ (settings.continuity * share * goes_on)
    for j, work in enumerate(works):
        for kind in work.kinds:
            fans = [i for i, who in enumerate(team) if kind in who.likes]
            total = total + settings.beta * plans[:, fans, j].any(axis=1)
    total = total + means.sum(axis=1)
    total = total + settings.phi * (means + np.array([each.account for each in team])).min(axis=1)
    given = plans.sum(axis=1) * weeks
    for rule in question.balance:
        serving = given[:, [each.objective == rule.objective for each in works]].sum(axis=1)
        lacks = np.maximum(0, rule.at_least * given.sum(axis=1) - serving)
        total = total - rule.price * lacks / capacity.mean()
    return plans, np.where(fine, total, -np.inf)


def count_of_best(question: Question, weights: Weights) -> np.ndarray:
    """Of how many pairs the plan found is the best, and of how many there is one; none says it is better."""
    plans, worth = worth_of_all(question, weights)
    found, counts = matching(question, weights), np.zeros(2, np.int64)
    for person, work in np.argwhere(question.may).tolist() if found else []:
        right = worth[plans[:, person, work] > 0].max()
        plan = found.forcing(person, work)
        if plan is None:
            assert np.isneginf(right)
            continue
        assert plan.given[person, work]
        assert holds(question, plan.given)
        lacks = right - plan.objective
        assert -CLOSE <= lacks <= plan.short + CLOSE
        counts += lacks <= CLOSE, 1
    return counts
