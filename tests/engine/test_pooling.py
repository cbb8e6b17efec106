"""Pooling a panel: published cases, and what any average of probabilities owes its members."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import pooling
from throughline.engine.pooling import Record
from throughline.engine.refusals import Refused

SAID = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def answers(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    return {case["id"]: case for case in cases}


# Published cases


def test_the_panel_on_a_log4shell_worm_pools_as_published(answers):
    case = answers["RK21"]
    said = np.array(case["inputs"]["forecasts_percent"]) / 100
    found, expected = pooling.pool(said, exponent=1.5), case["expected"]
    assert found.mean == pytest.approx(expected["mean"], abs=1e-6)
    assert found.median == pytest.approx(expected["median"], abs=1e-6)
    assert found.geometric_mean_of_odds == pytest.approx(expected["geo_mean_odds"], abs=1e-6)
    assert found.extremised == pytest.approx(expected["geo_mean_odds_x1_5"], abs=1e-6)
    assert found.headline == "geometric_mean_of_odds"


def test_four_experts_on_a_nuclear_risk_pool_as_published(answers):
    case = answers["RK23"]
    found = pooling.pool(case["inputs"]["probs"])
    assert found.mean == pytest.approx(case["expected"]["mean"], abs=2e-5)
    assert found.value == pytest.approx(case["expected"]["geo_mean_odds"], abs=2e-5)
    assert (1 - found.value) / found.value == pytest.approx(case["expected"]["odds_against"], abs=0.6)


# What any pool owes its members


@given(SAID)
def test_a_pool_lies_between_the_lowest_and_the_highest(said):
    found = pooling.pool(said)
    for value in (found.geometric_mean_of_odds, found.mean, found.median):
        assert min(said) - 1e-12 <= value <= max(said) + 1e-12


@given(SAID)
def test_asking_for_the_opposite_pools_to_the_opposite(said):
    for_, against = pooling.pool(said), pooling.pool([1 - p for p in said])
    for method in pooling.METHODS:
        assert for_.methods[method] == pytest.approx(1 - against.methods[method], abs=1e-9)


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.floats(0.1, 9)), min_size=1), st.randoms())
def test_the_order_of_the_people_does_not_matter(people, random):
    shuffled = random.sample(people, len(people))
    one, other = (
        pooling.pool([p for p, _ in each], weights=[w for _, w in each]) for each in (people, shuffled)
    )
    for method in pooling.METHODS:
        assert one.methods[method] == pytest.approx(other.methods[method])


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.floats(0.1, 9)), min_size=1), st.floats(0.01, 100))
def test_only_the_ratios_of_weights_count(people, factor):
    said = [p for p, _ in people]
    one = pooling.pool(said, weights=[w for _, w in people])
    other = pooling.pool(said, weights=[w * factor for _, w in people])
    assert one.value == pytest.approx(other.value)


@given(st.floats(0.001, 0.999), st.integers(1, 12))
def test_people_who_agree_are_pooled_to_what_they_agree_on(p, people):
    found = pooling.pool([p] * people)
    assert found.geometric_mean_of_odds == pytest.approx(p, abs=1e-12)
    assert found.mean == pytest.approx(p)
    assert found.spread.sd == pytest.approx(0, abs=1e-12)


@given(SAID, st.floats(0.01, 100))
def test_evidence_that_all_accept_moves_the_pool_as_it_moves_each(said, ratio):
    """External Bayesianity: updating and pooling may be done in either order."""

    def updated(p):
        return p * ratio / (p * ratio + 1 - p)

    after = pooling.pool([updated(p) for p in said]).geometric_mean_of_odds
    assert after == pytest.approx(updated(pooling.pool(said).geometric_mean_of_odds), rel=1e-6)


@given(SAID)
def test_extremising_moves_away_from_one_half_and_never_across_it(said):
    found = pooling.pool(said)
    plain, extreme = found.geometric_mean_of_odds, found.extremised
    assert abs(extreme - 0.5) >= abs(plain - 0.5) - 1e-12
    assert (extreme - 0.5) * (plain - 0.5) >= -1e-12


def test_the_exponent_grows_with_the_panel():
    assert [pooling.extremising(n) for n in range(1, 12)] == [1, 1, 1.25, 1.35, 1.35, *[1.45] * 4, 1.55, 1.55]


# 0 and 1


def test_only_exact_zeros_and_ones_are_moved_and_it_is_said_how_many():
    found = pooling.pool([0, 1, 0.0001, 0.5])
    odds = math.prod(p / (1 - p) for p in (0.0005, 0.9995, 0.0001, 0.5)) ** 0.25
    assert found.value == pytest.approx(odds / (1 + odds))
    [warning] = found.warnings
    assert warning.startswith("2 forecasts of exactly 0 or 1 were moved to 0.0005 or 0.9995")
    assert pooling.pool([0.0001, 0.9999]).warnings == ()


def test_a_single_zero_is_not_spoken_of_in_the_plural():
    assert pooling.pool([0.0, 0.3]).warnings[0].startswith("1 forecast of exactly 0 or 1 was moved")


# Track records


def test_without_a_track_record_all_weigh_the_same():
    assert pooling.track_weights([None, None, Record(0.1, 0)]) == pytest.approx([1 / 3] * 3)


def test_a_weight_is_one_over_the_squared_shrunk_score():
    weights = pooling.track_weights([Record(0.1, 15), Record(0.3, 5)])
    shrunk = (5 * 0.25 + 15 * 0.1) / 20, (5 * 0.25 + 5 * 0.3) / 10
    assert weights[0] / weights[1] == pytest.approx((shrunk[1] / shrunk[0]) ** 2)


def test_one_lucky_question_hardly_counts():
    lucky, proven = pooling.track_weights([Record(0.0, 1), Record(0.1, 100)])
    assert proven > 2 * lucky


@given(st.lists(st.one_of(st.none(), st.builds(Record, st.floats(0, 1), st.integers(0, 200))), min_size=1))
def test_nobody_without_a_history_has_more_than_an_equal_share(records):
    weights = pooling.track_weights(records)
    assert sum(weights) == pytest.approx(1)
    for record, weight in zip(records, weights, strict=True):
        assert weight > 0
        if record is None or record.questions == 0:
            assert weight <= 1 / len(records) + 1e-12


def test_a_better_record_pulls_the_pool_towards_her():
    weights = pooling.track_weights([Record(0.05, 60), Record(0.35, 60)])
    assert pooling.pool([0.9, 0.2], weights=weights).value > pooling.pool([0.9, 0.2]).value


# The headline


def test_extremising_is_the_headline_only_when_it_was_learnt_from_a_hundred_own_questions():
    said = [0.7, 0.8, 0.9]
    assert pooling.pool(said, own_resolved=500).headline == "geometric_mean_of_odds"
    assert pooling.pool(said, exponent=1.2, own_resolved=99).headline == "geometric_mean_of_odds"
    found = pooling.pool(said, exponent=1.2, own_resolved=100)
    assert (found.headline, found.value) == ("extremised", found.extremised)


@pytest.mark.parametrize("true", [0.8, 1.0, 1.6])
def test_the_exponent_is_learnt_back_from_what_came(true):
    rng = np.random.default_rng(7)
    logs = rng.normal(0, 1.5, 40_000)
    happened = rng.random(40_000) < 1 / (1 + np.exp(-true * logs))
    assert pooling.learnt_exponent(logs, happened) == pytest.approx(true, abs=0.05)


# What is refused


def test_an_empty_panel_is_refused():
    with pytest.raises(Refused, match="nothing to pool: add at least one"):
        pooling.pool([])
    with pytest.raises(Refused, match="nothing to pool"):
        pooling.track_weights([])


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (40, "40 is no probability: write 0.4 for 40 %"),
        (2.5, "2.5 is no probability: write 0.025 for 2.5 %"),
        (-0.1, "-0.1 is no probability: write a number from 0 to 1"),
        (400, "400 is no probability: write a number from 0 to 1"),
        (math.nan, "nan is no probability: write a number from 0 to 1"),
    ],
)
def test_what_is_no_probability_is_refused_with_the_way_out(said, message):
    with pytest.raises(Refused) as refused:
        pooling.pool([0.5, said])
    assert str(refused.value) == message


def test_the_spread_is_told_on_both_scales():
    found = pooling.spread([0.2, 0.4, 0.6, 0.8])
    assert (found.low, found.high, found.range) == (0.2, 0.8, pytest.approx(0.6))
    assert found.iqr == pytest.approx(0.3)
    assert found.sd == pytest.approx(np.std([0.2, 0.4, 0.6, 0.8]))
    assert found.log_odds_sd == pytest.approx(np.std(np.log([0.25, 2 / 3, 1.5, 4])))
