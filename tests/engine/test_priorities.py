"""What candidates are worth: in points, by the five views, and without the optimiser's curse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.priorities import (
    Z95,
    Aim,
    Candidate,
    Delay,
    Effect,
    disagreements,
    ranks,
    shrink,
    views,
)
from throughline.engine.treatments import Range

DAYS = Aim("days", baseline=40, target=20, weight=2.0)
BUILD = Aim("build", baseline=10, target=14, weight=1.0, is_guardrail=True)


def candidate(key="a", effects=(), *, confidence=1.0, effort=(2.0, 2.0), **more) -> Candidate:
    return Candidate(key=key, effects=tuple(effects), confidence=confidence, effort=Range(*effort), **more)


def test_all_of_the_way_is_worth_the_weight():
    assert candidate(effects=[Effect(DAYS, -20, -20)]).value.expected == pytest.approx(2.0)


def test_the_wrong_way_is_worth_less_than_nothing():
    assert candidate(effects=[Effect(DAYS, 5, 5)]).value.expected == pytest.approx(-0.5)


def test_effects_on_several_key_results_add_up():
    faults = Aim("faults", baseline=0, target=10, weight=3.0)
    both = candidate(effects=[Effect(DAYS, -10, -10), Effect(faults, 5, 5)])
    assert both.value.expected == pytest.approx(1.0 + 1.5)


def test_a_guardrail_costs_where_it_is_moved_towards_its_bound_and_gives_nothing_the_other_way():
    assert candidate(effects=[Effect(BUILD, 2, 2)]).value.expected == pytest.approx(-0.5)
    assert candidate(effects=[Effect(BUILD, -2, -2)]).value.expected == 0


def test_doubt_takes_from_what_is_gained_and_not_from_what_a_guardrail_pays():
    found = candidate(effects=[Effect(DAYS, -10, -10), Effect(BUILD, 1, 1)], confidence=0.5).value
    assert (found.gain, found.harm, found.expected) == pytest.approx((1.0, 0.25, 0.25))


@pytest.mark.parametrize("effect", [Effect(DAYS, -12, 4), Effect(BUILD, -3, 4), Effect(BUILD, 1, 9)])
def test_mean_and_error_are_those_of_the_draws(effect):
    work = candidate(effects=[effect], confidence=0.7)
    drawn = work.drawn(np.random.default_rng(1).standard_normal((1, 400_000)))
    assert drawn.mean() == pytest.approx(work.value.expected, abs=0.003)
    assert drawn.std() == pytest.approx(work.value.error, rel=0.01)


def test_a_range_holds_nine_in_ten_of_what_is_drawn():
    drawn = candidate(effects=[Effect(DAYS, -12, -4)]).drawn(
        np.random.default_rng(2).standard_normal((1, 200_000))
    )
    found = candidate(effects=[Effect(DAYS, -12, -4)]).value
    assert (found.low, found.high) == pytest.approx((0.4, 1.2))
    assert np.mean((drawn >= 0.4) & (drawn <= 1.2)) == pytest.approx(0.9, abs=0.005)


def test_a_key_result_without_a_way_has_no_worth():
    with pytest.raises(ValueError, match="differs from the baseline"):
        Aim("days", 20, 20)


def test_rice_and_progress_by_hand():
    # impact 0.4 × reach 50 × confidence 0.5 / effort 4
    [found] = views(
        [candidate(effects=[Effect(DAYS, -4, -4)], confidence=0.5, effort=(4, 4), reach=Range(50, 50))]
    )
    assert found.rice == pytest.approx(2.5)
    assert found.per_week == pytest.approx(0.05)
    assert (found.wsjf, found.cd3) == (None, None)


def test_ice_is_out_of_a_thousand_for_the_largest_certain_and_easiest():
    large = candidate("large", [Effect(DAYS, -20, -20)], effort=(2, 2))
    half = candidate("half", [Effect(DAYS, -10, -10)], confidence=0.5, effort=(4, 4))
    assert [each.ice for each in views([large, half])] == pytest.approx([1000.0, 5 * 5 * 5])


def test_wsjf_and_cd3_by_hand():
    work = candidate(effort=(4, 4), duration=Range(2, 2), delay=Delay(Range(10, 10)))
    [found] = views([work])
    assert (found.wsjf, found.cd3) == pytest.approx((2.5, 5.0))


def test_a_deadline_costs_only_the_weeks_after_it():
    delay = Delay(Range(12, 12), "deadline", week=10)
    assert [delay.loss(week) for week in (0, 10, 13)] == [0, 0, 36]
    # Two weeks after the deadline at 12 each are 24, over a quarter of 12 weeks 2 a week.
    [found] = views([candidate(effort=(4, 4), duration=Range(2, 2), delay=delay)], weeks=12)
    assert (found.wsjf, found.cd3) == pytest.approx((24 / 12 / 4, 24 / 12 / 2))


def test_a_cost_that_decays_is_the_sum_of_weeks_that_each_keep_a_part():
    delay = Delay(Range(8, 8), "decaying", fades=0.5)
    # Each week loses half of the one before, so two weeks lose one and a half times the first.
    assert delay.loss(2) == pytest.approx(1.5 * delay.loss(1))
    assert delay.loss(60) == pytest.approx(2 * delay.loss(1))
    assert Delay(Range(8, 8), "decaying").loss(3) == pytest.approx(24)


def test_shrinking_equal_errors_by_hand():
    # Variance 4 between, 1 of it error: three quarters are trusted.
    found = shrink([0, 2, 4], [1, 1, 1])
    assert (found.mean, found.spread) == pytest.approx((2.0, 3**0.5))
    assert found.trust == pytest.approx([0.75] * 3)
    assert found.values == pytest.approx([0.5, 2.0, 3.5])


def test_estimates_that_differ_no_more_than_their_errors_are_all_the_mean():
    found = shrink([1.0, 1.5, 2.0], [5.0, 5.0, 5.0])
    assert found.spread == 0
    assert found.values == pytest.approx([1.5] * 3)


def test_what_is_certain_stays_as_it_is():
    assert shrink([1.0, 5.0, 2.0], [0.0, 0.0, 0.0]).values == pytest.approx([1, 5, 2])
    mixed = shrink([1.0, 5.0, 2.0], [0.0, 3.0, 0.0])
    assert mixed.values[[0, 2]] == pytest.approx([1, 2])
    assert 1 < mixed.values[1] < 5


def test_a_wide_range_does_not_win_by_its_width():
    # The wide one looks best; its estimate is so unsure that the sure ones are worth more.
    found = shrink([1.0, 3.0, 3.2], [0.2, 0.2, 4.0])
    assert found.values[1] > found.values[2]


def test_the_best_of_what_is_shrunk_is_not_overrated_and_the_best_estimate_is():
    # Smith & Winkler's experiment: true values and errors of a known size, the best estimate picked.
    chance = np.random.default_rng(3)
    surprise = {"as estimated": [], "shrunk": []}
    for _ in range(1200):
        errors = chance.uniform(0.3, 1.5, 20)
        true = chance.normal(1, 1, 20)
        estimates = true + errors * chance.normal(size=20)
        for name, values in (("as estimated", estimates), ("shrunk", shrink(estimates, errors).values)):
            pick = int(np.argmax(values))
            surprise[name].append(true[pick] - values[pick])
    assert np.mean(surprise["as estimated"]) < -0.8
    assert abs(np.mean(surprise["shrunk"])) < 0.05


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0, 1e3)), min_size=1, max_size=15),
    st.floats(-100, 100),
    st.floats(0.01, 100),
)
def test_shrinking_follows_a_change_of_origin_and_unit(pairs, shift, unit):
    values, errors = np.array([each for each, _ in pairs]), np.array([each for _, each in pairs])
    found, moved = shrink(values, errors), shrink(values * unit + shift, errors * unit)
    size = unit * (np.abs(values).max() + errors.max() + 1) + abs(shift)
    assert np.all((found.trust >= 0) & (found.trust <= 1))
    assert np.all(np.minimum(values, found.mean) - 1e-6 <= found.values)
    assert np.all(found.values <= np.maximum(values, found.mean) + 1e-6)
    assert np.allclose(found.values * unit + shift, moved.values, atol=1e-4 * size)


@pytest.mark.parametrize(
    ("values", "errors"), [([0.0, 1.3e-240], [0.0, 0.0]), ([0.0, 0.0], [1e-160, 1e-170])]
)
def test_what_differs_by_less_than_a_computer_can_square_stays_as_it_is(values, errors):
    assert shrink(values, errors).values.tolist() == values


def test_one_alone_has_no_common_mean():
    assert shrink([3.0], [5.0]).values.tolist() == [3.0]


def test_equals_share_the_better_rank():
    assert ranks([1, 3, 3, 0]) == [3, 1, 1, 4]


def test_the_widest_gap_between_vote_and_value_is_the_first_on_the_agenda():
    found = disagreements({"a": 10, "b": 5, "c": 1}, {"a": 0.1, "b": 0.5, "c": 0.9, "d": 4.0})
    assert [(each.key, each.vote_rank, each.value_rank, each.gap) for each in found] == [
        ("a", 1, 3, 2),
        ("c", 3, 1, -2),
    ]


def test_the_lower_end_of_a_range_is_one_in_twenty():
    assert pytest.approx(1.6448536) == Z95
