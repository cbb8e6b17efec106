"""Revealed preference: which weights explain past choices, against going through pairs one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.engine import past_choices
from throughline.engine.matching.triangle import grid
from throughline.engine.past_choices import Choice, explain, triangle

SCORES = st.tuples(*[st.integers(0, 20).map(lambda k: k / 20)] * 3)
CHOICES = st.lists(st.builds(Choice, SCORES, st.lists(SCORES, max_size=4).map(tuple)), min_size=1, max_size=8)


def is_explained(choice, weights):
    worth = [
        sum(w * s for w, s in zip(weights, scores, strict=True)) for scores in (choice.chosen, *choice.others)
    ]
    return all(worth[0] >= other - 1e-9 for other in worth[1:])


@given(CHOICES)
@settings(max_examples=100, deadline=None)
def test_each_point_explains_the_share_that_counting_gives(choices):
    found = explain(choices)
    assert len(found.points) == 231
    for point in found.points:
        assert sum(point.weights) == pytest.approx(1)
        assert point.share * len(choices) == pytest.approx(
            sum(is_explained(c, point.weights) for c in choices)
        )
    assert found.most == max(point.share for point in found.points)
    assert list(found.best) == [point.weights for point in found.points if point.share == found.most]


@given(CHOICES)
@settings(max_examples=100, deadline=None)
def test_the_centre_explains_as_much_as_the_best(choices):
    found = explain(choices)
    assert sum(found.centre) == pytest.approx(1)
    assert min(found.centre) >= 0
    assert sum(is_explained(c, found.centre) for c in choices) == pytest.approx(found.most * len(choices))


@given(CHOICES)
@settings(max_examples=60, deadline=None)
def test_what_says_nothing_and_what_no_weights_explain_are_named(choices):
    found = explain(choices)
    for place, choice in enumerate(choices):
        marks = [is_explained(choice, point.weights) for point in found.points]
        assert (place in found.silent, place in found.unexplained) == (all(marks), not any(marks))


@pytest.mark.parametrize("truth", [(0.6, 0.3, 0.1), (0.2, 0.2, 0.6), (1.0, 0.0, 0.0)])
def test_the_weights_behind_many_choices_are_found(truth):
    rng = np.random.default_rng(3)
    choices = []
    for _ in range(60):
        options = rng.uniform(0, 1, (4, 3))
        first = int(np.argmax(options @ truth))
        choices.append(Choice(tuple(options[first]), tuple(map(tuple, np.delete(options, first, axis=0)))))
    found = explain(choices)
    assert found.most == 1
    assert found.centre == pytest.approx(truth, abs=0.06)


def test_a_choice_worse_in_everything_is_explained_by_nothing():
    found = explain([Choice((0.1, 0.1, 0.1), ((0.5, 0.5, 0.5),))])
    assert (found.most, found.unexplained, len(found.best)) == (0, (0,), 231)


def test_a_choice_with_no_other_says_nothing():
    assert explain([Choice((0.1, 0.1, 0.1), ())]).silent == (0,)


def test_the_points_are_those_that_the_match_draws():
    assert [[w.business, w.interest, w.growth] for w in grid()] == triangle().tolist()


def test_no_choice_is_refused():
    with pytest.raises(ValueError, match="at least one choice"):
        past_choices.explain([])
