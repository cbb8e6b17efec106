"""Who has had the glue work: quarters added up, carried over, and what the match makes of it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from throughline.engine.fairness import BOUND, Load, Piece, accounts, loads, standings
from throughline.engine.matching import Person, Question, Weights, Work, best

GLUE = {"coordination", "on-call"}
TEAM = ["ana", "ben", "cy", "dee"]
NOW = 10
SHARE = st.integers(0, 20).map(lambda k: k / 20)
HISTORY = st.lists(
    st.builds(Load, st.sampled_from([*TEAM, "eve", "fay"]), st.integers(1, 9), SHARE, SHARE),
    max_size=30,
    unique_by=lambda load: (load.person, load.quarter),
)
TEAMS = st.lists(st.sampled_from(TEAM), min_size=1, max_size=4, unique=True)


# A quarter


def test_glue_is_the_part_of_its_kinds_that_the_team_marked():
    pieces = [
        Piece("ana", 1, 0.5, {"coordination": 0.6, "tooling": 0.4}, 0.2),
        Piece("ana", 1, 0.25, {"on-call": 1.0}, 0.0),
        Piece("ana", 1, 0.25, {"tooling": 1.0}, 0.8),
    ]
    [found] = loads(pieces, GLUE)
    assert (found.glue, found.plum) == (pytest.approx(0.55), pytest.approx(0.3))


def test_kinds_that_overlap_make_no_more_glue_than_work():
    [found] = loads([Piece("ana", 1, 0.5, {"coordination": 1, "on-call": 1, "tooling": 1}, 0)], GLUE)
    assert found.glue == pytest.approx(1 / 3)


def test_no_kind_marked_means_no_glue():
    [found] = loads([Piece("ana", 1, 1, {"coordination": 1}, 0.5)], ())
    assert (found.glue, found.plum) == (0, 0.5)


@pytest.mark.parametrize("piece", [Piece("ana", 1, 1.5, {}, 0), Piece("ana", 1, 1, {"a": -1}, 0)])
def test_what_is_no_share_is_refused(piece):
    with pytest.raises(ValueError, match="ana"):
        loads([piece], GLUE)


# The account


def test_half_of_what_one_was_short_is_owed_the_quarter_after_and_half_of_that_the_next():
    history = [Load("ana", 1, glue=0.2, plum=0.2), Load("ben", 1, glue=0.0, plum=0.2)]
    assert accounts(history, ["ana", "ben"], quarter=2) == pytest.approx({"ana": -0.05, "ben": 0.05})
    assert accounts(history, ["ana", "ben"], quarter=3) == pytest.approx({"ana": -0.025, "ben": 0.025})


def test_a_newcomer_stands_at_zero_and_a_leaver_takes_nothing_along():
    history = [Load("ana", 1, 0.4, 0.0), Load("ben", 1, 0.1, 0.3), Load("eve", 1, 0.0, 0.9)]
    found = accounts(history, ["ana", "ben", "cy"], quarter=2)
    assert found == pytest.approx({"ana": -0.15, "ben": 0.15, "cy": 0})


def test_without_a_history_nobody_is_owed_anything():
    assert accounts([], TEAM, quarter=1) == dict.fromkeys(TEAM, 0.0)
    assert accounts([], [], quarter=1) == {}


def test_a_quarter_that_is_not_over_does_not_count():
    assert accounts([Load("ana", 5, 1, 0), Load("ben", 5, 0, 1)], TEAM, quarter=5) == dict.fromkeys(TEAM, 0.0)


def test_two_loads_of_one_quarter_are_refused():
    with pytest.raises(ValueError, match="add them up"):
        accounts([Load("ana", 1, 0, 0), Load("ana", 1, 1, 0)], TEAM, quarter=2)


# The table


def test_who_had_most_glue_comes_first_and_old_glue_counts_less():
    history = [Load("ana", 1, 0.5, 0.2), Load("ben", 1, 0.1, 0.5), Load("ben", 3, 0.4, 0.2)]
    first, second, third = standings(history, ["ana", "ben", "cy"], quarter=4)
    assert [first.person, second.person, third.person] == ["ben", "ana", "cy"]
    assert (first.glue, first.plum) == ({1: 0.1, 3: 0.4}, {1: 0.5, 3: 0.2})
    assert first.carried_glue == pytest.approx(0.1 / 8 + 0.4 / 2)
    assert (third.glue, third.account) == ({}, 0)
    assert second.account == accounts(history, ["ana", "ben", "cy"], quarter=4)["ana"]


# Properties


@given(HISTORY, TEAMS)
def test_the_accounts_of_a_team_sum_to_zero_within_the_bound(history, team):
    found = accounts(history, team, quarter=NOW)
    assert set(found) == set(team)
    assert sum(found.values()) == pytest.approx(0, abs=1e-12)
    assert max(map(abs, found.values())) <= BOUND + 1e-12


@given(HISTORY, TEAMS, st.sampled_from(TEAM), SHARE)
def test_more_glue_last_quarter_never_moves_anybody_back(history, team, person, glue):
    assume(person in team)
    others = [each for each in history if (each.person, each.quarter) != (person, NOW - 1)]
    less, more = (
        accounts([*others, Load(person, NOW - 1, had, 0.5)], team, quarter=NOW)[person]
        for had in (glue / 2, glue)
    )
    assert more <= less + 1e-12


@given(HISTORY.filter(bool), TEAMS, st.randoms())
def test_the_order_of_people_and_of_history_decides_nothing(history, team, random):
    mixed = accounts(random.sample(history, len(history)), random.sample(team, len(team)), quarter=NOW)
    assert mixed == pytest.approx(accounts(history, team, quarter=NOW), abs=1e-12)


@given(HISTORY, TEAMS, st.integers(1, 6))
def test_what_is_owed_fades_and_keeps_its_order(history, team, quarters):
    now, later = (accounts(history, team, quarter=NOW + after) for after in (0, quarters))
    for person in team:
        assert abs(later[person]) <= abs(now[person]) + 1e-12
        assert later[person] * now[person] >= -1e-12


@given(st.lists(st.tuples(SHARE, SHARE), min_size=2, max_size=4))
def test_who_fared_worst_last_quarter_comes_first(fortunes):
    history = [Load(person, NOW - 1, *each) for person, each in zip(TEAM, fortunes, strict=False)]
    found = accounts(history, [each.person for each in history], quarter=NOW)
    worst = min(history, key=lambda each: each.plum - each.glue)
    assert found[worst.person] == pytest.approx(min(found.values()))


# In the match


@pytest.mark.parametrize(("had", "gets"), [("ana", "ana"), ("ben", "ben")])
def test_who_had_the_glue_work_last_quarter_gets_the_plum_of_this_one(had, gets):
    history = [
        Load(person, NOW - 1, glue=0.6 if person == had else 0.0, plum=0.3) for person in ("ana", "ben")
    ]
    owed = accounts(history, ["ana", "ben"], quarter=NOW)
    people = [
        Person(key=key, capacity=10, interests={"red team": 0.9, "on-call": 0.1}, account=owed[key])
        for key in ("ana", "ben")
    ]
    works = (
        Work(key="exercise", value=0.6, weeks=10, kinds={"red team": 1.0}),
        Work(key="rota", value=0.6, weeks=10, kinds={"on-call": 1.0}),
    )
    question = Question(tuple(people), works)
    plan = best(question, Weights())
    assert plan.given.sum() == 2
    assert plan.given[question.person_at[gets], question.work_at["exercise"]]
