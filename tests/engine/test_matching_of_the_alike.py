"""Teams in which much is alike: people who said nothing, work of one value; many sets are equally good."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from tests.engine.matches import CLOSE, count_of_best, random_team, random_weights, worth_of_all

from throughline.engine.matching import (
    Person,
    Question,
    Weights,
    Work,
    advice,
    matching,
    model,
    search,
    solving,
)
from throughline.engine.matching.relaxed import Relaxed, Unsettled


def alike(people, works, *, capacity, weeks):
    """People who like what all like, and work that two or three do, each piece worth a half."""
    return Question(
        tuple(
            Person(key=f"p{number}", capacity=capacity, interests={"data": 0.5}) for number in range(people)
        ),
        tuple(
            Work(key=f"w{number}", value=0.5, weeks=weeks, kinds={"data": 1.0}, least=2, most=3)
            for number in range(works)
        ),
    )


def rounded(question):
    """The same team, with what it says said in halves."""

    def halves(said):
        return {kind: round(2 * part) / 2 for kind, part in said.items()}

    people = [
        replace(each, interests=halves(each.interests) if place % 2 else {}, growth={})
        for place, each in enumerate(question.people)
    ]
    works = [replace(each, value=0.5, weeks=float(round(each.weeks))) for each in question.works]
    return replace(question, people=tuple(people), works=tuple(works))


def teams(seed, count, *size):
    chance = np.random.default_rng(seed)
    for _ in range(count):
        yield rounded(random_team(chance, *size)), random_weights(chance)


@pytest.fixture
def every_set_is_one_too_many(monkeypatch):
    monkeypatch.setattr(Relaxed.worth, "__kwdefaults__", {"most": 0})
    monkeypatch.setattr(solving, "FEW", 0)
    monkeypatch.setattr(solving, "HALF_DONE", -1.0)


def test_as_much_is_done_as_there_is_time_for():
    # Six people have time for six pieces of work each, and eighteen pieces are done by two: three points of
    # value, 36 / 6.5 halves of match, and half of what each has of it; a third of each counts.
    worth = 18 * 0.5 / 3 + 36 / 6.5 * 0.5 / 3 + 0.5 * 6 / 6.5 * 0.5 / 3
    found = matching(alike(6, 40, capacity=6.5, weeks=1), Weights())
    assert found.plan.objective == pytest.approx(worth, abs=CLOSE)
    assert found.plan.short == 0
    assert found.cost(2, 7) == pytest.approx(0, abs=CLOSE)


def test_sets_too_many_to_be_listed_are_never_taken_for_none():
    assert solving.relaxed_of(alike(5, 60, capacity=13, weeks=1), Weights()) is None
    few = solving.relaxed_of(alike(5, 14, capacity=4.5, weeks=1), Weights())
    with pytest.raises(Unsettled):
        few.nearest(1.0, most=0)


@pytest.mark.usefixtures("every_set_is_one_too_many")
def test_the_plan_and_its_costs_are_those_of_trying_every_plan():
    seen = 0
    for question, weights in teams(1, 40):
        plans, worth = worth_of_all(question, weights)
        found = matching(question, weights)
        if found is None:
            assert np.isneginf(worth.max())
            continue
        assert found.plan.objective == pytest.approx(worth.max(), abs=CLOSE)
        for person, work in np.argwhere(question.may).tolist():
            right = worth[plans[:, person, work] > 0].max()
            cost = found.cost(person, work)
            assert (
                cost is None if np.isneginf(right) else cost == pytest.approx(worth.max() - right, abs=CLOSE)
            )
            seen += 1
    assert seen > 200


def test_where_sets_are_worth_the_same_pairs_are_searched(monkeypatch):
    question = rounded(random_team(np.random.default_rng(3), 6, 10, plain=True))
    monkeypatch.setattr(solving, "HALF_DONE", -1.0)
    by_sets = matching(question, Weights())
    monkeypatch.setattr(search, "_MANY_SETS", 0)
    monkeypatch.setattr(search, "_UNLIKE", 1.1)
    by_pairs = matching(question, Weights())
    assert by_pairs._relaxed is None
    assert by_pairs.plan.objective == pytest.approx(by_sets.plan.objective, abs=CLOSE)
    for pair in np.argwhere(question.may)[::7].tolist():
        assert by_pairs.cost(*pair) == pytest.approx(by_sets.cost(*pair), abs=CLOSE)


@pytest.mark.usefixtures("every_set_is_one_too_many")
@pytest.mark.parametrize("nodes", [50, 0], ids=["stopped early", "stopped before anything is found"])
def test_of_a_large_team_no_plan_with_a_pair_is_overstated(nodes, monkeypatch):
    for module in (model, search, advice):
        monkeypatch.setattr(module, "MANY_PAIRS", 0)
    monkeypatch.setitem(sys.modules[advice.beside.__module__]._STOPPED, "mip_max_nodes", nodes)
    monkeypatch.setitem(model._STOPPED, "mip_max_nodes", min(1, nodes))
    best, seen = sum(count_of_best(*team) for team in teams(4, 40))
    assert best > 0.8 * seen > 140
