"""The match: what trying every plan finds, for random teams with all that a file may say."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from tests.engine.matches import random_team, random_weights, worth_of_all

from throughline.engine.matching import (
    Person,
    Question,
    Triangle,
    Weights,
    Work,
    best,
    conflicts,
    holds,
    matching,
    measured,
    prices,
    suggestions,
    swaps,
    triangle,
)
from throughline.engine.matching.triangle import calmed, worths

CLOSE = 1e-7


def test_the_plan_is_the_best_of_all_plans():
    chance = np.random.default_rng(1)
    impossible = 0
    for _ in range(2000):
        question, weights = random_team(chance), random_weights(chance)
        _, worth = worth_of_all(question, weights)
        found = best(question, weights)
        if found is None:
            assert np.isneginf(worth.max())
            assert conflicts(question)
            impossible += 1
            continue
        assert found.objective == pytest.approx(worth.max(), abs=CLOSE)
        assert holds(question, found.given)
        assert found.short == 0
        assert conflicts(question) == []
    assert 20 < impossible < 1000


def test_what_a_plan_is_worth_is_what_the_model_says_of_every_plan():
    chance = np.random.default_rng(2)
    for _ in range(40):
        question, weights = random_team(chance), random_weights(chance)
        plans, worth = worth_of_all(question, weights)
        for each in chance.integers(0, len(plans), 25):
            given = plans[each] > 0
            assert holds(question, given) == np.isfinite(worth[each])
            if np.isfinite(worth[each]):
                assert measured(question, weights, given).objective == pytest.approx(worth[each])


def test_an_opportunity_cost_is_what_the_best_plan_with_it_lacks():
    chance = np.random.default_rng(3)
    seen = {"never": 0, "free": 0, "dear": 0}
    for _ in range(70):
        question, weights = random_team(chance), random_weights(chance)
        plans, worth = worth_of_all(question, weights)
        found = matching(question, weights)
        if found is None:
            continue
        for (person, work), cost in np.ndenumerate(found.costs()):
            with_it = worth[plans[:, person, work] > 0].max()
            if np.isneginf(with_it):
                assert np.isnan(cost)
                seen["never"] += 1
            else:
                assert cost == pytest.approx(worth.max() - with_it, abs=CLOSE)
                seen["dear" if cost > CLOSE else "free"] += 1
            if found.plan.given[person, work]:
                assert cost == 0
    assert min(seen.values()) > 50


def test_a_work_stays_first_in_exactly_the_weights_of_a_fine_sweep():
    chance = np.random.default_rng(4)
    fine = np.linspace(0, 1, 2001)
    never = 0
    for _ in range(60):
        question, weights = random_team(chance, 2, 6, plain=True), random_weights(chance)
        found = matching(question, weights)
        if found is None:
            continue
        for person in range(2):
            able = np.flatnonzero(question.may[person])
            terms = np.stack([question.business, question.interest[person], question.growth[person]])
            for each in suggestions(found, person):
                place = question.work_at[each.work]
                for one, ends in enumerate(each.stays_first):
                    others = [other for other in range(3) if other != one]
                    rest = np.array([weights.each[other] for other in others])
                    rest = rest / rest.sum() if rest.sum() else np.full(2, 0.5)
                    mixed = np.outer(fine, terms[one]) + np.outer(1 - fine, rest @ terms[others])
                    first = mixed[:, place] >= mixed[:, able].max(axis=1) - 1e-11
                    if ends is None:
                        assert not first.any()
                        never += 1
                        continue
                    inside = (fine >= ends[0] - 1e-9) & (fine <= ends[1] + 1e-9)
                    assert (first == inside).all()
    assert never > 20


def test_the_first_suggestion_stays_first_at_the_weights_that_were_asked():
    chance = np.random.default_rng(5)
    for _ in range(40):
        question, weights = random_team(chance, 2, 5, plain=True), random_weights(chance)
        found = matching(question, weights)
        for person in range(2 if found else 0):
            for first in suggestions(found, person, shown=1):
                for weight, (low, high) in zip(weights.each, first.stays_first, strict=True):
                    assert low - 1e-9 <= weight <= high + 1e-9


def _team(count: int, **more) -> Question:
    people = tuple(Person(key=f"p{number}", capacity=10) for number in range(count))
    return Question(people, (Work(key="w", value=0.6, weeks=5, most=count, **more),))


def test_business_value_counts_once_however_many_do_the_work():
    everybody = np.ones((4, 1), bool)
    one = np.array([[True], [False], [False], [False]])
    question = _team(4)
    assert measured(question, Weights(), everybody).business == pytest.approx(0.2)
    assert measured(question, Weights(), one).business == pytest.approx(0.2)


def test_what_somebody_can_do_is_worth_nothing_under_growth():
    able = Person(key="a", capacity=10, skills={"data": 1.0})
    new = Person(key="b", capacity=10)
    work = Work(key="w", value=0.5, weeks=5, kinds={"data": 1.0})
    question = Question((able, new), (work,))
    assert question.growth.tolist() == [[0.0], [0.0]]
    found = matching(question, Weights())
    assert [suggestions(found, person)[0].scores["growth"] for person in (0, 1)] == [0.0, 0.0]
    assert found.costs().max() == pytest.approx(0.0)


def test_growth_counts_over_the_kinds_in_which_one_can_grow_there():
    person = Person(key="a", capacity=10, interests={"data": 0.5}, growth={"data": 0.8, "teaching": 0.5})
    kinds = {"data": 0.75, "teaching": 0.25}
    works = tuple(
        Work(key=key, value=0, weeks=10, kinds=kinds, grows=frozenset(grows))
        for key, grows in (("all", ()), ("data", ("data",)), ("teach", ("teaching",)), ("front", ("front",)))
    )
    question = Question((person,), works)
    assert question.growth[0] == pytest.approx([0.725, 0.6, 0.0, 0.125])
    assert question.interest[0] == pytest.approx(np.full(4, 0.375))


def test_who_is_below_the_floor_joins_only_somebody_who_is_not():
    people = (
        Person(key="a", capacity=10, growth={"data": 1.0}),
        Person(key="b", capacity=10, skills={"data": 0.8}),
    )
    work = Work(key="w", value=0.5, weeks=5, kinds={"data": 1.0}, most=2, skills={"data": 0.5})
    assert Question(people, (work,)).may.tolist() == [[False], [True]]
    taught = Question(people, (replace(work, has_mentor=True),))
    assert best(taught, Weights(0, 0, 1)).given.tolist() == [[True], [True]]
    alone = Question(people, (replace(work, has_mentor=True, never=frozenset("b")),))
    assert best(alone, Weights(0, 0, 1)).given.tolist() == [[False], [False]]


def test_whoever_is_owed_comes_first():
    people = tuple(
        Person(key=key, capacity=10, interests={"data": 1.0}, account=account)
        for key, account in (("a", 0.0), ("b", -0.3))
    )
    question = Question(people, (Work(key="w", value=0.5, weeks=5, kinds={"data": 1.0}),))
    assert best(question, Weights()).given.tolist() == [[False], [True]]


def test_two_equal_pieces_of_work_are_a_toss_up():
    person = Person(key="a", capacity=5)
    works = tuple(Work(key=key, value=0.5, weeks=5) for key in "vw")
    found = suggestions(matching(Question((person,), works), Weights()), 0)
    assert [each.is_toss_up for each in found] == [True, True]
    far = (works[0], replace(works[1], value=0.1))
    found = suggestions(matching(Question((person,), far), Weights()), 0)
    assert [each.is_toss_up for each in found] == [False, False]


def test_the_order_of_people_and_work_changes_nothing():
    chance = np.random.default_rng(6)
    for _ in range(30):
        question, weights = random_team(chance), random_weights(chance)
        other = replace(question, people=question.people[::-1], works=question.works[::-1])
        found, again = matching(question, weights), matching(other, weights)
        if found is None:
            assert again is None
            continue
        assert found.plan.given.tolist() == again.plan.given.tolist()
        assert [suggestions(found, each) for each in range(3)] == [
            suggestions(again, each) for each in range(3)
        ]


def test_more_capacity_never_makes_a_plan_worse_where_shares_are_of_the_same_quarter():
    """A longer quarter makes each share smaller, so the work has to bring business value alone here."""
    chance = np.random.default_rng(7)
    for _ in range(60):
        question = random_team(chance, plain=True)
        more = replace(question, people=tuple(replace(p, capacity=p.capacity + 2) for p in question.people))
        before, after = best(question, Weights(1, 0, 0)), best(more, Weights(1, 0, 0))
        if before is not None:
            assert after.objective >= before.objective - CLOSE


def test_the_price_of_a_balance_is_what_is_gained_without_it():
    chance = np.random.default_rng(8)
    priced = 0
    for _ in range(80):
        question, weights = random_team(chance), random_weights(chance)
        found = matching(question, weights)
        if found is None or not question.balance:
            continue
        [price] = prices(found)
        _, free = worth_of_all(replace(question, balance=()), weights)
        assert price.price == pytest.approx(free.max() - found.plan.objective, abs=CLOSE)
        priced += price.price > 0.01
    assert priced > 3


def test_a_swap_costs_what_the_plan_with_it_lacks():
    chance = np.random.default_rng(9)
    seen = 0
    for _ in range(120):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        found = matching(question, weights)
        for each in swaps(found, 0) if found else []:
            given = found.plan.given.copy()
            other = question.person_at[each.other]
            gives, takes = question.work_at[each.gives], question.work_at[each.takes]
            given[0, gives] = given[other, takes] = False
            given[0, takes] = given[other, gives] = True
            plans, worth = worth_of_all(question, weights)
            place = int(np.flatnonzero((plans == given).all(axis=(1, 2)))[0])
            assert each.cost == pytest.approx(worth.max() - worth[place], abs=CLOSE)
            assert each.cost > -CLOSE
            seen += 1
    assert seen > 20


def test_each_point_of_the_triangle_has_its_best_plan():
    chance = np.random.default_rng(10)
    for _ in range(4):
        question = random_team(chance, plain=True)
        found = triangle(question, steps=5)
        for each in found.points if found else []:
            _, worth = worth_of_all(question, each.weights)
            assert each.objective == pytest.approx(worth.max(), abs=CLOSE)
            there = measured(question, each.weights, found.plans[each.plan].given)
            assert there.objective == pytest.approx(each.objective)


def test_what_plans_are_worth_at_all_mixes_is_what_each_is_worth_at_each():
    chance = np.random.default_rng(11)
    for _ in range(20):
        question = random_team(chance)
        mixes = [random_weights(chance) for _ in range(5)]
        plans = [plan for mix in mixes if (plan := best(question, mix)) is not None]
        for plan, worth in zip(plans, worths(question, plans, mixes), strict=True):
            assert list(worth) == pytest.approx(
                [measured(question, mix, plan.given).objective for mix in mixes]
            )


@functools.cache
def triangles() -> list[tuple[Question, Triangle]]:
    chance = np.random.default_rng(12)
    questions = (random_team(chance) for _ in range(12))
    return [(each, found) for each in questions if (found := triangle(each, steps=6))]


@pytest.mark.parametrize("within", [0.0, 0.01, 0.1, 10.0])
def test_the_plan_shown_at_a_point_is_near_its_best_and_shown_plans_are_no_more_than_there_are(within):
    assert len(triangles()) > 5
    for question, found in triangles():
        shown = calmed(question, found, within=within)
        assert len(set(shown)) <= len({each.plan for each in found.points})
        assert len(set(shown)) == 1 or within < 10
        for place, point in zip(shown, found.points, strict=True):
            there = measured(question, point.weights, found.plans[place].given)
            assert there.objective >= point.objective - within - CLOSE


def test_a_wider_toss_up_calms_a_mosaic():
    counts = [
        (len(found.plans), len(set(calmed(question, found, within=0.1)))) for question, found in triangles()
    ]
    assert sum(calm for _, calm in counts) < sum(plans for plans, _ in counts)


def test_the_plan_of_the_stated_weights_is_shown_wherever_it_is_near_enough():
    for question, found in triangles():
        for point in found.points[::7]:
            shown = calmed(question, found, stated=point.weights, within=0.05)
            for place, each in zip(shown, found.points, strict=True):
                there = measured(question, each.weights, found.plans[point.plan].given)
                is_near = there.objective >= each.objective - 0.05 + CLOSE
                assert place == point.plan or not is_near or each.short > 0
