"""The best portfolio: as good as trying everything, whatever has to be met; and what conflicts is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from tests.engine.portfolios import OBJECTIVES, by_trying, item, question, random_question

from throughline.engine.portfolio import (
    Clause,
    CountRule,
    Question,
    ShareRule,
    best,
    conflict,
    effort_to_enter,
)


def net(asked: Question) -> float:
    found = best(asked)
    return -np.inf if found is None else found.net


def require_as_good(asked: Question) -> None:
    found, tried = best(asked), by_trying(asked)
    assert (found is None) == (tried is None), asked
    if found and tried:
        assert found.net == pytest.approx(tried.net, abs=1e-7), asked


def test_it_is_the_optimum_of_every_choice_under_capacity_alone():
    chance = np.random.default_rng(1)
    for _ in range(1500):
        require_as_good(random_question(chance, most=7, balanced=False))


def test_it_is_the_optimum_of_every_choice_with_rules_relations_and_promises():
    chance = np.random.default_rng(2)
    for _ in range(1500):
        require_as_good(random_question(chance, most=7))
    for _ in range(60):
        require_as_good(random_question(chance, most=10))


def test_what_it_says_of_itself_is_what_its_items_add_up_to():
    chance = np.random.default_rng(3)
    for _ in range(200):
        asked = random_question(chance)
        if found := best(asked):
            chosen = [each for each in asked.items if each.key in found.chosen]
            assert found.value == pytest.approx(sum(each.value for each in chosen))
            assert found.effort == pytest.approx(sum(each.effort for each in chosen))
            assert found.effort <= asked.capacity * (1 + 1e-9)
            assert set(found.missed) <= {rule.key for rule in asked.rules if rule.price is not None}


def test_a_second_solver_finds_no_better_one_of_sixty():
    chance = np.random.default_rng(4)
    for _ in range(15):
        asked = question(
            *(
                item(
                    f"c{number}",
                    float(chance.lognormal(0, 1)),
                    float(chance.lognormal(1, 0.6)),
                    objective=OBJECTIVES[number % 2],
                    kinds={"big_bet": float(number % 3 == 0)},
                )
                for number in range(60)
            ),
            capacity=60.0,
            rules=[
                CountRule(key="detect", objective="detect", at_least=8, at_most=14),
                ShareRule(key="bets", kind="big_bet", at_least=0.35, at_most=0.4),
            ],
        )
        assert net(asked) == pytest.approx(by_scipy(asked), rel=1e-6)


def by_scipy(asked: Question) -> float:
    """The two rules of that question, written out for scipy.optimize.milp."""
    value = np.array([each.value for each in asked.items])
    effort = np.array([each.effort for each in asked.items])
    detects = np.array([each.objective == "detect" for each in asked.items], float)
    bets = np.array([each.kinds["big_bet"] for each in asked.items])
    rows = np.array([effort, detects, (bets - 0.35) * effort, (bets - 0.4) * effort])
    limits = LinearConstraint(rows, [-np.inf, 8, 0, -np.inf], [asked.capacity, 14, np.inf, 0])
    ones = np.ones(len(asked.items))
    found = milp(
        -value, constraints=limits, integrality=ones, bounds=Bounds(0, 1), options={"mip_rel_gap": 0}
    )
    return -float(found.fun)


def test_more_capacity_never_worsens():
    chance = np.random.default_rng(5)
    for _ in range(200):
        asked = random_question(chance)
        assert net(asked.with_capacity(asked.capacity + float(chance.uniform(0, 5)))) >= net(asked) - 1e-7


def test_a_rule_less_never_worsens():
    chance = np.random.default_rng(6)
    for _ in range(200):
        asked = random_question(chance)
        for rule in asked.rules:
            assert net(asked.without(rule.key)) >= net(asked) - 1e-7


def test_a_soft_rule_never_gives_less_than_the_hard_one():
    chance = np.random.default_rng(7)
    for _ in range(100):
        asked = random_question(chance)
        hard = replace(asked, rules=tuple(replace(rule, price=None) for rule in asked.rules))
        soft = replace(asked, rules=tuple(replace(rule, price=0.5) for rule in asked.rules))
        assert net(soft) >= net(hard) - 1e-7


def test_a_price_that_is_high_enough_is_as_good_as_a_hard_rule():
    asked = question(
        item("a", 9, 2, objective="detect"),
        item("b", 1, 2, objective="repair"),
        capacity=2,
        rules=[CountRule(key="repair", objective="repair", at_least=1, price=8.5)],
    )
    assert best(asked).chosen == ("b",)
    cheap = replace(asked, rules=(replace(asked.rules[0], price=7.5),))
    assert best(cheap).chosen == ("a",)
    assert best(cheap).missed == {"repair": 1}
    assert best(cheap).net == pytest.approx(1.5)


def test_the_order_of_the_candidates_does_not_matter():
    chance = np.random.default_rng(8)
    for _ in range(200):
        asked = random_question(chance)
        order = chance.permutation(len(asked.items))
        assert best(asked) == best(replace(asked, items=tuple(asked.items[place] for place in order)))


def test_of_equals_it_is_always_the_same_one():
    asked = question(*(item(f"c{number}", 1, 1) for number in range(8)), capacity=3)
    assert len({best(asked).chosen for _ in range(5)}) == 1


def test_efforts_that_fill_the_capacity_to_the_last_tenth_fit():
    asked = question(item("a", 1, 0.1), item("b", 1, 0.2), capacity=0.3)
    assert best(asked).chosen == ("a", "b")


def test_nothing_is_chosen_of_nothing_and_of_what_only_harms():
    assert best(question(capacity=5)).chosen == ()
    assert best(question(item("a", -1, 1), capacity=5)).chosen == ()


def test_a_harmful_one_comes_in_where_something_better_needs_it():
    asked = question(item("a", -1, 1), item("b", 3, 1, requires=frozenset("a")), capacity=2)
    assert best(asked).chosen == ("a", "b")


def test_a_candidate_that_is_not_there_cannot_be_required():
    with pytest.raises(ValueError, match="there is no candidate b"):
        question(item("a", 1, 1, requires=frozenset("b")), capacity=1)


def test_rules_that_conflict_are_named_and_no_others():
    asked = question(
        item("a", 1, 3, objective="detect"),
        item("b", 1, 3, objective="repair"),
        item("c", 1, 1, objective="other"),
        capacity=5,
        rules=[
            CountRule(key="a-detect", objective="detect", at_least=1),
            CountRule(key="a-repair", objective="repair", at_least=1),
            CountRule(key="few", objective="other", at_most=2),
        ],
    )
    assert best(asked) is None
    assert set(conflict(asked)) == {
        Clause("rule", "a-detect"),
        Clause("rule", "a-repair"),
        Clause("capacity"),
    }


def test_a_rule_that_nobody_could_meet_conflicts_alone():
    asked = question(
        item("a", 1, 1), capacity=5, rules=[CountRule(key="two", objective="detect", at_least=2)]
    )
    assert conflict(asked) == (Clause("rule", "two"),)


def test_promised_work_that_excludes_each_other_is_named():
    asked = question(
        item("a", 1, 1, is_promised=True, excludes=frozenset("b")),
        item("b", 1, 1, is_promised=True),
        capacity=5,
    )
    assert set(conflict(asked)) == {
        Clause("promised", "a"),
        Clause("promised", "b"),
        Clause("excludes", "a", "b"),
    }


def test_a_conflict_is_there_exactly_where_no_choice_is_and_none_of_it_can_be_spared():
    chance = np.random.default_rng(9)
    named = 0
    for _ in range(400):
        asked = random_question(chance, most=6)
        found = conflict(asked)
        assert bool(found) == (by_trying(asked) is None)
        for rule in [each for each in found if each.kind == "rule"]:
            named += 1
            # Only the clauses of the conflict are left, and of those one goes.
            kept = {each.key for each in found if each.kind == "rule"} - {rule.key}
            fewer = replace(
                asked,
                items=tuple(_only(each, found) for each in asked.items),
                rules=tuple(each for each in asked.rules if each.key in kept),
                capacity=asked.capacity if Clause("capacity") in found else 1e6,
            )
            assert by_trying(fewer) is not None
    assert named > 30


def _only(each, clauses):
    return replace(
        each,
        is_promised=Clause("promised", each.key) in clauses,
        requires=frozenset(o for o in each.requires if Clause("requires", each.key, o) in clauses),
        excludes=frozenset(o for o in each.excludes if Clause("excludes", *sorted((each.key, o))) in clauses),
    )


def test_the_cut_in_effort_is_the_one_at_which_trying_everything_lets_it_in():
    chance = np.random.default_rng(10)
    checked = 0
    for _ in range(120):
        asked = random_question(chance, most=6, balanced=bool(chance.integers(2)))
        chosen = best(asked)
        for each in asked.items if chosen else ():
            if each.key in chosen.chosen:
                continue
            cut = effort_to_enter(asked, each.key, chosen)
            # Share rules are of the effort, so that with them less may fit less: only without is it one-way.
            if any(isinstance(rule, ShareRule) for rule in asked.rules):
                continue
            less = each.effort if cut is None else cut
            if cut is not None:
                assert _forced(asked, each.key, less + 1e-6) >= chosen.net - 1e-5
            if less > 1e-4:
                assert _forced(asked, each.key, less - 1e-4) < chosen.net - 1e-9
                checked += 1
    assert checked > 40


def _forced(asked: Question, key: str, cut: float) -> float:
    """The best net value with the candidate in and its effort cut, by trying everything."""
    items = tuple(
        replace(each, is_promised=True, effort=max(each.effort - cut, 0.0)) if each.key == key else each
        for each in asked.items
    )
    tried = by_trying(replace(asked, items=items))
    return -np.inf if tried is None else tried.net


def test_a_cut_in_effort_sees_what_it_does_to_the_shares():
    # At its full effort the bet would be half of the work; at a third of that it may be in.
    asked = question(
        item("plain", 10, 6),
        item("bet", 1, 6, kinds={"big_bet": 1.0}),
        capacity=20,
        rules=[ShareRule(key="bets", kind="big_bet", at_most=0.25)],
    )
    chosen = best(asked)
    assert chosen.chosen == ("plain",)
    assert effort_to_enter(asked, "bet", chosen) == pytest.approx(4.0)
