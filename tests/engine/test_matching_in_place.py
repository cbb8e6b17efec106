"""People who change places: whom nothing tells apart, and whoever loses nothing by it, need no search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.matches import CLOSE, random_team, random_weights, worth_of_all

from throughline.engine.matching import Person, Question, Weights, Work, holds, matching, solving
from throughline.engine.matching.advice import Matching
from throughline.engine.matching.alike import alike, exchanges


def with_a_twin(question):
    """The first person twice, whatever is said of them, and the others once."""
    one, other, *others = question.people

    def both(keys):
        return keys - {other.key} | ({other.key} if one.key in keys else set())

    works = [
        replace(each, must=both(each.must), never=both(each.never), continues=both(each.continues))
        for each in question.works
    ]
    return replace(question, people=(one, replace(one, key=other.key), *others), works=tuple(works))


@pytest.fixture
def searched(monkeypatch):
    """The pairs for which plans were searched, none of them over pairs kept solved."""
    asked, with_pair = [], Matching._with
    monkeypatch.setattr(solving, "FEW", 0)
    monkeypatch.setattr(solving, "HALF_DONE", -1.0)
    monkeypatch.setattr(
        Matching, "_with", lambda self, *pair: [asked.append(pair), with_pair(self, *pair)][1]
    )
    return asked


def test_twins_are_asked_about_once_and_all_costs_are_those_of_trying_every_plan(searched):
    chance = np.random.default_rng(21)
    pairs = found_plans = 0
    for _ in range(60):
        question, weights = with_a_twin(random_team(chance)), random_weights(chance)
        plans, worth = worth_of_all(question, weights)
        found = matching(question, weights)
        if found is None:
            continue
        assert alike(question)[0] == alike(question)[1]
        for person, work in np.argwhere(question.may).tolist():
            right = worth[plans[:, person, work] > 0].max()
            cost = found.cost(person, work)
            assert (
                cost is None if np.isneginf(right) else cost == pytest.approx(worth.max() - right, abs=CLOSE)
            )
            plan = found.forcing(person, work)
            assert plan is None or (plan.given[person, work] and holds(question, plan.given))
            found_plans += plan is not None
            pairs += 1
    assert found_plans > 200
    assert len(searched) < 0.75 * pairs


def test_who_is_alike_is_so_in_all_that_counts():
    ana = Person(key="ana", capacity=10, interests={"data": 1.0}, skills={"data": 0.5})
    team = [replace(ana, key=key) for key in ("ana", "ben", "cem")]
    work = Work(key="w", value=0.5, weeks=5, kinds={"data": 1.0}, most=3)
    apart = {
        "capacity": (replace(ana, key="cem", capacity=11), work),
        "interests": (replace(ana, key="cem", interests={"data": 0.9}), work),
        "growth": (replace(ana, key="cem", growth={"data": 0.1}), work),
        "likes": (replace(ana, key="cem", likes=frozenset({"data"})), work),
        "account": (replace(ana, key="cem", account=0.1), work),
        "skills": (team[2], replace(work, skills={"data": 0.4}, never=frozenset({"cem"}))),
        "must": (team[2], replace(work, must=frozenset({"cem"}))),
        "never": (team[2], replace(work, never=frozenset({"cem"}))),
        "continues": (team[2], replace(work, continues=frozenset({"cem"}))),
    }
    assert len(set(alike(Question(tuple(team), (work,))).tolist())) == 1
    for third, its in apart.values():
        one, other, last = alike(Question((*team[:2], third), (its,))).tolist()
        assert one == other != last


def test_an_exchange_gives_somebody_the_work_and_breaks_no_rule():
    chance = np.random.default_rng(22)
    made = 0
    for _ in range(40):
        question, weights = random_team(chance), random_weights(chance)
        found = matching(question, weights)
        if found is None:
            continue
        for person, work in np.argwhere(question.may & ~found.plan.given).tolist():
            for each in exchanges(question, found.plan.given, person, work):
                assert each[person, work]
                assert holds(question, each)
                assert each.sum(axis=0).tolist() == found.plan.given.sum(axis=0).tolist()
                made += 1
    assert made > 30


def test_of_people_who_are_alike_one_is_asked_about():
    ana = Person(key="ana", capacity=10)
    team = (ana, replace(ana, key="ben"), replace(ana, key="cem", capacity=9))
    works = tuple(Work(key=key, value=0.5, weeks=9) for key in ("v", "w"))
    found = matching(Question(team, works), Weights())
    assert found.apart([[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(2, 1)]]) == [[(0, 0), (0, 1)], [], [(2, 1)]]
    assert found.apart([[(1, 1)], [(0, 0), (0, 1)]]) == [[(1, 1)], [(0, 0)]]
