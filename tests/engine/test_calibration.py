"""Calibration: curves, the parts of a Brier score, coverage, and over- or underconfidence in a sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import calibration, intervals, predictability

# Distinct by a hundredth, so that binary rounding makes no two of one.
SAID = st.lists(st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.booleans()), min_size=1, max_size=60)


@given(SAID)
def test_the_parts_make_the_score_exactly(forecasts):
    probabilities, happened = zip(*forecasts, strict=True)
    found = calibration.parts(probabilities, happened)
    assert found.reliability - found.resolution + found.uncertainty == pytest.approx(
        predictability.brier(probabilities, happened)
    )
    assert min(found.reliability, found.resolution, found.uncertainty) >= 0


def test_seven_of_ten_at_seventy_per_cent_are_calibrated():
    [_, _, _, found, _] = calibration.curve([0.7] * 10, [True] * 7 + [False] * 3)
    assert (found.said, found.happened.value, found.happened.n) == (pytest.approx(0.7), 0.7, 10)
    # Wilson 1927 for 7 of 10, as in Agresti & Coull.
    assert (found.happened.low, found.happened.high) == (
        pytest.approx(0.397, abs=1e-3),
        pytest.approx(0.892, abs=1e-3),
    )


@given(SAID)
def test_every_confidence_is_in_one_bin(forecasts):
    probabilities, happened = zip(*forecasts, strict=True)
    bins = calibration.curve(probabilities, happened)
    assert sum(each.happened.n for each in bins) == len(forecasts)
    for each in bins:
        assert each.said is None or each.low <= each.said <= each.high


def test_a_bound_belongs_to_the_bin_above_and_one_to_the_last():
    sizes = [each.happened.n for each in calibration.curve([0.2, 0.8, 1.0], [True] * 3)]
    assert sizes == [0, 1, 0, 0, 2]


def test_an_empty_bin_says_nothing():
    found = calibration.curve([0.9], [True])[0]
    assert (found.said, found.happened.value) == (None, None)


# Coverage of intervals


def test_bounds_count_as_covered():
    found = calibration.coverage([1, 1, 1, 1], [2, 2, 2, 2], [1, 1.5, 2, 2.1])
    assert (found.value, found.n) == (0.75, 4)


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(0, 5), st.floats(-20, 20)), min_size=1), st.floats(0, 9)
)
def test_widening_never_lowers_the_coverage(ranges, more):
    middle, half, came = (np.array(each) for each in zip(*ranges, strict=True))
    narrow = calibration.coverage(middle - half, middle + half, came).value
    assert calibration.coverage(middle - half - more, middle + half + more, came).value >= narrow


@pytest.mark.parametrize(
    ("held", "n", "start"),
    [(12, 20, "Too narrow: 60 % of 20"), (100, 100, "Too wide: 100 %"), (18, 20, "About as wide as claimed")],
)
def test_coverage_is_told_as_far_as_its_interval_bears_it(held, n, start):
    assert calibration.coverage_sentence(intervals.share(held, n)).startswith(start)


@pytest.mark.parametrize(
    ("held", "n", "counted"), [(0, 1, "0 of 1 interval held"), (1, 9, "1 of 9 intervals held")]
)
def test_fewer_than_ten_intervals_are_counted_and_not_judged(held, n, counted):
    assert calibration.coverage_sentence(intervals.share(held, n)).startswith(f"Too few to say: {counted}")


@pytest.mark.parametrize(
    ("hits", "n", "counted"), [(0, 1, "0 times of 1"), (1, 9, "1 time of 9"), (9, 9, "9 times of 9")]
)
def test_who_was_asked_fewer_than_ten_times_is_neither_over_nor_underconfident(hits, n, counted):
    found = calibration.leaning([0.99] * n, [True] * hits + [False] * (n - hits))
    assert calibration.leaning_sentence(found).startswith(
        f"Too few to say: 99 % sure on average, right {counted};"
    )


def test_no_interval_yet_is_said():
    assert calibration.coverage_sentence(intervals.share(0, 0)) == "No interval has resolved yet."


# Over- and underconfidence


def test_being_sure_of_no_counts_as_being_sure():
    found = calibration.leaning([0.1, 0.9], [False, True])
    assert (found.sure, found.right.value) == (pytest.approx(0.9), 1.0)


def test_one_half_leans_to_neither_side():
    assert calibration.leaning([0.5, 0.5], [True, False]).right.n == 0
    assert "Nothing resolved" in calibration.leaning_sentence(calibration.leaning([0.5], [True]))


@pytest.mark.parametrize(
    ("said", "hits", "start"),
    [
        (0.9, 24, "Overconfident: 90 % sure on average, right 60 %"),
        (0.6, 38, "Underconfident"),
        (0.8, 31, "Neither"),
    ],
)
def test_the_bias_is_named_only_where_the_interval_bears_it(said, hits, start):
    found = calibration.leaning([said] * 40, [True] * hits + [False] * (40 - hits))
    assert calibration.leaning_sentence(found).startswith(start)


@given(SAID)
def test_asking_the_opposite_question_shows_the_same_bias(forecasts):
    said, came = (np.array(each) for each in zip(*forecasts, strict=True))
    one, other = calibration.leaning(said, came), calibration.leaning(1 - said, ~came)
    assert one.right.value == other.right.value
    assert one.sure == pytest.approx(other.sure)
